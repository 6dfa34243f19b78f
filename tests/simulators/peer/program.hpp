// What the programs that serve simulated peers share: their options, faults from the start on, and serving until they
// are told to end.
#pragma once
#include "server.hpp"

#include <boost/program_options.hpp>

#include <signal.h>

namespace conductor::simulators::peer {

class Program {
 public:
  // --help, --address, --port and --fault; before any thread is made: signals are waited for in serve() alone.
  Program();

  // For options of the peer's own.
  boost::program_options::options_description_easy_init add_options() { return options_.add_options(); }
  // False when help was asked for, and printed.
  bool parse(int argc, char** argv);
  ServerConfig& config() { return config_; }
  // Prints one JSON line, the port added to `announcement`, and returns at SIGINT or SIGTERM.
  void serve(Server& server, boost::json::object announcement = {});

 private:
  boost::program_options::options_description options_{"Options"};
  ServerConfig config_;
  std::vector<std::string> faults_;
  sigset_t signals_{};
};

// The exit status of `run`; 1 with a line on standard error when it throws.
int run_program(char const* name, std::function<void()> const& run);

std::string read_whole(std::filesystem::path const& file);  // throws std::runtime_error

}  // namespace conductor::simulators::peer
