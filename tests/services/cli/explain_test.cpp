// conductor plan explain and why-not: the documents of solver specification 21.5 as tables.
#include "tests/services/cli/fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::cli::test {

BOOST_AUTO_TEST_SUITE(cli_explain)

namespace {

constexpr char explanation[] = R"({"plan_id": "x", "status": "not found", "solver_info": [],
 "demands": {"fw": {"resolved": 120, "funnel": [
     {"constraint": "near", "type": "distance_to_location", "left": 14}, {"constraint": "apart", "type": "zone", "left": 0}],
   "dropped": [{"inventory_type": "cloud", "candidate_id": "r-9", "constraint": "near", "reason": "distance",
     "text": "1,204 km > 700 km", "value": 1204.2, "limit": 700}]}},
 "conflict": {"constraints": ["near", "apart"], "demands": ["fw"],
   "relaxations": [{"constraint": "near", "property": "distance", "from": 700, "to": 731.4, "unit": "km"}]}})";

Run why_not(json::value const& answer) {
  Desk desk;
  desk.answer(answer);
  auto run = desk.run({"plan", "why-not", some_id, "--demand", "f w", "--candidate", "r&9", "-o", "table"});
  BOOST_TEST(desk.request().target == std::string("/v1/plans/") + some_id + "/why-not?demand=f%20w&candidate=r%269");
  return run;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_not_checked_stands_under_the_tables) {
  Desk desk;
  auto document = json::parse(explanation).as_object();
  document["notes"] = json::array{"constraint 'room' (vim_fit): not checked"};
  desk.answer(document);
  auto const run = desk.run({"plan", "explain", some_id, "-o", "table"});
  BOOST_TEST(run.out.find("\nNote: constraint 'room' (vim_fit): not checked\n") != std::string::npos, run.out);
}

BOOST_AUTO_TEST_CASE(each_demand_has_a_table_and_a_conflict_its_ways_out) {
  Desk desk;
  desk.http.respond([](sdk::HttpRequest const& request) {
    return sdk::HttpReply{
        200,
        {},
        request.target.ends_with("/explanation") ? explanation : json::serialize(plans_of({plan_of("not found")}))};
  });
  auto const run = desk.run({"plan", "explain", some_id, "-o", "table"});
  BOOST_TEST(run.status == 0, run.err);
  BOOST_TEST(has(run.out,
                 "fw: 120 candidates in the inventory's answer\n"
                 "CONSTRAINT  TYPE                  LEFT  DROPPED\n"
                 "near        distance_to_location  14    106\n"
                 "apart       zone                  0     14\n"),
             run.out);
  BOOST_TEST(
      has(run.out, "Conflict: near, apart on fw cannot hold together; without any one of them there is a solution\n"),
      run.out);
  BOOST_TEST(has(run.out, "near        distance  700 km  731.4 km\n"), run.out);
  BOOST_TEST(!has(run.out, "r-9"));
  BOOST_TEST(has(desk.run({"plan", "explain", some_id, "-o", "table", "--dropped"}).out,
                 "r-9        near        1,204 km > 700 km\n"));
  auto const document = desk.run({"plan", "explain", some_id});
  BOOST_TEST(json::parse(document.out) == json::parse(explanation));
}

BOOST_AUTO_TEST_CASE(a_conflict_that_may_be_too_large_says_so) {
  Desk desk;
  desk.http.respond([](sdk::HttpRequest const& request) {
    return sdk::HttpReply{
        200,
        {},
        request.target.ends_with("/explanation")
            ? R"({"solver_info": [], "demands": {}, "conflict": {"constraints": ["a"], "demands": [], "minimal": false}})"
            : json::serialize(plans_of({plan_of("not found")}))};
  });
  BOOST_TEST(has(desk.run({"plan", "explain", some_id, "-o", "table"}).out, "perhaps fewer of them are enough"));
}

BOOST_AUTO_TEST_CASE(why_not_tells_what_forbids_a_candidate_or_what_it_would_cost) {
  auto const forbidden = why_not({{"violated", {"near", {{"constraint", "zone"}, {"text", "same region"}}}}});
  BOOST_TEST(forbidden.out == "r&9 for f w is not possible:\n  near\n  zone: same region\n");
  auto const dearer =
      why_not({{"cost", 12.25}, {"value", 100}, {"assignment", {{"f w", "r&9"}, {"b", {{"candidate_id", "r1"}}}}}});
  BOOST_TEST(has(dearer.out, "r&9 for f w would cost 12.25 more: the best solution with it has the value 100\n"),
             dearer.out);
  BOOST_TEST(has(dearer.out, "b       r1\n"), dearer.out);
  auto const dropped = why_not({{"reason", "attribute"}, {"text", "status is down"}});
  BOOST_TEST(dropped.out == "r&9 for f w was dropped: status is down\n");
}

BOOST_AUTO_TEST_CASE(why_not_needs_demand_and_candidate) {
  Desk desk;
  BOOST_TEST(desk.run({"plan", "why-not", some_id, "--demand", "a"}).status == exit_usage);
  BOOST_TEST(desk.run({"plan", "why-not", some_id, "--candidate", "a"}).status == exit_usage);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::cli::test
