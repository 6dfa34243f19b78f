// The product on a simulated MUSIC: one process, five processes, the death of a role, the absence of the store.
#include "tests/e2e/harness.hpp"
#include "tests/simulators/music/server.hpp"

#include <boost/test/unit_test.hpp>

#include <signal.h>

namespace conductor::e2e {

namespace {

using namespace std::chrono_literals;
namespace simulated = simulators::music;

// One MUSIC that several servers lead to.
struct Site {
  std::string configuration() const {
    return "[db_options]\ndb_backend = music\n[music_api]\nserver_url = " + url(first) + "," + url(second) +
           "\npolling_interval = 0.5\n";
  }
  static std::string url(simulated::Server const& server) {
    return "http://127.0.0.1:" + std::to_string(server.port()) + "/MUSIC/rest/v2";
  }

  simulated::Music music;
  simulated::Server first{music, {}}, second{music, {}};
};

std::string status_of(json::object const& plan) { return std::string(plan.at("status").as_string()); }

}  // namespace

BOOST_AUTO_TEST_SUITE(music_test)

BOOST_AUTO_TEST_CASE(one_process_places_plans_on_music_and_finds_them_after_a_restart) {
  Site site;
  Installation installation(site.configuration());
  installation.start();
  installation.wait_ready();
  std::string id;
  {
    Client client(installation.url());
    id = client.submit({{"template", sample_template()}});
    BOOST_TEST(status_of(client.wait_final(id)) == "done");
  }
  installation.stop();
  installation.start();
  installation.wait_ready();
  Client client(installation.url());
  BOOST_TEST(status_of(client.plan(id)) == "done");
  installation.stop();
}

BOOST_AUTO_TEST_CASE(a_role_killed_on_music_is_restarted_and_its_plan_ends_within_five_seconds) {
  Site site;
  Installation installation(site.configuration());
  installation.start_five({{"solver", "solver.before_commit=kill"}});
  Client client(installation.url());
  auto const id = client.submit({{"template", sample_template()}});
  BOOST_REQUIRE_MESSAGE(installation.process("solver").wait(20s) == 128 + SIGKILL,
                        "the role did not die: " << installation.process("solver").output());
  // One of the two servers dies with it.
  site.first.set_down(true);
  auto& solver = installation.start("solver");
  BOOST_REQUIRE(solver.wait_for_output(" as conductor", 20s));
  BOOST_TEST(status_of(client.wait_final(id, 5s)) == "done");
  installation.wait_ready();
  installation.stop();
}

BOOST_AUTO_TEST_CASE(a_music_that_is_down_is_waited_for_at_the_start_and_later) {
  Site site;
  auto const set_down = [&](bool down) {
    site.first.set_down(down);
    site.second.set_down(down);
  };
  set_down(true);
  Installation installation(site.configuration());
  auto& process = installation.start();
  BOOST_TEST(process.wait_for_output("store/music: no answer from any of 2 servers", 20s), process.output());
  BOOST_TEST(process.running());
  set_down(false);
  installation.wait_ready();
  Client client(installation.url());
  auto const before = client.submit({{"template", sample_template()}});
  BOOST_TEST(status_of(client.wait_final(before)) == "done");

  set_down(true);
  auto const refused = client.send("POST", "/v1/plans", json::serialize(json::object{{"template", sample_template()}}));
  BOOST_TEST(refused.status == 503);
  BOOST_TEST(!refused.header("Retry-After").empty());
  set_down(false);
  BOOST_TEST(status_of(client.wait_final(client.submit({{"template", sample_template()}}))) == "done");
  installation.stop();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
