// Five processes: they call each other directly, survive the death of the one they call, and show themselves to
// `conductor status`.
#include "tests/e2e/harness.hpp"

#include <boost/test/unit_test.hpp>

#include <signal.h>

#include <algorithm>

namespace conductor::e2e {
namespace {

using namespace std::chrono_literals;

struct Status {
  int exit = -1;
  json::object document;
};

Status status_of(Installation const& installation) {
  auto const finished =
      run({program("conductor"), "status", "--config-file", installation.configuration().string(), "-o", "json"});
  Status status{.exit = finished.status, .document = {}};
  // Lines of the log may stand before the document.
  auto const begin = finished.output.find("\n{");
  boost::system::error_code failed;
  auto const value = json::parse(
      finished.output.substr(finished.output.starts_with('{') || begin == std::string::npos ? 0 : begin + 1), failed);
  BOOST_REQUIRE_MESSAGE(!failed && value.is_object(), finished.output);
  status.document = value.as_object();
  return status;
}

bool all_ready(Installation const& installation, int& exit) {
  for (int i = 0; i < 100; ++i) {
    auto const status = status_of(installation);
    exit = status.exit;
    if (exit == 0) return true;
  }
  return false;
}

json::object const* process_with(json::object const& status, std::string const& role) {
  for (auto const& process : status.at("processes").as_array()) {
    auto const& roles = process.at("roles").as_array();
    if (std::find(roles.begin(), roles.end(), json::value(role)) != roles.end()) return &process.as_object();
  }
  return nullptr;
}

// Calls that went to this worker directly, as all others tell.
std::int64_t calls_to(json::object const& status, std::string const& worker) {
  std::int64_t calls = 0;
  for (auto const& peer : status.at("peers").as_array())
    if (peer.at("to").as_string() == worker) calls += peer.at("calls").to_number<std::int64_t>();
  return calls;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(direct_test)

BOOST_AUTO_TEST_CASE(five_processes_call_each_other_directly_and_show_it) {
  Installation installation;
  installation.start_five();
  installation.wait_ready();
  int exit = -1;
  BOOST_REQUIRE_MESSAGE(all_ready(installation, exit), "exit status " << exit);
  Client client(installation.url());
  auto const id = client.submit({{"template", sample_template()}});
  BOOST_TEST(client.wait_final(id).at("status").as_string() == "done");

  auto const status = status_of(installation).document;
  BOOST_TEST(status.at("processes").as_array().size() == 5U);
  BOOST_TEST(status.at("missing_roles").as_array().empty());
  BOOST_TEST(status.at("store").at("name").as_string() == "sqlite");
  BOOST_TEST(status.at("messages").to_number<int>() == 0);
  auto const* const data = process_with(status, "data");
  BOOST_REQUIRE(data != nullptr);
  // At least the controller's questions for the candidates.
  BOOST_TEST(calls_to(status, data->at("worker").as_string().c_str()) >= 1, json::serialize(status));
  for (auto const& row : status.at("plans").as_array())
    if (row.at("status").as_string() == "done") BOOST_TEST(row.at("count").to_number<int>() == 1);

  auto const table =
      run({program("conductor"), "status", "--config-file", installation.configuration().string(), "-o", "table"});
  BOOST_TEST(table.status == 0);
  for (auto const* part : {"store sqlite: healthy", "ROLES", "reservation", "ready", "STATUS", "done", "MEAN"})
    BOOST_TEST(table.output.find(part) != std::string::npos, table.output);
  installation.stop();
}

BOOST_AUTO_TEST_CASE(when_a_data_process_is_killed_another_one_serves_and_status_says_what_is_missing) {
  Installation installation;
  installation.start_five();
  installation.start("data,reservation");
  installation.wait_ready();
  Client client(installation.url());
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(client.submit({{"template", sample_template()}}));
  installation.process("data").signal(SIGKILL);
  BOOST_TEST(installation.process("data").wait(10s) == 128 + SIGKILL);
  for (int i = 0; i < 4; ++i) ids.push_back(client.submit({{"template", sample_template()}}));
  for (auto const& id : ids) BOOST_TEST(client.wait_final(id, 30s).at("status").as_string() == "done");
  installation.process("data,reservation").signal(SIGTERM);
  BOOST_TEST(installation.process("data,reservation").wait(30s) == 0);
  auto const status = status_of(installation);
  BOOST_TEST(status.exit == 1);
  BOOST_TEST(json::serialize(status.document.at("missing_roles")) == "[\"data\"]");
}

BOOST_AUTO_TEST_CASE(without_direct_calls_the_store_carries_them) {
  Installation installation("[messaging_server]\ndirect = false\n");
  installation.start_five();
  installation.wait_ready();
  Client client(installation.url());
  auto const id = client.submit({{"template", sample_template()}});
  BOOST_TEST(client.wait_final(id).at("status").as_string() == "done");
  auto const status = status_of(installation).document;
  BOOST_TEST(status.at("peers").as_array().empty());
  BOOST_TEST(process_with(status, "data")->at("state").as_string() == "no answer");
  BOOST_TEST(!std::filesystem::exists(installation.scratch().path() / "state" / "rpc"));
  installation.stop();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
