// Somebody who knows only `conductor --help` gets a placement; and what the exit status tells scripts.
#include "tests/e2e/harness.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <signal.h>
#include <unistd.h>

namespace conductor::e2e {

BOOST_AUTO_TEST_SUITE(cli_test)

namespace {

using namespace std::chrono_literals;

// The command line of a client of one installation.
struct Shell {
  explicit Shell(Installation const& installation) : scratch(installation.scratch()) {
    environment = {{"CONDUCTOR_SERVER", installation.url()},
                   {"CONDUCTOR_USER", "tester"},
                   {"CONDUCTOR_PASSWORD_FILE", scratch.write("password", "pass:word\n").string()}};
  }
  Finished operator()(std::vector<std::string> words) const {
    words.insert(words.begin(), program("conductor").string());
    return run(words, environment);
  }
  Scratch const& scratch;
  std::map<std::string, std::string> environment;
};

std::string sample_file() { return (source_directory() / "etc/examples/residential-vcpe.yaml").string(); }

std::string replaced(std::string text, std::string const& from, std::string const& to) {
  auto const at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

using conductor::tests::has;

}  // namespace

BOOST_AUTO_TEST_CASE(the_help_leads_to_a_placement) {
  Installation installation;
  installation.start();
  installation.wait_ready();
  Shell const shell(installation);
  BOOST_TEST(has(shell({"--help"}).output, "conductor plan create residential-vcpe.yaml --wait"));
  auto const table = shell({"plan", "create", sample_file(), "--wait", "-o", "table"});
  BOOST_TEST(table.status == 0, table.output);
  BOOST_TEST(has(table.output, "vGMuxInfra  eu-north-1"), table.output);
  auto const document = shell({"plan", "create", sample_file(), "--name", "two", "--num-solution", "2", "--wait"});
  BOOST_TEST(document.status == 0, document.output);
  auto const plan = json::parse(document.output).as_object();
  BOOST_TEST(plan.at("status").as_string() == "done");
  BOOST_TEST(plan.at("recommendations").as_array().size() == 2U);
  std::string const id(plan.at("id").as_string());

  auto const listed = json::parse(shell({"plan", "list", "--name", "two"}).output);
  BOOST_REQUIRE(listed.at("plans").as_array().size() == 1U);
  BOOST_TEST(listed.at("plans").at(0).at("id").as_string() == id);
  auto const explained = shell({"plan", "explain", id, "-o", "table"});
  BOOST_TEST(explained.status == 0, explained.output);
  BOOST_TEST(has(explained.output, "mux_near_customer     distance_to_location"), explained.output);
  auto const events = shell({"plan", "events", id});
  BOOST_TEST(events.status == 0);
  BOOST_TEST(has(events.output, "\"status\":\"template\""), events.output);
  BOOST_TEST(has(events.output, "\"status\":\"done\""), events.output);
  auto const tried = shell({"plan", "create", sample_file(), "--dry-run"});
  BOOST_TEST(tried.status == 0, tried.output);
  BOOST_TEST(json::parse(tried.output).at("status").as_string() == "solved");
  BOOST_TEST(json::parse(shell({"plan", "list"}).output).at("plans").as_array().size() == 2U);
  BOOST_TEST(shell({"plan", "delete", id}).status == 0);
  BOOST_TEST(shell({"plan", "show", id}).status == 3);
  installation.stop();
}

BOOST_AUTO_TEST_CASE(the_exit_status_tells_what_happened) {
  Installation installation;
  installation.start();
  installation.wait_ready();
  Shell shell(installation);
  auto const text = read_file(sample_file());
  auto const far =
      shell.scratch.write("far.yaml", replaced(text, "customer_latitude: 59.3293", "customer_latitude: -80"));
  BOOST_TEST(shell({"plan", "create", far, "--wait"}).status == 3);
  auto const faulty =
      shell.scratch.write("faulty.yaml", replaced(text, "inventory_provider: file", "inventory_provider: fle"));
  auto const failed = shell({"plan", "create", faulty, "--wait", "-o", "table"});
  BOOST_TEST(failed.status == 4);
  BOOST_TEST(has(failed.output, faulty.string() + ":24:25: error: "), failed.output);
  auto const refused = shell({"template", "validate", faulty, "-o", "table"});
  BOOST_TEST(refused.status == 7);
  BOOST_TEST(has(refused.output, "did you mean: file"), refused.output);
  BOOST_TEST(shell({"template", "validate", sample_file(), "--resolve"}).status == 0);
  auto const broken = shell.scratch.write("broken.yaml", "demands: [\n");
  BOOST_TEST(shell({"plan", "create", broken}).status == 7);
  BOOST_TEST(shell({"plan", "create", sample_file(), "--callback-url", "http://127.0.0.1/"}).status == 7);
  BOOST_TEST(shell({"plan", "show", "7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11"}).status == 3);
  BOOST_TEST(shell({"plan", "craete"}).status == 2);
  auto const wrong = shell.scratch.write("wrong", "word\n");
  BOOST_TEST(shell({"plan", "list", "--password-file", wrong}).status == 6);
  shell.environment["CONDUCTOR_USER"] = "";
  BOOST_TEST(shell({"plan", "list"}).status == 6);
  installation.stop();
  auto const gone = shell({"plan", "list"});
  BOOST_TEST(gone.status == 1);
  BOOST_TEST(has(gone.output, "no answer from " + installation.url()), gone.output);
}

BOOST_AUTO_TEST_CASE(waiting_ends_when_the_time_is_up_or_on_ctrl_c_and_the_plan_stays) {
  Installation installation;
  installation.start("api,data");
  installation.wait_ready();
  Shell const shell(installation);
  auto const created = shell({"plan", "create", sample_file()});
  BOOST_REQUIRE_MESSAGE(created.status == 0, created.output);
  std::string const id(json::parse(created.output).at("id").as_string());
  BOOST_TEST(shell({"plan", "wait", id, "--timeout", "0.2"}).status == 5);
  Process waiting({program("conductor"), "plan", "create", sample_file(), "--wait"}, shell.scratch.path() / "waiting",
                  shell.environment);
  Process following({program("conductor"), "plan", "events", id}, shell.scratch.path() / "following",
                    shell.environment);
  BOOST_TEST(following.wait_for_output("\"status\":\"template\"", 20s));
  following.signal(SIGINT);
  BOOST_TEST(following.wait(20s) == 130);
  Client client(installation.url());
  auto const two = [&] {
    return json::parse(client.send("GET", "/v1/plans").body).at("plans").as_array().size() == 2U;
  };
  while (waiting.running() && !two()) ::usleep(10'000);
  waiting.signal(SIGINT);
  BOOST_TEST(waiting.wait(20s) == 130);
  BOOST_TEST(two());
  installation.stop();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
