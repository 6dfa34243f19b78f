// The stage's handler over a real (memory) store: which status and which words a plan ends with.
#include "fixture.hpp"
#include "core/model/order_locks.hpp"
#include "services/solver/handler.hpp"
#include "tests/services/solver/one_strategy.hpp"

#include <boost/test/unit_test.hpp>

extern "C" conductor::sdk::Entry const conductor_plugin_entry;  // of the memory store

using namespace conductor;
using namespace conductor::tests::solver;
using namespace std::chrono_literals;

namespace {

struct Stage {
  Stage() {
    sdk::Schema schema("memory");
    conductor_plugin_entry.describe(schema);
    plugin.reset(conductor_plugin_entry.create(bench.host, sdk::testing::settings_of(schema)));
    store = dynamic_cast<sdk::Store*>(plugin.get());
    BOOST_REQUIRE(store->start({}).has_value());
    plans = std::make_unique<store::Plans>(*store, bench.host.clock());
    options.owner = "worker-1";
  }
  ~Stage() { store->stop(); }

  sdk::Result<workflow::Finish> handle(plugin::Strategy& strategy, json::value const* translated,
                                       json::value extras = nullptr) {
    store::NewPlan fresh;
    fresh.id = "plan-7";
    fresh.name = "n";
    fresh.recommend_max = recommend_max;
    fresh.template_document = template_document;
    fresh.extras = std::move(extras);
    auto created = plans->create({}, fresh);
    BOOST_REQUIRE(created.has_value());
    auto plan = created->plan;
    if (translated)
      plan.row.columns["translation"] = plans->put_document({}, plan.id, "translation", *translated).value();
    registry = std::make_unique<OneStrategy>(strategy);
    handler = std::make_unique<SolveHandler>(options, *plans, bench.remote, *registry, bench.host.clock(),
                                             bench.host.log(), &metrics);
    return handler->handle({}, plan);
  }

  Bench bench;
  std::unique_ptr<sdk::Plugin> plugin;
  sdk::Store* store = nullptr;
  std::unique_ptr<store::Plans> plans;
  HandlerOptions options;
  json::object template_document;
  std::string recommend_max = "1";
  metrics::Registry metrics;
  std::unique_ptr<OneStrategy> registry;
  std::unique_ptr<SolveHandler> handler;
};

PlanDocument small_plan() {
  PlanDocument plan;
  plan.candidate("d", "a", {{"cost", 2}, {"state", "TX"}}).operand("cost", {"d"});
  return plan;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(handler, Stage)

BOOST_AUTO_TEST_CASE(a_plan_that_ended_by_its_node_limit_says_so) {
  ScriptedStrategy strategy([](sdk::Problem const& problem, auto&) {
    return sdk::Solved{sdk::Proof::unknown, {}, problem.node_limit() + 1};
  });
  auto plan = small_plan();
  auto const finish = handle(strategy, &plan.document(), json::object{{"solver", {{"node_limit", 12}}}});
  BOOST_TEST(finish.value().status == "not found");
  BOOST_TEST(finish->message ==
             "Plan plan-7 search failed, no recommendations found by machine worker-1: strategy 'optimal' reached the "
             "solver's node_limit of 12 nodes without an answer; a larger one may give one");
}

// S70
BOOST_AUTO_TEST_CASE(a_solved_plan_carries_solution_and_explanation) {
  LoadedStrategy strategy("optimal");
  auto const plan = small_plan();
  auto const finish = handle(strategy, &plan.document());
  BOOST_TEST(finish.value().status == "done");
  BOOST_TEST(finish->message == "");
  auto const& solution = finish->documents.at("solution");
  BOOST_TEST(solution.at("recommendations").as_array().size() == 1U);
  BOOST_TEST(solution.at("solver_info").at(0).at("value").as_double() == 2);
  BOOST_TEST(finish->documents.at("explanation").at("status").as_string() == "solved");
}

BOOST_AUTO_TEST_CASE(a_solved_plan_that_asks_for_reservations_is_left_to_the_reservation) {
  LoadedStrategy strategy("optimal");
  auto plan = small_plan().document();
  plan.as_object().at("conductor_solver").as_object()["reservations"] =
      json::object{{"demands", {{"hold_d", {{"name", "hold"}, {"demands", "d"}}}}}};
  BOOST_TEST(handle(strategy, &plan).value().status == "solved");
}

PlanDocument cloud_plan() {
  PlanDocument plan;
  plan.candidate("d", "a",
                 {{"inventory_type", "cloud"}, {"conflict_id", "a|"}, {"service_resource_id", "res-1"}, {"cost", 2}})
      .operand("cost", {"d"});
  return plan;
}

BOOST_AUTO_TEST_CASE(a_solved_plan_takes_the_locks_of_its_cloud_regions) {
  LoadedStrategy strategy("optimal");
  auto const finish = handle(strategy, &cloud_plan().document());
  BOOST_TEST(finish.value().status == "done");
  BOOST_REQUIRE_EQUAL(finish->beside.size(), 1U);
  BOOST_TEST(finish->beside[0].id == "a|");
  auto const entry =
      model::order_locks::entry_from(std::get<sdk::TextMap>(finish->beside[0].values.at("plans")).at("plan-7"));
  BOOST_TEST(entry.status == "under-spin-up");
  BOOST_TEST(entry.service_resource_id == "res-1");
}

// S72
BOOST_AUTO_TEST_CASE(alternatives_lock_nothing_and_a_region_chosen_twice_is_locked_once) {
  LoadedStrategy strategy("optimal");
  recommend_max = "2";
  auto plan = cloud_plan();
  plan.candidate("d", "b", {{"conflict_id", "b|"}, {"cost", 3}}).candidate("e", "a", {{"conflict_id", "a|"}});
  auto const finish = handle(strategy, &plan.document());
  BOOST_TEST(finish.value().documents.at("solution").at("recommendations").as_array().size() == 2U);
  BOOST_REQUIRE_EQUAL(finish->beside.size(), 1U);
  BOOST_TEST(finish->beside[0].id == "a|");
}

// S70
BOOST_AUTO_TEST_CASE(a_plan_that_waits_for_a_region_says_that_its_recommendations_are_provisional) {
  auto const other = model::order_locks::to_text({.status = "under-spin-up",
                                                  .created_ms = 1,
                                                  .updated_ms = 1,
                                                  .service_resource_id = "res-0",
                                                  .dependencies = {}});
  BOOST_REQUIRE(static_cast<bool>(store->insert({}, "order_locks", "a|", {{"plans", sdk::TextMap{{"other", other}}}},
                                                sdk::random_id(), sdk::Durability::full)));
  LoadedStrategy strategy("optimal");
  auto const finish = handle(strategy, &cloud_plan().document());
  BOOST_TEST(finish.value().status == "waiting spinup");
  BOOST_TEST(finish->beside.size() == 1U);
  BOOST_TEST(finish->documents.at("solution").at("solver_info").at(0).at("provisional").as_bool());
  BOOST_TEST(finish->documents.at("explanation").at("status").as_string() == "waiting spinup");
  // The other plan is done meanwhile.
  auto const row = store->get({}, "order_locks", "a|", sdk::Strength::strong);
  sdk::Expect expect;
  expect.version = row.value.version;
  BOOST_REQUIRE(static_cast<bool>(store->remove({}, "order_locks", "a|", expect, sdk::random_id(), {})));
  auto const again = finish->again({});
  BOOST_TEST(again.value().status == "done");
  BOOST_TEST(!again->documents.at("solution").at("solver_info").at(0).as_object().contains("provisional"));
}

BOOST_AUTO_TEST_CASE(an_infeasible_plan_is_not_found_and_names_the_machine) {
  LoadedStrategy strategy("optimal");
  auto plan = small_plan();
  plan.constraint("k", "attribute", {"d"}, {{"evaluate", {{"state", "CA"}}}});
  auto const finish = handle(strategy, &plan.document());
  BOOST_TEST(finish.value().status == "not found");
  BOOST_TEST(finish->message == "Plan plan-7 search failed, no recommendations found by machine worker-1");
  BOOST_TEST(finish->documents.at("explanation").at("status").as_string() == "not found");
}

BOOST_AUTO_TEST_CASE(a_search_out_of_time_prints_the_limit_that_applied) {
  ScriptedStrategy strategy([this](auto const&, auto&) {
    bench.host.clock().advance(1500ms);
    return sdk::Solved{sdk::Proof::unknown, {}, 1};
  });
  auto const plan = small_plan();
  auto const finish = handle(strategy, &plan.document(), json::object{{"solver", {{"deadline", 1.5}}}});
  BOOST_TEST(finish.value().status == "not found");
  BOOST_TEST(finish->message == "Plan plan-7 is timed out, exceed the expected time 1.5 seconds");
}

BOOST_AUTO_TEST_CASE(a_strategy_that_gives_up_early_is_not_called_out_of_time) {
  ScriptedStrategy strategy([](auto const&, auto&) { return sdk::Solved{sdk::Proof::unknown, {}, 1}; });
  auto const plan = small_plan();
  auto const finish = handle(strategy, &plan.document());
  BOOST_TEST(finish.value().status == "not found");
  BOOST_TEST(finish->message.starts_with(
      "Plan plan-7 search failed, no recommendations found by machine worker-1: strategy 'optimal' ended without"));
}

BOOST_AUTO_TEST_CASE(a_missing_translation_is_an_error) {
  LoadedStrategy strategy("optimal");
  auto const missing = handle(strategy, nullptr);
  BOOST_TEST(missing.value().status == "error");
  BOOST_TEST(missing->message == "Plan plan-7 status is translated, yet the translation wasn't found");
}

BOOST_AUTO_TEST_CASE(a_bad_plan_is_a_parsing_error) {
  LoadedStrategy strategy("optimal");
  auto plan = small_plan();
  plan.constraint("odd", "moon", {"d"}, {});
  auto const finish = handle(strategy, &plan.document());
  BOOST_TEST(finish.value().status == "error");
  BOOST_TEST(
      finish->message.starts_with("Plan plan-7 status encountered a parsing error: constraint 'odd' has type 'moon'"));
}

// S01
BOOST_AUTO_TEST_CASE(an_inventory_that_is_down_is_tried_again) {
  LoadedStrategy strategy("optimal");
  auto plan = small_plan();
  plan.constraint("k", "attribute", {"d"}, {{"evaluate", {{"network_roles", {{"any", json::array{"x"}}}}}}});
  bench.remote.failure = sdk::Error{sdk::Errc::unavailable, "role x: inventory is down"};
  BOOST_TEST((handle(strategy, &plan.document()).error() == *bench.remote.failure));
}

BOOST_AUTO_TEST_CASE(a_plan_whose_candidates_could_not_be_checked_says_so) {
  LoadedStrategy strategy("optimal");
  bench.remote.unchecked = {"not checked, sdnc could not be asked: no response"};
  auto plan = small_plan();
  plan.constraint("fit", "region_fit", {"d"}, {{"controller", "sdnc"}});
  auto const finish = handle(strategy, &plan.document());
  BOOST_REQUIRE(finish.has_value());
  BOOST_TEST(finish->status == "done");
  std::string const note = "constraint 'fit' (region_fit): not checked, sdnc could not be asked: no response";
  BOOST_TEST(finish->message == note);
  BOOST_TEST(finish->documents.at("solution").at("notes") == json::array{json::value(note)});
}

// Solver specification 16, S84: the score is rounded.
BOOST_AUTO_TEST_CASE(solved_plans_are_counted_by_status_and_with_flavors_by_service) {
  LoadedStrategy strategy("optimal");
  template_document["parameters"] = json::object{{"service_name", "vFW"}};
  auto const plan = json::parse(R"({"conductor_solver": {"version": "2018-02-01", "plan_id": "plan-7",
    "request_type": "", "locations": {}, "objective": null, "reservations": {},
    "demands": {"fw": {"candidates": [
      {"candidate_id": "r1", "inventory_type": "cloud", "vim-id": "o_r1", "flavors": {"flavor": [
        {"flavor-id": "1", "flavor-name": "small", "hpa-capabilities": {"hpa-capability": []}},
        {"flavor-id": "2", "flavor-name": "large", "hpa-capabilities": {"hpa-capability": [
          {"hpa-feature": "cpu", "hpa-version": "v1", "architecture": "generic", "hpa-feature-attributes": []},
          {"hpa-feature": "dpdk", "hpa-version": "v1", "architecture": "generic", "hpa-feature-attributes": []}]}}]}}]}},
    "constraints": {"k": {"name": "k", "type": "hpa", "demands": ["fw"], "properties": {"evaluate": [
      {"id": "vm", "type": "vnfc", "directives": [{"type": "flavor_directives",
         "attributes": [{"attribute_name": "label", "attribute_value": ""}]}],
       "flavorProperties": [{"hpa-feature": "cpu", "hpa-version": "v1", "architecture": "generic",
         "mandatory": "True", "directives": [], "hpa-feature-attributes": []},
        {"hpa-feature": "dpdk", "hpa-version": "v1", "architecture": "generic", "mandatory": "False", "score": "2.6",
         "directives": [], "hpa-feature-attributes": []}]}]}}}}})");
  BOOST_TEST(handle(strategy, &plan).value().status == "done");
  auto const text = metrics.text();
  auto const shows = [&](std::string const& line) { return text.find(line) != std::string::npos; };
  BOOST_TEST(shows("conductor_solver_seconds_count 1\n"), text);
  BOOST_TEST(shows("conductor_solver_status_total{status=\"optimal\"} 1\n"), text);
  BOOST_TEST(shows("vnf_compute_profile_total{cloud_region=\"o_r1\",customer_name=\"ONAP\",flavor=\"large\","
                   "service_name=\"vFW\",vnf_name=\"fw\",vnfc_name=\"label\"} 1\n"),
             text);
  BOOST_TEST(shows("vnf_scores_total{customer_name=\"ONAP\",hpa_score=\"3\",service_name=\"vFW\",vnf_name=\"fw\"} 1\n"),
             text);
  BOOST_TEST(shows("flavor_match_unsuccessful_total{cloud_region=\"o_r1\",customer_name=\"ONAP\",flavor=\"small\","),
             text);
  BOOST_TEST(shows("cloud_region_successful_total{cloud_region=\"o_r1\","), text);
  BOOST_TEST(!shows("cloud_region=\"ALL\""), text);
}

BOOST_AUTO_TEST_CASE(features_that_no_region_has_are_counted_for_all_regions) {
  LoadedStrategy strategy("optimal");
  PlanDocument plan;
  plan.candidate("d", "r1", {{"vim-id", "o_r1"}});
  plan.constraint("k", "hpa", {"d"}, {{"evaluate", json::parse(R"([{"id": "vm", "type": "vnfc", "flavorProperties": [],
      "directives": [{"type": "flavor_directives", "attributes": [{"attribute_name": "label"}]}]}])")}});
  BOOST_TEST(handle(strategy, &plan.document()).value().status == "not found");
  auto const text = metrics.text();
  for (std::string const region : {"o_r1", "ALL"})
    BOOST_TEST(text.find("cloud_region_unsuccessful_total{cloud_region=\"" + region +
                         "\",customer_name=\"ONAP\",service_name=\"N/A\"} 1\n") != std::string::npos,
               text);
}

// S85
BOOST_AUTO_TEST_CASE(a_solution_without_proof_is_counted_as_such) {
  ScriptedStrategy strategy([](auto const& problem, auto&) {
    auto const cost = problem.keys(0)[0].cost;
    return sdk::Solved{sdk::Proof::feasible, {{{0}, cost, cost / 2, sdk::Proof::feasible}}, 5};
  });
  auto const plan = small_plan();
  BOOST_TEST(handle(strategy, &plan.document()).value().status == "done");
  auto const text = metrics.text();
  for (std::string const line :
       {"vnf_sub_optimum_solution_total{customer_name=\"ONAP\",service_name=\"N/A\",vnf_name=\"N/A\",vnfc_name=\"N/"
        "A\"} 1\n",
        "conductor_solver_status_total{status=\"feasible\"} 1\n", "conductor_solver_nodes_total 5\n",
        "conductor_solver_gap_count 1\n", "conductor_solver_seconds_count 1\n"})
    BOOST_TEST(text.find(line) != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_plan_without_solution_is_counted_as_such) {
  LoadedStrategy strategy("optimal");
  auto plan = small_plan();
  plan.constraint("k", "attribute", {"d"}, {{"evaluate", json::object{{"state", "OH"}}}});
  BOOST_TEST(handle(strategy, &plan.document()).value().status == "not found");
  auto const text = metrics.text();
  BOOST_TEST(text.find("vnf_no_solution_total{customer_name=\"ONAP\",service_name=\"N/A\"} 1\n") != std::string::npos,
             text);
  BOOST_TEST(text.find("conductor_solver_status_total{status=\"infeasible\"} 1\n") != std::string::npos, text);
}

BOOST_AUTO_TEST_SUITE_END()
