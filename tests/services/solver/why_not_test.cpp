// Why a candidate was not chosen, and what choosing it would cost.
#include "oracle.hpp"
#include "random_conflicts.hpp"
#include "services/solver/why_not.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

struct Asked {
  Bench bench;
  LoadedStrategy optimal{"optimal"};

  sdk::Result<json::object> ask(json::value const& document, std::string const& demand, std::string const& candidate) {
    return why_not(bench.call, std::make_shared<json::value const>(document), {demand, candidate, 0, bench.move_cost},
                   {bench.options, bench.remote, optimal, bench.host.clock(), bench.host.log()});
  }
  json::object answer(PlanDocument const& plan, std::string const& demand, std::string const& candidate) {
    auto found = ask(plan.document(), demand, candidate);
    BOOST_REQUIRE_MESSAGE(found.has_value(), (found.has_error() ? found.error().text : ""));
    return std::move(*found);
  }
  // "near: 610 km >= 500 km; ..."
  std::string violated(PlanDocument const& plan, std::string const& demand, std::string const& candidate) {
    auto const found = answer(plan, demand, candidate);
    std::string text;
    for (auto const& each : found.at("violated").as_array())
      text.append(text.empty() ? "" : "; ")
          .append(each.at("constraint").as_string())
          .append(": ")
          .append(each.at("text").as_string());
    return text;
  }
};

PlanDocument two_demands() {
  PlanDocument plan;
  plan.location("munich", 48.1, 11.6);
  for (auto const* demand : {"a", "b"}) {
    auto south = at(48.1, 11.6, 1), north = at(53.6, 10.0, 5);
    south["location_id"] = "south";
    north["location_id"] = "north";
    plan.candidate(demand, "s", std::move(south)).candidate(demand, "n", std::move(north));
  }
  plan.operand("cost", {"a"}).operand("cost", {"b"}, 2);
  return plan;
}

json::object near_munich(double limit) {
  auto near = km("<", limit);
  near["location"] = "munich";
  return near;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(why_not_answers, Asked)

BOOST_AUTO_TEST_CASE(a_candidate_that_was_chosen_costs_nothing) {
  auto const found = answer(two_demands(), "a", "s");
  BOOST_TEST(found.at("cost").as_double() == 0);
  BOOST_TEST(found.at("value").as_double() == 3);
  BOOST_TEST(found.at("assignment") == (json::value{{"a", "s"}, {"b", "s"}}));
}

BOOST_AUTO_TEST_CASE(another_candidate_costs_the_difference_to_the_optimum) {
  auto const found = answer(two_demands(), "b", "n");
  BOOST_TEST(found.at("cost").as_double() == 8);
  BOOST_TEST(found.at("value").as_double() == 11);
  BOOST_TEST(found.at("assignment") == (json::value{{"a", "s"}, {"b", "n"}}));
}

BOOST_AUTO_TEST_CASE(what_the_others_must_change_for_it_counts) {
  auto plan = two_demands();
  plan.constraint("same", "zone", {"a", "b"}, {{"qualifier", "same"}, {"category", "region"}});
  auto const found = answer(plan, "a", "n");
  BOOST_TEST(found.at("cost").as_double() == 12);
  BOOST_TEST(found.at("assignment") == (json::value{{"a", "n"}, {"b", "n"}}));
}

BOOST_AUTO_TEST_CASE(a_candidate_as_good_as_the_optimum_costs_nothing) {
  PlanDocument plan;
  plan.candidate("d", "x", {{"cost", 0.1}}).candidate("d", "y", {{"cost", 0.1}}).operand("cost", {"d"});
  BOOST_TEST(answer(plan, "d", "y").at("cost").as_double() == 0);
}

BOOST_AUTO_TEST_CASE(without_objective_nothing_costs_anything) {
  auto plan = two_demands();
  plan.root()["objective"] = nullptr;
  BOOST_TEST(answer(plan, "a", "n").at("cost").as_double() == 0);
}

BOOST_AUTO_TEST_CASE(all_constraints_that_a_candidate_breaks_by_itself_are_told_with_numbers) {
  auto plan = two_demands();
  plan.constraint("near", "distance_to_location", {"a"}, near_munich(500))
      .constraint("south", "attribute", {"a"}, {{"evaluate", {{"location_id", "south"}}}});
  auto const found = answer(plan, "a", "n");
  auto const& list = found.at("violated").as_array();
  BOOST_REQUIRE(list.size() == 2U);
  BOOST_TEST(list[0].at("constraint").as_string() == "near");
  BOOST_TEST(list[0].at("reason").as_string() == "distance");
  BOOST_TEST(list[0].at("text").as_string() == "622 km >= 500 km");
  BOOST_TEST(list[0].at("value").as_double() > 500);
  BOOST_TEST(list[0].at("limit").as_double() == 500);
  BOOST_TEST(list[1].at("constraint").as_string() == "south");
}

BOOST_AUTO_TEST_CASE(what_forbids_it_beside_the_choices_of_the_best_solution_is_told) {
  auto plan = two_demands();
  plan.constraint("south", "attribute", {"b"}, {{"evaluate", {{"location_id", "south"}}}})
      .constraint("close", "distance_between_demands", {"a", "b"}, km("<=", 500))
      .constraint("same", "zone", {"a", "b"}, {{"qualifier", "same"}, {"category", "region"}});
  BOOST_TEST(violated(plan, "a", "n") ==
             "same: region north is not south (beside b = s); close: 622 km > 500 km (beside b = s)");
}

BOOST_AUTO_TEST_CASE(in_a_plan_without_solution_the_constraints_that_leave_no_choice_beside_it_are_told) {
  auto plan = two_demands();
  plan.constraint("close", "distance_between_demands", {"a", "b"}, km("<=", 500))
      .constraint("apart", "zone", {"a", "b"}, {{"qualifier", "different"}, {"category", "region"}});
  BOOST_TEST(violated(plan, "a", "n") ==
             "apart: apart, close cannot hold together for a, b with this candidate; "
             "close: apart, close cannot hold together for a, b with this candidate");
  plan.candidate("c", "x");
  BOOST_TEST(violated(plan, "c", "x")
                 .starts_with("apart: apart, close cannot hold together for a, b, whatever is chosen for c; "));
  auto empty = two_demands();
  empty.root()["demands"].as_object()["b"].as_object()["candidates"] = json::array();
  BOOST_TEST(violated(empty, "a", "n") == "usable data: there is no candidate for b");
}

BOOST_AUTO_TEST_CASE(candidates_that_never_came_to_the_search_are_answered_with_their_reason) {
  auto plan = two_demands();
  plan.raw_candidate("a", {{"candidate_id", "odd"}, {"inventory_type", "cloud"}, {"cost", "much"}});
  BOOST_TEST(violated(plan, "a", "odd") == "usable data: cost \"much\" is not a number");
  auto document = plan.document();
  json::object const drop{{"candidate_id", "gone"}, {"location_id", "x"}, {"reason", "no passthrough"}};
  document.as_object()["translation_dropped"] = json::object{{"a", json::array{drop}}};
  auto const found = ask(document, "a", "gone");
  BOOST_TEST(found.value() == (json::value{{"violated", json::array{json::object{{"constraint", "translation"},
                                                                                 {"reason", "no passthrough"},
                                                                                 {"text", "no passthrough"}}}}}));
  BOOST_TEST((ask(document, "b", "gone").error().code == sdk::Errc::not_found));
}

BOOST_AUTO_TEST_CASE(unknown_names_are_not_found) {
  auto const plan = two_demands();
  auto const no_demand = ask(plan.document(), "z", "s"), no_candidate = ask(plan.document(), "a", "z");
  BOOST_TEST((no_demand.error().code == sdk::Errc::not_found));
  BOOST_TEST(no_demand.error().text == "Plan p has no demand 'z'");
  BOOST_TEST((no_candidate.error().code == sdk::Errc::not_found));
  BOOST_TEST(no_candidate.error().text == "Plan p has no candidate 'z' for demand 'a'");
}

BOOST_AUTO_TEST_CASE(with_the_goal_maximize_a_cost_is_still_a_loss) {
  auto plan = two_demands();
  auto const leaf = [](char const* demand) {
    return json::object{{"function", "attribute"}, {"params", {{"demand", demand}, {"attribute", "cost"}}}};
  };
  plan.root()["version"] = "2020-08-13";
  plan.root()["objective"] = {
      {"goal", "maximize"},
      {"operation_function", {{"operator", "sum"}, {"operands", json::array{leaf("a"), leaf("b")}}}}};
  auto const found = answer(plan, "a", "s");
  BOOST_TEST(found.at("value").as_double() == 6);
  BOOST_TEST(found.at("cost").as_double() == 4);
}

// Against exhaustive enumeration of the plan with that candidate as the only one.
BOOST_AUTO_TEST_CASE(the_cost_of_any_candidate_of_a_random_plan_is_that_of_enumeration) {
  Answers const answers;
  int costs = 0, forbidden = 0;
  for (unsigned seed = 1; costs < 400; ++seed) {
    RandomConflicts const random(seed, true);
    auto const& document = random.plan.document();
    Oracle const best({document, answers, bench.options});
    auto const& demands = document.at("conductor_solver").at("demands").as_object();
    for (auto const& [demand, pool] : demands)
      for (auto const& candidate : pool.at("candidates").as_array()) {
        auto forced = document;
        forced.at("conductor_solver").at("demands").at(demand).as_object()["candidates"] = json::array{candidate};
        Oracle const oracle({forced, answers, bench.options});
        std::string const id(candidate.at("candidate_id").as_string());
        BOOST_TEST_CONTEXT("seed " << seed << ", " << demand << " = " << id << ": " << json::serialize(document)) {
          auto const found = ask(document, std::string(demand), id);
          BOOST_REQUIRE_MESSAGE(found.has_value(), (found.has_error() ? found.error().text : ""));
          if (oracle.best == "none") {
            BOOST_REQUIRE_MESSAGE(found->contains("violated"), json::serialize(*found));
            BOOST_REQUIRE(!found->at("violated").as_array().empty());
            ++forbidden;
            continue;
          }
          BOOST_REQUIRE_MESSAGE(found->contains("cost"), json::serialize(*found));
          BOOST_REQUIRE(std::abs(found->at("value").as_double() - oracle.value) < 1e-5);
          BOOST_REQUIRE(std::abs(found->at("cost").as_double() - (oracle.value - best.value)) < 1e-5);
          BOOST_REQUIRE(found->at("assignment").at(demand) == json::value(id));
          ++costs;
        }
      }
  }
  BOOST_TEST(forbidden > 200);
}

BOOST_AUTO_TEST_SUITE_END()
