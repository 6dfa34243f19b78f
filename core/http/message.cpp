// Look-ups in a request, and the names of roles.
#include "core/http/message.hpp"

#include <array>

namespace conductor::http {

namespace {
constexpr std::array<std::pair<std::string_view, Role>, 5> role_names{{{"anonymous", Role::anonymous},
                                                                       {"reader", Role::reader},
                                                                       {"submitter", Role::submitter},
                                                                       {"operator", Role::operator_},
                                                                       {"admin", Role::admin}}};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view to_string(Role role) {
  for (auto const& [name, value] : role_names)
    if (value == role) return name;
  return "anonymous";
}

std::optional<Role> role_from(std::string_view name) {
  for (auto const& [known, value] : role_names)
    if (known == name) return value;
  return std::nullopt;
}

std::string Request::header(std::string_view name) const {
  for (auto const& [key, value] : headers)
    if (same_name(key, name)) return value;
  return {};
}

bool Request::has_header(std::string_view name) const {
  for (auto const& [key, value] : headers)
    if (same_name(key, name)) return true;
  return false;
}

std::string Request::parameter(std::string_view name) const {
  for (auto const& [key, value] : query)
    if (key == name) return value;
  return {};
}

std::string base_url(Request const& request) {
  std::string base = request.secure ? "https://" : "http://";
  base += request.host.empty() ? request.header("Host") : request.host;
  base += request.prefix;
  return base;
}

}  // namespace conductor::http
