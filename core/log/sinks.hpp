// Where lines go: standard error, a file, syslog, the system journal; each a Boost.Log sink. Boost.Log stays in
// sinks.cpp.
#pragma once
#include "core/log/file_writer.hpp"
#include "core/log/line.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace conductor::log {

struct SinkPlan {
  bool standard_error = true;
  std::optional<std::filesystem::path> file{};
  Rotation rotation{};
  bool watch_file = false;
  bool journal = false;
  std::filesystem::path journal_socket = "/run/systemd/journal/socket";
  std::optional<int> syslog_facility{};
  std::string program = "conductor";
  std::function<std::string(Line const&)> format{};  // of standard error, file and syslog; called from many threads
};

// All of them thread-safe. A line that is being written while the sinks are replaced reaches the old or the new ones,
// whole.
sdk::Result<void> install_sinks(SinkPlan const& plan);
void write_to_sinks(Line const& line);
void reopen_files();
void flush_sinks();

}  // namespace conductor::log
