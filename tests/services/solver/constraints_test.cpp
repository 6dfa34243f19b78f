// Each deviation that the solver specification asks for, on its own: input (2, 3), constraints (5), objective (8),
// recommendation (13).
#include "fixture.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

// One demand `d` under one attribute constraint.
std::string kept(PlanDocument plan, json::object evaluate, Bench bench = {}) {
  plan.constraint("k", "attribute", {"d"}, {{"evaluate", std::move(evaluate)}});
  auto const solution = bench.optimal(plan, "all");
  if (!solution) return solution.error().text;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < solution->recommendations.size(); ++i) ids.insert(chosen(solution, i));
  std::string text;
  for (auto const& id : ids) text += (text.empty() ? "" : " ") + id;
  return text;
}

PlanDocument fields(std::vector<std::pair<std::string, json::object>> list) {
  PlanDocument plan;
  for (auto& [id, object] : list) plan.candidate("d", id, std::move(object));
  return plan;
}

using conductor::tests::has;

PlanDocument to_hq(json::object distance) {
  PlanDocument plan;
  plan.location("hq", 0, 0).candidate("d", "near", at(0, 1)).candidate("d", "far", at(0, 10)).candidate("d", "nowhere");
  distance["location"] = "hq";
  return plan.constraint("k", "distance_to_location", {"d"}, std::move(distance)), plan;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(input)

BOOST_AUTO_TEST_CASE(S03_zero_is_a_coordinate_and_ranges_are_checked) {
  Bench bench;
  BOOST_TEST(chosen(bench.optimal(to_hq(km("<", 200)))) == "near");
  auto plan = to_hq(km("<", 200));
  plan.location("hq", 91, 0);
  BOOST_TEST(has(chosen(bench.optimal(plan)), "location 'hq'"));
}

BOOST_AUTO_TEST_CASE(S04_candidates_of_two_types_may_share_an_id_and_the_last_duplicate_wins) {
  PlanDocument plan;
  plan.candidate("d", "x", {{"inventory_type", "cloud"}, {"cost", 5}});
  plan.candidate("d", "x", {{"inventory_type", "service"}, {"cost", 6}});
  plan.candidate("d", "x", {{"inventory_type", "cloud"}, {"cost", 7}});
  plan.operand("cost", {"d"});
  Bench bench;
  auto const solution = bench.optimal(plan, "all");
  BOOST_TEST(solution.value().recommendations.size() == 2U);
  BOOST_TEST(value(solution, 0) == 6);
  BOOST_TEST(value(solution, 1) == 7);
  BOOST_REQUIRE(drop_of(solution, "d", "x"));
  BOOST_TEST(drop_of(solution, "d", "x")->at("reason").as_string() == "duplicate");
}

BOOST_AUTO_TEST_CASE(S05_costs_are_read_from_text_and_a_bad_one_drops_its_candidate_alone) {
  auto plan = fields({{"text", {{"cost", "3.5"}}}, {"none", {}}, {"bad", {{"cost", "cheap"}}}});
  plan.operand("cost", {"d"});
  Bench bench;
  auto const solution = bench.optimal(plan, "all");
  BOOST_TEST(chosen(solution, 0) == "none");
  BOOST_TEST(chosen(solution, 1) == "text");
  BOOST_TEST(value(solution, 1) == 3.5);
  BOOST_TEST(drop_of(solution, "d", "bad")->at("reason").as_string() == "cost");
}

BOOST_AUTO_TEST_CASE(a_malformed_candidate_leaves_the_others_alone) {
  auto plan = fields({{"good", {}}});
  plan.raw_candidate("d", 7).raw_candidate("d", json::object{{"cost", 1}});
  Bench bench;
  auto const solution = bench.optimal(plan);
  BOOST_TEST(chosen(solution) == "good");
  BOOST_TEST(solution->explanation.at("demands").at("d").at("resolved").to_number<int>() == 3);
}

BOOST_AUTO_TEST_CASE(S06_S07_unknown_types_and_names_are_refused_by_name) {
  Bench bench;
  auto plan = fields({{"a", {}}});
  plan.constraint("odd", "moon_phase", {"d"}, {});
  auto const text = chosen(bench.optimal(plan));
  BOOST_TEST(has(text, "'odd'"));
  BOOST_TEST(has(text, "'moon_phase'"));
  auto other = fields({{"a", {}}});
  other.location("hq", 0, 0).constraint("k", "zone", {"hq"}, {{"qualifier", "same"}, {"category", "region"}});
  BOOST_TEST(has(chosen(bench.optimal(other)), "\"hq\", which is no demand"));
}

BOOST_AUTO_TEST_CASE(numbers_of_solutions_are_checked) {
  Bench bench;
  for (auto const* count : {"0", "some", "-1", ""})
    BOOST_TEST(has(chosen(bench.solve(fields({{"a", {}}}), *std::make_unique<LoadedStrategy>("optimal"), count)),
                   "number of solutions"));
}

BOOST_AUTO_TEST_CASE(documents_that_are_no_plan_are_refused) {
  Bench bench;
  for (auto const* text :
       {"7", "{}", R"({"conductor_solver": 1})", R"({"conductor_solver": {"demands": {}}})",
        R"({"conductor_solver": {"demands": {"d": {"candidates": 1}}}})",
        R"({"conductor_solver": {"demands": {"d": {"candidates": []}}, "constraints": {"k": 1}}})",
        R"({"conductor_solver": {"demands": {"d": {"candidates": []}}, "objective": {"goal": "max"}}})"}) {
    LoadedStrategy strategy("optimal");
    Request const request{"p", "1", "optimal", 1};
    auto const solution =
        services::solver::solve({}, std::make_shared<json::value const>(json::parse(text)), request,
                                {bench.options, bench.remote, strategy, bench.host.clock(), bench.host.log()});
    BOOST_REQUIRE(!solution);
    BOOST_TEST((solution.error().code == sdk::Errc::invalid));
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(constraints)

BOOST_AUTO_TEST_CASE(S21_S22_S23_distances) {
  Bench bench;
  json::object range;
  range["distance"] = json::parse(R"({"operator": "=", "value": {"min": 500, "max": 1500}, "units": "km"})");
  auto const in_range = bench.optimal(to_hq(range), "all");
  BOOST_TEST(chosen(in_range) == "far");
  BOOST_TEST(drop_of(in_range, "d", "nowhere")->at("reason").as_string() == "no-coordinates");
  BOOST_TEST(drop_of(in_range, "d", "near")->at("text").as_string() == "111 km is outside 500-1500 km");
  BOOST_TEST(chosen(bench.optimal(to_hq(km("=", 111.5)))) == "near");  // 111.19, within 0.5
  BOOST_TEST(chosen(bench.optimal(to_hq(km("=", 111.8)))) == "none");
  BOOST_TEST(chosen(bench.optimal(to_hq(km("roughly", 200)))) == "near");  // any other operator means <=
}

BOOST_AUTO_TEST_CASE(S21_a_range_holds_between_demands_too) {
  PlanDocument plan;
  plan.candidate("a", "a1", at(0, 0));
  for (int degrees : {1, 5, 10, 20}) plan.candidate("b", "b" + std::to_string(degrees), at(0, degrees));
  json::object range;
  range["distance"] = json::parse(R"({"operator": "=", "value": {"min": 500, "max": 1500}, "units": "km"})");
  plan.constraint("k", "distance_between_demands", {"a", "b"}, std::move(range));
  Bench bench;
  auto const solution = bench.optimal(plan, "all");
  BOOST_TEST(chosen(solution, 0) == "a1 b5");
  BOOST_TEST(chosen(solution, 1) == "a1 b10");
  BOOST_TEST(chosen(solution, 2) == "none");
}

BOOST_AUTO_TEST_CASE(S24_S25_S26_zones) {
  Bench bench;
  PlanDocument plan;
  plan.candidate("a", "a1", {{"time_zone", "CET"}}).candidate("a", "a2").candidate("b", "b1", {{"time_zone", "CET"}});
  plan.candidate("b", "b2", {{"time_zone", "EET"}});
  auto same = plan, different = plan;
  same.constraint("z", "zone", {"a", "b"}, {{"qualifier", "same"}, {"category", "time"}});
  different.constraint("z", "zone", {"a", "b"}, {{"qualifier", "different"}, {"category", "time"}});
  auto const solution = bench.optimal(same);
  BOOST_TEST(chosen(solution) == "a1 b1");
  BOOST_TEST(drop_of(solution, "a", "a2")->at("reason").as_string() == "zone-unknown");
  BOOST_TEST(chosen(bench.optimal(different)) == "a1 b2");
  auto located = plan;
  located.location("hq", 1, 1)
      .constraint("z", "zone", {"a"}, {{"qualifier", "same"}, {"category", "time"}, {"location", "hq"}});
  BOOST_TEST(has(chosen(bench.optimal(located)), "a location is for category country only"));
  auto stateless = plan;
  stateless.location("hq", 1, 1)
      .constraint("z", "zone", {"a"}, {{"qualifier", "same"}, {"category", "country"}, {"location", "hq"}});
  BOOST_TEST(has(chosen(bench.optimal(stateless)), "whose country is unknown"));
}

BOOST_AUTO_TEST_CASE(S27_S28_attributes_of_any_name_with_all_operators) {
  auto const plan =
      fields({{"a", {{"state", "TX"}, {"vcpu-pinning", "true"}, {"size", 4}, {"tags", json::array{"x", "y"}}}},
              {"b", {{"state", "Dallas"}, {"size", "10"}}},
              {"c", {}}});
  BOOST_TEST(kept(plan, {{"state", "Dallas"}}) == "b");
  BOOST_TEST(kept(plan, {{"state", json::array{"TX", "CA"}}}) == "a");
  BOOST_TEST(kept(plan, {{"state", ""}}) == "a b c");
  BOOST_TEST(kept(plan, {{"state", {{"all", json::array{"TX", "CA"}}, {"any", json::array{"TX"}}}}}) == "");
  BOOST_TEST(kept(plan, {{"state", {{"any", json::array{}}}}}) == "a b c");
  BOOST_TEST(kept(plan, {{"vcpu_pinning", true}}) == "a");
  BOOST_TEST(kept(plan, {{"size", {{"gt", 3}, {"lte", "4"}}}}) == "a");
  BOOST_TEST(kept(plan, {{"size", {{"gte", 10}}}}) == "b");
  BOOST_TEST(kept(plan, {{"size", "4"}}) == "a");  // numeric text equals a numeric field
  BOOST_TEST(kept(plan, {{"size", 10}}) == "");    // but not the other way round
  BOOST_TEST(kept(plan, {{"state", {{"ne", "TX"}}}}) == "b c");
  BOOST_TEST(kept(plan, {{"tags", {{"all", json::array{"y", "x"}}}}}) == "a");
  BOOST_TEST(kept(plan, {{"tags", {{"any", json::array{"z"}}}}}) == "");
  BOOST_TEST(kept(plan, {{"state", {{"regex", "/^dal/i"}}}}) == "b");
  BOOST_TEST(has(kept(plan, {{"state", {{"regex", "("}}}}), "is not valid"));
  BOOST_TEST(has(kept(plan, {{"state", {{"like", "T"}}}}), "operator 'like'"));
  Bench bench;
  auto typo = plan;
  typo.constraint("k", "attribute", {"d"}, {{"evaluate", {{"vcpus", 4}}}});
  auto const solution = bench.optimal(typo);
  BOOST_TEST(drop_of(solution, "d", "a")->at("text").as_string() == "no candidate of the demand has a field 'vcpus'");
}

BOOST_AUTO_TEST_CASE(S29_cloud_region_restricts_the_types_it_lists) {
  auto const plan = fields({{"a", {{"location_id", "r1"}}},
                            {"b", {{"location_id", "r2"}}},
                            {"s", {{"location_id", "r2"}, {"inventory_type", "service"}}}});
  BOOST_TEST(kept(plan, {{"cloud-region", {{"cloud-requests", json::array{"r1"}}}}}) == "a s");
  BOOST_TEST(has(kept(plan, {{"cloud-region", {{"cloudy-requests", json::array{"r1"}}}}}), "cloudy-requests"));
}

BOOST_AUTO_TEST_CASE(S30_S88_roles_come_in_one_batch_and_a_failure_is_no_answer) {
  auto plan = fields({{"r1", {{"host_id", "h1"}}},
                      {"r2", {{"host_id", "h2"}}},
                      {"r3", {{"host_id", "h3"}}},
                      {"s", {{"inventory_type", "service"}}}});
  Bench bench;
  bench.remote.hosts = {{"h1", json::array{"Master"}}, {"h2", json::array{"SLAVE"}}};
  bench.remote.roles = {{"core", json::array{json::array{"o", "r1"}, json::array{"o", "r2"}}}};
  auto by_host = plan;
  by_host.constraint("k", "attribute", {"d"}, {{"evaluate", {{"replication_role", "master"}}}});
  auto const solution = bench.optimal(by_host, "all");
  BOOST_TEST(chosen(solution, 0) == "r1");
  BOOST_TEST(chosen(solution, 1) == "s");  // has no host
  BOOST_TEST(drop_of(solution, "d", "r3")->at("reason").as_string() == "role-unresolved");
  BOOST_TEST(bench.remote.calls.size() == 1U);
  BOOST_TEST(bench.remote.calls.at(0).size() == 3U);
  plan.constraint("k", "attribute", {"d"},
                  {{"evaluate", {{"network_roles", {{"all", json::array{"core", "ghost"}}}}}}});
  BOOST_TEST(chosen(bench.optimal(plan)) == "s");  // no cloud candidate has both
  bench.remote.failure = sdk::Error{sdk::Errc::internal, "role core: 500"};
  auto const failed = bench.optimal(plan);
  BOOST_TEST((failed.error() == *bench.remote.failure));
}

BOOST_AUTO_TEST_CASE(S31_who_shares_the_id_of_a_dropped_candidate_stays) {
  PlanDocument plan;
  plan.candidate("d", "x", {{"inventory_type", "cloud"}, {"state", "CA"}});
  plan.candidate("d", "x", {{"inventory_type", "service"}, {"state", "TX"}});
  plan.constraint("k", "attribute", {"d"}, {{"evaluate", {{"state", "TX"}}}});
  Bench bench;
  auto const solution = bench.optimal(plan, "all");
  BOOST_REQUIRE_EQUAL(solution.value().recommendations.size(), 1U);
  BOOST_TEST(solution->recommendations[0].at("d").at("candidate").at("inventory_type").as_string() == "service");
  BOOST_TEST(drop_of(solution, "d", "x")->at("inventory_type").as_string() == "cloud");
}

BOOST_AUTO_TEST_CASE(S02_what_explanations_look_at_again_is_not_asked_again) {
  auto plan = fields({{"a", {{"host_id", "h"}}}, {"b", {{"host_id", "i"}}}});
  plan.candidate("e", "c").constraint("pair", "inventory_group", {"d", "e"}, {});
  plan.constraint("k", "attribute", {"d"}, {{"evaluate", {{"replication_role", "x"}, {"network_roles", "core"}}}});
  plan.operand("latency_between", {"d", "e"});
  Bench bench;
  auto const solution = bench.optimal(plan);
  BOOST_TEST(chosen(solution) == "none");
  BOOST_TEST(solution->explanation.contains("conflict"));
  BOOST_TEST(bench.remote.calls.size() == 4U);  // roles, hosts, pairs, latency rules
}

BOOST_AUTO_TEST_CASE(S42_pairs_are_fetched_once_under_their_description) {
  PlanDocument plan;
  plan.candidate("a", "a1").candidate("a", "a2").candidate("b", "b1").candidate("b", "b2");
  plan.constraint("g", "inventory_group", {"a", "b"}, {{"description", "tunnel"}});
  Bench bench;
  bench.remote.groups = {{"tunnel", json::array{json::array{"b2", "a2"}, json::array{"a1", "elsewhere"}}}};
  auto const solution = bench.optimal(plan);
  BOOST_TEST(chosen(solution) == "a2 b2");
  BOOST_TEST(drop_of(solution, "a", "a1")->at("reason").as_string() == "no-group");
  BOOST_TEST(bench.remote.calls.size() == 1U);
  bench.remote.groups = {};
  BOOST_TEST(chosen(bench.optimal(plan)) == "none");
  bench.remote.failure = sdk::Error{sdk::Errc::internal, "inventory group tunnel: 500"};
  BOOST_TEST((bench.optimal(plan).error() == *bench.remote.failure));
  plan.candidate("c", "c1").constraint("g", "inventory_group", {"a", "b", "c"}, {});
  BOOST_TEST(chosen(bench.optimal(plan)) == "Constraint g of type inventory_group must list exactly two demands");
}

BOOST_AUTO_TEST_CASE(the_funnel_counts_in_the_order_of_evaluation_and_nothing_is_asked_about_the_dropped) {
  auto plan = fields({{"a", {{"state", "TX"}, {"host_id", "h"}}}, {"b", {{"state", "CA"}, {"host_id", "i"}}}});
  plan.constraint("k", "attribute", {"d"}, {{"evaluate", {{"state", "TX"}, {"replication_role", "x"}}}});
  Bench bench;
  bench.options.triage_limit = 1;
  auto const solution = bench.optimal(plan);
  BOOST_TEST(bench.remote.calls.at(0).size() == 1U);
  auto const& demand = solution.value().explanation.at("demands").at("d");
  BOOST_TEST(json::serialize(demand.at("funnel")) == R"([{"constraint":"k","type":"attribute","left":0}])");
  BOOST_TEST(demand.at("counts").at("k").to_number<int>() == 2);
  BOOST_TEST(demand.at("dropped").as_array().size() == 2U);  // each for a reason of its own
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(objective_and_answer)

BOOST_AUTO_TEST_CASE(S45_newer_versions_win_ties_and_missing_ones_lose) {
  auto plan = fields({{"old", {{"cloud_region_version", "2.5"}}},
                      {"none", {}},
                      {"new", {{"cloud_region_version", "10.0.1"}}},
                      {"text", {{"cloud_region_version", "x.y"}}}});
  plan.operand("aic_version", {"d"});
  Bench bench;
  auto const solution = bench.optimal(plan, "all");
  BOOST_TEST(chosen(solution, 0) == "new");
  BOOST_TEST(chosen(solution, 1) == "old");
}

BOOST_AUTO_TEST_CASE(S48_unknown_functions_are_refused) {
  auto plan = fields({{"a", {}}});
  plan.operand("moon_phase", {"d"});
  Bench bench;
  BOOST_TEST(has(chosen(bench.optimal(plan)), "'moon_phase'"));
}

// What is left of equal values is decided in the template's order of demands, whatever the objective names first.
BOOST_AUTO_TEST_CASE(S44_ties_are_broken_in_the_order_of_the_template) {
  PlanDocument plan;
  for (auto const* demand : {"a", "b"}) plan.candidate(demand, "x", at(0, 1)).candidate(demand, "y", at(0, 1));
  plan.constraint("k", "different_candidate", {"a", "b"}, json::object()).location("hq", 0, 0);
  plan.operand("distance_between", {"hq", "b"}).operand("distance_between", {"hq", "a"});
  Bench bench;
  BOOST_TEST(chosen(bench.optimal(plan)) == "x y");
}

// 8.5: fewer gaps first, whatever the value.
BOOST_AUTO_TEST_CASE(candidates_without_coordinates_come_after_all_that_have_them) {
  PlanDocument plan;
  plan.location("hq", 0, 0).candidate("d", "nowhere").candidate("d", "antipode", at(0, 180, 1e6));
  plan.operand("distance_between", {"hq", "d"}, 3);
  Bench bench;
  auto const solution = bench.optimal(plan, "2");
  BOOST_TEST(chosen(solution, 0) == "antipode");
  BOOST_TEST(chosen(solution, 1) == "nowhere");
  BOOST_TEST(solution->solver_info.at(1).at("gaps").to_number<int>() == 1);
}

BOOST_AUTO_TEST_CASE(values_too_large_for_fixed_point_lose_digits_not_correctness) {
  auto plan = fields({{"a", {{"cost", 3e14}}}, {"b", {{"cost", 2e14}}}});
  plan.operand("cost", {"d"}, 1e3);
  Bench bench;
  auto const solution = bench.optimal(plan);
  BOOST_TEST(chosen(solution) == "b");
  BOOST_TEST(value(solution) == 2e17);
}

BOOST_AUTO_TEST_CASE(S68_S69_recommendations_carry_what_clients_read) {
  PlanDocument plan;
  plan.root()["request_type"] = "speed changed";
  plan.candidate("d", "r1",
                 {{"inventory_provider", "file"},
                  {"location_id", "r1"},
                  {"cloud_region_version", "2.5"},
                  {"vim-id", "o_r1"},
                  {"conflict_id", "x|"},
                  {"passthrough_attributes", {{"cloud_owner", "mine"}, {"hint", "blue"}}}});
  plan.candidate("s", "s1",
                 {{"inventory_type", "service"}, {"host_id", "h"}, {"existing_placement", "true"}, {"vlan_key", ""}});
  plan.candidate("n", "n1", {{"inventory_type", "nssi"}, {"instance_name", "slice"}});
  Bench bench;
  auto const solution = bench.optimal(plan);
  auto const& all = solution.value().recommendations.at(0).as_object();
  BOOST_TEST(
      json::serialize(all.at("d")) ==
      R"({"inventory_provider":"file","service_resource_id":null,"candidate":{"candidate_id":"r1","inventory_type":"cloud",)"
      R"("cloud_owner":null,"location_type":null,"location_id":"","is_rehome":"true","vim-id":"o_r1","conflict_id":"x|"},)"
      R"("attributes":{"physical-location-id":null,"cloud_owner":null,"aic_version":"2.5","hint":"blue"}})");
  BOOST_TEST(
      json::serialize(all.at("s").at("attributes")) ==
      R"({"physical-location-id":null,"cloud_owner":null,"aic_version":null,"host_id":"h","service_instance_id":"s1"})");
  BOOST_TEST(all.at("s").at("candidate").at("is_rehome").as_string() == "false");
  BOOST_TEST(all.at("s").at("inventory_provider").as_string() == "aai");
  BOOST_TEST(all.at("n").at("candidate").at("instance_name").as_string() == "slice");
  // S13: what the search found out about a candidate stays outside.
  auto const& slices = plan.document().at("conductor_solver").at("demands").at("n").at("candidates");
  BOOST_TEST(all.at("n").at("candidate") == slices.at(0));
  auto const lines = bench.host.lines();
  BOOST_TEST(std::any_of(lines.begin(), lines.end(), [](auto const& line) {
    return line.level == sdk::Level::error && has(line.text, "pass-through attribute 'cloud_owner'");
  }));
}

// Section 13; nothing moves when the request changes no speed.
BOOST_AUTO_TEST_CASE(a_vfmodule_is_recommended_with_all_that_identifies_it) {
  PlanDocument plan;
  plan.candidate("m", "m1",
                 {{"inventory_type", "vfmodule"},
                  {"host_id", "h"},
                  {"service_instance_id", "si"},
                  {"vlan_key", "v"},
                  {"port_key", nullptr},
                  {"nf-name", "fw"},
                  {"vservers", json::array{1}}});
  Bench bench;
  auto const solution = bench.optimal(plan);
  auto const& one = solution.value().recommendations.at(0).at("m");
  BOOST_TEST(
      json::serialize(one.at("attributes")) ==
      R"({"physical-location-id":null,"cloud_owner":null,"aic_version":null,"host_id":"h",)"
      R"("service_instance_id":"si","vlan_key":"v","nf-name":"fw","nf-id":null,"nf-type":null,"vnf-type":null,)"
      R"("vf-module-id":null,"vf-module-name":null,"ipv4-oam-address":null,"ipv6-oam-address":null,"vservers":[1]})");
  BOOST_TEST(one.at("candidate").at("is_rehome").as_string() == "false");
  BOOST_TEST(one.at("candidate").at("host_id").as_string() == "h");
}

BOOST_AUTO_TEST_SUITE_END()
