// Three members, of which some are killed, paused or cut off while plans are submitted, claimed and completed through
// all of them: nothing that was answered is lost, nothing is done twice, and everything goes on by itself.
#include "conductor/sdk/claims.hpp"
#include "etcd_store.hpp"
#include "tests/support/tcp_proxy.hpp"

#include <boost/test/unit_test.hpp>

#include <list>
#include <set>

using namespace conductor;
using namespace std::chrono_literals;
using sdk::Outcome;
using Fault = test::TcpProxy::Fault;

namespace {

// 1, or more in the long suite.
int rounds() {
  auto const* const text = std::getenv("CONDUCTOR_ETCD_ROUNDS");
  return text == nullptr ? 1 : std::max(1, std::atoi(text));
}

// Everybody who works on plans: submits, claims and completes, and writes down what was answered.
class Load {
 public:
  Load(test::RealHost& host, std::vector<std::string> endpoints) : host_(host), endpoints_(std::move(endpoints)) {
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this, i](std::stop_token const& stop) { submit(stop, i); });
    for (int i = 0; i < 3; ++i) threads_.emplace_back([this, i](std::stop_token const& stop) { work(stop, i); });
  }
  // Ends and returns when all threads have.
  void stop() {
    for (auto& thread : threads_) thread.request_stop();
    threads_.clear();
  }
  std::size_t completed() const {
    std::lock_guard const lock(mutex_);
    return completed_.size();
  }
  // After the end: what is answered stands, each plan was completed once.
  void check(sdk::Store& store) {
    for (auto const& id : submitted_) {
      auto const row = store.get(call(), "plans", id);
      BOOST_REQUIRE_MESSAGE(static_cast<bool>(row), id + " was answered and is lost: " + row.text);
      auto const times = completed_.count(id);
      BOOST_TEST(times <= 1U, id << " was completed " << times << " times");
      if (times == 1) {
        BOOST_TEST(row.value.text("status") == "solved", id);
        BOOST_TEST(row.value.version.number == 3, id);
        BOOST_TEST(row.value.integer("fencing") == 1, id);
      }
      auto const document = store.get_blob(call(), {"plans", id, "template"}, row.value.text("template"));
      BOOST_TEST((document && document.value == "template of " + id), id << " " << document.text);
    }
    BOOST_TEST_MESSAGE(submitted_.size() << " submitted, " << completed_.size() << " completed, " << unknown_
                                         << " in doubt");
  }

 private:
  sdk::Call call() { return test::call_of(host_.clock(), 20s); }
  bool passing(Outcome outcome) {
    unknown_ += outcome == Outcome::ambiguous ? 1 : 0;
    return outcome == Outcome::unavailable || outcome == Outcome::ambiguous;
  }

  // As core does: the same operation again until the outcome is known.
  template <class Write>
  sdk::Written insist(std::stop_token const& stop, Write const& write) {
    for (;;) {
      auto written = write();
      if (!passing(written.outcome) || stop.stop_requested()) return written;
      host_.clock().sleep_for(20ms, {});
    }
  }

  void submit(std::stop_token const& stop, int number) {
    auto const store = test::open_etcd_store(host_, endpoints_);
    for (int i = 0; !stop.stop_requested(); ++i) {
      auto const id = "p" + std::to_string(number) + "-" + std::to_string(i);
      auto const document =
          store->put_blob(call(), {"plans", id, "template"}, "template of " + id, sdk::Durability::relaxed);
      auto const op = sdk::random_id();
      auto const written = insist(stop, [&] {
        return store->insert(call(), "plans", id, {{"status", "translated"}, {"template", document.value}}, op);
      });
      if (written) {
        std::lock_guard const lock(mutex_);
        submitted_.insert(id);
      } else if (!stop.stop_requested()) {
        BOOST_ERROR(id + ": " + std::string(to_string(written.outcome)) + " " + written.text);
      }
      host_.clock().sleep_for(5ms, {});
    }
  }

  void work(std::stop_token const& stop, int number) {
    auto const store = test::open_etcd_store(host_, endpoints_);
    while (!stop.stop_requested()) {
      auto const page = store->list(call(), "plans", {{"status", "translated"}}, std::nullopt, 20);
      for (auto const& row : page.value.rows) work_on(stop, *store, row, "w" + std::to_string(number));
      host_.clock().sleep_for(2ms, {});
    }
  }

  void work_on(std::stop_token const& stop, sdk::Store& store, sdk::Row const& row, std::string const& worker) {
    auto const token = sdk::claim_token(worker), claim = sdk::random_id(), complete = sdk::random_id();
    auto const claimed = insist(stop, [&] {
      return sdk::claim(store, call(), row, {"plans", "translated", "solving", {}}, token, {}, claim);
    });
    if (!claimed) return;
    auto const done = insist(stop, [&] {
      return sdk::complete(store, call(), row.id, {"plans", "solving", "solved", {}}, token, {}, complete);
    });
    if (done) {
      std::lock_guard const lock(mutex_);
      completed_.insert(row.id);
    } else if (!stop.stop_requested()) {
      BOOST_ERROR(row.id + " was claimed and cannot be completed: " + done.text);
    }
  }

  test::RealHost& host_;
  std::vector<std::string> const endpoints_;
  mutable std::mutex mutex_;
  std::set<std::string> submitted_;
  std::multiset<std::string> completed_;
  std::atomic<int> unknown_ = 0;
  std::vector<std::jthread> threads_;
};

struct Fixture {
  test::EtcdHost etcd;
  test::RealHost& host = etcd.host;
  test::EtcdCluster cluster{{.members = 3}};
  std::list<test::TcpProxy> proxies;
  std::vector<std::string> endpoints;

  Fixture() {
    for (std::size_t i = 0; i < cluster.size(); ++i) endpoints.push_back(proxies.emplace_back(cluster.port(i)).url());
  }
  test::TcpProxy& proxy(std::size_t member) { return *std::next(proxies.begin(), static_cast<std::ptrdiff_t>(member)); }
  void wait(std::chrono::milliseconds time) { host.clock().sleep_for(time, {}); }
  // Work must go on, by itself and soon.
  void goes_on(Load const& load, std::string const& after) {
    auto const before = load.completed();
    auto const until = host.clock().now() + 10s;
    while (load.completed() < before + 3 && host.clock().now() < until) wait(10ms);
    BOOST_TEST(load.completed() >= before + 3, "nothing is completed within ten seconds after " << after);
  }
};

}  // namespace

BOOST_TEST_DECORATOR(*boost::unit_test::precondition(test::etcd_is_there))
BOOST_FIXTURE_TEST_SUITE(etcd_cluster, Fixture)

BOOST_AUTO_TEST_CASE(nothing_is_lost_or_done_twice_while_members_are_killed_paused_and_cut_off) {
  auto const store = test::open_etcd_store(host, endpoints);
  Load load(host, endpoints);
  goes_on(load, "the start");
  for (int round = 0; round < rounds(); ++round) {
    auto const leader = cluster.leader();
    cluster.kill(leader);
    goes_on(load, "the leader was killed");
    cluster.start(leader);
    auto const follower = (cluster.leader() + 1) % cluster.size();
    cluster.pause(follower);
    goes_on(load, "a follower was paused");
    cluster.resume(follower);
    proxy(follower).set(Fault::black_hole);
    goes_on(load, "a member was cut off");
    proxy(follower).set(Fault::none);
    auto const paused = cluster.leader();
    cluster.pause(paused);
    goes_on(load, "the leader was paused");
    cluster.resume(paused);
    // Without a majority nothing can be written; with one again everything goes on.
    auto const other = (paused + 1) % cluster.size();
    cluster.kill(paused);
    cluster.kill(other);
    wait(500ms);
    cluster.start(paused);
    cluster.start(other);
    cluster.wait_until_healthy();
    goes_on(load, "the majority was away");
  }
  load.stop();
  load.check(*store);
}

BOOST_AUTO_TEST_CASE(a_watch_outlives_the_loss_of_any_member) {
  auto const store = test::open_etcd_store(host, endpoints), writer = test::open_etcd_store(host, cluster.url_list());
  std::mutex mutex;
  std::set<std::string> told;
  auto const watch = store->watch(test::call_of(host.clock()), {}, store->cursor(test::call_of(host.clock())).value,
                                  [&](sdk::Event const& event) {
                                    std::lock_guard const lock(mutex);
                                    told.insert(event.id);
                                  });
  int number = 0;
  auto const hears = [&] {
    auto const id = "row" + std::to_string(number++);
    auto const op = sdk::random_id();
    auto const until = host.clock().now() + 15s;
    while (!writer->insert(test::call_of(host.clock()), "plans", id, {}, op) && host.clock().now() < until) wait(20ms);
    for (;; wait(5ms)) {
      std::lock_guard const lock(mutex);
      if (told.contains(id)) return true;
      if (host.clock().now() > until) return false;
    }
  };
  BOOST_TEST(hears());
  for (std::size_t member = 0; member < cluster.size(); ++member) {
    cluster.kill(member);
    BOOST_TEST(hears(), "after the death of member " << member);
    cluster.start(member);
    cluster.wait_until_healthy();
  }
}

BOOST_AUTO_TEST_CASE(answered_writes_survive_the_death_of_all_members_at_once) {
  auto store = test::open_etcd_store(host, cluster.url_list());
  for (int round = 0; round < rounds(); ++round) {
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i) {
      ids.push_back("r" + std::to_string(round) + "-" + std::to_string(i));
      auto const made = store->insert(test::call_of(host.clock()), "plans", ids.back(), {}, sdk::random_id());
      BOOST_REQUIRE_MESSAGE(static_cast<bool>(made), made.text);
    }
    for (std::size_t i = 0; i < cluster.size(); ++i) cluster.kill(i);
    for (std::size_t i = 0; i < cluster.size(); ++i) cluster.start(i);
    cluster.wait_until_healthy();
    auto const until = host.clock().now() + 10s;
    while (!store->health(test::call_of(host.clock(), 2s)).has_value() && host.clock().now() < until) wait(20ms);
    for (auto const& id : ids)
      BOOST_TEST((store->get(test::call_of(host.clock()), "plans", id).outcome == Outcome::ok), id);
  }
}

BOOST_AUTO_TEST_CASE(a_watch_whose_member_falls_silent_moves_within_35_seconds_though_nothing_else_is_asked) {
  if (rounds() == 1) {
    BOOST_TEST_MESSAGE("only in the long suite: it waits for half a minute");
    return;
  }
  std::vector<std::string> const two{endpoints[0], endpoints[1]};
  auto const store = test::open_etcd_store(host, two), writer = test::open_etcd_store(host, cluster.url_list());
  std::atomic<int> events = 0;
  auto const watch = store->watch(test::call_of(host.clock()), {}, store->cursor(test::call_of(host.clock())).value,
                                  [&](sdk::Event const&) { ++events; });
  auto const insert = [&](std::string const& id) {
    BOOST_REQUIRE(static_cast<bool>(writer->insert(test::call_of(host.clock()), "plans", id, {}, sdk::random_id())));
  };
  insert("before");
  auto const until = host.clock().now() + 10s;
  while (events == 0 && host.clock().now() < until) wait(5ms);
  BOOST_REQUIRE(events == 1);
  // The member in use is the one that was asked more.
  proxy(proxy(0).requested() > proxy(1).requested() ? 0 : 1).set(Fault::black_hole);
  insert("silent");
  auto const begun = host.clock().now();
  while (events == 1 && host.clock().now() - begun < 40s) wait(50ms);
  BOOST_TEST(events >= 2);
  BOOST_TEST((host.clock().now() - begun <= 36s));
}

BOOST_AUTO_TEST_SUITE_END()
