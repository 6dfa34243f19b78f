// The steps in order: read, filter, make dense, search, check, report.
#include "services/solver/input.hpp"
#include "services/solver/solve.hpp"

#include "services/placement/remote_capacity.hpp"
#include "services/solver/checker.hpp"
#include "services/solver/conflict.hpp"
#include "services/solver/recommendation.hpp"
#include "services/solver/series.hpp"
#include "services/solver/soft.hpp"

#include <charconv>
#include <cmath>

namespace conductor::services::solver {

using namespace placement;

namespace {

// The time to find out why there is no solution: as long as the search took, within these.
constexpr std::chrono::milliseconds least_explaining{200}, most_explaining{5000};

std::size_t wanted_solutions(std::string const& recommend_max, Options const& options) {
  if (recommend_max == "all") return options.max_solutions;
  std::size_t count = 0;
  auto const* end = recommend_max.data() + recommend_max.size();
  auto const [at, error] = std::from_chars(recommend_max.data(), end, count);
  if (error != std::errc{} || at != end || count == 0)
    throw InvalidPlan("the number of solutions is '" + recommend_max +
                      "'; it must be 'all' or an integer of at least 1");
  return count;
}

class Solve {
 public:
  Solve(sdk::Call const& call, Request const& request, Surroundings const& around)
      : call_(call), request_(request), around_(around), remote_(around.remote) {}

  sdk::Result<Solution> run(std::shared_ptr<json::value const> translated) {
    begin_ = around_.clock.now();
    auto const wanted = wanted_solutions(request_.recommend_max, around_.options);
    plan_ = std::make_shared<Plan const>(read_plan(std::move(translated), around_.options, request_.move_cost));
    for (auto const& warning : plan_->warnings) around_.log.warning(call_, warning);
    auto filtered = filter(call_, *plan_, around_.options, remote_);
    if (!filtered) {
      // Out of time before the search began: the same answer as a search that found nothing in time.
      if (filtered.error().code != sdk::Errc::timed_out || around_.clock.now() < call_.deadline)
        return filtered.error();
      return Solution{};
    }
    filtered_ = std::move(*filtered);
    for (auto const& warning : filtered_->warnings) around_.log.warning(call_, warning);
    Series series;
    if (filtered_->empty_demand) {
      series.proof = sdk::Proof::infeasible;
    } else {
      dense_ = std::make_shared<Dense const>(plan_, around_.options, filtered_);
      auto found =
          search_series(call_, dense_, wanted, request_.seed, around_.strategy, around_.clock, {}, request_.node_limit);
      if (!found) return found.error();
      series = std::move(*found);
    }
    return report(series);
  }

 private:
  sdk::Result<Solution> report(Series const& series) {
    Solution solution;
    solution.proof = series.proof;
    solution.out_of_nodes = series.out_of_nodes;
    solution.notes = filtered_->notes;
    solution.message = filtered_->message;
    solution.hpa = filtered_->annotations.tally;
    std::vector<Choice> choices;
    for (auto const& found : series.found) {
      auto const score = total_score(dense_->parts(), found.choice);
      choices.push_back(choice_of(found));
      if (auto fault = check(choices.back(), found, score); !fault.empty()) return refuse(fault);
      solution.solver_info.push_back(info_of(found, score));
      json::object recommendation;
      for (std::uint32_t d = 0; d < found.choice.size(); ++d)
        recommendation[plan_->demands[d].name] =
            recommend(call_, around_.log, *plan_, filtered_->annotations, d, found.choice[d]);
      note_flavors(found, solution);
      solution.recommendations.push_back(std::move(recommendation));
    }
    if (auto fault = check_series(choices); !fault.empty()) return refuse(fault);
    solution.explanation["plan_id"] = request_.plan_id;
    solution.explanation["solver_info"] = solution.solver_info;
    if (!solution.notes.empty())
      solution.explanation["notes"] = json::array(solution.notes.begin(), solution.notes.end());
    solution.explanation["demands"] = explain_demands(*plan_, filtered_->evidence, around_.options.triage_limit);
    if (series.proof == sdk::Proof::infeasible && filtered_->message.empty()) explain_conflict(solution.explanation);
    return solution;
  }

  void note_flavors(Found const& found, Solution& solution) const {
    for (std::uint32_t d = 0; d < found.choice.size(); ++d) {
      auto const& pool = plan_->demands[d];
      auto const c = found.choice[d];
      auto const* by_constraint = filtered_->annotations.of(d, c);
      if (!by_constraint || pool.types[c] != InventoryType::cloud) continue;
      auto const region = text_of(*pool.documents[c], "vim-id");
      for (auto const& [constraint, flavors] : *by_constraint)
        for (auto const& flavor : flavors) solution.flavors.push_back({pool.name, flavor.label, flavor.name, region});
      solution.scores.push_back({pool.name, filtered_->annotations.hpa_score(d, c).value_or(0.0)});
    }
  }

  void explain_conflict(json::object& explanation) {
    auto const time = std::clamp<sdk::Duration>(around_.clock.now() - begin_, least_explaining, most_explaining);
    auto& strategy = around_.exact ? *around_.exact : around_.strategy;
    // An empty demand needs no proof.
    bool const proven = &strategy == &around_.strategy || filtered_->empty_demand;
    auto conflict = solver::explain_conflict(call_.within(around_.clock, time), plan_,
                                             {around_.options, remote_, strategy, around_.clock, around_.log, proven});
    if (conflict) explanation["conflict"] = std::move(*conflict);
  }

  Choice choice_of(Found const& found) const {
    Choice choice;
    for (std::size_t d = 0; d < found.choice.size(); ++d)
      choice[plan_->demands[d].name] = plan_->demands[d].documents[found.choice[d]];
    return choice;
  }

  // The checker's opinion against what the search and the report say.
  std::string check(Choice const& choice, Found const& found, Score const& reported) const {
    auto const verdict =
        check_solution({*plan_->document, filtered_->answers, around_.options, plan_->move_cost}, choice);
    if (!verdict.fault.empty()) return verdict.fault;
    if (!plan_->has_preferences()) return "";
    if (auto const violated = violated_constraints(*filtered_, found.choice);
        verdict.violated != std::set<std::string>(violated.begin(), violated.end()))
      return "it violates other soft constraints than those reported";
    auto const searched = dense_->score_of(found.cost);
    auto const tolerance = 2 * dense_->rounding() + 1e-9 * std::abs(verdict.value);
    for (auto const& score : {searched, reported})
      if (score.gaps != verdict.gaps || !(std::abs(as_reported(*plan_, score.value) - verdict.value) <= tolerance))
        return "its value is " + shortest(verdict.value) + " with " + std::to_string(verdict.gaps) +
               " gaps, reported were " + shortest(as_reported(*plan_, score.value)) + " with " +
               std::to_string(score.gaps);
    return "";
  }

  sdk::Error refuse(std::string const& fault) const {
    auto const text = "a solution of strategy '" + request_.strategy + "' did not pass the check: " + fault;
    around_.log.error(call_, text);
    return {sdk::Errc::internal, text};
  }

  json::object info_of(Found const& found, Score const& score) const {
    json::object info;
    info["value"] = as_reported(*plan_, score.value);
    json::value bound = nullptr, gap = nullptr;
    auto const below = dense_->score_of(found.bound);
    if (found.proof == sdk::Proof::optimal) {
      bound = as_reported(*plan_, score.value);
      gap = 0.0;
    } else if (below.gaps == score.gaps) {
      // With fewer gaps the bound is on another scale and says nothing about the value.
      bound = as_reported(*plan_, below.value);
      gap = std::max(0.0, (score.value - below.value) / std::max(1.0, std::abs(score.value)));
    }
    info["bound"] = std::move(bound);
    info["gap"] = std::move(gap);
    info["status"] = to_string(found.proof);
    if (!found.ended_by.empty()) info["ended_by"] = found.ended_by;
    info["strategy"] = request_.strategy;
    info["elapsed_ms"] = found.elapsed_ms;
    info["nodes"] = found.nodes;
    auto const violated = violated_constraints(*filtered_, found.choice);
    info["violated"] = json::array(violated.begin(), violated.end());
    auto const moves = moves_of(found);
    if (plan_->move_cost || plan_->stays_first) info["moves"] = moves;
    auto const gaps = score.gaps - (plan_->stays_first ? moves : 0);
    if (gaps > 0) info["gaps"] = gaps;
    info["distances"] = distances_of(found);
    return info;
  }

  // Demands that leave their present placement.
  std::uint64_t moves_of(Found const& found) const {
    std::uint64_t moves = 0;
    for (std::size_t d = 0; d < found.choice.size(); ++d)
      if (plan_->demands[d].leaves_placement(found.choice[d])) ++moves;
    return moves;
  }

  // What each distance operand of the objective measures in this solution, for people: {"from", "to", "km"}.
  json::array distances_of(Found const& found) const {
    json::array distances;
    for_each_operand(*plan_, [&](Operand const& operand) {
      bool const to_location =
          operand.function == Function::location_distance || operand.function == Function::location_latency;
      if (!to_location && operand.demands.size() != 2) return;
      if (operand.function == Function::cost || operand.function == Function::hpa_score ||
          operand.function == Function::newest_version)
        return;
      auto const place_of = [&](std::uint32_t d) -> std::optional<Coordinates> {
        auto const site = plan_->demands[d].sites[found.choice[d]];
        if (site == no_site) return std::nullopt;
        return plan_->sites[site].where;
      };
      auto const last = place_of(operand.demands.back());
      auto const first =
          to_location ? std::optional(plan_->locations[operand.location].where) : place_of(operand.demands.front());
      if (!first || !last) return;
      auto const& from =
          to_location ? plan_->locations[operand.location].name : plan_->demands[operand.demands.front()].name;
      distances.push_back(json::object{
          {"from", from}, {"to", plan_->demands[operand.demands.back()].name}, {"km", distance_km(*first, *last)}});
    });
    return distances;
  }

  sdk::Call const& call_;
  Request const& request_;
  Surroundings const& around_;
  RememberingRemote remote_;
  sdk::Time begin_{};
  std::shared_ptr<Plan const> plan_;
  std::shared_ptr<Filtered> filtered_;
  std::shared_ptr<Dense const> dense_;
};

}  // namespace

sdk::Result<Solution> solve(sdk::Call const& call, std::shared_ptr<json::value const> translated,
                            Request const& request, Surroundings const& surroundings) {
  try {
    return Solve(call, request, surroundings).run(std::move(translated));
  } catch (InvalidPlan const& error) {
    return sdk::Error{sdk::Errc::invalid, error.what()};
  }
}

}  // namespace conductor::services::solver
