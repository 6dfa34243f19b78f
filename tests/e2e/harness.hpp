// Runs the product for a test: a directory of its own, configuration files, processes, and a client that speaks to the
// API.
#pragma once
#include "core/http/client.hpp"
#include "core/work/system_clock.hpp"

#include <boost/json.hpp>

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace conductor::e2e {

namespace json = boost::json;

std::filesystem::path build_directory();
std::filesystem::path source_directory();
std::filesystem::path program(std::string const& name);  // bin/<name>
std::string read_file(std::filesystem::path const& file);

// A directory below the temporary one, removed at the end.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(Scratch const&) = delete;
  std::filesystem::path const& path() const { return path_; }
  // Writes a file (mode 600) and returns its place.
  std::filesystem::path write(std::string const& name, std::string const& content) const;

 private:
  std::filesystem::path path_;
};

// A child process; killed at the end if it still runs, and when the thread that has started it ends.
class Process {
 public:
  // Standard output and standard error go to `log`.
  Process(std::vector<std::string> const& command, std::filesystem::path log,
          std::map<std::string, std::string> const& environment = {});
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;

  pid_t id() const { return id_; }
  bool running();
  void signal(int number) const;
  // Exit status (128 + n after signal n); -1 when it still runs after `at_most`.
  int wait(std::chrono::milliseconds at_most);
  std::string output() const { return read_file(log_); }
  // Waits until the output holds `text`; false when it does not in time or the process has ended.
  bool wait_for_output(std::string const& text, std::chrono::milliseconds at_most);

 private:
  pid_t id_;
  int status_ = -1;
  std::filesystem::path log_;
};

// Runs a command to its end.
struct Finished {
  int status;
  std::string output;
};
Finished run(std::vector<std::string> const& command, std::map<std::string, std::string> const& environment = {},
             std::chrono::milliseconds at_most = std::chrono::seconds(30));

// One installation: state, configuration, and the processes of it.
class Installation {
 public:
  // `more`: further lines of the configuration file, sections included. The default stands for: sqlite, inventory
  // `file`, user tester.
  explicit Installation(std::string const& more = "");

  // All roles in one process, or the given ones; the API on a free port. `failpoints` as core/work/failpoint.hpp has
  // them.
  Process& start(std::string const& roles = "", std::string const& failpoints = "");
  // Five processes, one per role.
  void start_five(std::map<std::string, std::string> const& failpoints = {});
  Process& process(std::string const& roles) { return *processes_.at(roles); }
  // Waits for the API of the process that has it.
  void wait_ready();
  void stop();  // TERM to all, waits

  std::string const& url() const { return url_; }
  std::filesystem::path const& configuration() const { return configuration_; }
  Scratch const& scratch() const { return scratch_; }

 private:
  Scratch scratch_;
  std::filesystem::path configuration_;
  std::map<std::string, std::unique_ptr<Process>> processes_;
  std::string url_;
  int logs_ = 0;
};

// The API as a client uses it.
class Client {
 public:
  explicit Client(std::string url, std::string user = "tester", std::string password = "pass:word");

  sdk::HttpReply send(std::string const& method, std::string const& target, std::string const& body = "",
                      sdk::HttpHeaders headers = {});
  // POST /v1/plans with this body; the id. Fails the test when the answer is not 201.
  std::string submit(json::object const& request);
  json::object plan(std::string const& id);
  // The plan once it is final; fails the test after `at_most`.
  json::object wait_final(std::string const& id, std::chrono::milliseconds at_most = std::chrono::seconds(20));

 private:
  work::SystemClock clock_;
  std::unique_ptr<http::ClientPool> pool_;
  sdk::HttpClient* client_;
};

// A small template: two demands over the bundled regions, near a place in Brussels, in different complexes.
json::object sample_template();
// The same with reservations, which no controller of these tests makes: the way of its plan leads through the
// reservation role, and ends in `error`.
json::object reserving_template();

// The worked example of the solver specification, 19, with explicit candidates.
json::object worked_example();

}  // namespace conductor::e2e
