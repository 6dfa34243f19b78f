// The product on a real etcd: one process, five processes, the death of a role, the absence of the store.
#include "tests/e2e/harness.hpp"
#include "tests/support/etcd.hpp"

#include <boost/test/unit_test.hpp>

#include <signal.h>

#include <fstream>
#include <thread>

namespace conductor::e2e {

namespace {

using namespace std::chrono_literals;

std::string on(test::EtcdCluster const& cluster) {
  return "[db_options]\ndb_backend = etcd\n[etcd_api]\nendpoints = " + cluster.urls() + "\n";
}

// Each case ends at once, and says why, where there is no etcd.
bool missing() {
  if (test::EtcdCluster::installed()) return false;
  BOOST_TEST_MESSAGE(test::EtcdCluster::skip_reason());
  return true;
}

// Each transaction that changes anything is one revision.
std::int64_t revision(test::EtcdCluster& cluster) {
  auto const answer = cluster.post(0, "/v3/kv/range", {{"key", "eA=="}});
  return std::stoll(std::string(answer.at("header").at("revision").as_string()));
}

std::string status_of(json::object const& plan) { return std::string(plan.at("status").as_string()); }

}  // namespace

BOOST_AUTO_TEST_SUITE(etcd_test)

BOOST_AUTO_TEST_CASE(one_process_places_plans_on_etcd_and_finds_them_after_a_restart) {
  if (missing()) return;
  test::EtcdCluster cluster;
  Installation installation(on(cluster));
  installation.start();
  installation.wait_ready();
  std::string id;
  {
    Client client(installation.url());
    id = client.submit({{"template", sample_template()}});
    BOOST_TEST(status_of(client.wait_final(id)) == "done");
  }
  installation.stop();
  cluster.kill(0);
  cluster.start(0);
  installation.start();
  installation.wait_ready();
  Client client(installation.url());
  BOOST_TEST(status_of(client.plan(id)) == "done");
  BOOST_TEST(status_of(client.wait_final(client.submit({{"template", sample_template()}}))) == "done");
  installation.stop();
}

BOOST_AUTO_TEST_CASE(another_keyspace_is_taken_on_hup_and_the_plans_of_the_first_stay_in_it) {
  if (missing()) return;
  test::EtcdCluster cluster;
  Installation installation(on(cluster));
  auto& process = installation.start();
  installation.wait_ready();
  // The URL of the API afterwards, which takes a free port again.
  auto const move_to = [&](std::string const& keyspace) {
    auto const before = process.output().size();
    std::ofstream(installation.configuration(), std::ios::app) << "[DEFAULT]\nkeyspace = " << keyspace << "\n";
    process.signal(SIGHUP);
    BOOST_REQUIRE(process.wait_for_output("the keyspace becomes " + keyspace, 5s));
    auto const text = [&] { return process.output().substr(before); };
    for (auto const end = std::chrono::steady_clock::now() + 20s;
         text().find(" runs ") == std::string::npos && std::chrono::steady_clock::now() < end;)
      std::this_thread::sleep_for(10ms);
    auto const words = std::string("API listens on ");
    auto const after = text();
    auto const at = after.find(words);
    BOOST_REQUIRE(at != std::string::npos);
    auto const begin = at + words.size();
    return after.substr(begin, after.find_first_of(" \n", begin) - begin);
  };
  Client first(installation.url());
  auto const done = first.submit({{"template", sample_template()}});
  BOOST_TEST(status_of(first.wait_final(done)) == "done");
  auto const in_work = first.submit({{"template", sample_template()}});
  Client second(move_to("another"));
  BOOST_TEST(second.send("GET", "/v1/plans/" + done).status == 404);
  BOOST_TEST(status_of(second.wait_final(second.submit({{"template", sample_template()}}))) == "done");
  Client again(move_to("conductor"));
  for (auto const& id : {done, in_work}) BOOST_TEST(status_of(again.wait_final(id)) == "done");
  installation.stop();
}

BOOST_AUTO_TEST_CASE(a_plan_takes_five_transactions) {
  if (missing()) return;
  for (bool const five : {false, true}) {
    BOOST_TEST_CONTEXT((five ? "five processes" : "one process")) {
      test::EtcdCluster cluster;
      Installation installation(on(cluster));
      if (five)
        installation.start_five();
      else
        installation.start();
      installation.wait_ready();
      Client client(installation.url());
      auto const place = [&] {
        BOOST_TEST(status_of(client.wait_final(client.submit({{"template", sample_template()}}))) == "done");
      };
      place();  // the first calls of processes that do not know each other yet go by the store
      constexpr int plans = 5;
      auto const before = revision(cluster);
      for (int i = 0; i < plans; ++i) place();
      auto const each = static_cast<double>(revision(cluster) - before) / plans;
      BOOST_TEST_MESSAGE(each << " transactions for each plan");
      BOOST_TEST(each > 0);
      BOOST_TEST(each < 6);  // a beat may come between
      installation.stop();
    }
  }
}

BOOST_AUTO_TEST_CASE(five_processes_on_three_members_survive_kills_of_a_role_and_of_a_member) {
  if (missing()) return;
  test::EtcdCluster cluster({.members = 3});
  Installation installation(on(cluster));
  installation.start_five({{"solver", "solver.before_commit=kill"}});
  Client client(installation.url());
  auto const id = client.submit({{"template", sample_template()}});
  BOOST_REQUIRE_MESSAGE(installation.process("solver").wait(20s) == 128 + SIGKILL,
                        "the role did not die: " << installation.process("solver").output());
  cluster.kill(cluster.leader());
  installation.start("solver");
  BOOST_TEST(status_of(client.wait_final(id, 30s)) == "done");
  BOOST_TEST(status_of(client.wait_final(client.submit({{"template", sample_template()}}))) == "done");
  installation.wait_ready();
  installation.stop();
}

BOOST_AUTO_TEST_CASE(a_store_that_is_down_is_waited_for_at_the_start_and_later) {
  if (missing()) return;
  test::EtcdCluster cluster;
  cluster.kill(0);
  Installation installation(on(cluster));
  auto& process = installation.start();
  BOOST_TEST(process.wait_for_output(cluster.url(0).substr(7), 20s));
  BOOST_TEST(process.running());
  cluster.start(0);
  installation.wait_ready();
  Client client(installation.url());
  auto const before = client.submit({{"template", sample_template()}});
  BOOST_TEST(status_of(client.wait_final(before)) == "done");

  cluster.kill(0);
  auto const refused = client.send("POST", "/v1/plans", json::serialize(json::object{{"template", sample_template()}}));
  BOOST_TEST(refused.status == 503);
  BOOST_TEST(!refused.header("Retry-After").empty());
  cluster.start(0);
  installation.wait_ready();
  BOOST_TEST(status_of(client.wait_final(client.submit({{"template", sample_template()}}))) == "done");
  installation.stop();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
