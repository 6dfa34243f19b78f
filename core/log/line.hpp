// One log line as data, and its three forms: text after a `%(name)s` pattern, JSON, and fields of the system journal.
// Everything that reaches a form has been masked; text and journal are escaped here.
#pragma once
#include "conductor/sdk/host.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::log {

struct Line {
  std::chrono::system_clock::time_point time{};
  sdk::Level level = sdk::Level::info;
  std::string_view logger{};
  std::string message{};  // masked
  std::string plan_id{}, request_id{}, transaction_id{};
  int pid = 0, thread = 0;
};

// DEBUG, INFO, WARNING, ERROR.
std::string_view level_name(sdk::Level level);

// A compiled format string in Python's notation: `%(name)s`, `%(msecs)03d`, `%(name)-12s`, `%%`. Names that a line does
// not have print as `-`.
class Pattern {
 public:
  // `invalid` for a `%` that begins neither `%(name)` with a conversion nor `%%`.
  static sdk::Result<Pattern> compile(std::string_view format);
  // `date_format` is strftime's, in local time.
  std::string print(Line const& line, std::string const& date_format) const;

 private:
  struct Piece {
    std::string literal, name;  // name empty: the literal alone
    int width = 0;
    bool left = false, zeros = false;
  };
  static std::string padded(Piece const& piece, std::string text);
  std::vector<Piece> pieces_;
};

// Three patterns: with and without context, and what is added to DEBUG lines.
struct TextFormat {
  Pattern with_context, without_context, debug_suffix;
  std::string date_format;
  std::string print(Line const& line) const;
};

// {"time": "2026-01-31T12:00:00.000Z", "level": …, "logger": …, "message": …, "plan_id": …, "request_id": …,
// "transaction_id": …, "pid": …}; ids that the line does not have are null.
std::string json_text(Line const& line);

// A datagram of journald's native protocol.
std::string journal_datagram(Line const& line, std::string_view program);

// syslog's number: 3 for errors to 7 for debug.
int priority(sdk::Level level);

}  // namespace conductor::log
