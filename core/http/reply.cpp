// Written by hand: a serializer that also has to know how bodies are stored would be longer.
#include "core/http/reply.hpp"

#include "core/http/errors.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace conductor::http {

namespace {

bool is_ours(std::string_view name) {
  for (std::string_view const ours :
       {"Content-Length", "Transfer-Encoding", "Connection", "Date", "X-Conductor-Request-Id"})
    if (same_name(name, ours)) return true;
  return false;
}

void append_clean(std::string& out, std::string_view text) {
  constexpr auto none = std::string_view::npos;
  if (text.find('\r') == none && text.find('\n') == none && text.find('\0') == none) {
    out += text;
    return;
  }
  for (char const c : text) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
}

// The date of this second, made once.
std::string const& date_of(sdk::WallTime time) {
  static thread_local std::time_t second = -1;
  static thread_local std::string text;
  if (auto const now = std::chrono::system_clock::to_time_t(time); now != second) {
    second = now;
    text = http_date(time);
  }
  return text;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  append_clean(out, name);
  out += ": ";
  append_clean(out, value);
  out += "\r\n";
}

}  // namespace

std::string http_date(sdk::WallTime time) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::time_t const seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour, parts.tm_min,
                parts.tm_sec);
  return text.data();
}

std::string reply_head(Response const& response, ReplyFraming const& framing) {
  std::string head;
  head.reserve(512);
  head += "HTTP/1.1 " + std::to_string(response.status) + ' ';
  head += status_text(response.status).title;
  head += "\r\n";
  for (auto const& [name, value] : response.headers)
    if (!is_ours(name)) append_header(head, name, value);
  append_header(head, "Date", date_of(framing.date));
  append_header(head, "X-Conductor-Request-Id", framing.request_id);
  if (status_has_body(response.status)) {
    if (!framing.stream)
      append_header(head, "Content-Length", std::to_string(response.body.size()));
    else if (!framing.http_1_0 && framing.body_allowed)
      append_header(head, "Transfer-Encoding", "chunked");
  }
  if (!framing.keep_alive)
    head += "Connection: close\r\n";
  else if (framing.http_1_0)
    head += "Connection: keep-alive\r\n";
  head += "\r\n";
  return head;
}

}  // namespace conductor::http
