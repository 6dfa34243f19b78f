// What the store does beside storing: metrics of the member in use, history that is compacted, times that do not go
// back.
#include "compaction.hpp"
#include "conductor/sdk/claims.hpp"
#include "etcd_store.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(etcd_upkeep)

namespace {

struct Fixture {
  test::EtcdHost etcd;
  test::RealHost& host = etcd.host;
  test::EtcdCluster cluster;

  sdk::Call call() { return test::call_of(host.clock()); }
  sdk::Row insert(sdk::Store& store, std::string const& id) {
    auto const made = store.insert(call(), "plans", id, {}, sdk::random_id());
    BOOST_REQUIRE_MESSAGE(static_cast<bool>(made), made.text);
    return store.get(call(), "plans", id).value;
  }
};

}  // namespace

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(test::etcd_is_there))

BOOST_FIXTURE_TEST_CASE(what_a_member_says_of_itself_is_shown_as_metrics, Fixture) {
  auto const store = test::open_etcd_store(host, cluster.url_list());
  BOOST_TEST(store->health(call()).has_value());
  BOOST_TEST(host.counted("conductor_etcd_has_leader") == 1);
  BOOST_TEST(host.counted("conductor_etcd_raft_term") >= 1);
  BOOST_TEST(host.counted("conductor_etcd_db_used_bytes") > 0);
  BOOST_TEST(host.counted("conductor_etcd_db_bytes") >= host.counted("conductor_etcd_db_used_bytes"));
}

BOOST_FIXTURE_TEST_CASE(one_process_forgets_old_history_where_it_is_asked_to, Fixture) {
  using namespace plugins::etcd;
  auto const store = test::open_etcd_store(host, cluster.url_list());
  GatewayConfig config;
  config.endpoints = cluster.url_list();
  config.probe = Keys("conductor/v1/").schema();
  Connection connection(host, config, "conductor/v1/", {});
  // Whether the store can still be read as of this revision.
  auto const remembered = [&](std::string const& revision) {
    return cluster.post(0, "/v3/kv/range", {{"key", "eA=="}, {"revision", revision}}).as_object().contains("header");
  };
  auto const now = [&] { return store->cursor(call()).value.substr(1); };
  auto const first = now();
  Compaction never(connection, 0s, 0ms), mine(connection, 600s, 0ms), theirs(connection, 600s, 0ms),
      patient(connection, 600s);
  insert(*store, "one");
  for (int i = 0; i < 2; ++i) {
    never.look(call());
    patient.look(call());
  }
  BOOST_TEST(remembered(first));
  mine.look(call());
  BOOST_TEST(!remembered(first), "what is older than what stays is forgotten");
  auto const second = now();
  insert(*store, "two");
  theirs.look(call());
  mine.look(call());
  BOOST_TEST(remembered(second), "once in an interval, whoever asks");
}

BOOST_FIXTURE_TEST_CASE(updated_ms_grows_though_the_wall_clock_jumps_back, Fixture) {
  auto const store = test::open_etcd_store(host, cluster.url_list());
  auto const row = insert(*store, "clock");
  host.clock().shift = -1h;
  sdk::Expect expect;
  expect.version = row.version;
  BOOST_TEST(static_cast<bool>(store->update(call(), "plans", row.id, {{"name", "x"}}, expect, sdk::random_id())));
  BOOST_TEST(store->get(call(), "plans", row.id).value.updated_ms == row.updated_ms + 1);
}

BOOST_AUTO_TEST_SUITE_END()
