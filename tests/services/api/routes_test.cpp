// Which paths and methods there are, who may, which media types are spoken, and what a failing store or controller
// looks like (API specification 1 to 4, 6.3, 14).
#include "fixture.hpp"

#include <set>

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(api_routes)

BOOST_AUTO_TEST_CASE(the_version_document_needs_no_login_and_points_where_the_client_came_in) {
  Api api;
  auto const response = api.send_plain("GET", "/", {});
  BOOST_TEST(response.status == 200);
  auto const document = body_of(response);
  auto const& values = document.at("versions").at("values").as_array();
  BOOST_REQUIRE(values.size() == 1U);
  auto const& only = values[0].as_object();
  BOOST_TEST(only.at("id").as_string() == "v1");
  BOOST_TEST(only.at("version").as_string() == "1.2.3");
  BOOST_TEST(only.at("links").at(0).at("href").as_string() == "http://oof.example:8091/v1");
  BOOST_TEST(only.at("links").at(0).at("rel").as_string() == "self");
  BOOST_TEST(only.at("links").at(1).at("rel").as_string() == "describedby");
  BOOST_TEST(only.at("links").at(1).at("type").as_string() == "text/html");
  BOOST_TEST(only.at("media-types").at(0).at("type").as_string() == "application/vnd.ecomp.homing-v1+json");
  BOOST_TEST(only.at("media-types").at(1).at("type").as_string() == "application/vnd.onap.has-v1+json");
}

BOOST_AUTO_TEST_CASE(a_configured_server_url_is_the_base_of_links) {
  Options options;
  options.api.server_url = "https://front.example/homing/";
  Api api(options);
  auto const document = body_of(api.send_plain("GET", "/", {}));
  BOOST_TEST(document.at("versions").at("values").at(0).at("links").at(0).at("href").as_string() ==
             "https://front.example/homing/v1");
}

BOOST_AUTO_TEST_CASE(the_root_answers_reading_methods_only) {
  Api api;
  BOOST_TEST(api.send_plain("HEAD", "/", {}).status == 200);
  auto const options = api.send_plain("OPTIONS", "/", {});
  BOOST_TEST(options.status == 204);
  BOOST_TEST(header(options, "Allow") == "GET");
  BOOST_TEST(api.send_plain("DELETE", "/", {}).status == 405);
}

BOOST_AUTO_TEST_CASE(the_path_of_the_first_version_has_no_method_but_options) {
  Api api;
  for (auto const* method : {"GET", "POST", "DELETE", "PATCH"}) {
    auto const response = api.send_plain(method, "/v1", {});
    BOOST_TEST(response.status == 405, method);
    BOOST_TEST(header(response, "Allow") == "OPTIONS");
  }
  BOOST_TEST(api.send_plain("OPTIONS", "/v1", {}).status == 204);
}

BOOST_AUTO_TEST_CASE(options_answers_from_the_route_alone) {
  Api api;
  auto const calls = api.world.store.calls.load();
  for (auto const& [path, allow] :
       {std::pair{"/v1/plans", "GET,POST"}, std::pair{"/v1/plans/", "GET,POST"},
        std::pair{"/v1/plans/no-such-id", "GET,DELETE"}, std::pair{"/v1/plans/healthcheck", "GET"}}) {
    auto const response = api.send_plain("OPTIONS", path, {});
    BOOST_TEST(response.status == 204, path);
    BOOST_TEST(header(response, "Allow") == allow, path);
    BOOST_TEST(response.body.empty());
    BOOST_TEST(header(response, "Content-Type").empty());
  }
  BOOST_TEST(api.world.store.calls.load() == calls);
}

BOOST_AUTO_TEST_CASE(other_methods_are_refused_with_the_documented_text) {
  Api api;
  for (auto const& [method, path, allow] :
       {std::tuple{"PUT", "/v1/plans", "GET,POST"}, std::tuple{"PATCH", "/v1/plans", "GET,POST"},
        std::tuple{"PUT", "/v1/plans/x", "GET,DELETE"}, std::tuple{"POST", "/v1/plans/x", "GET,DELETE"}}) {
    auto const response = api.send(method, path);
    BOOST_TEST(response.status == 405);
    BOOST_TEST(header(response, "Allow") == allow);
    auto const body = body_of(response);
    BOOST_TEST(body.at("title").as_string() == "Method Not Allowed");
    BOOST_TEST(body.at("explanation").as_string() == "The " + std::string(method) + " method is not allowed.");
    BOOST_TEST(body.at("code").as_int64() == 405);
    BOOST_TEST(body.at("error").at("type").as_string() == "HTTPMethodNotAllowed");
  }
}

BOOST_AUTO_TEST_CASE(unknown_paths_are_404_with_the_error_document) {
  Api api;
  for (auto const* path : {"/v2", "/v1/plan", "/v1/plans/x/more", "/errors/internal_server_error", "/v1/data-loader"}) {
    auto const response = api.send("GET", path);
    BOOST_TEST(response.status == 404, path);
    BOOST_TEST(body_of(response).at("error").at("type").as_string() == "HTTPNotFound");
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(api_media_types)

BOOST_AUTO_TEST_CASE(accepts_every_type_the_version_document_advertises) {
  Api api;
  for (auto const* accept : {"", "*/*", "application/*", "application/json", "application/vnd.ecomp.homing-v1+json",
                             "APPLICATION/VND.ONAP.HAS-V1+JSON", "text/html, application/json;q=0.1"})
    BOOST_TEST(api.send("GET", "/v1/plans", "", {{"Accept", accept}}).status == 200, accept);
  BOOST_TEST(api.send("GET", "/v1/plans").status == 200);
}

BOOST_AUTO_TEST_CASE(an_accept_header_without_json_is_406) {
  Api api;
  for (auto const* accept : {"application/xml", "text/*", "application/json;q=0", "application/jsonp"}) {
    auto const response = api.send("GET", "/v1/plans", "", {{"Accept", accept}});
    BOOST_TEST(response.status == 406, accept);
    BOOST_TEST(body_of(response).at("title").as_string() == "Not Acceptable");
  }
}

BOOST_AUTO_TEST_CASE(a_body_of_another_type_is_415) {
  Api api;
  auto const body = json::serialize(minimal());
  for (auto const* type : {"text/plain", "application/x-www-form-urlencoded", "application/xml"})
    BOOST_TEST(api.send("POST", "/v1/plans", body, {{"Content-Type", type}}).status == 415, type);
  for (auto const* type :
       {"", "application/json", "application/json; charset=utf-8", "application/vnd.onap.has-v1+json"})
    BOOST_TEST(api.send("POST", "/v1/plans", body, {{"Content-Type", type}}).status == 201, type);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(api_admission)

namespace {
constexpr char none_given[] =
    "Unauthorized: The request does not provide any HTTP authentication (basic authentication)";
constexpr char wrong_given[] = "Invalid credentials: username or password is incorrect";

void is_refused(http::Response const& response, std::string const& text) {
  BOOST_TEST(response.status == 401);
  BOOST_TEST(header(response, "WWW-Authenticate") == "Basic realm=\"conductor\", charset=\"UTF-8\"");
  BOOST_TEST(explanation(response) == text);
}
}  // namespace

BOOST_AUTO_TEST_CASE(missing_or_unreadable_credentials_are_401_with_a_challenge) {
  Api api;
  auto const good = http::basic_header("admin", "se:cret");
  is_refused(api.send_plain("GET", "/v1/plans", {}), none_given);
  for (auto const& value : {std::string("Basic !!!"), "Bearer" + good.substr(5), "Basic  " + good.substr(6),
                            std::string("Basic"), std::string()})
    is_refused(api.send_plain("GET", "/v1/plans", {{"Authorization", value}}), none_given);
}

BOOST_AUTO_TEST_CASE(wrong_credentials_are_401_and_never_logged) {
  Api api;
  for (auto const& [user, password] :
       {std::pair{"admin", "other-pass"}, std::pair{"Admin", "se:cret"}, std::pair{"admin", "se"}, std::pair{"", ""}})
    is_refused(api.send_plain("GET", "/v1/plans", {{"Authorization", http::basic_header(user, password)}}),
               wrong_given);
  for (auto const& line : api.world.host.lines()) {
    BOOST_TEST(line.text.find("other-pass") == std::string::npos);
    BOOST_TEST(line.text.find("Basic ") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_password_with_a_colon_works_and_the_scheme_has_no_case) {
  Api api;
  BOOST_TEST(api.send("GET", "/v1/plans").status == 200);
  auto value = http::basic_header("admin", "se:cret");
  value.replace(0, 5, "bAsIc");
  BOOST_TEST(api.send_plain("GET", "/v1/plans", {{"Authorization", value}}).status == 200);
}

BOOST_AUTO_TEST_CASE(empty_configured_credentials_match_nothing) {
  for (auto const& [user, password] : {std::pair{"", ""}, std::pair{"admin", ""}, std::pair{"", "se:cret"}}) {
    Options options;
    options.admission.expected = {.user = user, .password = password};
    Api api(options);
    is_refused(api.send_plain("GET", "/v1/plans", {{"Authorization", http::basic_header(user, password)}}),
               wrong_given);
  }
}

BOOST_AUTO_TEST_CASE(every_plan_route_needs_a_login_before_the_body_is_looked_at) {
  Api api;
  auto const calls = api.world.store.calls.load();
  is_refused(api.send_plain("POST", "/v1/plans", {}, "{broken"), none_given);
  is_refused(api.send_plain("GET", "/v1/plans/x", {}), none_given);
  is_refused(api.send_plain("HEAD", "/v1/plans/x", {}), none_given);
  is_refused(api.send_plain("DELETE", "/v1/plans/x", {}), none_given);
  BOOST_TEST(api.world.store.calls.load() == calls);
}

BOOST_AUTO_TEST_CASE(without_basic_auth_secure_everybody_may_do_everything) {
  Options options;
  options.admission.required = false;
  Api api(options);
  auto const created = api.send_plain("POST", "/v1/plans", {}, json::serialize(minimal()));
  BOOST_TEST(created.status == 201);
  BOOST_TEST(!body_of(created).contains("submitter"));
  BOOST_TEST(api.send_plain("DELETE", "/v1/plans/" + id_of(created), {}).status == 204);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(api_health)

BOOST_AUTO_TEST_CASE(healthy_is_an_ordinary_plan_without_login) {
  Api api;
  auto const response = api.send_plain("GET", "/v1/plans/healthcheck", {});
  BOOST_TEST(response.status == 200);
  auto const document = body_of(response);
  auto const& plan = document.at("plans").at(0).as_object();
  BOOST_TEST(plan.at("id").as_string() == "healthcheck");
  BOOST_TEST(plan.at("name").as_string() == "foo");
  BOOST_TEST(plan.at("status").as_string() == "solved");
  BOOST_REQUIRE(api.bus.calls.size() == 1U);
  BOOST_TEST(api.bus.calls[0] == "controller.ping");
}

BOOST_AUTO_TEST_CASE(a_silent_controller_or_store_is_503) {
  Api api;
  api.bus.answer = sdk::Error{sdk::Errc::timed_out, "nobody answers controller.ping"};
  auto const silent = api.send_plain("GET", "/v1/plans/healthcheck", {});
  BOOST_TEST(silent.status == 503);
  BOOST_TEST(!header(silent, "Retry-After").empty());
  BOOST_TEST(explanation(silent).find("controller.ping") != std::string::npos);
  api.bus.answer = json::value(json::object());
  api.world.store.down = true;
  BOOST_TEST(api.send_plain("GET", "/v1/plans/healthcheck", {}).status == 503);
}

BOOST_AUTO_TEST_CASE(the_health_check_cannot_be_deleted_by_anybody) {
  Api api;
  for (auto const& response :
       {api.send("DELETE", "/v1/plans/healthcheck"), api.send_plain("DELETE", "/v1/plans/healthcheck", {})}) {
    BOOST_TEST(response.status == 405);
    BOOST_TEST(header(response, "Allow") == "GET");
  }
}

BOOST_AUTO_TEST_CASE(a_store_that_is_down_is_503_with_retry_after_everywhere) {
  Api api;
  auto const id = id_of(api.post(minimal()));
  api.world.store.down = true;
  for (auto const& response : {api.post(minimal()), api.send("GET", "/v1/plans"), api.send("GET", "/v1/plans/" + id),
                               api.send("DELETE", "/v1/plans/" + id)}) {
    BOOST_TEST(response.status == 503);
    BOOST_TEST(!header(response, "Retry-After").empty());
    BOOST_TEST(body_of(response).at("title").as_string() == "Service Unavailable");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
