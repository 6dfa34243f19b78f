// How often something may happen, and the full queue (API specification 19.6, 19.8).
#include "fixture.hpp"
#include "services/api/limits.hpp"
#include "services/api/queue_limit.hpp"

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(api_limits)

namespace {
using std::chrono::seconds;
sdk::Time at(int second) { return sdk::Time(seconds(1000 + second)); }

// A store with room for `limit` plans in front of a handler that stores one.
struct Queue {
  explicit Queue(std::size_t limit) : queue(limit, plans, world.clock()) {}

  int post(http::Request const& request = {}) { return submit(world.call(), request, {}).status; }
  void finish(std::string const& id) {
    auto const row = world.store.get(world.call(), "plans", id, sdk::Strength::strong).value;
    sdk::Expect same;
    same.version = row.version;
    BOOST_REQUIRE(world.store.update(world.call(), "plans", id, {{"status", std::string("done")}}, same,
                                     sdk::random_id(), sdk::Durability::full));
  }

  tests::World world;
  store::Plans plans{world.store, world.clock()};
  QueueLimit queue;
  int made = 0;
  http::Handler submit = queue.before([this](sdk::Call const& call, http::Request const&, http::Caller const&) {
    store::NewPlan plan;
    plan.id = plan.name = "plan-" + std::to_string(made++);
    plan.template_document = json::object();
    return plans.create(call, plan) ? http::Response{.status = 201} : http::Response{.status = 503};
  });
};
}  // namespace

BOOST_AUTO_TEST_CASE(a_window_begins_with_its_first_event_and_ends_by_itself) {
  WindowLimit limit(2, seconds(60));
  BOOST_TEST((limit.wait("a", at(0)) == seconds(0)));
  BOOST_TEST(limit.add("a", at(0)) == 1U);
  BOOST_TEST((limit.wait("a", at(10)) == seconds(0)));
  BOOST_TEST(limit.add("a", at(10)) == 2U);
  BOOST_TEST((limit.wait("a", at(10)) == seconds(50)));
  BOOST_TEST((limit.wait("b", at(10)) == seconds(0)));
  BOOST_TEST((limit.wait("a", at(60)) == seconds(0)));
  BOOST_TEST(limit.add("a", at(60)) == 1U);
}

BOOST_AUTO_TEST_CASE(taking_counts_only_what_is_let_through) {
  WindowLimit limit(1, seconds(1));
  BOOST_TEST((limit.take("a", at(0)) == seconds(0)));
  BOOST_TEST((limit.take("a", at(0)) == seconds(1)));
  BOOST_TEST((limit.take("a", at(1)) == seconds(0)));
}

BOOST_AUTO_TEST_CASE(no_limit_lets_everything_through) {
  WindowLimit limit(0, seconds(1));
  for (int i = 0; i < 1000; ++i) BOOST_TEST((limit.take("a", at(0)) == seconds(0)));
}

BOOST_AUTO_TEST_CASE(a_full_table_forgets_the_oldest_key) {
  WindowLimit limit(1, seconds(60), 3);
  for (int i = 0; i < 4; ++i) limit.add(std::to_string(i), at(i));
  BOOST_TEST((limit.wait("0", at(4)) == seconds(0)));
  for (auto const* key : {"1", "2", "3"}) BOOST_TEST((limit.wait(key, at(4)) > seconds(0)), key);
}

BOOST_AUTO_TEST_CASE(a_host_is_its_ipv6_network_or_its_ipv4_address) {
  BOOST_TEST(address_key("192.0.2.7") == "192.0.2.7");
  BOOST_TEST(address_key("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
  BOOST_TEST(address_key("2001:db8:1:2::9%eth0") == address_key("2001:db8:1:2:3:4:5:6"));
  BOOST_TEST(address_key("unix:") == "unix:");
}

BOOST_AUTO_TEST_CASE(retry_after_is_in_whole_seconds) {
  BOOST_TEST(retry_after(std::chrono::milliseconds(1)) == "1");
  BOOST_TEST(retry_after(std::chrono::milliseconds(1001)) == "2");
  BOOST_TEST(retry_after(seconds(0)) == "1");
}

BOOST_AUTO_TEST_CASE(a_full_queue_takes_no_plan_until_one_is_final) {
  Queue queue(2);
  BOOST_TEST(queue.post() == 201);
  BOOST_TEST(queue.post() == 201);
  auto const refused = queue.submit(queue.world.call(), {}, {});
  BOOST_TEST(refused.status == 503);
  BOOST_TEST(header(refused, "Retry-After") == "5");
  BOOST_TEST(queue.made == 2);
  queue.finish("plan-0");
  queue.world.clock().advance(seconds(2));
  BOOST_TEST(queue.post() == 201);
  BOOST_TEST(queue.post() == 503);
}

BOOST_AUTO_TEST_CASE(a_trial_is_not_queued) {
  Queue queue(1);
  BOOST_TEST(queue.post() == 201);
  http::Request trial;
  trial.query.emplace_back("dry_run", "true");
  BOOST_TEST(queue.post(trial) == 201);
  BOOST_TEST(queue.post() == 503);
}

BOOST_AUTO_TEST_CASE(the_store_counts_once_a_second) {
  Queue queue(1000);
  queue.post();
  auto const reads = queue.world.store.reads.load();
  queue.post();
  auto const reads_of_a_post = queue.world.store.reads.load() - reads;
  queue.world.clock().advance(seconds(2));
  queue.post();
  BOOST_TEST(queue.world.store.reads.load() - reads - reads_of_a_post == reads_of_a_post + 7);
}

BOOST_AUTO_TEST_CASE(a_store_that_cannot_count_is_left_to_say_so_itself) {
  Queue queue(1);
  queue.world.store.down = true;
  BOOST_TEST(queue.post() == 503);
  BOOST_TEST(queue.made == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
