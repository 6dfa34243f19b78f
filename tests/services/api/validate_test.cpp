// POST /v1/templates/validate: everything that is wrong, and never anything but 200 for a body that can be read (API
// specification 19.3).
#include "fixture.hpp"

namespace conductor::services::api::test {

namespace {

struct Validation : Api {
  Validation() : Api() { bus.answers["controller.validate"] = found(json::array()); }
  static json::object found(json::array errors, json::array warnings = {}) {
    json::object answer{{"valid", errors.empty()}};
    answer["errors"] = std::move(errors);
    answer["warnings"] = std::move(warnings);
    return answer;
  }
  http::Response validate(std::string const& body, std::string const& query = "") {
    return send("POST", "/v1/templates/validate" + query, body);
  }
  json::object result(json::object const& body, std::string const& query = "") {
    auto const response = validate(json::serialize(body), query);
    BOOST_TEST(response.status == 200);
    return body_of(response);
  }
  json::object const& asked() { return bus.args.at("controller.validate").as_object(); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(api_validate, Validation)

BOOST_AUTO_TEST_CASE(a_good_template_is_valid) {
  BOOST_TEST(result(minimal()) == found({}));
  BOOST_TEST(asked().at("template").is_object());
  BOOST_TEST(!asked().at("resolve").as_bool());
  BOOST_TEST(world.store.calls == world.store.reads);
}

BOOST_AUTO_TEST_CASE(errors_and_warnings_come_as_the_controller_finds_them) {
  auto const error = json::object{{"path", "/demands"}, {"line", 3}, {"column", 1}, {"message", "bad"}};
  auto const warning = json::object{{"path", "/x"}, {"message", "odd"}};
  bus.answers["controller.validate"] = found({error}, {warning});
  BOOST_TEST(result(minimal()) == found({error}, {warning}));
}

BOOST_AUTO_TEST_CASE(files_and_solver_and_resolve_go_along) {
  result(minimal({{"files", {{"a", "b"}}}, {"solver", {{"seed", 1}}}}), "?resolve=true");
  BOOST_TEST(asked().at("files").at("a").as_string() == "b");
  BOOST_TEST(asked().at("solver").at("seed").as_int64() == 1);
  BOOST_TEST(asked().at("resolve").as_bool());
}

BOOST_AUTO_TEST_CASE(a_text_that_cannot_be_read_goes_to_the_controller_which_knows_its_places) {
  BOOST_TEST(result({{"template", "demands: [\n"}}) == found({}));
  BOOST_TEST(asked().at("template").as_string() == "demands: [\n");
}

BOOST_AUTO_TEST_CASE(problems_of_the_request_stand_before_those_of_the_template) {
  bus.answers["controller.validate"] = found({json::object{{"path", "/demands"}, {"message", "bad"}}});
  auto const answer = result(minimal({{"limit", 0}, {"name", 7}, {"timeout", true}}));
  BOOST_TEST(!answer.at("valid").as_bool());
  auto const& errors = answer.at("errors").as_array();
  BOOST_REQUIRE(errors.size() == 4U);
  BOOST_TEST(errors[0].at("path").as_string() == "");
  BOOST_TEST(errors[0].at("message").as_string() == "-> limit -> 0 must be a number from 1 to 10000");
  BOOST_TEST(errors[1].at("message").as_string().starts_with("-> name -> 7"));
  BOOST_TEST(errors[2].at("message").as_string().starts_with("-> timeout -> true"));
  BOOST_TEST(errors[3].at("path").as_string() == "/demands");
}

BOOST_AUTO_TEST_CASE(a_missing_template_is_an_error_of_its_own) {
  auto const answer = result({{"name", "x"}});
  BOOST_TEST(answer.at("errors").at(0).at("message").as_string() == "-> top level is missing required items: template");
  BOOST_TEST(!bus.args.contains("controller.validate"));
}

BOOST_AUTO_TEST_CASE(duplicate_keys_have_their_place_in_the_template) {
  auto const response = validate("{\"name\": \"a\",\n\"template\": {\"demands\": {\"d\": 1,\n\"d\": 2}}}");
  BOOST_TEST(response.status == 200);
  auto const error = body_of(response).at("errors").at(0);
  BOOST_TEST(error.at("path").as_string() == "/demands/d");
  BOOST_TEST(error.at("message").as_string() == "API Request has a duplicate key on line 3: \"d\": 2}}}");
}

BOOST_AUTO_TEST_CASE(at_most_100_problems_are_told) {
  json::array many;
  for (int i = 0; i < 100; ++i) many.push_back(json::object{{"path", "/x"}, {"message", "bad"}});
  bus.answers["controller.validate"] = found(std::move(many));
  BOOST_TEST(result(minimal({{"limit", 0}})).at("errors").as_array().size() == 100U);
}

BOOST_AUTO_TEST_CASE(a_body_that_cannot_be_read_is_400) {
  for (auto const* body : {"", "{", "[]", "7", "{\"a\": 1,}"}) BOOST_TEST(validate(body).status == 400, body);
}

BOOST_AUTO_TEST_CASE(a_silent_controller_is_503) {
  bus.answers["controller.ping"] = sdk::Error{sdk::Errc::timed_out, "nobody answers"};
  auto const response = validate(json::serialize(minimal()));
  BOOST_TEST(response.status == 503);
  BOOST_TEST(header(response, "Retry-After") == "5");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
