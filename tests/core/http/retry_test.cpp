// When the client repeats a request, leaves a peer alone, and how it writes a request: no sockets.
#include "core/http/auth.hpp"
#include "core/http/peer.hpp"
#include "core/http/retry.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

namespace conductor::http {

namespace {

using std::chrono::milliseconds;

sdk::HttpRequest request(std::string method, bool idempotent = false) {
  sdk::HttpRequest made;
  made.method = std::move(method);
  made.idempotent = idempotent;
  return made;
}

Attempt failed(Failure failure) {
  Attempt attempt;
  attempt.failure = failure;
  attempt.cause = "cause";
  return attempt;
}

Attempt answered(int status, std::string after = {}) {
  Attempt attempt;
  attempt.reply.status = status;
  if (!after.empty()) attempt.reply.headers = {{"retry-after", std::move(after)}};
  return attempt;
}

std::string host_of(std::string_view url) {
  auto const peer = parse_peer(url);
  return peer ? peer->name() : peer.error().text;
}

using conductor::tests::has;

Proxies proxies(std::map<std::string, std::string> const& environment) {
  return Proxies([&](char const* name) {
    auto const found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(retries)

BOOST_AUTO_TEST_CASE(happen_always_when_nothing_was_sent) {
  BOOST_TEST(is_retryable(failed(Failure::connect), request("POST"), false));
}

BOOST_AUTO_TEST_CASE(happen_after_a_doubtful_failure_only_when_repeating_is_harmless) {
  for (auto const failure : {Failure::broken, Failure::timed_out}) {
    for (auto const* method : {"GET", "HEAD", "PUT", "DELETE"})
      BOOST_TEST(is_retryable(failed(failure), request(method), false), method);
    BOOST_TEST(!is_retryable(failed(failure), request("POST"), false));
    BOOST_TEST(!is_retryable(failed(failure), request("PATCH"), false));
    BOOST_TEST(is_retryable(failed(failure), request("POST", true), false));
  }
}

BOOST_AUTO_TEST_CASE(never_happen_when_another_attempt_cannot_help) {
  for (auto const failure : {Failure::denied, Failure::invalid, Failure::resting})
    BOOST_TEST(!is_retryable(failed(failure), request("GET"), false));
  for (int const status : {200, 204, 302, 400, 401, 403, 404, 410, 501})
    BOOST_TEST(!is_retryable(answered(status), request("GET"), false), status);
}

BOOST_AUTO_TEST_CASE(happen_for_overloaded_peers_and_once_for_500) {
  for (int const status : {429, 502, 503, 504}) {
    BOOST_TEST(is_retryable(answered(status), request("GET"), true), status);
    BOOST_TEST(!is_retryable(answered(status), request("POST"), false), status);
  }
  BOOST_TEST(is_retryable(answered(500), request("GET"), false));
  BOOST_TEST(!is_retryable(answered(500), request("GET"), true));
}

BOOST_AUTO_TEST_CASE(wait_longer_and_longer_with_jitter) {
  BOOST_TEST((backoff(1, 0) == milliseconds(200)));
  BOOST_TEST((backoff(2, 0) == milliseconds(400)));
  BOOST_TEST((backoff(2, 1) == milliseconds(200)));
  BOOST_TEST((backoff(40, 0) == milliseconds(5000)));
}

BOOST_AUTO_TEST_CASE(heed_what_the_peer_asks_for) {
  auto const now = std::chrono::system_clock::from_time_t(784111777);  // Sun, 06 Nov 1994 08:49:37 GMT
  auto const wait = [&](std::string text) { return retry_after(answered(503, std::move(text)).reply, now); };
  BOOST_TEST((wait("3") == milliseconds(3000)));
  BOOST_TEST((wait("Sun, 06 Nov 1994 08:49:39 GMT") == milliseconds(2000)));
  BOOST_TEST((wait("Sun, 06 Nov 1994 08:49:00 GMT") == milliseconds(0)));
  BOOST_TEST((wait("Fri, 31 Dec 9999 23:59:59 GMT").value() > std::chrono::years(8000)));
  for (auto const* text : {"", "-1", "soon", "1.5", "3 s"}) BOOST_TEST(!wait(text), text);
}

BOOST_AUTO_TEST_CASE(are_counted_in_the_error) {
  auto const error = to_error(failed(Failure::timed_out), "GET a:1/b", 3, 3);
  BOOST_TEST((error.code == sdk::Errc::timed_out));
  BOOST_TEST(error.text == "GET a:1/b: cause (3 attempts)");
  BOOST_TEST((to_error(failed(Failure::resting), "", 1, 1).code == sdk::Errc::unavailable));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(breakers)

BOOST_AUTO_TEST_CASE(open_after_five_failures_and_let_one_probe_through) {
  Breaker breaker;
  sdk::Time now{};
  for (int i = 0; i < Breaker::limit; ++i) {
    BOOST_TEST(!breaker.resting(now));
    breaker.failed(now, "refused");
  }
  BOOST_TEST((breaker.resting(now) == Breaker::shortest));
  now += Breaker::shortest;
  BOOST_TEST(!breaker.resting(now));             // the probe
  BOOST_TEST(breaker.resting(now).has_value());  // everybody else
  breaker.failed(now, "refused again");
  BOOST_TEST((breaker.resting(now) == Breaker::shortest * 2));
  BOOST_TEST(breaker.cause() == "refused again");
  now += Breaker::shortest * 2;
  BOOST_TEST(!breaker.resting(now));
  breaker.succeeded();
  BOOST_TEST(!breaker.resting(now));
  breaker.failed(now, "refused");
  BOOST_TEST(!breaker.resting(now));
}

BOOST_AUTO_TEST_CASE(are_not_prolonged_by_attempts_that_began_before) {
  Breaker breaker;
  for (int i = 0; i < 16; ++i) breaker.failed({}, "refused");
  BOOST_TEST((breaker.resting({}) == Breaker::shortest));
}

BOOST_AUTO_TEST_CASE(never_rest_longer_than_four_seconds) {
  Breaker breaker;
  sdk::Time now{};
  for (int i = 0; i < 30; ++i) {
    if (auto const rest = breaker.resting(now)) {
      BOOST_TEST((*rest <= Breaker::longest));
      now += *rest;
      BOOST_TEST(!breaker.resting(now));
    }
    breaker.failed(now, "refused");
  }
  BOOST_TEST((breaker.resting(now) == Breaker::longest));
}

BOOST_AUTO_TEST_CASE(let_another_probe_through_when_the_first_was_cancelled) {
  Breaker breaker;
  for (int i = 0; i < Breaker::limit; ++i) breaker.failed({}, "refused");
  auto const later = sdk::Time{} + Breaker::shortest;
  BOOST_TEST(!breaker.resting(later));
  BOOST_TEST(!breaker.resting(later + Breaker::shortest));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(peers)

BOOST_AUTO_TEST_CASE(are_read_from_a_url) {
  BOOST_TEST(host_of("http://aai") == "aai:80");
  BOOST_TEST(host_of("https://aai/") == "aai:443");
  BOOST_TEST(host_of("https://[::1]:8443/aai") == "[::1]:8443");
  auto const peer = parse_peer("https://aai.example:443/aai/v24//").value();
  BOOST_TEST(peer.base_path == "/aai/v24");
  BOOST_TEST(peer.host_header() == "aai.example");
  BOOST_TEST(parse_peer("http://a:443").value().host_header() == "a:443");
}

BOOST_AUTO_TEST_CASE(are_refused_without_showing_secrets) {
  for (auto const* url :
       {"", "aai:8443", "ftp://aai", "http://", "http://a:99999", "http://a?x", "http://a#x", "http://a b"})
    BOOST_TEST(!parse_peer(url), url);
  auto const with_user = parse_peer("http://ann:secret@aai/");
  BOOST_REQUIRE(!with_user);
  BOOST_TEST(has(with_user.error().text, "aai"));
  BOOST_TEST(!has(with_user.error().text, "secret"));
}

BOOST_AUTO_TEST_CASE(get_the_base_path_before_the_target) {
  auto const peer = parse_peer("http://a/base/").value(), bare = parse_peer("http://a").value();
  BOOST_TEST(full_target(peer, "/x%2Fy?q=1") == "/base/x%2Fy?q=1");
  BOOST_TEST(full_target(peer, "x") == "/base/x");
  BOOST_TEST(full_target(peer, "") == "/base");
  BOOST_TEST(full_target(peer, "?q") == "/base?q");
  BOOST_TEST(full_target(bare, "") == "/");
  BOOST_TEST(full_target(bare, "?q") == "/?q");
  sdk::HttpRequest asked;
  asked.target = "/x?password=secret";
  BOOST_TEST(describe(peer, asked) == "GET a:80/base/x");
}

BOOST_AUTO_TEST_CASE(get_the_headers_of_request_configuration_and_default_in_this_order) {
  auto const peer = parse_peer("http://a").value();
  sdk::HttpConfig config;
  config.headers = {{"Accept", "text/plain"}, {"X-A", "config"}, {"X-B", "config"}};
  config.username = "ann";
  config.password = "pw";
  auto asked = request("POST");
  asked.headers = {{"x-a", "request"}};
  asked.body = "{}";
  auto const head = request_head(peer, config, asked, nullptr).value();
  BOOST_TEST(head.starts_with("POST / HTTP/1.1\r\nHost: a\r\n"));
  BOOST_TEST(head.ends_with("\r\n\r\n"));
  for (auto const* line : {"x-a: request\r\n", "X-B: config\r\n", "Accept: text/plain\r\n",
                           "Content-Type: application/json\r\n", "Content-Length: 2\r\n", "User-Agent: conductor\r\n"})
    BOOST_TEST(has(head, line), line);
  BOOST_TEST(has(head, "Authorization: " + basic_header("ann", "pw") + "\r\n"));
  BOOST_TEST(!has(head, "X-A: config"));
  BOOST_TEST(!has(head, "Accept: application/json"));
  BOOST_TEST(!has(request_head(peer, {}, request("GET"), nullptr).value(), "Content-"));
}

BOOST_AUTO_TEST_CASE(never_get_a_header_or_target_that_could_begin_another_request) {
  auto const peer = parse_peer("http://a").value();
  auto const refused = [&](auto const& change) {
    auto asked = request("GET");
    change(asked);
    auto const head = request_head(peer, {}, asked, nullptr);
    return !head && head.error().code == sdk::Errc::invalid;
  };
  BOOST_TEST(refused([](auto& r) { r.headers = {{"X", "a\r\nY: b"}}; }));
  BOOST_TEST(refused([](auto& r) { r.headers = {{"X Y", "a"}}; }));
  BOOST_TEST(refused([](auto& r) { r.headers = {{"Content-Length", "5"}}; }));
  BOOST_TEST(refused([](auto& r) { r.target = "/a b"; }));
  BOOST_TEST(refused([](auto& r) { r.target = "/a\r\n"; }));
  BOOST_TEST(refused([](auto& r) { r.method = "GET /"; }));
  BOOST_TEST(refused([](auto& r) { r.method = ""; }));
}

BOOST_AUTO_TEST_CASE(are_reached_through_the_proxies_of_the_environment) {
  auto const some = proxies({{"http_proxy", "http://user:pw@proxy:3128"},
                             {"HTTPS_PROXY", "secure.proxy:3129"},
                             {"HTTP_PROXY", "http://evil:1"},
                             {"no_proxy", "internal.example, .corp,10.0.0.7,other:8080"}});
  auto const through = [&](std::string_view url) {
    auto const proxy = some.for_peer(parse_peer(url).value());
    return proxy ? proxy->name() : std::string("direct");
  };
  BOOST_TEST(through("http://a.example") == "proxy:3128");
  BOOST_TEST(through("https://a.example") == "secure.proxy:3129");
  for (auto const* url :
       {"http://internal.example", "http://a.internal.example", "https://x.corp", "http://10.0.0.7:99",
        "http://other:8080", "http://localhost", "http://127.0.0.1:1", "http://[::1]"})
    BOOST_TEST(through(url) == "direct", url);
  BOOST_TEST(through("http://notinternal.example") == "proxy:3128");
  BOOST_TEST(through("http://other:8081") == "proxy:3128");
  BOOST_TEST(!has(some.description(), "pw"));
  BOOST_TEST(some.for_peer(parse_peer("http://a").value())->authorization == basic_header("user", "pw"));
  BOOST_TEST(!proxies({{"https_proxy", "http://p"}, {"no_proxy", "*"}}).for_peer(parse_peer("https://a").value()));
  BOOST_TEST(has(proxies({{"http_proxy", "socks5://p:1"}}).problems(), "http_proxy"));
}

BOOST_AUTO_TEST_CASE(behind_a_proxy_get_the_whole_url) {
  auto const peer = parse_peer("http://a:81/base").value();
  Proxy proxy;
  proxy.authorization = "Basic xyz";
  auto const head = request_head(peer, {}, request("GET"), &proxy).value();
  BOOST_TEST(head.starts_with("GET http://a:81/base HTTP/1.1\r\nHost: a:81\r\n"));
  BOOST_TEST(has(head, "Proxy-Authorization: Basic xyz\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http
