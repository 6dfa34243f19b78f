// What the explanation tells of candidates that never came to the constraints.
#include "fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

// Two candidates, of which one is dropped; translation had dropped two more.
PlanDocument with_dropped() {
  PlanDocument plan;
  plan.candidate("d", "x", {{"state", "TX"}}).candidate("d", "y", {{"state", "CA"}});
  plan.constraint("texas", "attribute", {"d"}, {{"evaluate", {{"state", "TX"}}}});
  return plan;
}

json::object explained(Bench& bench, bool known = true) {
  auto document = with_dropped().document();
  json::array dropped;
  for (auto const* id : {"p", "q"})
    dropped.push_back(json::object{
        {"candidate_id", id}, {"location_id", "r"}, {"code", "NOT_READY"}, {"reason", "region is not ready"}});
  if (known) document.as_object()["translation_dropped"] = json::object{{"d", std::move(dropped)}};
  LoadedStrategy optimal("optimal");
  Request const request{"p", "1", "optimal", 7, {}};
  auto solution = solve(bench.call, std::make_shared<json::value const>(std::move(document)), request,
                        {bench.options, bench.remote, optimal, bench.host.clock(), bench.host.log()});
  return solution.value().explanation.at("demands").at("d").as_object();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(evidence, Bench)

BOOST_AUTO_TEST_CASE(what_translation_dropped_stands_first_and_is_not_resolved) {
  auto const demand = explained(*this);
  BOOST_TEST(demand.at("resolved").to_number<int>() == 2);
  BOOST_TEST(json::serialize(demand.at("funnel")) == R"([{"constraint":"translation","type":"translation","left":2},)"
                                                     R"({"constraint":"texas","type":"attribute","left":1}])");
  BOOST_TEST(json::serialize(demand.at("counts")) == R"({"translation":2,"texas":1})");
  auto const& dropped = demand.at("dropped").as_array();
  BOOST_REQUIRE(dropped.size() == 3U);
  BOOST_TEST(dropped[0].at("candidate_id").as_string() == "p");
  BOOST_TEST(dropped[0].at("constraint").as_string() == "translation");
  BOOST_TEST(dropped[0].at("reason").as_string() == "region is not ready");
  BOOST_TEST(dropped[2].at("candidate_id").as_string() == "y");
}

BOOST_AUTO_TEST_CASE(the_list_is_cut_for_each_reason_on_its_own) {
  options.triage_limit = 1;
  auto const demand = explained(*this);
  BOOST_TEST(demand.at("dropped").as_array().size() == 2U);
  BOOST_TEST(demand.at("dropped").at(1).at("candidate_id").as_string() == "y");
  BOOST_TEST(demand.at("counts").at("translation").to_number<int>() == 2);
}

// S83
BOOST_AUTO_TEST_CASE(a_rare_reason_stands_beside_a_frequent_one_and_counts_are_not_cut) {
  options.triage_limit = 3;
  PlanDocument plan;
  for (int i = 0; i < 20; ++i) plan.candidate("d", "far" + std::to_string(i), at(0, 50 + i));
  plan.candidate("d", "nowhere").candidate("d", "texan", at(0, 1)).candidate("d", "near", at(0, 1));
  plan.location("hq", 0, 0);
  auto limit = km("<", 200);
  limit["location"] = "hq";
  plan.constraint("k", "distance_to_location", {"d"}, std::move(limit));
  plan.constraint("named", "attribute", {"d"}, {{"evaluate", {{"candidate_id", "near"}}}});
  auto const solution = optimal(plan);
  auto const& demand = solution.value().explanation.at("demands").at("d");
  BOOST_TEST(demand.at("dropped").as_array().size() == 5U);
  BOOST_REQUIRE(drop_of(solution, "d", "nowhere") != nullptr);
  BOOST_TEST(drop_of(solution, "d", "texan")->at("constraint").as_string() == "named");
  BOOST_TEST(json::serialize(demand.at("counts")) == R"({"k":21,"named":1})");
}

BOOST_AUTO_TEST_CASE(nothing_is_told_of_translation_when_it_dropped_nobody) {
  auto const demand = explained(*this, false);
  BOOST_TEST(demand.at("funnel").as_array().size() == 1U);
  BOOST_TEST(!demand.at("counts").as_object().contains("translation"));
}

BOOST_AUTO_TEST_SUITE_END()
