#include "services/controller/order_release.hpp"

#include "core/model/status.hpp"
#include "core/store/rows.hpp"
#include "core/store/together.hpp"
#include "core/workflow/transitions.hpp"

#include <algorithm>
#include <list>

namespace conductor::services::controller {

namespace json = boost::json;
namespace locks = model::order_locks;
using sdk::Durability;
using sdk::Errc;
using sdk::Error;
using sdk::Outcome;

namespace {

constexpr int most_tries = 50;  // others may change the same rows between reading and writing, but not for ever
constexpr char nothing_affected[] = "Orders have been released, but no plans are effected in Conductor";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

Error refuse(std::string const& path, std::string const& expected) {
  return {Errc::invalid, "-> " + path + " must be " + expected};
}

bool is_known_word(std::string const& status) {
  auto const word = lower(status);
  return word == "completed" || word == "success" || word == "failed";
}

}  // namespace

bool Release::is_failure() const { return lower(status) == "failed"; }

sdk::Result<std::vector<Release>> read_releases(json::value const& body) {
  auto const* object = body.if_object();
  auto const* list = object == nullptr ? nullptr : object->if_contains("release-locks");
  if (list == nullptr || !list->is_array()) return refuse("release-locks", "a list, and it is required");
  std::vector<Release> releases;
  for (std::size_t i = 0; i < list->as_array().size(); ++i) {
    auto const path = "release-locks[" + std::to_string(i) + "]";
    auto const* item = list->as_array()[i].if_object();
    if (item == nullptr) return refuse(path, "an object with status and service-resource-id");
    Release release;
    for (auto const& [key, into] :
         {std::pair("status", &release.status), std::pair("service-resource-id", &release.service_resource_id)}) {
      auto const* value = item->if_contains(key);
      if (value == nullptr || !value->is_string() || value->as_string().empty())
        return refuse(path + "." + key, "a text that is not empty, and it is required");
      *into = std::string(value->as_string());
    }
    releases.push_back(std::move(release));
  }
  return releases;
}

sdk::Result<OrderRelease::Locks> OrderRelease::read_locks(sdk::Call const& call) {
  Locks all;
  std::optional<std::string> after;
  do {
    auto page = plans_.store().list(call, locks::table, {}, after, 1000);
    if (!page) return store::error_of(page.outcome, page.text, "list order locks");
    for (auto& row : page.value.rows) {
      Lock lock{.row = std::move(row)};
      for (auto const& [plan_id, text] : lock.row.map("plans")) lock.entries[plan_id] = locks::entry_from(text);
      all.push_back(std::move(lock));
    }
    after = std::move(page.value.cursor);
  } while (after);
  return all;
}

// Whether the release concerns this lock; one that was released before stays as it is.
bool OrderRelease::release_one(Release const& release, Lock& lock) const {
  auto const of_resource = [&](std::string_view status) {
    return std::any_of(lock.entries.begin(), lock.entries.end(), [&](auto const& entry) {
      return entry.second.service_resource_id == release.service_resource_id && entry.second.status == status;
    });
  };
  if (!of_resource(locks::status::under_spin_up))
    return of_resource(locks::status::completed) || of_resource(locks::status::failed);
  for (auto& [plan_id, entry] : lock.entries) {
    bool const spinning = entry.status == locks::status::under_spin_up;
    if (!spinning && entry.status != locks::status::parked) continue;
    entry.status = release.is_failure() ? locks::status::failed
                   : spinning           ? locks::status::completed
                                        : locks::status::rehome;
    entry.updated_ms = clock_.wall_ms();
  }
  lock.changed = true;
  return true;
}

bool OrderRelease::is_releasable(std::string const& plan_id, Locks const& locks) {
  return std::all_of(locks.begin(), locks.end(), [&](Lock const& lock) {
    auto const entry = lock.entries.find(plan_id);
    return entry == lock.entries.end() || locks::status::is_releasable(entry->second.status);
  });
}

std::vector<OrderRelease::Decision> OrderRelease::decide(std::vector<Release> const& releases, Locks& locks) const {
  std::map<std::size_t, std::string> released;  // lock -> resource
  for (auto const& release : releases)
    for (std::size_t i = 0; i < locks.size(); ++i)
      if (release_one(release, locks[i])) released.emplace(i, release.service_resource_id);
  // Also of locks that an earlier call released: it may have ended before it came to the plans.
  std::map<std::string, Decision> by_plan;
  for (std::size_t i = 0; i < locks.size(); ++i)
    for (auto const& [plan_id, entry] : locks[i].entries) {
      bool const failed = entry.status == locks::status::failed;
      if (!failed && entry.status != locks::status::rehome) continue;
      auto& decision = by_plan[plan_id];
      decision.plan_id = plan_id;
      auto const of_call = released.find(i);
      if (failed) decision.failed_resource = of_call == released.end() ? entry.service_resource_id : of_call->second;
      decision.reported = decision.reported || of_call != released.end();
    }
  std::vector<Decision> decisions;
  for (auto& [plan_id, decision] : by_plan) {
    decision.should_rehome = decision.failed_resource.empty() && is_releasable(plan_id, locks);
    decisions.push_back(std::move(decision));
  }
  return decisions;
}

OrderRelease::Change OrderRelease::change_of(Lock const& lock, std::int64_t now_ms) {
  sdk::TextMap plans;
  for (auto const& [plan_id, entry] : lock.entries) plans[plan_id] = locks::to_text(entry);
  Change change{.before = lock.row};
  change.mutation = {
      .table = std::string(locks::table),
      .id = lock.row.id,
      .values = {{"plans", std::move(plans)}, {"is_spinup_completed", true}, {"spinup_completed_timestamp", now_ms}},
      .expect = {}};
  change.mutation.expect.version = lock.row.version;
  return change;
}

OrderRelease::Change OrderRelease::change_of(sdk::Row const& row, std::string_view status, sdk::Values set) const {
  set["status"] = std::string(status);
  set["history"] = store::with_transition(
      row.list("history"),
      {.status = status, .owner = {}, .at_ms = clock_.wall_ms(), .fencing = row.integer("fencing")});
  Change change{.before = row};
  change.mutation = {
      .table = std::string(sdk::tables::plans.name), .id = row.id, .values = std::move(set), .expect = {}};
  change.mutation.expect.version = row.version;
  change.mutation.expect.columns["status"] = std::string(model::status::waiting_spinup);
  return change;
}

sdk::Result<std::vector<OrderRelease::Change>> OrderRelease::plan_changes(sdk::Call const& call,
                                                                          std::vector<Decision>& decisions) {
  std::vector<Change> changes;
  std::vector<Decision> known;
  for (auto& decision : decisions) {
    auto const plan = plans_.get(call, decision.plan_id);
    if (!plan && plan.error().code == Errc::not_found) continue;
    if (!plan) return plan.error();
    if (plan->status == model::status::waiting_spinup) {
      if (!decision.failed_resource.empty())
        changes.push_back(change_of(plan->row, model::status::error,
                                    {{"message",
                                      "Error due to failed cloud candidate spin-up in MSO "
                                      "(service_resource_id: " +
                                          decision.failed_resource + ")."}}));
      else if (decision.should_rehome)
        changes.push_back(
            change_of(plan->row, model::status::template_, workflow::reset_values(workflow::Reset::rehome)));
    }
    known.push_back(std::move(decision));
  }
  decisions = std::move(known);
  return changes;
}

sdk::MultiWritten OrderRelease::apply(sdk::Call const& call, std::vector<Change> const& changes) {
  auto const now_ms = clock_.wall_ms();
  std::vector<sdk::Mutation> mutations;
  std::list<store::Notifier::Writing> writings;
  for (auto const& change : changes) {
    mutations.push_back(change.mutation);
    writings.emplace_back(plans_.notifier(), change.mutation.table, change.mutation.id,
                          change.before.version.number + 1);
  }
  // Lock rows come first in the list: a plan that was left out is found by the next call.
  auto written = store::write_together(plans_.store(), call, mutations, sdk::random_id(), Durability::full);
  auto writing = writings.begin();
  for (std::size_t i = 0; i < written.versions.size(); ++i, ++writing)
    writing->done(store::updated_row(changes[i].before, changes[i].mutation.values, written.versions[i], now_ms));
  return written;
}

OrderRelease::Decision OrderRelease::decide(std::string const& plan_id, Locks const& all) {
  Decision decision{.plan_id = plan_id, .failed_resource = {}};
  for (auto const& lock : all)
    if (auto const entry = lock.entries.find(plan_id);
        entry != lock.entries.end() && entry->second.status == locks::status::failed)
      decision.failed_resource = entry->second.service_resource_id;
  decision.should_rehome = decision.failed_resource.empty() && is_releasable(plan_id, all);
  return decision;
}

sdk::Result<std::size_t> OrderRelease::send_on(sdk::Call const& call, std::vector<std::string> const& plan_ids) {
  auto const all = read_locks(call);
  if (!all) return all.error();
  std::vector<Decision> decisions;
  for (auto const& id : plan_ids)
    if (auto decision = decide(id, *all); decision.should_rehome || !decision.failed_resource.empty())
      decisions.push_back(std::move(decision));
  auto const changes = plan_changes(call, decisions);
  if (!changes) return changes.error();
  std::size_t sent = 0;
  for (auto const& change : *changes) {
    // A plan that has changed meanwhile goes its own way.
    if (!apply(call, {change})) continue;
    ++sent;
    log_.info({.request_id = call.request_id, .plan_id = change.mutation.id},
              "no lock holds the plan any more; it does not wait for a spin-up any longer");
  }
  return sent;
}

sdk::Result<json::object> OrderRelease::release(sdk::Call const& call, json::value const& body) {
  auto const releases = read_releases(body);
  if (!releases) return releases.error();
  for (auto const& release : *releases)
    if (!is_known_word(release.status))
      log_.warning(call, "release of " + release.service_resource_id + ": status '" + release.status +
                             "' is taken for success; known words are completed, success and failed");
  for (int attempt = 0; attempt < most_tries; ++attempt) {
    auto all = read_locks(call);
    if (!all) return all.error();
    auto decisions = decide(*releases, *all);
    std::vector<Change> changes;
    for (auto const& lock : *all)
      if (lock.changed) changes.push_back(change_of(lock, clock_.wall_ms()));
    auto of_plans = plan_changes(call, decisions);
    if (!of_plans) return of_plans.error();
    std::move(of_plans->begin(), of_plans->end(), std::back_inserter(changes));
    if (!changes.empty()) {
      auto const written = apply(call, changes);
      if (written.outcome == Outcome::conflict || written.outcome == Outcome::not_found) continue;
      if (!written) return store::error_of(written.outcome, written.text, "release order locks");
    }
    json::array message;
    for (auto const& decision : decisions)
      if (decision.reported)
        message.push_back(json::object{{"plan_id", decision.plan_id}, {"should_rehome", decision.should_rehome}});
    log_.info(call, "order locks released; plans affected: " + std::to_string(message.size()));
    json::object answer{{"status", "success"}};
    answer["message"] = message.empty() ? json::value(nothing_affected) : json::value(std::move(message));
    return answer;
  }
  return Error{Errc::unavailable, "the order locks changed again and again while they were to be released; try again"};
}

}  // namespace conductor::services::controller
