#include "services/solver/input.hpp"
#include "services/solver/why_not.hpp"

#include "services/placement/remote_capacity.hpp"
#include "services/solver/conflict.hpp"
#include "services/solver/series.hpp"

namespace conductor::services::solver {

using namespace placement;

namespace {

json::object entry_of(std::string_view constraint, Drop const& drop) {
  json::object entry{{"constraint", constraint}, {"reason", drop.reason}, {"text", drop.text}};
  if (drop.value) entry["value"] = *drop.value;
  if (drop.limit) entry["limit"] = *drop.limit;
  return entry;
}

json::object violated(json::array entries) { return {{"violated", std::move(entries)}}; }

class Inquiry {
 public:
  Inquiry(sdk::Call const& call, WhyNot const& question, Surroundings const& around)
      : call_(call), question_(question), around_(around), remote_(around.remote) {}

  sdk::Result<json::object> run(std::shared_ptr<json::value const> translated) {
    plan_ = std::make_shared<Plan const>(read_plan(std::move(translated), around_.options, question_.move_cost));
    auto const demand = plan_->find_demand(question_.demand);
    if (!demand) return unknown("demand '" + question_.demand + "'");
    demand_ = *demand;
    auto const& ids = plan_->demands[demand_].ids;
    for (std::uint32_t c = 0; c < ids.size(); ++c)
      if (ids[c] == question_.candidate) candidates_.push_back(c);
    if (candidates_.empty()) return never_considered();
    auto gathered = Facts::gather(call_, plan_, around_.options, remote_);
    if (!gathered) return gathered.error();
    facts_ = std::move(*gathered);
    if (auto entries = own_violations()) return violated(std::move(*entries));
    if (!facts_->message().empty())
      return violated({entry_of("objective", {.reason = "latency-group", .text = facts_->message()})});
    return search();
  }

 private:
  sdk::Error unknown(std::string const& what) const {
    return {sdk::Errc::not_found, "Plan " + plan_->id + " has no " + what};
  }

  // Translation left it out, or its data is unusable.
  sdk::Result<json::object> never_considered() const {
    auto const is_asked = [&](json::value const& value) {
      return value.is_object() && text_of(value.get_object(), "candidate_id") == question_.candidate;
    };
    for (auto const& [value, drop] : plan_->demands[demand_].unusable)
      if (is_asked(*value)) return violated({entry_of(input_step, drop)});
    if (auto const* dropped = dropped_by_translation(*plan_->document, question_.demand))
      for (auto const& each : *dropped)
        if (is_asked(each)) {
          auto entry = drop_document(each);
          entry.erase("inventory_type");
          entry.erase("candidate_id");
          return violated({std::move(entry)});
        }
    return unknown("candidate '" + question_.candidate + "' for demand '" + question_.demand + "'");
  }

  // When each candidate of the id breaks a constraint by itself: those of the first. The others are left aside.
  std::optional<json::array> own_violations() {
    json::array entries;
    std::vector<std::uint32_t> possible;
    for (auto const c : candidates_) {
      auto const drops = facts_->drops(demand_, c);
      if (drops.empty()) possible.push_back(c);
      if (!entries.empty()) continue;
      for (auto const& [constraint, drop] : drops) entries.push_back(entry_of(constraint->name, drop));
    }
    candidates_ = std::move(possible);
    return candidates_.empty() ? std::optional(std::move(entries)) : std::nullopt;
  }

  sdk::Result<json::object> search() {
    auto filtered = filter(call_, *plan_, around_.options, remote_);
    if (!filtered) return filtered.error();
    filtered_ = std::move(*filtered);
    if (filtered_->empty_demand) return no_solution();
    dense_ = std::make_shared<Dense const>(plan_, around_.options, filtered_);
    auto const best = solve({});
    if (!best) return best.error();
    if (best->found.empty()) return best->proof == sdk::Proof::infeasible ? no_solution() : out_of_time();
    auto const forced = solve(all_but_candidates());
    if (!forced) return forced.error();
    if (!forced->found.empty()) return costs(best->found[0], forced->found[0]);
    if (forced->proof != sdk::Proof::infeasible) return out_of_time();
    auto entries = beside(best->found[0].choice);
    return entries.empty() ? no_solution() : violated(std::move(entries));
  }

  sdk::Result<Series> solve(Positions const& forbidden) {
    return search_series(call_, dense_, 1, question_.seed, around_.strategy, around_.clock, forbidden);
  }

  Positions all_but_candidates() const {
    Positions others;
    auto const& numbering = dense_->numbering(demand_);
    for (std::uint32_t position = 0; position < numbering.size(); ++position)
      if (std::find(candidates_.begin(), candidates_.end(), numbering[position]) == candidates_.end())
        others.emplace_back(demand_, position);
    return others;
  }

  json::object costs(Found const& best, Found const& forced) const {
    auto const of_best = total_score(dense_->parts(), best.choice);
    auto const of_forced = total_score(dense_->parts(), forced.choice);
    json::object assignment;
    for (std::size_t d = 0; d < forced.choice.size(); ++d)
      assignment[plan_->demands[d].name] = plan_->demands[d].ids[forced.choice[d]];
    json::object answer;
    // Equal in fixed point is equal: doubles may differ in their last digits.
    answer["cost"] = forced.cost == best.cost ? 0.0 : of_forced.value - of_best.value;
    answer["value"] = as_reported(*plan_, of_forced.value);
    answer["assignment"] = std::move(assignment);
    if (of_forced.gaps > of_best.gaps) answer["gaps"] = of_forced.gaps - of_best.gaps;
    if (best.proof != sdk::Proof::optimal || forced.proof != sdk::Proof::optimal) answer["status"] = "feasible";
    return answer;
  }

  // Hard constraints that do not hold when the candidate takes the place of the best solution's choice.
  json::array beside(std::vector<std::uint32_t> choice) const {
    auto const candidate = choice[demand_] = candidates_.front();
    json::array entries;
    for (auto const& rule : facts_->rules()) {
      auto const& list = rule.constraint->demands;
      if (rule.constraint->soft() || std::find(list.begin(), list.end(), demand_) == list.end()) continue;
      if (rule.nary && !rule.nary->holds(Chosen(choice)))
        entries.push_back(entry_of(rule.constraint->name,
                                   {.reason = "group", .text = "it does not hold with the best solution's choices"}));
      if (!rule.relation) continue;
      for (auto const other : list)
        if (other != demand_ && rule.relation->truth(demand_, candidate, other, choice[other]) != Truth::yes)
          entries.push_back(
              entry_of(rule.constraint->name, pair_drop(*rule.relation, candidate, other, choice[other])));
    }
    return entries;
  }

  Drop pair_drop(Relation const& relation, std::uint32_t candidate, std::uint32_t other, std::uint32_t partner) const {
    auto drop = relation.why(demand_, candidate, other, partner);
    auto const& pool = plan_->demands[other];
    drop.text += " (beside " + pool.name + " = " + pool.ids[partner] + ")";
    return drop;
  }

  // What conflicts when the demand must choose this candidate.
  sdk::Result<json::object> no_solution() {
    Feasibility feasibility(call_, facts_, around_.strategy, around_.clock);
    feasibility.pin(demand_, candidates_);
    auto const conflict = find_conflict(feasibility);
    auto const names = [](auto const& numbers, auto const& name) {
      std::string text;
      for (auto const number : numbers) text.append(text.empty() ? "" : ", ").append(name(number));
      return text;
    };
    auto const demands = names(conflict.demands, [&](auto d) { return plan_->demands[d].name; });
    auto const units = names(conflict.units, [&](auto u) { return facts_->units()[u].name; });
    auto const& asked = plan_->demands[demand_].name;
    bool const concerned =
        std::find(conflict.demands.begin(), conflict.demands.end(), demand_) != conflict.demands.end();
    auto const text = units + " cannot hold together for " + demands +
                      (concerned ? " with this candidate" : ", whatever is chosen for " + asked);
    json::array entries;
    for (auto const u : conflict.units)
      entries.push_back(entry_of(facts_->units()[u].name, {.reason = "conflict", .text = text}));
    if (entries.empty())
      entries.push_back(
          entry_of(input_step, {.reason = "no-candidates", .text = "there is no candidate for " + demands}));
    return violated(std::move(entries));
  }

  static sdk::Error out_of_time() {
    return {sdk::Errc::timed_out, "the time was over before a solution with the candidate was found or ruled out"};
  }

  sdk::Call const& call_;
  WhyNot const& question_;
  Surroundings const& around_;
  RememberingRemote remote_;
  std::shared_ptr<Plan const> plan_;
  std::uint32_t demand_ = 0;
  std::vector<std::uint32_t> candidates_;  // of the model, with the id that was asked for
  std::shared_ptr<Facts const> facts_;
  std::shared_ptr<Filtered> filtered_;
  std::shared_ptr<Dense const> dense_;
};

}  // namespace

sdk::Result<json::object> why_not(sdk::Call const& call, std::shared_ptr<json::value const> translated,
                                  WhyNot const& question, Surroundings const& surroundings) {
  try {
    return Inquiry(call, question, surroundings).run(std::move(translated));
  } catch (InvalidPlan const& error) {
    return sdk::Error{sdk::Errc::invalid, error.what()};
  }
}

}  // namespace conductor::services::solver
