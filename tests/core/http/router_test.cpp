// Routes, error documents, request targets, reply heads and credentials: no sockets.
#include "core/http/auth.hpp"
#include "core/http/errors.hpp"
#include "core/http/reply.hpp"
#include "core/http/request_id.hpp"
#include "core/http/router.hpp"
#include "core/http/target.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

namespace conductor::http {

namespace {

Handler answering(std::string text) {
  return [text](sdk::Call const&, Request const& request, Caller const&) {
    Response response;
    response.body = text + " " + request.method;
    for (auto const& [name, value] : request.path_parameters) response.body += " " + name + "=" + value;
    return response;
  };
}

Router plans() {
  return Router({{"/", "GET", Role::anonymous, answering("root"), "Versions"},
                 {"/v1", "OPTIONS", Role::anonymous, {}, ""},
                 {"/v1/plans", "GET", Role::reader, answering("list"), "All plans"},
                 {"/v1/plans", "POST", Role::submitter, answering("create"), "A new plan"},
                 {"/v1/plans/{id}", "GET", Role::reader, answering("item"), "One plan"},
                 {"/v1/plans/{id}", "DELETE", Role::submitter, answering("delete"), "Away with it"},
                 {"/v1/plans/healthcheck", "GET", Role::anonymous, answering("health"), "Health"},
                 {"/v1/plans/{id}/events", "GET", Role::reader, answering("events"), "Events"}});
}

Response route(std::string method, std::string target, Role role = Role::admin) {
  Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  BOOST_REQUIRE(parse_target(request));
  return plans()({}, request, Caller{"ann", role});
}

std::string header(Response const& response, std::string_view name) {
  for (auto const& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

std::string explanation(Response const& response) {
  return std::string(boost::json::parse(response.body).at("explanation").as_string());
}

sdk::Result<Request> parsed(std::string target) {
  Request request;
  request.target = std::move(target);
  if (auto const done = parse_target(request); !done) return done.error();
  return request;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(router)

BOOST_AUTO_TEST_CASE(hands_captured_parameters_to_the_handler) {
  BOOST_TEST(route("GET", "/v1/plans/4711").body == "item GET id=4711");
  BOOST_TEST(route("GET", "/v1/plans/a%20b/events").body == "events GET id=a b");
}

BOOST_AUTO_TEST_CASE(treats_a_trailing_slash_as_the_same_path) {
  BOOST_TEST(route("GET", "/v1/plans/").body == "list GET");
  BOOST_TEST(route("GET", "/").body == "root GET");
}

BOOST_AUTO_TEST_CASE(prefers_a_literal_segment_to_a_capture) {
  BOOST_TEST(route("GET", "/v1/plans/healthcheck").body == "health GET");
  auto const refused = route("DELETE", "/v1/plans/healthcheck");
  BOOST_TEST(refused.status == 405);
  BOOST_TEST(header(refused, "Allow") == "GET");
}

BOOST_AUTO_TEST_CASE(answers_405_with_the_methods_in_the_order_of_the_table) {
  auto const refused = route("PATCH", "/v1/plans");
  BOOST_TEST(refused.status == 405);
  BOOST_TEST(header(refused, "Allow") == "GET,POST");
  BOOST_TEST(explanation(refused) == "The PATCH method is not allowed.");
  BOOST_TEST(header(route("PUT", "/v1/plans/x"), "Allow") == "GET,DELETE");
  BOOST_TEST(header(route("GET", "/v1"), "Allow") == "OPTIONS");
}

BOOST_AUTO_TEST_CASE(answers_options_without_a_handler_or_a_role) {
  auto const answer = route("OPTIONS", "/v1/plans/any", Role::anonymous);
  BOOST_TEST(answer.status == 204);
  BOOST_TEST(header(answer, "Allow") == "GET,DELETE");
  BOOST_TEST(answer.body.empty());
  BOOST_TEST(route("OPTIONS", "/v1").status == 204);
}

BOOST_AUTO_TEST_CASE(serves_head_as_get) {
  BOOST_TEST(route("HEAD", "/v1/plans").body == "list GET");
  BOOST_TEST(route("HEAD", "/v1").status == 405);
}

BOOST_AUTO_TEST_CASE(answers_404_for_paths_that_no_row_has) {
  for (auto const* path : {"/v2", "/v1/plans/a/b", "/v1/plans/a/events/x", "/v1//plans", "/errors/404"})
    BOOST_TEST(route("GET", path).status == 404, path);
}

BOOST_AUTO_TEST_CASE(refuses_a_role_that_is_too_low) {
  auto const refused = route("POST", "/v1/plans", Role::reader);
  BOOST_TEST(refused.status == 403);
  BOOST_TEST(explanation(refused) == "This needs the role submitter; user ann has the role reader.");
  BOOST_TEST(route("POST", "/v1/plans", Role::submitter).status == 200);
}

BOOST_AUTO_TEST_CASE(finds_the_route_before_the_body_is_read) {
  auto const router = plans();
  auto const match = router.match("HEAD", "/v1/plans/7");
  BOOST_REQUIRE(match.route != nullptr);
  BOOST_TEST(match.route->summary == "One plan");
  BOOST_TEST((match.route->role == Role::reader));
  BOOST_TEST(router.match("PUT", "/v1/plans").route == nullptr);
  BOOST_TEST(router.match("GET", "*").allow.empty());
  BOOST_TEST(router.routes().size() == 8U);
}

BOOST_AUTO_TEST_CASE(refuses_a_table_with_a_mistake) {
  auto const table = [](Route route) {
    return Router({{"/a", "GET", Role::reader, answering("a"), ""}, std::move(route)});
  };
  BOOST_CHECK_THROW(table({"/a", "GET", Role::reader, answering("b"), ""}), std::invalid_argument);
  BOOST_CHECK_THROW(table({"a", "GET", Role::reader, answering("b"), ""}), std::invalid_argument);
  BOOST_CHECK_THROW(table({"/b/", "GET", Role::reader, answering("b"), ""}), std::invalid_argument);
  BOOST_CHECK_THROW(table({"/b", "HEAD", Role::reader, answering("b"), ""}), std::invalid_argument);
  BOOST_CHECK_THROW(table({"/b", "GET", Role::reader, {}, ""}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(error_documents)

BOOST_AUTO_TEST_CASE(carry_the_documented_keys) {
  auto const response = make_error(405, "The PATCH method is not allowed.");
  auto const expected = boost::json::parse(R"({"title": "Method Not Allowed",
    "explanation": "The PATCH method is not allowed.", "code": 405, "error": {"message":
    "The server could not comply with the request since it is either malformed or otherwise incorrect.",
    "type": "HTTPMethodNotAllowed"}})");
  BOOST_TEST((boost::json::parse(response.body) == expected));
  BOOST_TEST(header(response, "Content-Type") == "application/json");
}

BOOST_AUTO_TEST_CASE(of_unknown_statuses_use_the_words_of_their_class) {
  BOOST_TEST(status_text(418).type == "HTTPBadRequest");
  BOOST_TEST(status_text(599).type == "HTTPInternalServerError");
  BOOST_TEST(status_text(503).title == "Service Unavailable");
  BOOST_TEST(status_text(299).title == "Unknown");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(request_targets)

BOOST_AUTO_TEST_CASE(are_decoded) {
  auto const request = parsed("/v1/plans/a%20b%C3%A4?wait=30s&status=done&status=not%20found&empty=&bare").value();
  BOOST_TEST(request.path == "/v1/plans/a bä");
  BOOST_TEST(request.query.size() == 5U);
  BOOST_TEST(request.parameter("wait") == "30s");
  BOOST_TEST(request.query[2].second == "not found");
  BOOST_TEST(request.query[4].first == "bare");
  BOOST_TEST(request.parameter("none").empty());
}

BOOST_AUTO_TEST_CASE(may_have_the_absolute_form) {
  auto const request = parsed("http://example.org:8091/v1/plans/?a=1").value();
  BOOST_TEST(request.path == "/v1/plans");
  BOOST_TEST(request.parameter("a") == "1");
  BOOST_TEST(parsed("http://example.org").value().path == "/");
  BOOST_TEST(parsed("*").value().path == "*");
}

BOOST_AUTO_TEST_CASE(with_bad_encoding_are_refused) {
  for (auto const* target :
       {"/a%2", "/a%zz", "/a?b=%", "/%ff", "/%c0%af", "/a%2fb", "/a%00", "/?a=%ed%a0%80", "plans", "", "/a b"})
    BOOST_TEST(!parsed(target), target);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(reply_heads)

BOOST_AUTO_TEST_CASE(cannot_be_split_by_a_value) {
  Response response;
  response.headers = {{"X-Name", "a\r\nSet-Cookie: b"}, {"content-length", "99"}};
  response.body = "12345";
  ReplyFraming framing;
  framing.request_id = "id";
  auto const head = reply_head(response, framing);
  BOOST_TEST(head.find("X-Name: a  Set-Cookie: b\r\n") != std::string::npos);
  BOOST_TEST(head.find("99") == std::string::npos);
  BOOST_TEST(head.find("Content-Length: 5\r\n") != std::string::npos);
  BOOST_TEST(head.find("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(of_204_have_no_length) {
  Response response;
  response.status = 204;
  BOOST_TEST(reply_head(response, {}).find("Content-Length") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(of_http_1_0_say_what_happens_to_the_connection) {
  ReplyFraming framing;
  framing.http_1_0 = true;
  BOOST_TEST(reply_head({}, framing).find("Connection: keep-alive\r\n") != std::string::npos);
  framing.keep_alive = false;
  framing.stream = true;
  auto const head = reply_head({}, framing);
  BOOST_TEST(head.find("Connection: close\r\n") != std::string::npos);
  BOOST_TEST(head.find("chunked") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(carry_ids_that_are_random_uuids) {
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    auto const id = make_request_id();
    BOOST_TEST(id.size() == 36U);
    BOOST_TEST(id[14] == '4');
    ids.insert(id);
  }
  BOOST_TEST(ids.size() == 100U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(basic_authentication)

BOOST_AUTO_TEST_CASE(is_read_back_as_it_was_written) {
  for (auto const& [user, password] : std::vector<std::pair<std::string, std::string>>{
           {"ann", "secret"}, {"ann", "with:colons::"}, {"", ""}, {"ümlaut", "pässwörd"}, {"a", ""}}) {
    auto const credentials = parse_basic(basic_header(user, password));
    BOOST_REQUIRE(credentials);
    BOOST_TEST(credentials->user == user);
    BOOST_TEST(credentials->password == password);
  }
  BOOST_TEST(parse_basic("bAsIc QWxhZGRpbjpvcGVuIHNlc2FtZQ==")->password == "open sesame");
}

BOOST_AUTO_TEST_CASE(refuses_other_schemes_and_bad_base64) {
  for (auto const* text : {"", "Basic", "Basic ", "Bearer YTpi", "Basic  YTpi", "BasicYTpi", "Basic YTpi=", "Basic YTp",
                           "Basic YT*i", "Basic YWJj", "Basic YTp=YTpi", "Basic YTo=\n", "Basic YTp="})
    BOOST_TEST(!parse_basic(text), text);
}

BOOST_AUTO_TEST_CASE(compares_user_and_password_together) {
  Credentials const expected{"ann", "secret"};
  BOOST_TEST(credentials_match({"ann", "secret"}, expected));
  BOOST_TEST(!credentials_match({"anns", "ecret"}, expected));
  BOOST_TEST(!credentials_match({"ann", "Secret"}, expected));
  BOOST_TEST(!credentials_match({"", ""}, {"", ""}));
  BOOST_TEST(!credentials_match({"ann", ""}, {"ann", ""}));
  BOOST_TEST(constant_time_equal("", ""));
  BOOST_TEST(!constant_time_equal("a", "aa"));
}

BOOST_AUTO_TEST_CASE(knows_the_roles_by_name) {
  BOOST_TEST((role_from("operator") == Role::operator_));
  BOOST_TEST(to_string(Role::operator_) == "operator");
  BOOST_TEST(!role_from("root"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http
