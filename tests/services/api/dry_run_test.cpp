// POST /v1/plans?dry_run=true: the document of what a plan would end with, and that nothing stays of it (API
// specification 19.1).
#include "fixture.hpp"

namespace conductor::services::api::test {

namespace {

json::object const recommendation{{"d", json::object{{"candidate", json::object{{"candidate_id", "c1"}}}}}};

struct Trial : Api {
  Trial() : Api() {
    bus.answers["controller.translate"] =
        json::object{{"status", "translated"}, {"documents", {{"translation", {{"conductor_solver", "x"}}}}}};
    bus.answers["solver.dry_run"] = json::object{
        {"status", "solved"},
        {"documents",
         {{"solution",
           {{"recommendations", json::array{recommendation}}, {"solver_info", json::array{{{"value", 1}}}}}},
          {"explanation", {{"plan_id", "p"}, {"status", "solved"}}}}}};
  }
  http::Response dry(json::object const& body, sdk::HttpHeaders headers = {}) {
    return send("POST", "/v1/plans?dry_run=true", json::serialize(body), std::move(headers));
  }
  json::object const& asked(char const* method) { return bus.args.at(method).as_object(); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(api_dry_run, Trial)

BOOST_AUTO_TEST_CASE(a_solved_trial_is_a_plan_document_without_id) {
  auto const response = dry(minimal({{"name", "what if"}}));
  BOOST_TEST(response.status == 200);
  auto const body = body_of(response);
  BOOST_TEST(body.at("name").as_string() == "what if");
  BOOST_TEST(body.at("status").as_string() == "solved");
  BOOST_TEST(body.at("recommendations").at(0) == json::value(recommendation));
  BOOST_TEST(body.at("solver_info").at(0).at("value").as_int64() == 1);
  BOOST_TEST(body.at("explanation").at("status").as_string() == "solved");
  BOOST_TEST(!body.at("explanation").as_object().contains("plan_id"));
  BOOST_TEST(!body.contains("id"));
  BOOST_TEST(!body.contains("links"));
}

BOOST_AUTO_TEST_CASE(nothing_is_written) {
  dry(minimal({{"id", "7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11"}, {"timeout", 60}}));
  BOOST_TEST(world.store.calls == world.store.reads);
  for (auto const& table : sdk::tables::all)
    BOOST_TEST(world.memory.list(world.call(), table.name, {}, {}, 10).value.rows.empty(), table.name);
}

BOOST_AUTO_TEST_CASE(the_solver_is_told_all_that_a_stored_plan_would_tell) {
  auto const overlay = json::object{{"down", {{"location_id", json::array{"north"}}}}};
  dry(minimal({{"num_solution", "all"},
               {"solver", {{"strategy", "optimal"}, {"seed", 7}, {"move_cost", 2.5}}},
               {"overlay", overlay},
               {"timeout", 30},
               {"files", {{"f", "text"}}}}));
  auto const& of_controller = asked("controller.translate");
  BOOST_TEST(of_controller.at("files").at("f").as_string() == "text");
  BOOST_TEST(of_controller.at("template").is_object());
  BOOST_TEST(of_controller.at("solver").at("seed").as_int64() == 7);
  auto const& of_solver = asked("solver.dry_run");
  BOOST_TEST(of_solver.at("translation").at("conductor_solver").as_string() == "x");
  BOOST_TEST(of_solver.at("recommend_max").as_string() == "all");
  BOOST_TEST(of_solver.at("timeout").as_int64() == 30);
  BOOST_TEST(of_solver.at("extras").at("solver").at("move_cost").as_double() == 2.5);
  BOOST_TEST(of_solver.at("overlay") == json::value(overlay));
  BOOST_TEST((bus.with.at("solver.dry_run").deadline == world.clock().now() + std::chrono::seconds(30)));
}

BOOST_AUTO_TEST_CASE(a_template_with_faults_ends_in_error_with_all_of_them) {
  bus.answers["controller.translate"] =
      json::object{{"status", "error"},
                   {"message", "no demands"},
                   {"documents", {{"errors", json::array{{{"path", "/demands"}, {"message", "no demands"}}}}}}};
  auto const response = dry(minimal());
  BOOST_TEST(response.status == 200);
  auto const body = body_of(response);
  BOOST_TEST(body.at("status").as_string() == "error");
  BOOST_TEST(body.at("message").at(0).as_string() == "no demands");
  BOOST_TEST(body.at("errors").as_array().size() == 1U);
  BOOST_TEST(!bus.args.contains("solver.dry_run"));
}

BOOST_AUTO_TEST_CASE(a_role_that_does_not_answer_is_503) {
  for (auto const* silent : {"controller.ping", "solver.ping"}) {
    Trial trial;
    trial.bus.answers[silent] = sdk::Error{sdk::Errc::timed_out, "nobody answers"};
    auto const response = trial.dry(minimal());
    BOOST_TEST(response.status == 503);
    BOOST_TEST(header(response, "Retry-After") == "5");
    BOOST_TEST((trial.bus.with.at(silent).deadline == trial.world.clock().now() + std::chrono::seconds(10)));
  }
}

BOOST_AUTO_TEST_CASE(what_passes_is_503_and_a_fault_is_500) {
  bus.answers["controller.translate"] = sdk::Error{sdk::Errc::unavailable, "inventory is down"};
  BOOST_TEST(dry(minimal()).status == 503);
  bus.answers["controller.translate"] = sdk::Error{sdk::Errc::internal, "secret detail"};
  auto const response = dry(minimal());
  BOOST_TEST(response.status == 500);
  BOOST_TEST(explanation(response).find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_request_is_checked_as_any_other) {
  BOOST_TEST(dry({{"name", "x"}}).status == 400);
  BOOST_TEST(dry(minimal({{"limit", 0}})).status == 400);
}

BOOST_AUTO_TEST_CASE(an_overlay_is_for_trials_only) {
  auto const response = post(minimal({{"overlay", json::object()}}));
  BOOST_TEST(response.status == 400);
  BOOST_TEST(explanation(response).find("add dry_run=true") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_malformed_overlay_is_refused_with_its_place) {
  std::pair<char const*, char const*> const cases[] = {
      {R"([])", "-> overlay -> [] must be a mapping"},
      {R"({"up": {}})", "-> overlay -> up is unknown; accepted are: down"},
      {R"({"down": {"country": ["SWE"]}})", "-> overlay -> down -> country is unknown"},
      {R"({"down": {"location_id": "a"}})", "-> overlay -> down -> location_id must be a list"},
      {R"({"down": {"location_id": [7]}})", "-> overlay -> down -> location_id -> [0] -> 7 must be a text"},
      {R"({"exclude": [{"demand": "d"}]})", "-> overlay -> exclude -> [0] -> candidate_id is missing"},
      {R"({"set": [{"where": {"a": 1}, "set": {}}]})", "-> overlay -> set -> [0] -> set must be a mapping"},
      {R"({"set": [{"set": {"a": 1}}]})", "-> overlay -> set -> [0] -> where must be a mapping"},
      {R"({"cost_factor": [{"where": {"a": 1}, "factor": -1}]})", "-> overlay -> cost_factor -> [0] -> factor must be"},
      {R"({"cost_factor": [{"where": {"a": 1}}]})", "-> overlay -> cost_factor -> [0] -> factor must be"}};
  for (auto const& [overlay, text] : cases) {
    auto const response = dry(minimal({{"overlay", json::parse(overlay)}}));
    BOOST_TEST(response.status == 400, overlay);
    BOOST_TEST(explanation(response).find(text) != std::string::npos, explanation(response));
  }
}

BOOST_AUTO_TEST_CASE(only_true_and_false_are_values_of_dry_run) {
  for (auto const* value : {"1", "yes", "True"})
    BOOST_TEST(send("POST", std::string("/v1/plans?dry_run=") + value, json::serialize(minimal())).status == 400,
               value);
  BOOST_TEST(send("POST", "/v1/plans?dry_run=false", json::serialize(minimal())).status == 201);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
