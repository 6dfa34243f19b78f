// What a command sees of the process it runs in: streams, terminal, environment, clock, network, Ctrl-C. The real one
// is made by services/main.cpp, tests make their own.
#pragma once
#include "services/cli/output.hpp"

#include "conductor/sdk/clock.hpp"
#include "conductor/sdk/http.hpp"

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace conductor::cli {

struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_terminal = false, out_terminal = false, err_terminal = false;
  bool colours = false;  // of standard output
  sdk::Clock& clock;
  // Empty when not set.
  std::function<std::string(std::string const& name)> environment;
  // Asks on the terminal without echo. Nothing when there is no terminal; throws Ended on Ctrl-C.
  std::function<std::optional<std::string>(std::string const& prompt)> ask_secret;
  // The client for a server; lives as long as the console.
  std::function<sdk::HttpClient&(sdk::HttpConfig const&)> connect;
  // From the first call on Ctrl-C (and TERM) fires the token instead of ending the process.
  std::function<std::stop_token()> interruptions;
};

// The process's own console. Throws nothing; one per process.
class ProcessConsole {
 public:
  ProcessConsole();
  ~ProcessConsole();
  ProcessConsole(ProcessConsole const&) = delete;
  ProcessConsole& operator=(ProcessConsole const&) = delete;
  Console& console();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Reads a line from the terminal `descriptor`, without showing it, after writing the prompt to it. Backspace and
// Ctrl-U edit; Ctrl-C throws Ended(exit_interrupted). Nothing at the end of input. The terminal is left as it was.
std::optional<std::string> read_secret(int descriptor, std::string const& prompt);

// What --output says; without it a table on a terminal, else JSON.
Format format_of(std::string const& given, Console const& console);

// ANSI sequences when the console has colours, else nothing.
std::string bold(Console const& console, std::string const& text);
std::string coloured(Console const& console, std::string const& status);  // a plan's status, by how it ended

}  // namespace conductor::cli
