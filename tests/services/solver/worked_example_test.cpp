// Solver specification 19, 20.3 and 20.13, with the real strategies.
#include "fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

BOOST_AUTO_TEST_SUITE(worked_example)

namespace {

PlanDocument example(bool unique, double weight_of_core = 1, bool existing = false) {
  PlanDocument plan;
  plan.location("cust", 50.85, 4.35);
  auto const add = [&](char const* demand, char const* id, double latitude, double longitude, double cost) {
    auto fields = at(latitude, longitude, cost);
    fields["uniqueness"] = unique ? "true" : "false";
    plan.candidate(demand, id, std::move(fields));
  };
  add("edge", "e1", 50.63, 3.06, 2);
  add("edge", "e2", 50.78, 6.08, 1);
  add("edge", "e3", 52.09, 5.12, 2);
  add("core", "g1", 50.94, 6.96, 2);
  add("core", "g2", 49.49, 0.11, existing ? -8000 : 2);
  add("core", "g3", 49.75, 6.64, 1);
  add("core", "g4", 53.55, 9.99, 2);
  plan.constraint("near", "distance_between_demands", {"edge", "core"}, km("<=", 250));
  plan.operand("distance_between", {"cust", "edge"}).operand("distance_between", {"cust", "core"}, weight_of_core);
  return plan;
}

}  // namespace

BOOST_AUTO_TEST_CASE(optimal_finds_the_best_and_proves_it) {
  Bench bench;
  auto const solution = bench.optimal(example(true));
  BOOST_TEST(chosen(solution) == "e2 g1");
  BOOST_TEST(std::abs(value(solution) - 308.106194) < 1e-6);
  BOOST_TEST((solution->proof == sdk::Proof::optimal));
  auto const& info = solution->solver_info.at(0).as_object();
  BOOST_TEST(info.at("status").as_string() == "optimal");
  BOOST_TEST(info.at("bound").as_double() == value(solution));
  BOOST_TEST(info.at("gap").as_double() == 0.0);
}

BOOST_AUTO_TEST_CASE(distances_are_those_of_the_tables) {
  model::Coordinates const customer{50.85, 4.35};
  std::vector<model::Coordinates> const edges{{50.63, 3.06}, {50.78, 6.08}, {52.09, 5.12}};
  std::vector<model::Coordinates> const cores{{50.94, 6.96}, {49.49, 0.11}, {49.75, 6.64}, {53.55, 9.99}};
  double const to_edges[] = {94.012608, 121.788859, 147.835409};
  double const to_cores[] = {183.317335, 337.658991, 203.495829, 487.487689};
  double const between[][4] = {{276.298974, 245.768455, 272.970285, 573.699570},
                               {64.276406, 448.879320, 121.249678, 407.297070},
                               {180.441558, 455.458098, 281.150300, 365.201822}};
  for (std::size_t core = 0; core < cores.size(); ++core) {
    BOOST_TEST(std::abs(model::distance_km(customer, cores[core]) - to_cores[core]) < 1e-6);
    for (std::size_t edge = 0; edge < edges.size(); ++edge)
      BOOST_TEST(std::abs(model::distance_km(edges[edge], cores[core]) - between[edge][core]) < 1e-6);
  }
  for (std::size_t edge = 0; edge < edges.size(); ++edge)
    BOOST_TEST(std::abs(model::distance_km(customer, edges[edge]) - to_edges[edge]) < 1e-6);
}

BOOST_AUTO_TEST_CASE(fit_first_takes_the_first_that_fits) {
  Bench bench;
  LoadedStrategy strategy("fit_first");
  auto const solution = bench.solve(example(true), strategy, "1", "fit_first");
  BOOST_TEST(chosen(solution) == "e1 g2");
  BOOST_TEST(std::abs(value(solution) - 435.671599) < 1e-6);
  BOOST_TEST(solution->solver_info.at(0).at("strategy").as_string() == "fit_first");
}

BOOST_AUTO_TEST_CASE(unique_candidates_are_used_once) {
  Bench bench;
  auto const solution = bench.optimal(example(true), "3");
  BOOST_TEST(solution.value().recommendations.size() == 2U);
  BOOST_TEST(chosen(solution, 0) == "e2 g1");
  BOOST_TEST(chosen(solution, 1) == "e1 g2");
  BOOST_TEST(std::abs(value(solution, 1) - 435.671599) < 1e-6);
}

BOOST_AUTO_TEST_CASE(without_unique_candidates_the_three_best_are_found) {
  Bench bench;
  auto const solution = bench.optimal(example(false), "3");
  BOOST_TEST(chosen(solution, 0) == "e2 g1");
  BOOST_TEST(chosen(solution, 1) == "e2 g3");
  BOOST_TEST(chosen(solution, 2) == "e3 g1");
  BOOST_TEST(std::abs(value(solution, 2) - 335.152744) < 1e-6);
}

BOOST_AUTO_TEST_CASE(weights_count) {
  Bench bench;
  auto const solution = bench.optimal(example(false, 2), "3");
  double const expected[] = {493.423529, 520.470078, 531.780516};
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(std::abs(value(solution, i) - expected[i]) < 1e-6);
}

BOOST_AUTO_TEST_CASE(an_existing_placement_wins_by_its_cost) {
  Bench bench;
  auto const solution = bench.optimal(example(true, 1, true));
  BOOST_TEST(chosen(solution) == "e1 g2");
  BOOST_TEST(std::abs(value(solution) - -7566.328400) < 1e-6);
}

BOOST_AUTO_TEST_CASE(cost_may_count_once) {
  Bench bench;
  bench.options.cost_mode = CostMode::once;
  auto const solution = bench.optimal(example(true, 2));
  BOOST_TEST(std::abs(value(solution) - (121.788859 + 1 + 2 * 183.317335 + 2)) < 1e-5);
}

// S63: `all` with nothing unique ends, and is capped.
BOOST_AUTO_TEST_CASE(all_solutions_end) {
  Bench bench;
  BOOST_TEST(bench.optimal(example(false), "all").value().recommendations.size() == 4U);
  bench.options.max_solutions = 3;
  BOOST_TEST(bench.optimal(example(false), "all").value().recommendations.size() == 3U);
}

// S63, S64: candidates of both kinds, one of them marked by a boolean; an assignment without unique ones is excluded as
// a whole.
BOOST_AUTO_TEST_CASE(a_mixture_of_unique_and_shared_candidates_gives_different_solutions) {
  auto plan = example(false);
  plan.root()["demands"].at("edge").at("candidates").as_array()[0].as_object()["uniqueness"] = true;
  Bench bench;
  auto const solution = bench.optimal(plan, "all");
  BOOST_TEST(chosen(solution, 0) == "e2 g1");
  BOOST_TEST(chosen(solution, 1) == "e2 g3");
  BOOST_TEST(chosen(solution, 2) == "e3 g1");
  BOOST_TEST(chosen(solution, 3) == "e1 g2");
  BOOST_TEST(chosen(solution, 4) == "none");
}

// S19: pairwise constraints look at the current path only.
BOOST_AUTO_TEST_CASE(stale_choices_of_abandoned_branches_restrict_nothing) {
  PlanDocument plan;
  plan.location("cust", 50.85, 4.35);
  auto const add = [&](char const* demand, char const* id, double latitude, double longitude) {
    auto fields = at(latitude, longitude);
    fields["location_id"] = std::string("region-") + id;
    plan.candidate(demand, id, std::move(fields));
  };
  add("edge", "a1", 50.85, 4.35);
  add("edge", "a2", 51.0, 4.5);
  add("mid", "b1", 50.9, 4.3);
  add("far", "c1", 51.9, 4.5);
  plan.constraint("near", "distance_between_demands", {"edge", "far"}, km("<", 101));
  plan.constraint("apart", "zone", {"edge", "mid"}, {{"qualifier", "different"}, {"category", "region"}});
  for (auto const* demand : {"edge", "mid", "far"}) plan.operand("distance_between", {"cust", demand});
  Bench bench;
  BOOST_TEST(chosen(bench.optimal(plan)) == "a2 b1 c1");
  LoadedStrategy fit_first("fit_first");
  BOOST_TEST(chosen(bench.solve(plan, fit_first)) == "a2 b1 c1");
}

// S43: the third demand has nothing: no error, but a proof.
BOOST_AUTO_TEST_CASE(a_third_demand_without_candidates_is_infeasible) {
  PlanDocument plan;
  plan.location("cust", 0, 0);
  plan.candidate("a", "a1", at(1, 1)).candidate("b", "b1", at(1, 1)).candidate("c", "c1", at(50, 50));
  plan.constraint("near", "distance_to_location", {"c"}, [] {
    auto properties = km("<", 700);
    properties["location"] = "cust";
    return properties;
  }());
  for (auto const* demand : {"a", "b", "c"}) plan.operand("distance_between", {"cust", demand});
  Bench bench;
  auto const solution = bench.optimal(plan);
  BOOST_TEST((solution.value().proof == sdk::Proof::infeasible));
  auto const* drop = drop_of(solution, "c", "c1");
  BOOST_REQUIRE(drop);
  BOOST_TEST(drop->at("reason").as_string() == "distance");
  BOOST_TEST(drop->at("text").as_string() == "7,294 km >= 700 km");
  BOOST_TEST(drop->at("limit").as_double() == 700);
}

BOOST_AUTO_TEST_CASE(random_pick_answers_alike_for_one_seed) {
  auto plan = example(false);
  plan.root()["objective"] = nullptr;
  Bench bench;
  LoadedStrategy strategy("random_pick");
  auto const first = chosen(bench.solve(plan, strategy));
  BOOST_TEST(first != "none");
  BOOST_TEST(chosen(bench.solve(plan, strategy)) == first);
}

BOOST_AUTO_TEST_SUITE_END()
