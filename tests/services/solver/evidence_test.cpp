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
    dropped.push_back(json::object{{"candidate_id", id}, {"location_id", "r"}, {"reason", "region is not ready"}});
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

BOOST_AUTO_TEST_CASE(the_list_is_cut_but_not_for_what_constraints_dropped) {
  options.triage_limit = 2;
  auto const demand = explained(*this);
  BOOST_TEST(demand.at("dropped").as_array().size() == 2U);
  BOOST_TEST(demand.at("dropped").at(1).at("candidate_id").as_string() == "y");
  BOOST_TEST(demand.at("counts").at("translation").to_number<int>() == 2);
}

BOOST_AUTO_TEST_CASE(nothing_is_told_of_translation_when_it_dropped_nobody) {
  auto const demand = explained(*this, false);
  BOOST_TEST(demand.at("funnel").as_array().size() == 1U);
  BOOST_TEST(!demand.at("counts").as_object().contains("translation"));
}

BOOST_AUTO_TEST_SUITE_END()
