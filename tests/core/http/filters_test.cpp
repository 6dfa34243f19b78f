// Forwarded headers, CORS and version headers without sockets.
#include "core/http/cors.hpp"
#include "core/http/forwarded.hpp"
#include "core/http/version_headers.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::http {

namespace {

Request from(std::string peer, sdk::HttpHeaders headers) {
  Request request;
  request.method = "GET";
  request.path = "/";
  request.remote_address = std::move(peer);
  request.host = "inner:8091";
  request.headers = std::move(headers);
  return request;
}

Networks networks(std::vector<std::string> const& items) {
  auto parsed = Networks::parse(items);
  BOOST_REQUIRE(parsed);
  return std::move(*parsed);
}

Request forwarded(std::vector<std::string> const& trusted, std::string peer, sdk::HttpHeaders headers) {
  auto request = from(std::move(peer), std::move(headers));
  BOOST_TEST(!ForwardedHeaders(networks(trusted)).before(request));
  return request;
}

std::string value(Response const& reply, std::string_view name) {
  std::string found;
  for (auto const& [key, text] : reply.headers)
    if (same_name(key, name)) found += (found.empty() ? "" : "|") + text;
  return found;
}

CorsRule rule(std::vector<std::string> origins) {
  return {.allowed_origins = std::move(origins),
          .expose_headers = {"X-Conductor-Request-Id"},
          .allow_methods = {"GET", "POST"},
          .allow_headers = {"Authorization", "Content-Type"}};
}

Request preflight(std::string const& origin, std::string const& method, std::string const& headers = {}) {
  auto request = from("1.2.3.4", {{"Origin", origin}, {"Access-Control-Request-Method", method}});
  request.method = "OPTIONS";
  if (!headers.empty()) request.headers.emplace_back("Access-Control-Request-Headers", headers);
  return request;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(networks_of_proxies)

BOOST_AUTO_TEST_CASE(hold_addresses_networks_and_unix_sockets) {
  auto const set = networks({"10.1.0.0/16", "192.0.2.7", "2001:db8::/33", "unix"});
  for (auto const* inside : {"10.1.2.3", "192.0.2.7", "2001:db8:7fff::1", "unix:", "::ffff:10.1.0.1"})
    BOOST_TEST(set.contains(inside), inside);
  for (auto const* outside : {"10.2.0.0", "192.0.2.8", "2001:db8:8000::1", "", "unknown", "10.1.2.3.4"})
    BOOST_TEST(!set.contains(outside), outside);
  BOOST_TEST(networks({"0.0.0.0/0"}).contains("8.8.8.8"));
  BOOST_TEST(!networks({"0.0.0.0/0"}).contains("2001:db8::1"));
  BOOST_TEST(!networks({"10.0.0.1"}).contains("unix:"));
}

BOOST_AUTO_TEST_CASE(refuse_what_is_no_network) {
  for (auto const* item : {"10.0.0.0/33", "10.0.0/8", "host", "10.0.0.0/", "::/129", "", "10.0.0.0/-1", "UNIX"}) {
    auto const parsed = Networks::parse({item});
    BOOST_REQUIRE_MESSAGE(!parsed, item);
    BOOST_TEST(parsed.error().text.find(std::string("'") + item + "'") != std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(forwarded_headers)

BOOST_AUTO_TEST_CASE(of_a_stranger_are_not_believed) {
  auto const request = forwarded({"10.0.0.1"}, "10.0.0.2",
                                 {{"Forwarded", "for=1.1.1.1;proto=https;host=evil"},
                                  {"X-Forwarded-For", "1.1.1.1"},
                                  {"X-Forwarded-Proto", "https"},
                                  {"X-Forwarded-Host", "evil"},
                                  {"X-Forwarded-Prefix", "/evil"}});
  BOOST_TEST(base_url(request) == "http://inner:8091");
  BOOST_TEST(request.remote_address == "10.0.0.2");
}

BOOST_AUTO_TEST_CASE(of_a_trusted_proxy_decide_links_and_address) {
  auto const request = forwarded({"unix"}, "unix:",
                                 {{"X-Forwarded-For", "192.0.2.9"},
                                  {"X-Forwarded-Proto", "https"},
                                  {"X-Forwarded-Host", "has.example.org"},
                                  {"X-Forwarded-Prefix", "/oof/has/"}});
  BOOST_TEST(base_url(request) == "https://has.example.org/oof/has");
  BOOST_TEST(request.remote_address == "192.0.2.9");
}

BOOST_AUTO_TEST_CASE(prefer_the_standard_header) {
  auto const request = forwarded({"10.0.0.1"}, "10.0.0.1",
                                 {{"Forwarded", "For=\"[2001:db8::9]:4711\" ; Proto=https;host=\"a.example:444\""},
                                  {"X-Forwarded-Host", "b.example"}});
  BOOST_TEST(base_url(request) == "https://a.example:444");
  BOOST_TEST(request.remote_address == "2001:db8::9");
}

BOOST_AUTO_TEST_CASE(are_believed_only_as_far_as_the_writer_is_trusted) {
  // The client wrote the first entry itself, hoping to be taken for somebody else.
  auto const older = forwarded({"10.0.0.0/8"}, "10.0.0.1",
                               {{"X-Forwarded-For", "8.8.8.8, 192.0.2.9, 10.0.0.2"},
                                {"X-Forwarded-Proto", "http, https, http"},
                                {"X-Forwarded-Host", "evil, has.example.org, middle"}});
  BOOST_TEST(older.remote_address == "192.0.2.9");
  BOOST_TEST(base_url(older) == "https://has.example.org");
  auto const standard = forwarded(
      {"10.0.0.0/8"}, "10.0.0.1",
      {{"Forwarded", "for=8.8.8.8;host=evil"}, {"Forwarded", "for=192.0.2.9:80;host=has.example.org, for=10.0.0.2"}});
  BOOST_TEST(standard.remote_address == "192.0.2.9");
  BOOST_TEST(base_url(standard) == "http://has.example.org");
}

BOOST_AUTO_TEST_CASE(that_are_malformed_change_nothing) {
  for (std::string const text : {"for", "for=\"1.1.1.1", "for=1.1.1.1 proto=https", "=x", "for=\"a\"b", "host=a/b",
                                 "proto=ftp", "host=\"a b\""}) {
    auto const request = forwarded({"10.0.0.1"}, "10.0.0.1", {{"Forwarded", text}});
    BOOST_TEST(base_url(request) == "http://inner:8091", text);
    BOOST_TEST(request.remote_address == "10.0.0.1", text);
  }
  for (std::string const prefix : {"//evil.example", "relative", "/a b", "/a\"", "/"})
    BOOST_TEST(forwarded({"10.0.0.1"}, "10.0.0.1", {{"X-Forwarded-Prefix", prefix}}).prefix.empty(), prefix);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(cors)

BOOST_AUTO_TEST_CASE(lets_an_allowed_page_log_in_and_read) {
  Cors const filter({rule({"https://ui.example"})});
  auto request = preflight("https://ui.example", "POST", "authorization, content-type");
  auto const answer = filter.before(request);
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->status == 204);
  BOOST_TEST(value(*answer, "Access-Control-Allow-Origin") == "https://ui.example");
  BOOST_TEST(value(*answer, "Access-Control-Allow-Credentials") == "true");
  BOOST_TEST(value(*answer, "Access-Control-Allow-Methods") == "POST");
  BOOST_TEST(value(*answer, "Access-Control-Allow-Headers") == "authorization, content-type");
  BOOST_TEST(value(*answer, "Access-Control-Max-Age") == "3600");

  auto plain = from("1.2.3.4", {{"Origin", "https://ui.example"}});
  BOOST_TEST(!filter.before(plain));
  Response reply;
  filter.after(plain, reply);
  BOOST_TEST(value(reply, "Access-Control-Allow-Origin") == "https://ui.example");
  BOOST_TEST(value(reply, "Access-Control-Expose-Headers") == "X-Conductor-Request-Id");
  BOOST_TEST(value(reply, "Vary") == "Origin");
}

BOOST_AUTO_TEST_CASE(answers_a_refused_preflight_without_its_headers) {
  Cors const filter({rule({"https://ui.example"})});
  for (auto request : {preflight("https://other.example", "POST"), preflight("https://ui.example", "PATCH"),
                       preflight("https://ui.example", "POST", "x-other")}) {
    auto const answer = filter.before(request);
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->headers.empty());
  }
}

BOOST_AUTO_TEST_CASE(leaves_other_options_requests_to_the_application) {
  Cors const filter({rule({"https://ui.example"})});
  auto request = from("1.2.3.4", {{"Origin", "https://ui.example"}});
  request.method = "OPTIONS";
  BOOST_TEST(!filter.before(request));
}

BOOST_AUTO_TEST_CASE(tells_strangers_nothing_but_that_the_reply_varies) {
  Cors const filter({rule({"https://ui.example"})});
  for (auto const& request : {from("1.2.3.4", {}), from("1.2.3.4", {{"Origin", "https://other.example"}})}) {
    Response reply;
    filter.after(request, reply);
    BOOST_TEST(reply.headers.size() == 1U);
    BOOST_TEST(value(reply, "Vary") == "Origin");
  }
}

BOOST_AUTO_TEST_CASE(never_sends_credentials_to_everybody) {
  Cors const filter({rule({"*"})});
  Response reply;
  filter.after(from("1.2.3.4", {{"Origin", "https://any.example"}}), reply);
  BOOST_TEST(value(reply, "Access-Control-Allow-Origin") == "*");
  BOOST_TEST(value(reply, "Access-Control-Allow-Credentials").empty());
  BOOST_TEST(value(reply, "Vary").empty());
}

BOOST_AUTO_TEST_CASE(takes_the_first_rule_that_allows_an_origin) {
  auto second = rule({"https://b.example"});
  second.allow_methods = {"DELETE"};
  Cors const filter({rule({"https://a.example"}), second});
  auto request = preflight("https://b.example", "DELETE");
  BOOST_TEST(value(*filter.before(request), "Access-Control-Allow-Methods") == "DELETE");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(version_headers)

BOOST_AUTO_TEST_CASE(stand_once_on_every_reply) {
  VersionHeaders const filter({.version = "1.4.2"});
  Response reply;
  filter.after(Request(), reply);
  BOOST_TEST(value(reply, "x-minorversion") == "4");
  BOOST_TEST(value(reply, "x-patchversion") == "2");
  BOOST_TEST(value(reply, "x-latestversion") == "1.4.2");
}

BOOST_AUTO_TEST_CASE(repeat_an_acceptable_request) {
  VersionHeaders const filter({.version = "1.4.2"});
  auto request = from("1.2.3.4", {{"X-MinorVersion", "3"}, {"X-PatchVersion", "2"}});
  BOOST_TEST(!filter.before(request));
  Response reply;
  filter.after(request, reply);
  BOOST_TEST(value(reply, "X-MinorVersion") == "3");
  BOOST_TEST(value(reply, "X-PatchVersion") == "2");
}

BOOST_AUTO_TEST_CASE(refuse_what_is_too_great_or_no_number) {
  VersionHeaders const filter({.version = "1.4.2"});
  for (auto const* wrong : {"5", "x", "", "-1", "1.0", "99999999999999999999999", "0x1"}) {
    auto request = from("1.2.3.4", {{"X-MinorVersion", wrong}});
    auto answer = filter.before(request);
    BOOST_REQUIRE_MESSAGE(answer, wrong);
    BOOST_TEST(answer->status == 400);
    BOOST_TEST(answer->body.find("X-MinorVersion must be a number from 0 to 4.") != std::string::npos);
    filter.after(request, *answer);
    BOOST_TEST(value(*answer, "X-MinorVersion") == "4");
  }
}

BOOST_AUTO_TEST_CASE(are_for_those_who_have_the_token) {
  VersionHeaders const filter({.version = "1.4.2", .token_needed = true, .token = "secret"});
  for (auto const* wrong : {"", "Secret", "secre", "secrets"}) {
    auto stranger = from("1.2.3.4", {{"Version-Auth-Token", wrong}, {"X-MinorVersion", "99"}});
    BOOST_TEST(!filter.before(stranger));
    Response reply;
    filter.after(stranger, reply);
    BOOST_TEST(reply.headers.empty());
  }
  Response reply;
  filter.after(from("1.2.3.4", {{"Version-Auth-Token", "secret"}}), reply);
  BOOST_TEST(value(reply, "X-LatestVersion") == "1.4.2");
}

BOOST_AUTO_TEST_CASE(with_an_empty_token_are_for_nobody) {
  VersionHeaders const filter({.version = "1.4.2", .token_needed = true, .token = ""});
  for (auto const& request : {from("1.2.3.4", {}), from("1.2.3.4", {{"Version-Auth-Token", ""}})}) {
    Response reply;
    filter.after(request, reply);
    BOOST_TEST(reply.headers.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http
