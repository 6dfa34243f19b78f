#include "core/workflow/transitions.hpp"

#include "core/store/rows.hpp"
#include "core/store/together.hpp"
#include "core/work/failpoint.hpp"

#include <algorithm>

namespace conductor::workflow {

namespace {

using namespace std::chrono_literals;
using sdk::Durability;
using sdk::Outcome;

constexpr std::string_view table = sdk::tables::plans.name;
constexpr std::int64_t free_returns = 3;  // hand-backs per plan that cost no attempt
constexpr std::chrono::milliseconds first_pause{20}, longest_pause{1000};

bool passing(Outcome outcome) {
  return outcome == Outcome::unavailable || outcome == Outcome::ambiguous || outcome == Outcome::cancelled;
}

}  // namespace

sdk::Values reset_values(Reset reset) {
  sdk::Values set;
  if (reset == Reset::solver_counter) set["solver_counter"] = std::int64_t{0};
  if (reset == Reset::rehome) {
    for (auto const* column : {"translation", "solution", "explanation", "errors", "message"})
      set[column] = std::string();
    for (auto const* column : {"translation_counter", "solver_counter", "reservation_counter"})
      set[column] = std::int64_t{0};
  }
  return set;
}

bool Transitions::claimable(sdk::Row const& row) const {
  auto const& status = row.text("status");
  return status == stage_.from ||
         (stage_.takeover == Takeover::go_on && status == stage_.working && row.text("claim").empty());
}

// `set`, which has a status, with the history that it makes.
sdk::Values Transitions::with_history(sdk::Row const& row, sdk::Values set, std::string_view owner) const {
  auto const fencing = set.contains("fencing") ? std::get<std::int64_t>(set["fencing"]) : row.integer("fencing");
  set["history"] = store::with_transition(
      row.list("history"),
      {.status = std::get<std::string>(set["status"]), .owner = owner, .at_ms = clock_.wall_ms(), .fencing = fencing});
  return set;
}

Transitions::Step Transitions::write(sdk::Call const& call, sdk::Row const& row, sdk::Values set,
                                     std::string_view owner, sdk::Expect const& expect, Durability durability,
                                     std::string const& op, store::Plans::DocumentPuts const& documents,
                                     std::vector<sdk::Mutation> const& beside, store::Relay::Baton* next) {
  set = with_history(row, std::move(set), owner);
  auto status = std::get<std::string>(set["status"]);
  bool const passes = next != nullptr && *next;
  if (passes) store::add_claim(set, next->claim(), clock_.wall_ms());
  store::Notifier::Writing writing(plans_.notifier(), std::string(table), row.id, row.version.number + 1);
  sdk::Mutation const update{sdk::Mutation::Kind::update, std::string(table), row.id, set, expect};
  auto written = put(call, update, durability, op, documents, beside);
  if (written) {
    auto after = store::updated_row(row, set, written.version, clock_.wall_ms());
    writing.done(after);
    if (passes) next->pass(std::exchange(after, {}));
    return {Outcome::ok, {}, std::move(after), std::move(status)};
  }
  if (passes && !passing(written.outcome)) next->drop();
  // A refused or doubtful write leaves `writing` unsettled: the row is read again and told to all, also to us.
  if (written.outcome == Outcome::conflict && written.row) writing.done(*written.row);
  return {written.outcome, std::move(written.text), written.row.value_or(sdk::Row{})};
}

sdk::Written Transitions::put(sdk::Call const& call, sdk::Mutation const& update, Durability durability,
                              std::string const& op, store::Plans::DocumentPuts const& documents,
                              std::vector<sdk::Mutation> const& beside) {
  if (beside.empty()) return plans_.write(call, update, documents, op, durability);
  auto all = beside;
  all.push_back(update);
  auto together = store::write_together(plans_.store(), call, all, op, durability);
  sdk::Written written;
  written.outcome = together.outcome;
  written.text = std::move(together.text);
  if (together) written.version = together.versions.back();
  return written;
}

store::Relay::Claim Transitions::claim_values(store::Upcoming const& plan, std::string const& token) const {
  sdk::Values claim{{"status", std::string(stage_.working)},
                    {"claim", token},
                    {"fencing", plan.integer("fencing") + 1},
                    {"message", std::string()},
                    {std::string(stage_.owner_column), lease_.id()},
                    {std::string(stage_.counter_column), plan.integer(stage_.counter_column) + 1}};
  if (!stage_.begin_column.empty()) claim[std::string(stage_.begin_column)] = clock_.wall_ms();
  return {.set = std::move(claim), .status = stage_.working, .owner = lease_.id()};
}

Transitions::Step Transitions::claim(sdk::Call const& call, sdk::Row const& row, std::string const& token) {
  if (work::failpoint(stage_.role, "before_claim")) return {Outcome::unavailable, "fail-point before_claim", {}};
  auto set = claim_values({row, {}}, token).set;
  sdk::Expect expect;
  expect.version = row.version;
  expect.columns["status"] = row.text("status");
  auto step = write(call, row, std::move(set), lease_.id(), expect, Durability::relaxed, sdk::random_id());
  if (step.outcome == Outcome::ambiguous) {
    auto stored = plans_.store().get(call, table, row.id);
    if (stored && stored.value.text("claim") == token) step = {Outcome::ok, {}, std::move(stored.value)};
  }
  if (step && work::failpoint(stage_.role, "after_claim")) step = {Outcome::ambiguous, "fail-point after_claim", {}};
  return step;
}

Transitions::Step Transitions::insist(sdk::Row const& held, sdk::Values const& set, Durability durability,
                                      store::Plans::DocumentPuts const& documents,
                                      std::vector<sdk::Mutation> const& beside, store::Relay::Baton* next) {
  if (work::failpoint(stage_.role, "before_commit")) return {Outcome::unavailable, "fail-point before_commit", {}};
  sdk::Expect expect;
  expect.claim = held.text("claim");
  expect.columns["status"] = std::string(stage_.working);
  auto const op = sdk::random_id();  // one for all repetitions: it is applied once at most
  auto const until = clock_.now() + patience;
  Step step;
  for (std::chrono::milliseconds pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
    step =
        write({.deadline = until, .plan_id = held.id}, held, set, {}, expect, durability, op, documents, beside, next);
    if (!passing(step.outcome) || clock_.now() + pause >= until) break;
    clock_.sleep_for(pause, {});
  }
  if (step) work::failpoint(stage_.role, "after_commit");
  return step;
}

Transitions::Leaving Transitions::leave(sdk::Row const& held, Exit const& exit, sdk::Values set,
                                        store::Documents contents) {
  set["status"] = std::string(exit.status);
  set["claim"] = std::string();
  for (auto& [column, value] : reset_values(exit.reset)) set[column] = value;
  auto next = plans_.relay().offer({held, set});
  if (next) {
    auto ahead = with_history(held, set, {});
    store::add_claim(ahead, next.claim(), clock_.wall_ms());
    sdk::Version const version{held.version.incarnation, held.version.number + 1};
    next.begin(store::updated_row(held, ahead, version, clock_.wall_ms()), std::move(contents));
  }
  return {std::move(set), exit.repeatable ? Durability::relaxed : Durability::full, std::move(next)};
}

Transitions::Step Transitions::finish(sdk::Row const& held, Leaving leaving,
                                      store::Plans::DocumentPuts const& documents,
                                      std::vector<sdk::Mutation> const& beside) {
  auto step = insist(held, leaving.set, leaving.durability, documents, beside, &leaving.next);
  plans_.make_room();
  return step;
}

Transitions::Step Transitions::hand_back(sdk::Row const& held, bool count_stays, std::string const& message) {
  sdk::Values set{{"status", std::string(stage_.takeover == Takeover::go_on ? stage_.working : stage_.from)},
                  {"claim", std::string()},
                  {"message", message}};
  auto const returns = held.integer("returns");
  if (!count_stays && returns < free_returns) {
    set["returns"] = returns + 1;
    set[std::string(stage_.counter_column)] = std::max<std::int64_t>(held.integer(stage_.counter_column) - 1, 0);
  }
  return insist(held, set, Durability::full);
}

Transitions::Step Transitions::take_over(sdk::Call const& call, sdk::Row const& row) {
  sdk::Values const set{
      {"status", std::string(stage_.from)}, {"claim", std::string()}, {"fencing", row.integer("fencing") + 1}};
  sdk::Expect expect;
  expect.version = row.version;
  expect.claim = row.text("claim");
  if (work::failpoint(stage_.role, "before_takeover")) return {Outcome::unavailable, "fail-point before_takeover", {}};
  auto step = write(call, row, set, {}, expect, Durability::relaxed, sdk::random_id());
  if (step) work::failpoint(stage_.role, "after_takeover");
  return step;
}

Transitions::Step Transitions::refuse(sdk::Call const& call, sdk::Row const& row, std::string const& message) {
  return end_unheld(call, row, {{"status", std::string(model::status::error)}, {"message", message}});
}

Transitions::Step Transitions::rehome(sdk::Call const& call, sdk::Row const& row) {
  auto set = reset_values(Reset::rehome);
  set["status"] = std::string(model::status::template_);
  return end_unheld(call, row, std::move(set));
}

Transitions::Step Transitions::end_unheld(sdk::Call const& call, sdk::Row const& row, sdk::Values set) {
  if (work::failpoint(stage_.role, "before_commit")) return {Outcome::unavailable, "fail-point before_commit", {}};
  set["claim"] = std::string();
  sdk::Expect expect;
  expect.version = row.version;
  auto step = write(call, row, set, {}, expect, Durability::full, sdk::random_id());
  if (step) work::failpoint(stage_.role, "after_commit");
  return step;
}

}  // namespace conductor::workflow
