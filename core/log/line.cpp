// Formats are compiled once per configuration and printed without looking at the format string again.
#include "core/log/line.hpp"

#include "core/log/text.hpp"

#include <boost/json.hpp>

#include <cstdio>
#include <ctime>
#include <utility>

namespace conductor::log {
namespace {

int milliseconds(Line const& line) {
  auto const since = std::chrono::floor<std::chrono::milliseconds>(line.time.time_since_epoch()).count() % 1000;
  return static_cast<int>(since < 0 ? since + 1000 : since);
}

std::string time_text(Line const& line, char const* format, bool utc) {
  auto const seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(line.time));
  std::tm parts{};
  utc ? ::gmtime_r(&seconds, &parts) : ::localtime_r(&seconds, &parts);
  char buffer[128];
  return {buffer, std::strftime(buffer, sizeof buffer, format, &parts)};
}

std::string or_dash(std::string const& text) { return text.empty() ? "-" : escaped(text); }

std::string field(Line const& line, std::string const& name, std::string const& date_format) {
  if (name == "message") return escaped(line.message);
  if (name == "asctime") return time_text(line, date_format.c_str(), false);
  if (name == "msecs") return std::to_string(milliseconds(line));
  if (name == "process") return std::to_string(line.pid);
  if (name == "thread") return std::to_string(line.thread);
  if (name == "levelname") return std::string(level_name(line.level));
  if (name == "name") return std::string(line.logger);
  if (name == "module") return std::string(line.logger.substr(line.logger.find_last_of("/.") + 1));
  if (name == "transaction_id") return or_dash(line.transaction_id);
  if (name == "plan_id") return or_dash(line.plan_id);
  if (name == "request_id") return or_dash(line.request_id);
  // Reserved for text about one instance, which no line here has; it stands without a blank before the message.
  if (name == "instance") return "";
  return "-";
}

}  // namespace

std::string_view level_name(sdk::Level level) {
  switch (level) {
    case sdk::Level::debug:
      return "DEBUG";
    case sdk::Level::info:
      return "INFO";
    case sdk::Level::warning:
      return "WARNING";
    case sdk::Level::error:
      break;
  }
  return "ERROR";
}

int priority(sdk::Level level) {
  switch (level) {
    case sdk::Level::debug:
      return 7;
    case sdk::Level::info:
      return 6;
    case sdk::Level::warning:
      return 4;
    case sdk::Level::error:
      break;
  }
  return 3;
}

sdk::Result<Pattern> Pattern::compile(std::string_view format) {
  Pattern out;
  Piece piece;
  auto const bad = [&] {
    return sdk::Error{sdk::Errc::invalid, "log format '" + std::string(format) +
                                              "' has a % that begins neither %(name)s nor %(name)d nor %%; double it"};
  };
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%') {
      piece.literal += format[at];
      continue;
    }
    if (format.substr(at, 2) == "%%") {
      piece.literal += format[++at];
      continue;
    }
    auto const close = format.find(')', at);
    if (format.substr(at, 2) != "%(" || close == format.npos) return bad();
    piece.name = format.substr(at + 2, close - at - 2);
    at = close + 1;
    for (; at < format.size() && (format[at] == '-' || format[at] == '0'); ++at)
      (format[at] == '-' ? piece.left : piece.zeros) = true;
    for (; at < format.size() && format[at] >= '0' && format[at] <= '9' && piece.width < 1000; ++at)
      piece.width = piece.width * 10 + (format[at] - '0');
    if (at >= format.size() || (format[at] != 's' && format[at] != 'd')) return bad();
    out.pieces_.push_back(std::exchange(piece, Piece{}));
  }
  if (!piece.literal.empty()) out.pieces_.push_back(std::move(piece));
  return out;
}

std::string Pattern::padded(Piece const& piece, std::string text) {
  auto const width = static_cast<std::size_t>(piece.width);
  if (text.size() >= width) return text;
  std::string const fill(width - text.size(), piece.zeros && !piece.left ? '0' : ' ');
  return piece.left ? text + fill : fill + text;
}

std::string Pattern::print(Line const& line, std::string const& date_format) const {
  std::string out;
  for (auto const& piece : pieces_) {
    out += piece.literal;
    if (!piece.name.empty()) out += padded(piece, field(line, piece.name, date_format));
  }
  return out;
}

std::string TextFormat::print(Line const& line) const {
  bool const context = !line.plan_id.empty() || !line.request_id.empty() || !line.transaction_id.empty();
  auto out = (context ? with_context : without_context).print(line, date_format);
  if (line.level == sdk::Level::debug) out += debug_suffix.print(line, date_format);
  return out;
}

std::string json_text(Line const& line) {
  char milli[8];
  std::snprintf(milli, sizeof milli, ".%03dZ", milliseconds(line));
  auto const or_null = [](std::string const& id) {
    return id.empty() ? boost::json::value(nullptr) : boost::json::value(valid_utf8(id));
  };
  boost::json::object out;
  out["time"] = time_text(line, "%Y-%m-%dT%H:%M:%S", true) + milli;
  out["level"] = std::string(level_name(line.level));
  out["logger"] = std::string(line.logger);
  out["message"] = valid_utf8(line.message);
  out["plan_id"] = or_null(line.plan_id);
  out["request_id"] = or_null(line.request_id);
  out["transaction_id"] = or_null(line.transaction_id);
  out["pid"] = line.pid;
  return boost::json::serialize(out);
}

std::string journal_datagram(Line const& line, std::string_view program) {
  std::string out;
  auto const add = [&](std::string_view name, std::string const& value) {
    if (!value.empty()) out.append(name).append("=").append(value).append("\n");
  };
  // Escaped values hold no line break, so the protocol's short form is enough for all of them.
  add("MESSAGE", escaped(line.message));
  add("PRIORITY", std::to_string(priority(line.level)));
  add("SYSLOG_IDENTIFIER", escaped(program));
  add("LOGGER", escaped(line.logger));
  add("PLAN_ID", escaped(line.plan_id));
  add("REQUEST_ID", escaped(line.request_id));
  add("TRANSACTION_ID", escaped(line.transaction_id));
  add("TID", std::to_string(line.thread));
  return out;
}

}  // namespace conductor::log
