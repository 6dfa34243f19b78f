// One host of an installation for chaos tests: a state path, a configuration, and processes that may die, stand still
// and come back. Two sites on one store are two hosts. Nothing here is a test assertion: what goes wrong is thrown as
// std::runtime_error, so that a run of many kills can say where it was.
#pragma once
#include "tests/e2e/harness.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::chaos {

inline constexpr char const* roles[] = {"api", "controller", "data", "solver", "reservation"};

// A plan whose way leads through the role, and how it ends.
struct Errand {
  boost::json::object request;
  std::string status, message;  // message: a part of it
};
Errand errand_through(std::string_view role);

class Site {
 public:
  // `store`: lines of configuration, sections included.
  // `prefix`: a command that runs the one behind it elsewhere, such as nsenter.
  explicit Site(std::string const& store, std::chrono::seconds lease_ttl = std::chrono::seconds(3),
                std::vector<std::string> prefix = {});

  // A process called `name` with the roles `of_roles`; one that had the name and still runs is killed. Its first pass
  // of a fail-point takes over what order() wrote before, or writes.
  e2e::Process& start(std::string const& name, std::string const& of_roles, std::string const& failpoints = "");
  void start_five();  // each named as its role
  e2e::Process& process(std::string const& name) { return *running_.at(name).process; }
  void wait_ready(std::string const& name);
  void stop(std::string const& name);  // TERM, waits for the exit
  void stop_all();
  // Fail-points for a process that runs, or is about to be started.
  void order(std::string const& name, std::string const& failpoints) const;
  // Names of the fail-points that the process has passed so far, in order of their first pass.
  std::vector<std::string> passed(std::string const& name) const;

  // Base URL of the API in the process of this name.
  std::string url(std::string const& name = "api") const;
  std::filesystem::path const& configuration() const { return configuration_; }
  std::string output(std::string const& name) { return process(name).output(); }

 private:
  struct Running {
    std::unique_ptr<e2e::Process> process;
    bool has_api = false;
  };
  std::filesystem::path orders(std::string const& name) const { return scratch_.path() / ("orders." + name); }
  std::filesystem::path trace(std::string const& name) const { return scratch_.path() / ("trace." + name); }

  e2e::Scratch scratch_;
  std::vector<std::string> const prefix_;
  std::filesystem::path configuration_;
  std::map<std::string, Running> running_;
  int logs_ = 0;
};

// A client that lives through the death of its API. Not thread-safe.
class Submitter {
 public:
  explicit Submitter(std::string const& url);
  // The id once the API has acknowledged the plan; nothing when it did not answer, or not with 201.
  std::optional<std::string> submit(boost::json::object const& body);
  // The plan as the API has it; without members when the API does not answer.
  boost::json::object plan(std::string const& id);
  // Empty when the API does not answer.
  std::string status(std::string const& id);
  // The final status, or the last one seen when it is not final in time.
  std::string wait_final(std::string const& id, std::chrono::milliseconds at_most);
  // The status when the plan ends in time as it should; else also what it says.
  std::string wait_end(std::string const& id, Errand const& errand, std::chrono::milliseconds at_most);

 private:
  work::SystemClock clock_;
  std::unique_ptr<http::ClientPool> pool_;
  sdk::HttpClient* client_;
};

}  // namespace conductor::chaos
