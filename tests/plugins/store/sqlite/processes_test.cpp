// The embedded store among several processes: claims, kills, notification.
#include "store.hpp"
#include "conductor/sdk/claims.hpp"
#include "connection.hpp"
#include "tests/plugins/store/real_host.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdio>
#include <set>
#include <sstream>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using conductor::plugins::sqlite::Connection;
using conductor::plugins::sqlite::SqliteStore;
using namespace conductor;

namespace {

// A client process (client/client.cpp) with a pipe from its output.
class Process {
 public:
  Process(std::filesystem::path const& directory, std::string const& what, std::string const& name) {
    static auto const program = std::filesystem::canonical("/proc/self/exe").parent_path() / "store_sqlite_client";
    int pipe[2];
    BOOST_REQUIRE(::pipe(pipe) == 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(pipe[1], STDOUT_FILENO);
      ::close(pipe[0]);
      ::close(pipe[1]);
      ::execl(program.c_str(), program.c_str(), directory.c_str(), what.c_str(), name.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(pipe[1]);
    output_ = pipe[0];
  }
  Process(Process&& other) noexcept
      : child_(std::exchange(other.child_, -1)), output_(std::exchange(other.output_, -1)) {}
  ~Process() {
    if (child_ > 0) finish(SIGKILL);
  }
  // What it printed, in whole lines, when it has ended; `signal` makes it end.
  std::string finish(int signal = 0) {
    if (signal != 0) ::kill(child_, signal);
    std::string text;
    char buffer[65536];
    for (ssize_t size = 0; (size = ::read(output_, buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(size));
    ::close(output_);
    ::waitpid(child_, nullptr, 0);
    child_ = -1;
    return text.substr(0, text.rfind('\n') + 1);
  }

 private:
  pid_t child_ = -1;
  int output_ = -1;
};

struct Fixture {
  test::TemporaryDirectory directory;
  test::RealHost host{directory.path()};
  std::unique_ptr<SqliteStore> store;

  Fixture() { open(); }
  void open() {
    store = std::make_unique<SqliteStore>(host, test::settings_for<SqliteStore>());
    auto const started = store->start(call());
    BOOST_REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error().text));
    BOOST_REQUIRE(static_cast<bool>(store->ensure_schema(call())));
  }
  sdk::Call call() { return test::call_of(host.clock()); }
  std::vector<Process> start(std::string const& what, int count) {
    std::vector<Process> all;
    for (int i = 0; i < count; ++i) all.emplace_back(directory.path(), what, what + std::to_string(i));
    return all;
  }
  void wait(std::chrono::milliseconds time) { host.clock().sleep_for(time, {}); }
  std::int64_t rows_of(std::string const& condition) {
    return Connection(directory.path() / "conductor.db")
        .single(("SELECT count(*) FROM plans WHERE " + condition).c_str());
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sqlite_processes, Fixture)

BOOST_AUTO_TEST_CASE(each_row_is_claimed_by_one_process) {
  int const count = 200;
  for (int i = 0; i < count; ++i)
    store->insert(call(), "plans", "p" + std::to_string(i), {{"status", "translated"}}, sdk::random_id(),
                  sdk::Durability::relaxed);
  auto processes = start("claim", 4);
  std::multiset<std::string> won;
  for (auto& process : processes) {
    std::istringstream lines(process.finish());
    for (std::string id; std::getline(lines, id);) won.insert(id);
  }
  BOOST_TEST(won.size() == 200U);
  BOOST_TEST(std::set<std::string>(won.begin(), won.end()).size() == 200U);
  BOOST_TEST(rows_of("status = 'solving' AND ver = 2 AND fencing = 1") == count);
}

BOOST_AUTO_TEST_CASE(every_answered_write_survives_a_kill) {
  std::size_t answered = 0;
  for (int round = 0; round < 5; ++round) {
    store.reset();
    std::vector<Process> processes;
    for (int i = 0; i < 3; ++i)
      processes.emplace_back(directory.path(), "write", "r" + std::to_string(round) + "w" + std::to_string(i));
    wait(std::chrono::milliseconds(300 + 37 * round));
    std::vector<std::string> outputs;
    for (auto& process : processes) outputs.push_back(process.finish(SIGKILL));
    open();
    for (auto const& output : outputs) {
      std::istringstream lines(output);
      std::string id;
      for (std::int64_t version = 0; lines >> id >> version; ++answered) {
        auto const row = store->get(call(), "plans", id, sdk::Strength::strong);
        BOOST_REQUIRE_MESSAGE(static_cast<bool>(row), id + " was answered and is lost");
        BOOST_TEST(row.value.version.number >= version);
        BOOST_TEST(row.value.text("name") == id);
      }
    }
  }
  BOOST_TEST(answered > 100U);
  Connection connection(directory.path() / "conductor.db");
  auto check = connection.use("PRAGMA integrity_check");
  BOOST_REQUIRE(check.step());
  BOOST_TEST(check.text(0) == "ok");
}

BOOST_AUTO_TEST_CASE(a_multi_is_whole_after_a_kill) {
  for (int round = 0; round < 3; ++round) {
    auto processes = start("multi", 1);
    wait(std::chrono::milliseconds(200 + 53 * round));
    processes.front().finish(SIGKILL);
    BOOST_TEST(rows_of("id LIKE 'multi0-left-%'") == rows_of("id LIKE 'multi0-right-%'"));
    BOOST_TEST(rows_of("id LIKE 'multi0-left-%'") > 0);
    // Free the ids for the next round.
    Connection(directory.path() / "conductor.db").execute("DELETE FROM plans; DELETE FROM events");
  }
}

BOOST_AUTO_TEST_CASE(commits_of_another_process_are_told_at_once) {
  // The other process tells the moment of its commit through the row itself.
  std::mutex mutex;
  std::vector<std::pair<std::string, std::int64_t>> told;
  auto const watch = store->watch(call(), {{"plans"}}, "", [&](sdk::Event const& event) {
    std::lock_guard const lock(mutex);
    told.emplace_back(event.id, host.clock().wall_ms());
  });
  BOOST_REQUIRE(static_cast<bool>(watch));
  int const count = 15;
  for (int i = 0; i < count; ++i) Process(directory.path(), "insert", "p" + std::to_string(i)).finish();
  wait(std::chrono::milliseconds(200));
  std::vector<std::int64_t> delays;
  std::lock_guard const lock(mutex);
  for (auto const& [id, at] : told)
    delays.push_back(at - store->get(call(), "plans", id, sdk::Strength::strong).value.updated_ms);
  std::sort(delays.begin(), delays.end());
  BOOST_REQUIRE(delays.size() == static_cast<std::size_t>(count));
  BOOST_TEST_MESSAGE("median " << delays[count / 2] << " ms, most " << delays.back()
                               << " ms, from transaction to sink");
  // Includes the other process's commit and its sync.
  BOOST_TEST(delays[count / 2] <= 60);
}

BOOST_AUTO_TEST_CASE(a_commit_without_its_notification_is_told_all_the_same) {
  std::atomic<bool> told = false;
  auto const watch =
      store->watch(call(), {{"plans"}}, "", [&](sdk::Event const& event) { told = event.id == "silent"; });
  BOOST_REQUIRE(static_cast<bool>(watch));
  // A writer that dies between its commit and the byte: only the WAL was written.
  Connection(directory.path() / "conductor.db")
      .execute(
          "BEGIN IMMEDIATE; INSERT INTO plans(id, inc, ver, created_ms, updated_ms, ops) VALUES('silent', 1, 1, 1, 1, "
          "'op');"
          "INSERT INTO events(tbl, id, kind, ver, at_ms) VALUES('plans', 'silent', 0, 1, 1); COMMIT");
  for (int i = 0; i < 100 && !told; ++i) wait(std::chrono::milliseconds(20));
  BOOST_TEST(told);
}

BOOST_AUTO_TEST_CASE(several_processes_make_one_schema) {
  store.reset();
  std::filesystem::remove(directory.path() / "conductor.db");
  auto processes = start("insert", 5);
  for (auto& process : processes) BOOST_TEST(process.finish().ends_with(" 1\n"));
  BOOST_TEST(rows_of("1") == 5);
}

BOOST_AUTO_TEST_SUITE_END()
