// The solver's rpc methods: a plan that is only tried ends as a stored one would, with or without changes to its
// candidates.
#include "fixture.hpp"
#include "services/solver/overlay.hpp"
#include "services/solver/rpc.hpp"
#include "tests/core/store/test_world.hpp"
#include "tests/services/solver/one_strategy.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

// Keeps the methods and calls them.
class Served final : public rpc::Bus {
 public:
  std::map<std::string, rpc::Method> methods;
  void serve(std::string topic, std::string method, rpc::Method handler) override {
    methods[topic + "." + method] = std::move(handler);
  }
  sdk::Result<json::value> call(sdk::Call const& call, std::string const& topic, std::string const& method,
                                json::value args) override {
    return methods.at(topic + "." + method)(call, args);
  }
};

struct Role {
  tests::World world;
  Bench bench;
  store::Plans plans{world.store, world.clock()};
  LoadedStrategy strategy{"optimal"};
  OneStrategy registry{strategy};
  HandlerOptions options;
  SolveHandler handler{options, plans, bench.remote, registry, bench.host.clock(), bench.host.log()};
  Served bus;
  Role() { services::solver::serve(bus, handler); }

  sdk::Result<json::value> dry_run(json::object args) { return bus.call({}, "solver", "dry_run", std::move(args)); }
};

PlanDocument two_candidates() {
  PlanDocument plan;
  plan.candidate("d", "cheap", {{"cost", 1}, {"location_id", "north"}})
      .candidate("d", "dear", {{"cost", 5}, {"location_id", "south"}})
      .operand("cost", {"d"});
  return plan;
}

std::string chosen(sdk::Result<json::value> const& end) {
  BOOST_REQUIRE(end.has_value());
  BOOST_REQUIRE_MESSAGE(end->at("status").as_string() == "solved", json::serialize(*end));
  auto const& candidate = end->at("documents").at("solution").at("recommendations").at(0).at("d").at("candidate");
  return std::string(candidate.at("candidate_id").as_string());
}

// A stored plan in some status; "plan-8" has been solved.
void store_plan(Role& role, std::string const& id, std::string const& status, bool explained) {
  store::NewPlan fresh;
  fresh.id = id;
  fresh.name = "n";
  fresh.recommend_max = "1";
  fresh.template_document = json::object{};
  BOOST_REQUIRE(role.plans.create({}, fresh).has_value());
  sdk::Values values{{"status", status}};
  values["translation"] = role.plans.put_document({}, id, "translation", two_candidates().document()).value();
  if (explained) values["explanation"] = role.plans.put_document({}, id, "explanation", json::object{}).value();
  sdk::Expect expect;
  expect.version = role.world.store.get({}, "plans", id, sdk::Strength::strong).value.version;
  BOOST_REQUIRE(role.world.store.update({}, "plans", id, values, expect, sdk::random_id(), sdk::Durability::full));
}

json::object asked(json::object more = {}) {
  more["translation"] = two_candidates().document();
  more["plan_id"] = "plan-7";
  more["recommend_max"] = "1";
  return more;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(solver_rpc, Role)

BOOST_AUTO_TEST_CASE(it_answers_that_it_is_there) {
  BOOST_TEST(bus.call({}, "solver", "ping", json::object()).value().at("ok").as_bool());
}

BOOST_AUTO_TEST_CASE(a_tried_plan_is_solved_and_explained_and_nothing_is_stored) {
  auto const end = dry_run(asked());
  BOOST_TEST(chosen(end) == "cheap");
  BOOST_TEST(end->at("documents").at("explanation").at("status").as_string() == "solved");
  BOOST_TEST(world.store.calls == 0);
}

BOOST_AUTO_TEST_CASE(all_solutions_are_given_when_all_are_asked_for) {
  auto args = asked();
  args["recommend_max"] = "all";
  BOOST_TEST(dry_run(args).value().at("documents").at("solution").at("recommendations").as_array().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_candidate_that_is_down_or_excluded_is_not_chosen) {
  BOOST_TEST(chosen(dry_run(asked({{"overlay", {{"down", {{"location_id", json::array{"north"}}}}}}}))) == "dear");
  auto const without = json::array{json::object{{"demand", "d"}, {"candidate_id", "cheap"}}};
  BOOST_TEST(chosen(dry_run(asked({{"overlay", {{"exclude", without}}}}))) == "dear");
  auto const of_another = json::array{json::object{{"demand", "e"}, {"candidate_id", "cheap"}}};
  BOOST_TEST(chosen(dry_run(asked({{"overlay", {{"exclude", of_another}}}}))) == "cheap");
}

BOOST_AUTO_TEST_CASE(changed_fields_and_costs_change_the_choice) {
  auto const changes = json::array{json::object{{"where", {{"candidate_id", "dear"}}}, {"set", {{"cost", 0}}}}};
  BOOST_TEST(chosen(dry_run(asked({{"overlay", {{"set", changes}}}}))) == "dear");
  auto const factors = json::array{json::object{{"where", {{"location_id", "north"}}}, {"factor", 10}}};
  BOOST_TEST(chosen(dry_run(asked({{"overlay", {{"cost_factor", factors}}}}))) == "dear");
}

BOOST_AUTO_TEST_CASE(the_parts_of_an_overlay_are_applied_in_their_order) {
  // Excluded before anything is set, and set before costs are multiplied.
  auto const changes = json::array{json::object{{"where", {{"candidate_id", "dear"}}}, {"set", {{"cost", 2}}}}};
  auto const factors = json::array{json::object{{"where", {{"cost", 2}}}, {"factor", 3}}};
  auto const changed = overlay(two_candidates().document(), {{"cost_factor", factors}, {"set", changes}});
  BOOST_TEST(
      changed.at("conductor_solver").at("demands").at("d").at("candidates").at(1).at("cost").to_number<double>() == 6);
}

BOOST_AUTO_TEST_CASE(what_no_candidate_survives_is_not_found) {
  auto const end = dry_run(asked({{"overlay", {{"down", {{"location_id", json::array{"north", "south"}}}}}}}));
  BOOST_TEST(end.value().at("status").as_string() == "not found");
}

BOOST_AUTO_TEST_CASE(a_malformed_overlay_is_an_error_of_the_plan) {
  auto const end = dry_run(asked({{"overlay", {{"down", 7}}}}));
  BOOST_TEST(end.value().at("status").as_string() == "error");
  BOOST_TEST(end->at("message").as_string() == "overlay: down must be a mapping, got 7");
}

BOOST_AUTO_TEST_CASE(a_call_without_translation_is_refused) {
  BOOST_TEST((dry_run({{"plan_id", "x"}}).error().code == sdk::Errc::invalid));
}

BOOST_AUTO_TEST_CASE(why_not_reads_the_stored_plan) {
  store_plan(*this, "plan-8", "solved", true);
  auto const ask = [&](char const* demand, char const* candidate) {
    return bus.call({}, "solver", "why_not", {{"plan_id", "plan-8"}, {"demand", demand}, {"candidate", candidate}});
  };
  auto const found = ask("d", "dear");
  BOOST_REQUIRE_MESSAGE(found.has_value(), (found.has_error() ? found.error().text : ""));
  BOOST_TEST(*found == (json::value{{"cost", 4.0}, {"value", 5.0}, {"assignment", {{"d", "dear"}}}}));
  BOOST_TEST((ask("d", "other").error().code == sdk::Errc::not_found));
  BOOST_TEST((ask("e", "dear").error().code == sdk::Errc::not_found));
}

BOOST_AUTO_TEST_CASE(why_not_of_a_plan_without_result_is_a_conflict_and_of_none_not_found) {
  auto const ask = [&](char const* plan) {
    return bus.call({}, "solver", "why_not", {{"plan_id", plan}, {"demand", "d"}, {"candidate", "dear"}}).error();
  };
  store_plan(*this, "waiting", "solving", true);
  store_plan(*this, "broken", "error", false);
  BOOST_TEST((ask("waiting").code == sdk::Errc::conflict));
  BOOST_TEST(ask("waiting").text == "Plan waiting is in status solving; the solver has not finished yet");
  BOOST_TEST((ask("broken").code == sdk::Errc::conflict));
  BOOST_TEST((ask("absent").code == sdk::Errc::not_found));
  auto const nothing = bus.call({}, "solver", "why_not", {{"plan_id", "waiting"}, {"demand", "d"}});
  BOOST_TEST((nothing.error().code == sdk::Errc::invalid));
}

BOOST_AUTO_TEST_SUITE_END()
