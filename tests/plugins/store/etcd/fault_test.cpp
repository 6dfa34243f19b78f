// The store on a real etcd that is cut off, restarted, full, closed to strangers, compacted or not there.
#include "conductor/sdk/claims.hpp"
#include "etcd_store.hpp"
#include "tests/support/tcp_proxy.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

using namespace conductor;
using namespace std::chrono_literals;
using sdk::Outcome;
using Fault = test::TcpProxy::Fault;

namespace {

std::string noise(std::size_t size) {
  std::mt19937_64 random(size);
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random() & 0xFFU);
  return bytes;
}

// One member for all cases that leave it as it was.
test::EtcdCluster& shared() {
  static test::EtcdCluster cluster;
  return cluster;
}

struct Fixture {
  test::EtcdHost etcd;
  test::RealHost& host = etcd.host;
  std::string const run = "t" + sdk::random_id().substr(0, 8);

  sdk::Call call(std::chrono::milliseconds time = 20s) { return test::call_of(host.clock(), time); }
  std::string name(std::string const& what) const { return run + "-" + what; }
  sdk::Row insert(sdk::Store& store, std::string const& id, std::string const& status = "translated") {
    auto const made = store.insert(call(), "plans", id, {{"status", status}}, sdk::random_id());
    BOOST_REQUIRE_MESSAGE(static_cast<bool>(made), made.text);
    return store.get(call(), "plans", id).value;
  }
  bool wait_for(std::function<bool()> const& done, std::chrono::milliseconds most = 10s) {
    auto const until = host.clock().now() + most;
    while (!done()) {
      if (host.clock().now() >= until) return false;
      host.clock().sleep_for(5ms, {});
    }
    return true;
  }
  // Whether a watch of this store tells of a row that another store makes.
  bool hears(sdk::Store& writer, std::atomic<int> const& events, std::string const& id) {
    auto const before = events.load();
    insert(writer, id);
    return wait_for([&] { return events > before; });
  }
};

// A member behind a faulty network, and impatient stores.
struct Behind : Fixture {
  test::TcpProxy proxy{shared().port(0)};
  std::unique_ptr<sdk::Store> store = test::open_etcd_store(host, {proxy.url()}, {{"request_timeout", 0.3}});
  std::unique_ptr<sdk::Store> direct = test::open_etcd_store(host, shared().url_list());
  sdk::ClaimStep const step{"plans", "translated", "solving", {}};

  std::future<sdk::Written> claim(sdk::Row const& row, std::string const& op, std::chrono::milliseconds time) {
    auto const sent = proxy.requested();
    auto future = std::async(std::launch::async, [this, row, op, time] {
      return sdk::claim(*store, call(time), row, step, "worker/1", sdk::Durability::full, op);
    });
    BOOST_REQUIRE(wait_for([&] { return proxy.requested() > sent; }));
    return future;
  }
  void heal() {
    proxy.set(Fault::none);
    proxy.cut();
  }
};

}  // namespace

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(test::etcd_is_there))
BOOST_AUTO_TEST_SUITE(etcd_faults)

BOOST_FIXTURE_TEST_CASE(a_claim_whose_reply_was_lost_is_found_applied_once, Behind) {
  auto const row = insert(*store, name("amb1"));
  proxy.set(Fault::drop_replies);
  auto claimed = claim(row, sdk::random_id(), 10s);
  BOOST_TEST(wait_for([&] { return direct->get(call(), "plans", row.id).value.version.number == 2; }));
  heal();
  auto const written = claimed.get();
  BOOST_TEST((written.outcome == Outcome::ok), written.text);
  BOOST_TEST(written.version.number == 2);
  BOOST_TEST(direct->get(call(), "plans", row.id).value.integer("fencing") == 1);
}

BOOST_FIXTURE_TEST_CASE(a_claim_whose_request_was_lost_is_sent_again, Behind) {
  auto const row = insert(*store, name("amb2"));
  proxy.set(Fault::drop_requests);
  auto claimed = claim(row, sdk::random_id(), 10s);
  heal();
  auto const written = claimed.get();
  BOOST_TEST((written.outcome == Outcome::ok), written.text);
  BOOST_TEST(direct->get(call(), "plans", row.id).value.version.number == 2);
}

BOOST_FIXTURE_TEST_CASE(doubt_that_outlives_the_call_can_be_settled_later, Behind) {
  auto const row = insert(*store, name("amb3")), other = insert(*store, name("amb4"));
  auto const applied = sdk::random_id(), lost = sdk::random_id();
  proxy.set(Fault::drop_replies);
  BOOST_TEST((claim(row, applied, 700ms).get().outcome == Outcome::ambiguous));
  proxy.set(Fault::drop_requests);
  BOOST_TEST((claim(other, lost, 700ms).get().outcome == Outcome::ambiguous));
  heal();
  BOOST_TEST((store->resolve(call(), "plans", row.id, applied).value == sdk::Resolution::applied));
  BOOST_TEST((store->resolve(call(), "plans", other.id, lost).value == sdk::Resolution::not_applied));
  // Another has it now; the lost claim, should it come after all, finds another version.
  BOOST_TEST(static_cast<bool>(sdk::claim(*direct, call(), other, step, "heir/1")));
  BOOST_TEST(
      (sdk::claim(*store, call(), other, step, "worker/1", sdk::Durability::full, lost).outcome == Outcome::conflict));
}

BOOST_FIXTURE_TEST_CASE(a_removal_whose_reply_was_lost_is_done, Behind) {
  auto const row = insert(*store, name("gone"));
  proxy.set(Fault::drop_replies);
  sdk::Expect expect;
  expect.version = row.version;
  auto removed =
      std::async(std::launch::async, [&] { return store->remove(call(), "plans", row.id, expect, sdk::random_id()); });
  BOOST_TEST(wait_for(
      [&] { return direct->get(call(), "plans", row.id).outcome == Outcome::not_found || proxy.requested() > 0; }));
  heal();
  BOOST_TEST((removed.get().outcome == Outcome::ok));
}

BOOST_FIXTURE_TEST_CASE(calls_end_by_their_deadline_when_the_member_is_silent, Behind) {
  proxy.set(Fault::black_hole);
  auto const begun = host.clock().now();
  auto const read = store->get(call(600ms), "plans", name("x"));
  BOOST_TEST((read.outcome == Outcome::unavailable));
  BOOST_TEST((host.clock().now() - begun < 3s));
  BOOST_TEST(!store->health(call(600ms)).has_value());
  heal();
  BOOST_TEST(wait_for([&] { return store->health(call(2s)).has_value(); }, 5s));
}

BOOST_FIXTURE_TEST_CASE(another_member_is_used_when_one_is_silent_and_the_watch_moves_too, Behind) {
  test::TcpProxy other(shared().port(0));
  auto const two = test::open_etcd_store(host, {proxy.url(), other.url()}, {{"request_timeout", 0.5}});
  std::atomic<int> events = 0;
  auto const watch = two->watch(call(), {{"plans"}}, two->cursor(call()).value, [&](sdk::Event const&) { ++events; });
  BOOST_TEST(hears(*direct, events, name("before")));
  // Whichever it uses: the other is left.
  for (auto* const faulty : {&proxy, &other}) {
    faulty->set(Fault::black_hole);
    BOOST_TEST((two->get(call(5s), "plans", name("before")).outcome == Outcome::ok));
    BOOST_TEST(hears(*direct, events, name("after" + std::to_string(faulty->port()))));
    faulty->set(Fault::none);
    faulty->cut();
    BOOST_TEST(wait_for([&] { return two->health(call(2s)).has_value(); }, 5s));
  }
}

BOOST_FIXTURE_TEST_CASE(connections_that_break_all_the_time_lose_and_repeat_nothing, Behind) {
  auto version = insert(*store, name("broken")).version;
  std::atomic<bool> over = false;
  std::jthread const breaker([&] {
    while (!over) {
      host.clock().sleep_for(7ms, {});
      proxy.cut();
    }
  });
  int const rounds = 100;
  for (int i = 0; i < rounds; ++i) {
    sdk::Expect expect;
    expect.version = version;
    auto const written = store->update(call(), "plans", name("broken"), {{"solver_counter", std::int64_t{i + 1}}},
                                       expect, sdk::random_id(), sdk::Durability::full);
    BOOST_REQUIRE_MESSAGE((written.outcome == Outcome::ok), to_string(written.outcome) << " " << written.text);
    version = written.version;
  }
  over = true;
  auto const row = direct->get(call(), "plans", name("broken"));
  BOOST_TEST(row.value.version.number == rounds + 1);
  BOOST_TEST(row.value.integer("solver_counter") == rounds);
}

BOOST_FIXTURE_TEST_CASE(a_store_that_is_down_says_so_soon_and_resumes_by_itself, Fixture) {
  test::EtcdCluster cluster;
  auto const store = test::open_etcd_store(host, cluster.url_list());
  std::atomic<int> events = 0;
  auto const watch = store->watch(call(), {}, store->cursor(call()).value, [&](sdk::Event const&) { ++events; });
  BOOST_TEST(hears(*store, events, name("first")));
  cluster.kill(0);
  auto const begun = host.clock().now();
  auto const refused = store->insert(call(), "plans", name("down"), {}, sdk::random_id());
  BOOST_TEST((refused.outcome == Outcome::unavailable || refused.outcome == Outcome::ambiguous), refused.text);
  auto const again = store->insert(call(), "plans", name("down"), {}, sdk::random_id());
  BOOST_TEST((again.outcome == Outcome::unavailable), again.text);
  BOOST_TEST((host.clock().now() - begun < 15s));
  auto const fresh = test::make_etcd_store(host, cluster.url_list());
  BOOST_TEST(fresh->start(call()).has_value());
  BOOST_TEST((fresh->ensure_schema(call()).outcome == Outcome::unavailable));
  cluster.start(0);
  BOOST_TEST(wait_for([&] { return fresh->ensure_schema(call()).outcome == Outcome::ok; }, 8s));
  BOOST_TEST(hears(*fresh, events, name("second")));
}

BOOST_FIXTURE_TEST_CASE(a_full_store_takes_no_more_and_goes_on_reading_and_removing, Fixture) {
  test::EtcdCluster cluster({.members = 1, .flags = {"--quota-backend-bytes=12000000"}});
  auto const store = test::open_etcd_store(host, cluster.url_list());
  auto const row = insert(*store, name("kept"));
  sdk::BlobKey const key{"plans", row.id, "template"};
  auto const bytes = noise(1U << 20U);
  auto filled = Outcome::ok;
  for (int i = 0; i < 40 && filled == Outcome::ok; ++i) {
    auto const put = store->put_blob(call(), key, bytes);
    filled = put.outcome;
    if (!put) BOOST_TEST(put.text.find("disarm") != std::string::npos, put.text);
  }
  BOOST_TEST((filled == Outcome::no_space));
  BOOST_TEST((store->insert(call(), "plans", name("more"), {}, sdk::random_id()).outcome == Outcome::no_space));
  BOOST_TEST(static_cast<bool>(store->get(call(), "plans", row.id)));
  BOOST_TEST(store->list(call(), "plans", {}, std::nullopt, 10).value.rows.size() == 1U);
  auto const health = store->health(call(2s));
  BOOST_REQUIRE(!health.has_value());
  BOOST_TEST(health.error().text.find("NOSPACE") != std::string::npos, health.error().text);
  sdk::Expect expect;
  expect.version = row.version;
  auto const removed = store->remove(call(), "plans", row.id, expect, sdk::random_id());
  BOOST_TEST((removed.outcome == Outcome::ok), removed.text);
  // The operator makes space.
  BOOST_TEST(static_cast<bool>(store->sweep_blobs(call(), 0ms, 1000)));
  auto const revision = store->cursor(call()).value.substr(1);
  cluster.post(0, "/v3/kv/compaction", {{"revision", revision}, {"physical", true}});
  cluster.post(0, "/v3/maintenance/defragment", {});
  auto const alarms = cluster.post(0, "/v3/maintenance/alarm", {{"action", "GET"}});
  cluster.post(
      0, "/v3/maintenance/alarm",
      {{"action", "DEACTIVATE"}, {"alarm", "NOSPACE"}, {"memberID", alarms.at("alarms").at(0).at("memberID")}});
  BOOST_TEST(wait_for(
      [&] { return store->insert(call(), "plans", name("again"), {}, sdk::random_id()).outcome == Outcome::ok; }));
  BOOST_TEST(store->health(call(2s)).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_cursor_that_was_compacted_gives_resync_and_the_watch_goes_on, Fixture) {
  test::EtcdCluster cluster;
  auto const store = test::open_etcd_store(host, cluster.url_list());
  auto const old = store->cursor(call()).value;
  for (int i = 0; i < 5; ++i) insert(*store, name("row" + std::to_string(i)));
  cluster.post(0, "/v3/kv/compaction", {{"revision", store->cursor(call()).value.substr(1)}, {"physical", true}});
  std::mutex mutex;
  std::vector<sdk::Event> events;
  auto const watch = store->watch(call(), {}, old, [&](sdk::Event const& event) {
    std::lock_guard const lock(mutex);
    events.push_back(event);
  });
  auto const first = [&] {
    std::lock_guard const lock(mutex);
    return events.empty() ? sdk::Event{} : events.front();
  };
  BOOST_TEST(wait_for([&] { return first().kind == sdk::Event::Kind::resync; }));
  insert(*store, name("after"));
  BOOST_TEST(wait_for([&] {
    std::lock_guard const lock(mutex);
    return events.back().id == name("after");
  }));
  // What lies between may be told twice, the loss once.
  BOOST_TEST(std::count_if(events.begin(), events.end(),
                           [](sdk::Event const& event) { return event.kind == sdk::Event::Kind::resync; }) == 1);
}

BOOST_FIXTURE_TEST_CASE(logins_are_used_and_renewed, Fixture) {
  test::EtcdCluster cluster({.members = 1, .auth = true});
  auto const open = [&](char const* user, char const* password, char const* prefix) {
    auto store = test::make_etcd_store(host, cluster.url_list(),
                                       {{"username", user}, {"password", password}, {"prefix", prefix}});
    return std::pair(std::move(store), 0);
  };
  auto const outcome = [&](char const* user, char const* password, char const* prefix = "conductor/v1/") {
    return open(user, password, prefix).first->ensure_schema(call()).outcome;
  };
  BOOST_TEST((outcome("conductor", "wrong") == Outcome::auth));
  BOOST_TEST((outcome("", "") == Outcome::auth));
  BOOST_TEST((outcome("conductor", "secret", "elsewhere/") == Outcome::auth));
  auto const store = open("conductor", "secret", "conductor/v1/").first;
  BOOST_REQUIRE((store->ensure_schema(call()).outcome == Outcome::ok));
  std::atomic<int> events = 0;
  auto const watch = store->watch(call(), {}, store->cursor(call()).value, [&](sdk::Event const&) { ++events; });
  BOOST_TEST(hears(*store, events, name("before")));
  // A restarted server has forgotten all tokens.
  cluster.kill(0);
  cluster.start(0);
  BOOST_TEST(hears(*store, events, name("after")));
  for (auto const& line : host.lines()) BOOST_TEST(line.find("secret") == std::string::npos, line);
}

BOOST_FIXTURE_TEST_CASE(tls_is_spoken_and_strangers_are_not_believed, Fixture) {
  test::EtcdCluster cluster({.members = 1, .tls = true, .client_certificates = true});
  test::EtcdSettings const good{
      {"ca_file", cluster.ca_file()}, {"cert_file", cluster.client_certificate()}, {"key_file", cluster.client_key()}};
  auto const store = test::open_etcd_store(host, cluster.url_list(), good);
  std::atomic<int> events = 0;
  auto const watch = store->watch(call(), {}, store->cursor(call()).value, [&](sdk::Event const&) { ++events; });
  BOOST_TEST(hears(*store, events, name("tls")));
  auto const unknown = test::make_etcd_store(host, cluster.url_list())->ensure_schema(call(3s));
  BOOST_TEST((unknown.outcome == Outcome::auth), unknown.text);
  auto const nameless = test::make_etcd_store(host, cluster.url_list(), {{"ca_file", cluster.ca_file()}});
  BOOST_TEST(!static_cast<bool>(nameless->ensure_schema(call(3s))));
}

BOOST_FIXTURE_TEST_CASE(a_prefix_that_is_somebody_elses_is_left_alone, Fixture) {
  auto const open = [&](std::string const& prefix) {
    return test::make_etcd_store(host, shared().url_list(), {{"prefix", prefix}});
  };
  // {prefix}foreign = x
  shared().post(0, "/v3/kv/put", {{"key", "Zm9yZWlnbi9rZXk="}, {"value", "eA=="}});
  auto const refused = open("foreign/")->ensure_schema(call());
  BOOST_TEST((refused.outcome == Outcome::schema));
  BOOST_TEST(refused.text.find("foreign/key") != std::string::npos, refused.text);
  // newer/meta/schema = {"product":"conductor","schema":2000}
  shared().post(
      0, "/v3/kv/put",
      {{"key", "bmV3ZXIvbWV0YS9zY2hlbWE="}, {"value", "eyJwcm9kdWN0IjoiY29uZHVjdG9yIiwic2NoZW1hIjoyMDAwfQ=="}});
  BOOST_TEST((open("newer/")->ensure_schema(call()).outcome == Outcome::schema));
  BOOST_TEST((open("own/")->ensure_schema(call()).outcome == Outcome::ok));
}

BOOST_FIXTURE_TEST_CASE(documents_too_large_for_one_transaction_are_written_before_it, Fixture) {
  auto const store = test::open_etcd_store(host, shared().url_list()),
             other = test::open_etcd_store(host, shared().url_list());
  sdk::Values set;
  std::map<std::string, std::string> bytes;
  int number = 0;
  for (auto const* const column : {"template", "translation", "solution", "explanation", "errors", "extras"}) {
    bytes[column] = noise(250'000 + static_cast<std::size_t>(++number));
    auto const put = store->put_blob(call(), {"plans", name("large"), column}, bytes[column], sdk::Durability::relaxed);
    BOOST_REQUIRE(static_cast<bool>(put));
    set[column] = put.value;
  }
  auto const made = store->insert(call(), "plans", name("large"), set, sdk::random_id());
  BOOST_TEST((made.outcome == Outcome::ok), made.text);
  auto const row = other->get(call(), "plans", name("large")).value;
  for (auto const& [column, wanted] : bytes)
    BOOST_TEST((other->get_blob(call(), {"plans", row.id, column}, row.text(column)).value == wanted), column);
  BOOST_TEST(static_cast<bool>(store->sweep_blobs(call(), 0ms, 1000)));
  for (auto const& [column, wanted] : bytes)
    BOOST_TEST((other->get_blob(call(), {"plans", row.id, column}, row.text(column)).outcome == Outcome::ok), column);
}

BOOST_AUTO_TEST_SUITE_END()
