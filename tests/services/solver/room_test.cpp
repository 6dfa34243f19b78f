// vim_fit, instance_fit and region_fit: who is asked about whom, in which order, and what becomes of the answers
// (solver specification 5.7, 5.8 and 20, vector 7).
#include "fixture.hpp"
#include "services/solver/checker.hpp"
#include "services/solver/why_not.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

json::object profile(double vcpus = 10, double memory = 8, double storage = 100) {
  return {{"controller", "multicloud"},
          {"request", json::object{{"vCPU", vcpus},
                                   {"Memory", json::object{{"quantity", memory}, {"unit", "GB"}}},
                                   {"Storage", json::object{{"quantity", storage}, {"unit", "GB"}}}}}};
}

json::object by_controller() { return {{"controller", "sdnc"}, {"request", json::object{{"bw_up", 200}}}}; }

// Three cloud regions, the cheapest first, and a service that is dearest.
PlanDocument regions_and_a_service() {
  PlanDocument plan;
  double cost = 1;
  for (std::string const id : {"r1", "r2", "r3"}) plan.candidate("d", id, {{"vim-id", "Own_" + id}, {"cost", cost++}});
  plan.candidate("d", "s", {{"inventory_type", "service"}, {"cost", 9}});
  return plan.operand("cost", {"d"});
}

struct Room : Bench {
  LoadedStrategy strategy{"optimal"};
  std::string choice(PlanDocument const& plan) { return chosen(solve(plan, strategy)); }
  std::string reason(PlanDocument const& plan, std::string const& id) {
    auto const solution = solve(plan, strategy);
    auto const* drop = drop_of(solution, "d", id);
    return drop ? std::string(drop->at("reason").as_string()) + ": " + std::string(drop->at("text").as_string())
                : "not dropped";
  }
  json::object violated(PlanDocument const& plan, std::string const& id) {
    auto const answer =
        why_not(call, std::make_shared<json::value const>(plan.document()), {.demand = "d", .candidate = id},
                {options, remote, strategy, host.clock(), host.log()});
    BOOST_REQUIRE(answer.has_value());
    return answer->at("violated").at(0).as_object();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(vim_fit, Room)

BOOST_AUTO_TEST_CASE(keeps_regions_whose_vim_has_room) {
  remote.full = {{"Own_r1", ""}};
  auto const plan = regions_and_a_service().constraint("room", "vim_fit", {"d"}, profile());
  BOOST_TEST(choice(plan) == "r2");
  BOOST_TEST(reason(plan, "r1") ==
             "vim-capacity: Own_r1 has no room for 10 vCPU, 8 GB of memory and 100 GB of storage");
}

// S38
BOOST_AUTO_TEST_CASE(takes_an_empty_answer_for_full_clouds_and_keeps_other_types) {
  remote.full = {{"Own_r1", ""}, {"Own_r2", ""}, {"Own_r3", ""}};
  auto plan = regions_and_a_service().constraint("room", "vim_fit", {"d"}, profile());
  BOOST_TEST(choice(plan) == "s");
  plan.root().at("demands").at("d").at("candidates").as_array().pop_back();
  auto const solution = solve(plan, strategy);
  BOOST_TEST(chosen(solution) == "none");
  BOOST_TEST(solution->explanation.at("conflict").at("constraints") == json::array{"room"});
}

// S02
BOOST_AUTO_TEST_CASE(asks_once_per_profile_about_each_vim_once) {
  auto plan = regions_and_a_service().constraint("room", "vim_fit", {"d", "e"}, profile());
  plan.constraint("again", "vim_fit", {"d"}, profile()).constraint("more", "vim_fit", {"d"}, profile(20));
  for (auto const* id : {"x", "y"}) plan.candidate("e", id, {{"vim-id", "Own_r1"}});
  BOOST_TEST(choice(plan) == "r1 x");
  BOOST_REQUIRE(remote.vim_checks.size() == 2U);
  BOOST_TEST((remote.vim_checks[0].ids == std::set<std::string>{"Own_r1", "Own_r2", "Own_r3"}));
  BOOST_TEST((remote.vim_checks[0].askers == std::set<std::string>{"again", "room"}));
  BOOST_TEST(remote.vim_checks[1].need.vcpus == 20);
}

BOOST_AUTO_TEST_CASE(asks_only_about_candidates_that_passed_all_cheaper_constraints) {
  auto plan = regions_and_a_service().constraint("room", "vim_fit", {"d"}, profile());
  plan.constraint("own", "attribute", {"d"}, {{"evaluate", json::object{{"candidate_id", "r3"}}}});
  plan.constraint("roles", "attribute", {"d"},
                  {{"evaluate", json::object{{"network_roles", json::object{{"any", json::array{"green"}}}}}}});
  remote.roles["green"] = json::array{json::array{"Own", "r3"}};
  for (auto& candidate : plan.root().at("demands").at("d").at("candidates").as_array())
    candidate.as_object()["cloud_owner"] = "Own";
  BOOST_TEST(choice(plan) == "r3");
  BOOST_REQUIRE(remote.vim_checks.size() == 1U);
  BOOST_TEST((remote.vim_checks[0].ids == std::set<std::string>{"Own_r3"}));
}

BOOST_AUTO_TEST_CASE(asks_nobody_when_a_demand_has_no_candidate_left) {
  auto plan = regions_and_a_service().constraint("room", "vim_fit", {"d"}, profile());
  plan.candidate("e", "x").constraint("none", "attribute", {"e"}, {{"evaluate", json::object{{"state", "TX"}}}});
  BOOST_TEST(choice(plan) == "none");
  // Only the explanation of the conflict has asked.
  BOOST_TEST(remote.vim_checks.size() == 1U);
}

// S39
BOOST_AUTO_TEST_CASE(makes_a_missing_vim_id_of_owner_and_region_or_drops_the_candidate) {
  PlanDocument plan;
  plan.candidate("d", "a", {{"cost", 1}})
      .candidate("d", "b", {{"cost", 2}, {"cloud_owner", "Own"}, {"location_id", "rb"}})
      .operand("cost", {"d"})
      .constraint("room", "vim_fit", {"d"}, profile());
  BOOST_TEST(choice(plan) == "b");
  BOOST_TEST((remote.vim_checks.at(0).ids == std::set<std::string>{"Own_rb"}));
  BOOST_TEST(reason(plan, "a") == "no-vim-id: it has no vim-id, and none can be made of cloud_owner and location_id");
}

// S01, S39
BOOST_AUTO_TEST_CASE(fails_the_plan_when_nobody_answers) {
  remote.failure = sdk::Error{sdk::Errc::unavailable, "constraint room: VIM controller multicloud: no response"};
  auto const solution = solve(regions_and_a_service().constraint("room", "vim_fit", {"d"}, profile()), strategy);
  BOOST_REQUIRE(!solution.has_value());
  BOOST_TEST((solution.error().code == sdk::Errc::unavailable));
  BOOST_TEST(solution.error().text == remote.failure->text);
}

// S39
BOOST_AUTO_TEST_CASE(notes_that_nobody_was_checked_when_failures_are_let_pass) {
  remote.unchecked = {"not checked, multicloud could not be asked: no response"};
  remote.full = {{"Own_r1", ""}};
  auto const solution = solve(regions_and_a_service().constraint("room", "vim_fit", {"d"}, profile()), strategy);
  BOOST_TEST(chosen(solution) == "r1");
  std::string const note = "constraint 'room' (vim_fit): not checked, multicloud could not be asked: no response";
  BOOST_TEST(solution->notes == std::vector<std::string>{note}, boost::test_tools::per_element());
  BOOST_TEST(solution->explanation.at("notes") == json::array{json::value(note)});
  BOOST_TEST(solution->explanation.at("demands").at("d").at("funnel").at(0).at("note").as_string() ==
             *remote.unchecked.begin());
}

BOOST_AUTO_TEST_CASE(refuses_a_request_that_is_none) {
  for (auto const* request : {"5", R"({"vCPU": "many"})", R"({"vCPU": 1, "Memory": {"quantity": -1}})",
                              R"({"vCPU": 1, "Storage": {"quantity": 1, "unit": "MB"}})"}) {
    auto const plan = regions_and_a_service().constraint("room", "vim_fit", {"d"}, {{"request", json::parse(request)}});
    auto const solution = solve(plan, strategy);
    BOOST_TEST((!solution && solution.error().code == sdk::Errc::invalid), request);
  }
}

BOOST_AUTO_TEST_CASE(is_named_by_why_not_and_nobody_is_asked_twice) {
  remote.full = {{"Own_r1", ""}};
  auto const plan = regions_and_a_service().constraint("room", "vim_fit", {"d"}, profile());
  BOOST_TEST(violated(plan, "r1").at("reason").as_string() == "vim-capacity");
  BOOST_TEST(remote.vim_checks.size() == 1U);
}

BOOST_AUTO_TEST_CASE(is_checked_once_more_before_a_solution_is_given) {
  auto const plan = regions_and_a_service().constraint("room", "vim_fit", {"d"}, profile());
  auto const& pool = plan.document().at("conductor_solver").at("demands").at("d").at("candidates").as_array();
  Answers answers;
  answers.vims[{10, 8, 100}] = {{"Own_r2"}};
  auto const fault = [&](std::size_t place) {
    return check_solution({plan.document(), answers, options}, {{"d", &pool[place].as_object()}}).fault;
  };
  BOOST_TEST(fault(0) == "constraint 'room' (vim_fit) does not hold");
  BOOST_TEST(fault(1) == "");
  BOOST_TEST(fault(3) == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(controller_fit, Room)

BOOST_AUTO_TEST_CASE(drops_candidates_without_capacity_and_says_what_the_controller_said) {
  remote.full = {{"r1", "upstream: 80 Mbps free"}, {"r2", ""}};
  auto const plan = regions_and_a_service().constraint("bandwidth", "region_fit", {"d"}, by_controller());
  BOOST_TEST(choice(plan) == "r3");
  BOOST_TEST(reason(plan, "r1") == "capacity: sdnc finds no capacity: upstream: 80 Mbps free");
  BOOST_TEST(reason(plan, "r2") == "capacity: sdnc finds no capacity");
  BOOST_TEST(violated(plan, "r1").at("text").as_string() == "sdnc finds no capacity: upstream: 80 Mbps free");
}

BOOST_AUTO_TEST_CASE(looks_at_instances_or_at_regions) {
  PlanDocument plan;
  for (auto const* type : {"cloud", "service", "vfmodule", "transport"})
    plan.candidate("d", type, {{"inventory_type", type}});
  auto const asked = [&](char const* type) {
    remote.fit_checks.clear();
    auto copy = plan;
    (void)choice(copy.constraint("fit", type, {"d"}, by_controller()));
    std::string ids;
    for (auto const& [key, document] : remote.fit_checks.at(0).candidates) ids += key.second + " ";
    return ids;
  };
  BOOST_TEST(asked("region_fit") == "cloud ");
  BOOST_TEST(asked("instance_fit") == "service vfmodule ");
}

BOOST_AUTO_TEST_CASE(hands_over_constraint_request_and_request_type) {
  auto plan = regions_and_a_service().constraint("bandwidth", "region_fit", {"d"}, by_controller());
  plan.root()["request_type"] = "speed changed";
  (void)choice(plan);
  auto const& check = remote.fit_checks.at(0);
  BOOST_TEST(check.name == "bandwidth");
  BOOST_TEST(check.type == "region_fit");
  BOOST_TEST(check.demand == "d");
  BOOST_TEST(check.controller == "sdnc");
  BOOST_TEST(check.request_type == "speed changed");
}

// S41
BOOST_AUTO_TEST_CASE(takes_an_absent_request_for_an_empty_one) {
  auto const plan = regions_and_a_service().constraint("any", "region_fit", {"d"}, {{"controller", "sdnc"}});
  BOOST_TEST(choice(plan) == "r1");
}

BOOST_AUTO_TEST_CASE(asks_after_vim_fit_about_what_that_left) {
  remote.full = {{"Own_r1", ""}};
  auto plan = regions_and_a_service().constraint("bandwidth", "region_fit", {"d"}, by_controller());
  plan.constraint("room", "vim_fit", {"d"}, profile());
  BOOST_TEST(choice(plan) == "r2");
  BOOST_TEST(remote.fit_checks.at(0).candidates.size() == 2U);
}

BOOST_AUTO_TEST_CASE(warns_when_there_is_nobody_to_ask_about) {
  PlanDocument plan;
  plan.candidate("d", "s", {{"inventory_type", "service"}});
  plan.constraint("bandwidth", "region_fit", {"d"}, by_controller());
  BOOST_TEST(choice(plan) == "s");
  BOOST_TEST(remote.fit_checks.empty());
  BOOST_TEST(host.lines().at(0).text ==
             "constraint 'bandwidth' (region_fit): demand 'd' has no candidate of a type that it looks at; nobody is "
             "dropped");
}

BOOST_AUTO_TEST_CASE(asks_the_explanation_only_about_candidates_not_asked_about_before) {
  remote.full = {{"r2", ""}, {"r3", ""}};
  auto plan = regions_and_a_service().constraint("bandwidth", "region_fit", {"d"}, by_controller());
  plan.constraint("elsewhere", "attribute", {"d"},
                  {{"evaluate", json::object{{"candidate_id", json::object{{"any", json::array{"r2", "r3"}}}}}}});
  auto const solution = solve(plan, strategy);
  BOOST_TEST(chosen(solution) == "none");
  BOOST_TEST(solution->explanation.at("conflict").at("constraints") == (json::array{"elsewhere", "bandwidth"}));
  BOOST_REQUIRE(remote.fit_checks.size() == 2U);
  BOOST_TEST(remote.fit_checks[1].candidates.size() == 1U);
  BOOST_TEST(remote.fit_checks[1].candidates.begin()->first.second == "r1");
}

BOOST_AUTO_TEST_CASE(is_checked_once_more_before_a_solution_is_given) {
  auto const plan = regions_and_a_service().constraint("bandwidth", "region_fit", {"d"}, by_controller());
  auto const& pool = plan.document().at("conductor_solver").at("demands").at("d").at("candidates").as_array();
  Answers answers;
  answers.fits[{"bandwidth", "d"}].verdicts = {{{"cloud", "r1"}, {false, ""}}, {{"cloud", "r2"}, {true, ""}}};
  auto const fault = [&](std::size_t place) {
    return check_solution({plan.document(), answers, options}, {{"d", &pool[place].as_object()}}).fault;
  };
  for (std::size_t const place : {0, 2})
    BOOST_TEST(fault(place) == "constraint 'bandwidth' (region_fit) does not hold");
  for (std::size_t const place : {1, 3}) BOOST_TEST(fault(place) == "");
}

BOOST_AUTO_TEST_SUITE_END()
