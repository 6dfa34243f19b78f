// The way to the members: failure of one, of all, login, doubt. Answers come from a table; the clock is the test's.
#include "gateway.hpp"

#include "conductor/sdk/http_errors.hpp"
#include "documents.hpp"
#include "sdk/testing/fake_host.hpp"
#include "tests/plugins/store/real_host.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <set>
#include <thread>

using namespace conductor;
using namespace conductor::plugins::etcd;
using sdk::Outcome;

namespace {

using Answer = sdk::Result<sdk::HttpReply>;

// One client per member, each with its own answers.
struct Member final : sdk::HttpClient {
  std::function<Answer(sdk::HttpRequest const&)> answer;
  std::vector<sdk::HttpRequest> requests;
  std::mutex mutex;
  Answer send(sdk::Call const&, sdk::HttpRequest const& request) override {
    {
      std::lock_guard const lock(mutex);
      requests.push_back(request);
    }
    return answer(request);
  }
  std::vector<Answer> send_all(sdk::Call const&, std::span<sdk::HttpRequest const>, std::size_t) override { return {}; }
  Answer stream(sdk::Call const&, sdk::HttpRequest const&, std::chrono::milliseconds,
                std::function<bool(std::string_view)> const&) override {
    return sdk::Error{sdk::Errc::unsupported, ""};
  }
};

Answer good(std::string cluster = "1") {
  return sdk::HttpReply{200, {}, R"({"header":{"cluster_id":")" + cluster + R"(","revision":"4"},"succeeded":true})"};
}
Answer said(int status, std::string const& message) {
  return sdk::HttpReply{status, {}, R"({"error":")" + message + R"("})"};
}
Answer refused() { return sdk::Error{sdk::Errc::unavailable, "refused (" + std::string(sdk::not_sent_mark) + ")"}; }
Answer broken() { return sdk::Error{sdk::Errc::unavailable, "the connection was closed"}; }

struct Fixture {
  test::TemporaryDirectory directory;
  test::RealHost host{directory.path()};
  std::map<std::string, Member> members;
  GatewayConfig config;
  std::unique_ptr<Gateway> gateway;

  Fixture() {
    host.clients = [this](sdk::HttpConfig const& http) -> sdk::HttpClient& {
      auto& member = members[http.base_url];
      if (!member.answer) member.answer = [](auto const&) { return good(); };
      return member;
    };
    config.endpoints = {"http://a", "http://b", "http://c"};
  }
  Gateway& open() {
    gateway = std::make_unique<Gateway>(host, config);
    return *gateway;
  }
  void all(std::function<Answer(sdk::HttpRequest const&)> const& answer) {
    for (auto& [url, member] : members) member.answer = answer;
  }
  sdk::Call call(std::chrono::milliseconds time = std::chrono::seconds(5)) { return test::call_of(host.clock(), time); }
  Reply write(std::chrono::milliseconds time = std::chrono::seconds(5)) {
    return gateway->post(call(time), "/v3/kv/txn", "{}", Gateway::Use::write);
  }
  Member& used() { return members.at(gateway->url(gateway->pick())); }
  std::size_t sent() const {
    std::size_t count = 0;
    for (auto const& [url, member] : members)
      for (auto const& request : member.requests) count += request.target == "/v3/kv/txn" ? 1 : 0;
    return count;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(etcd_gateway, Fixture)

BOOST_AUTO_TEST_CASE(stays_with_one_member_until_it_fails) {
  open();
  auto& first = used();
  for (int i = 0; i < 5; ++i) BOOST_TEST(static_cast<bool>(write()));
  BOOST_TEST(first.requests.size() == 6U);  // and the question of which cluster it is
  first.answer = [](auto const&) { return refused(); };
  auto const reply = write();
  BOOST_TEST(static_cast<bool>(reply));
  BOOST_TEST(!reply.doubted);
  BOOST_TEST(&used() != &first);
}

BOOST_AUTO_TEST_CASE(says_unavailable_when_nothing_was_sent_and_ambiguous_when_it_cannot_know) {
  open();
  all([](auto const&) { return refused(); });
  BOOST_TEST((write(std::chrono::milliseconds(300)).outcome == Outcome::unavailable));
  all([](auto const&) { return good(); });
  write();
  all([](sdk::HttpRequest const& request) { return request.target == "/v3/kv/txn" ? broken() : good(); });
  auto const doubtful = write(std::chrono::milliseconds(300));
  BOOST_TEST((doubtful.outcome == Outcome::ambiguous));
  BOOST_TEST(doubtful.doubted);
  auto const question = gateway->post(call(std::chrono::milliseconds(300)), "/v3/kv/txn", "{}", Gateway::Use::read);
  BOOST_TEST((question.outcome == Outcome::unavailable));
}

BOOST_AUTO_TEST_CASE(asks_again_after_doubt_and_tells_that_there_was_some) {
  open();
  int left = 2;
  all([&](sdk::HttpRequest const& request) {
    return request.target == "/v3/kv/txn" && left-- > 0 ? said(504, "context deadline exceeded") : good();
  });
  auto const reply = write();
  BOOST_TEST(static_cast<bool>(reply));
  BOOST_TEST(reply.doubted);
  BOOST_TEST(sent() == 3U);
}

BOOST_AUTO_TEST_CASE(a_refusal_after_doubt_stays_in_doubt) {
  open();
  int tries = 0;
  all([&](sdk::HttpRequest const& request) {
    if (request.target != "/v3/kv/txn") return good();
    return tries++ == 0 ? broken() : said(429, "etcdserver: mvcc: database space exceeded");
  });
  BOOST_TEST((write().outcome == Outcome::ambiguous));
  BOOST_TEST((write().outcome == Outcome::no_space));
}

BOOST_AUTO_TEST_CASE(logs_in_when_asked_to_and_again_when_the_token_has_expired) {
  config.username = "conductor";
  config.password = "secret";
  open();
  std::set<std::string> valid;
  int logins = 0;
  all([&](sdk::HttpRequest const& request) -> Answer {
    if (request.target == "/v3/auth/authenticate") {
      BOOST_TEST(request.body == R"({"name":"conductor","password":"secret"})");
      auto const token = "t" + std::to_string(++logins);
      valid = {token};
      return sdk::HttpReply{200, {}, R"({"header":{},"token":")" + token + R"("})"};
    }
    for (auto const& [name, value] : request.headers)
      if (name == "Authorization" && valid.contains(value)) return good();
    return said(401, "etcdserver: invalid auth token");
  });
  BOOST_TEST(static_cast<bool>(write()));
  BOOST_TEST(static_cast<bool>(write()));
  BOOST_TEST(logins == 1);
  valid.clear();
  BOOST_TEST(static_cast<bool>(write()));
  BOOST_TEST(logins == 2);
}

BOOST_AUTO_TEST_CASE(does_not_log_in_for_ever) {
  config.username = "conductor";
  open();
  int logins = 0;
  all([&](sdk::HttpRequest const& request) -> Answer {
    if (request.target != "/v3/auth/authenticate") return said(401, "etcdserver: invalid auth token");
    ++logins;
    return sdk::HttpReply{200, {}, R"({"header":{},"token":"x"})"};
  });
  BOOST_TEST((write().outcome == Outcome::auth));
  BOOST_TEST(logins == 2);
}

BOOST_AUTO_TEST_CASE(a_login_that_hangs_holds_up_nobody_beyond_his_deadline) {
  config.username = "conductor";
  open();
  std::promise<void> asked, released;
  auto const release = released.get_future().share();
  std::atomic<int> logins = 0;
  all([&](sdk::HttpRequest const& request) -> Answer {
    if (request.target != "/v3/auth/authenticate") return good();
    if (++logins == 1) asked.set_value();
    release.wait();
    return sdk::HttpReply{200, {}, R"({"header":{},"token":"t"})"};
  });
  Reply first, waiting;
  std::jthread const hanging([&] { first = write(); });
  asked.get_future().wait();
  auto const begun = host.clock().now();
  auto const second = write(std::chrono::milliseconds(200));
  BOOST_TEST((second.outcome == Outcome::unavailable), second.text);
  BOOST_TEST((host.clock().now() - begun < std::chrono::seconds(1)));
  {
    std::jthread const patient([&] { waiting = write(); });
    released.set_value();
  }
  BOOST_TEST(static_cast<bool>(waiting), waiting.text);
  BOOST_TEST(logins == 1);  // its token is good for all
}

BOOST_AUTO_TEST_CASE(writes_nothing_through_a_member_of_another_cluster) {
  open();
  BOOST_TEST(static_cast<bool>(write()));
  auto& first = used();
  auto const before = sent();
  all([](auto const&) { return good("2"); });
  first.answer = [](auto const&) { return refused(); };
  auto const reply = write();
  BOOST_TEST((reply.outcome == Outcome::schema));
  BOOST_TEST(reply.text.find("cluster") != std::string::npos);
  BOOST_TEST(sent() == before + 1);  // the one that was refused
}

BOOST_AUTO_TEST_CASE(garbage_is_doubt_and_another_member_is_asked) {
  open();
  for (auto const* const body : {"<html></html>", "", "[1]", "{\"header\":"}) {
    int left = 1;
    all([&, body](sdk::HttpRequest const& request) -> Answer {
      if (request.target == "/v3/kv/txn" && left-- > 0) return sdk::HttpReply{200, {}, body};
      return good();
    });
    auto const reply = write();
    BOOST_TEST(static_cast<bool>(reply), body);
    BOOST_TEST(reply.doubted, body);
  }
}

BOOST_AUTO_TEST_CASE(ends_with_the_call) {
  open();
  all([](auto const&) { return said(503, "etcdserver: request timed out"); });
  std::stop_source stop;
  stop.request_stop();
  auto cancelled = call();
  cancelled.cancelled = stop.get_token();
  auto const reply = gateway->post(cancelled, "/v3/kv/txn", "{}", Gateway::Use::write);
  BOOST_TEST(!reply);
  BOOST_TEST(sent() <= 1U);
}

BOOST_AUTO_TEST_CASE(keeps_nothing_of_documents_whose_rows_are_gone) {
  Fixture test;
  Connection connection(test.host, test.config, "conductor/v1/", {});
  Documents documents(connection);
  sdk::BlobKey const key{"plans", "p", "template"};
  for (int i = 0; i < 100; ++i) {
    auto const put = documents.put(test.call(), key, "text", sdk::Durability::relaxed);
    BOOST_REQUIRE(put);
    BOOST_TEST(documents.waiting(key, put.value).has_value());
    documents.written(key, put.value);
    BOOST_TEST(documents.kept() == 1U);
    BOOST_TEST((documents.get(test.call(), key, put.value).value == "text"));
    documents.forget(key, put.value);
    BOOST_TEST(documents.kept() == 0U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
