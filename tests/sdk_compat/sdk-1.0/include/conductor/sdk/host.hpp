// Host: the services that every plugin gets. All are thread-safe and outlive the plugin.
#pragma once
#include "conductor/sdk/call.hpp"
#include "conductor/sdk/http.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::sdk {

enum class Level { debug, info, warning, error };

class Log {
 public:
  virtual ~Log() = default;
  // `call` may be null; when given, its plan, request and transaction id stand on the line. Text of peers and clients
  // is escaped by the host. Never put secrets or document bodies here.
  virtual void write(Level level, Call const* call, std::string_view text) = 0;
  // Whether a line of this level would be written: for text that is costly to build.
  virtual bool enabled(Level level) const = 0;

  void debug(Call const& call, std::string_view text) { write(Level::debug, &call, text); }
  void info(Call const& call, std::string_view text) { write(Level::info, &call, text); }
  void warning(Call const& call, std::string_view text) { write(Level::warning, &call, text); }
  void error(Call const& call, std::string_view text) { write(Level::error, &call, text); }
  void info(std::string_view text) { write(Level::info, nullptr, text); }
  void warning(std::string_view text) { write(Level::warning, nullptr, text); }
  void error(std::string_view text) { write(Level::error, nullptr, text); }
};

// A number that only grows, shown on /metrics.
class Counter {
 public:
  virtual ~Counter() = default;
  virtual void add(double amount = 1.0) = 0;
};

// A number that goes up and down.
class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void set(double value) = 0;
};

// A JSON or YAML text that was read; positions count from 1 and are 0 where unknown.
class ParsedDocument {
 public:
  struct Position {
    int line = 0, column = 0;
  };
  virtual ~ParsedDocument() = default;
  virtual boost::json::value const& content() const = 0;
  virtual Position position(std::string_view json_pointer) const = 0;
};

using Labels = std::map<std::string, std::string>;
using Task = std::function<void(Call const&)>;

class Host {
 public:
  virtual ~Host() = default;
  virtual Log& log() = 0;
  virtual Clock& clock() = 0;
  // One client per peer; owned by the host.
  virtual HttpClient& http(HttpConfig const& config) = 0;
  // The same name and labels give the same object. Names end in _total for counters.
  virtual Counter& counter(std::string_view name, std::string_view help, Labels const& labels = {}) = 0;
  virtual Gauge& gauge(std::string_view name, std::string_view help, Labels const& labels = {}) = 0;
  // A secret from the configured secret source; not_found when there is none of that name.
  virtual Result<std::string> secret(std::string_view name) = 0;
  // A directory of this plugin's own below the state path, mode 700, made on first use.
  virtual Result<std::filesystem::path> state_directory() = 0;
  // The state path itself, for files whose place an option names relative to it.
  virtual std::filesystem::path state_path() const = 0;
  // Runs blocking tasks side by side, at most `at_once`, and returns when all are done. Exceptions of tasks are
  // rethrown: the first one. Must not be called from inside such a task.
  virtual void run_parallel(Call const& call, std::vector<Task> const& tasks, std::size_t at_once) = 0;
  // Reads JSON or YAML (1.1 core types, no tags) with the host's reader. `invalid`: the text names line and column.
  virtual Result<std::unique_ptr<ParsedDocument>> parse_document(std::string_view /*text*/) {
    return Error{Errc::unsupported, "this host reads no documents"};
  }
};

}  // namespace conductor::sdk
