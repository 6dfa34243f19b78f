#include "core/http/version_headers.hpp"

#include "core/http/auth.hpp"
#include "core/http/errors.hpp"

#include <charconv>

namespace conductor::http {

namespace {

std::optional<unsigned long> number_in(std::string_view text) {
  unsigned long number = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Component `index` of "major.minor.patch"; 0 when there is none.
unsigned long component(std::string_view version, int index) {
  for (; index > 0; --index) {
    auto const dot = version.find('.');
    if (dot == std::string_view::npos) return 0;
    version.remove_prefix(dot + 1);
  }
  return number_in(version.substr(0, version.find('.'))).value_or(0);
}

}  // namespace

VersionHeaders::VersionHeaders(VersionHeadersConfig config)
    : config_(std::move(config)),
      parts_{{"X-MinorVersion", component(config_.version, 1)}, {"X-PatchVersion", component(config_.version, 2)}} {}

bool VersionHeaders::may_know(Request const& request) const {
  if (!config_.token_needed) return true;
  return !config_.token.empty() && constant_time_equal(request.header("Version-Auth-Token"), config_.token);
}

std::optional<unsigned long> VersionHeaders::requested(Request const& request, Part const& part) {
  auto const number = number_in(request.header(part.header));
  return number && *number <= part.ours ? number : std::nullopt;
}

std::optional<Response> VersionHeaders::before(Request& head) const {
  for (auto const& part : parts_) {
    if (!head.has_header(part.header) || !may_know(head) || requested(head, part)) continue;
    std::string text(part.header);
    text += " must be a number from 0 to " + std::to_string(part.ours) + ".";
    return make_error(400, text);
  }
  return std::nullopt;
}

void VersionHeaders::after(Request const& request, Response& reply) const {
  if (!may_know(request)) return;
  for (auto const& part : parts_)
    reply.headers.emplace_back(part.header, std::to_string(requested(request, part).value_or(part.ours)));
  reply.headers.emplace_back("X-LatestVersion", config_.version);
}

}  // namespace conductor::http
