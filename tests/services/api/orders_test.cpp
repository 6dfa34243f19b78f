// POST /v1/release-orders and the loaders of latency rules: what reaches the controller, and what its answers become
// (API specification 11 and 12).
#include "fixture.hpp"

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(api_orders)

namespace {

constexpr std::pair<char const*, char const*> errands[] = {
    {"/v1/release-orders", "controller.release_orders"},
    {"/v1/load_latency_rules", "controller.load_latency_rules"},
    {"/v1/load_latency_country_rules", "controller.load_latency_country_rules"}};

}  // namespace

BOOST_AUTO_TEST_CASE(a_release_goes_to_the_controller_as_it_came) {
  Api api;
  auto const answer = json::object{{"status", "success"}, {"message", json::array{{{"plan_id", "p"}}}}};
  api.bus.answers["controller.release_orders"] = answer;
  auto const body = json::object{{"release-locks", json::array{{{"status", "completed"}}}}};
  auto const response = api.send("POST", "/v1/release-orders", json::serialize(body));
  BOOST_TEST(response.status == 201);
  BOOST_TEST(body_of(response) == answer);
  BOOST_TEST(api.bus.args.at("controller.release_orders") == json::value(body));
}

BOOST_AUTO_TEST_CASE(loaded_rules_are_answered_with_the_text_OK) {
  for (auto const& [path, method] : {errands[1], errands[2]}) {
    Api api;
    api.bus.answers[method] = json::value("OK");
    auto const response = api.send("POST", path, R"([{"group": "NORDIC", "countries": "SWE"}])");
    BOOST_TEST(response.status == 201);
    BOOST_TEST(response.body == "\"OK\"");
    BOOST_TEST(header(response, "Content-Type") == "application/json");
    BOOST_TEST(api.bus.args.at(method).at("rules").at(0).at("group").as_string() == "NORDIC");
  }
}

BOOST_AUTO_TEST_CASE(what_the_controller_finds_wrong_is_400) {
  for (auto const& [path, method] : errands) {
    Api api;
    api.bus.answers[method] = sdk::Error{sdk::Errc::invalid, "-> [3] -> group must be a text"};
    auto const response = api.send("POST", path, "[]");
    BOOST_TEST(response.status == 400);
    BOOST_TEST(explanation(response) == "-> [3] -> group must be a text");
  }
}

BOOST_AUTO_TEST_CASE(failures_have_the_original_texts) {
  for (auto const& [path, method] : errands) {
    Api api;
    api.bus.answers[method] = sdk::Error{sdk::Errc::internal, "detail"};
    auto const response = api.send("POST", path, "[]");
    BOOST_TEST(response.status == 500);
    auto const expected = path == std::string("/v1/release-orders") ? "Unable to release orders" : "Unable to insert";
    BOOST_TEST(explanation(response).starts_with(expected));
    api.bus.answers["controller.ping"] = sdk::Error{sdk::Errc::timed_out, "nobody answers"};
    BOOST_TEST(api.send("POST", path, "[]").status == 503);
  }
}

BOOST_AUTO_TEST_CASE(bodies_that_cannot_be_read_never_reach_the_controller) {
  for (auto const& [path, method] : errands) {
    Api api;
    for (auto const* body : {"", "{", "{\"a\": 1, \"a\": 2}"}) BOOST_TEST(api.send("POST", path, body).status == 400);
    BOOST_TEST(api.bus.calls.empty());
  }
}

BOOST_AUTO_TEST_CASE(credentials_are_required) {
  Api api;
  for (auto const& [path, method] : errands) BOOST_TEST(api.send_plain("POST", path, {}, "[]").status == 401);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
