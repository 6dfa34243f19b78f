// kill -9 of a role while a plan is in its hands: after a restart the plan ends as it should.
#include "tests/e2e/harness.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <signal.h>

#include <ostream>

namespace conductor::e2e {

using namespace std::chrono_literals;

struct Death {
  char const* role;
  char const* failpoint;
  bool reserves = false;  // only such plans come to the reservation
};
std::ostream& operator<<(std::ostream& out, Death const& death) { return out << death.failpoint; }

namespace {

Death const deaths[] = {{"controller", "controller.before_claim"},
                        {"controller", "controller.after_claim"},
                        {"controller", "controller.before_handle"},
                        {"controller", "controller.before_commit"},
                        {"controller", "controller.after_commit"},
                        {"data", "rpc.after_claim"},
                        {"data", "rpc.before_reply"},
                        {"data", "rpc.after_reply"},
                        {"solver", "solver.after_claim"},
                        {"solver", "solver.before_commit"},
                        {"solver", "solver.after_commit"},
                        {"reservation", "reservation.after_claim", true},
                        {"reservation", "reservation.before_commit", true},
                        {"reservation", "reservation.after_commit", true}};

}  // namespace

BOOST_AUTO_TEST_SUITE(kill_test)

BOOST_DATA_TEST_CASE(a_killed_role_is_restarted_and_the_plan_ends_as_it_should, boost::unit_test::data::make(deaths),
                     death) {
  Installation installation;
  installation.start_five({{death.role, std::string(death.failpoint) + "=kill"}});
  Client client(installation.url());
  auto const id = client.submit({{"template", death.reserves ? reserving_template() : sample_template()}});
  BOOST_REQUIRE_MESSAGE(installation.process(death.role).wait(20s) == 128 + SIGKILL,
                        "the role did not die: " << installation.process(death.role).output());
  installation.start(death.role);
  auto const plan = client.wait_final(id, 15s);
  BOOST_TEST(plan.at("status").as_string() == (death.reserves ? "error" : "done"), json::serialize(plan));
  if (death.reserves)
    BOOST_TEST(json::serialize(plan).find("asks for reservations") != std::string::npos, json::serialize(plan));
  else
    BOOST_TEST(plan.at("recommendations").as_array().size() == 1U);
  installation.wait_ready();
  installation.stop();
}

BOOST_AUTO_TEST_CASE(a_killed_api_loses_no_plan_it_acknowledged) {
  Installation installation;
  installation.start_five();
  std::vector<std::string> ids;
  {
    Client client(installation.url());
    for (int i = 0; i < 5; ++i) ids.push_back(client.submit({{"template", sample_template()}}));
  }
  installation.process("api").signal(SIGKILL);
  BOOST_TEST(installation.process("api").wait(5s) == 128 + SIGKILL);
  installation.start("api");
  installation.wait_ready();
  Client client(installation.url());
  for (auto const& id : ids) BOOST_TEST(client.wait_final(id).at("status").as_string() == "done");
  installation.stop();
}

BOOST_AUTO_TEST_CASE(a_plan_that_kills_its_worker_ends_in_error_after_three_attempts) {
  Installation installation;
  installation.start_five({{"solver", "solver.after_claim=kill"}});
  Client client(installation.url());
  auto const id = client.submit({{"template", sample_template()}});
  for (int attempt = 1; attempt <= 3; ++attempt) {
    BOOST_REQUIRE(installation.process("solver").wait(20s) == 128 + SIGKILL);
    installation.start("solver", attempt < 3 ? "solver.after_claim=kill" : "");
  }
  auto const plan = client.wait_final(id, 15s);
  BOOST_TEST(plan.at("status").as_string() == "error");
  BOOST_TEST(json::serialize(plan).find("Tried 3 times. Plan " + id + " is unable to solve") != std::string::npos,
             json::serialize(plan));
  installation.wait_ready();
  installation.stop();
}

BOOST_AUTO_TEST_CASE(term_hands_a_running_plan_back_and_another_process_finishes_it) {
  Installation installation;
  installation.start_five({{"controller", "controller.before_handle=sleep:1500"}});
  Client client(installation.url());
  auto const id = client.submit({{"template", sample_template()}});
  std::string status;
  for (int i = 0; i < 500 && status != "translating"; ++i)
    status = std::string(client.plan(id).at("status").as_string());
  BOOST_TEST(status == "translating");
  installation.process("controller").signal(SIGTERM);
  BOOST_TEST(installation.process("controller").wait(20s) == 0);
  installation.start("controller");
  BOOST_TEST(client.wait_final(id, 15s).at("status").as_string() == "done");
  installation.wait_ready();
  installation.stop();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
