#include "services/cli/console.hpp"

#include "core/http/client.hpp"
#include "core/kernel/signals.hpp"
#include "core/work/system_clock.hpp"
#include "services/cli/exit_code.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <thread>

namespace conductor::cli {

namespace {

// The HTTP client's log: what an operator should know goes to standard error.
class Complaints final : public sdk::Log {
 public:
  void write(sdk::Level level, sdk::Call const*, std::string_view text) override {
    if (enabled(level)) std::cerr << "warning: " << text << '\n';
  }
  bool enabled(sdk::Level level) const override { return level == sdk::Level::warning || level == sdk::Level::error; }
};

// Turns INT and TERM into a stop token.
class Interruptions {
 public:
  Interruptions()
      : watcher_([this](std::stop_token const& over) {
          // A pause that nobody notices, and no descriptor more just to be woken at the end.
          while (!over.stop_requested()) {
            if (!signals_.next(std::chrono::milliseconds(100))) continue;
            // Whoever asks a second time does not want to wait for an orderly end.
            if (stop_.stop_requested()) std::_Exit(exit_interrupted);
            stop_.request_stop();
          }
        }) {}
  std::stop_token token() const { return stop_.get_token(); }

 private:
  kernel::Signals signals_;
  std::stop_source stop_;
  std::jthread watcher_;
};

std::string environment_value(std::string const& name) {
  char const* const value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

// The terminal of the process even when standard input is something else.
std::optional<std::string> ask_on_terminal(std::string const& prompt) {
  int const descriptor = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  struct Closing {
    int descriptor;
    ~Closing() { ::close(descriptor); }
  } const closing{descriptor};
  return read_secret(descriptor, prompt);
}

}  // namespace

// The order is the reverse of the way it ends: the network first, then the watcher of signals.
struct ProcessConsole::Parts {
  work::SystemClock clock;
  Complaints complaints;
  std::unique_ptr<Interruptions> interruptions;
  std::unique_ptr<http::ClientPool> pool;
  Console console{.in = std::cin,
                  .out = std::cout,
                  .err = std::cerr,
                  .in_terminal = ::isatty(STDIN_FILENO) != 0,
                  .out_terminal = ::isatty(STDOUT_FILENO) != 0,
                  .err_terminal = ::isatty(STDERR_FILENO) != 0,
                  .colours = may_colour(),
                  .clock = clock,
                  .environment = environment_value,
                  .ask_secret = ask_on_terminal,
                  .connect = [this](sdk::HttpConfig const& config) -> sdk::HttpClient& {
                    if (!pool) pool = http::make_client_pool(clock, complaints);
                    return pool->client(config);
                  },
                  .interruptions =
                      [this] {
                        if (!interruptions) interruptions = std::make_unique<Interruptions>();
                        return interruptions->token();
                      }};
};

ProcessConsole::ProcessConsole() : parts_(std::make_unique<Parts>()) {}
ProcessConsole::~ProcessConsole() = default;
Console& ProcessConsole::console() { return parts_->console; }

Format format_of(std::string const& given, Console const& console) {
  if (given == "json") return Format::json;
  if (given == "table") return Format::table;
  return console.out_terminal ? Format::table : Format::json;
}

std::string bold(Console const& console, std::string const& text) {
  return console.colours ? "\033[1m" + text + "\033[0m" : text;
}

std::string coloured(Console const& console, std::string const& status) {
  if (!console.colours) return status;
  char const* const colour = status == "done" || status == "solved" ? "\033[32m"
                             : status == "error"                    ? "\033[31m"
                             : status == "not found"                ? "\033[33m"
                                                                    : "\033[36m";
  return colour + status + "\033[0m";
}

}  // namespace conductor::cli
