// The two kinds of headers become one list of hops, then one walk over it decides.
#include "core/http/forwarded.hpp"

#include <algorithm>
#include <cctype>

namespace conductor::http {

namespace {

bool is_token(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Token or quoted string at the front of `rest`, which loses it. Addresses with ports stand unquoted in the wild.
bool take_value(std::string_view& rest, std::string& value) {
  if (!rest.starts_with('"')) {
    auto const end = std::find_if_not(rest.begin(), rest.end(),
                                      [](char c) { return is_token(c) || c == ':' || c == '[' || c == ']'; });
    value.assign(rest.begin(), end);
    rest.remove_prefix(value.size());
    return !value.empty();
  }
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return true;
    }
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    value += rest[i];
  }
  return false;
}

// "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]", "[2001:db8::1]:80"; obfuscated names stay as they are.
std::string without_port(std::string_view node) {
  if (node.starts_with('[')) return std::string(node.substr(1, std::min(node.find(']'), node.size()) - 1));
  bool const one_colon = std::ranges::count(node, ':') == 1;
  return std::string(one_colon ? node.substr(0, node.find(':')) : node);
}

std::vector<std::string> items(Request const& head, std::string_view name) {
  std::vector<std::string> found;
  for (auto const& [key, value] : head.headers) {
    if (!same_name(key, name)) continue;
    for (std::string_view rest = value; !rest.empty();) {
      auto const comma = std::min(rest.find(','), rest.size());
      found.emplace_back(trimmed(rest.substr(0, comma)));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return found;
}

// Proxies that add to lists have one item for each hop; one that replaces the header leaves a single item.
std::string at_hop(std::vector<std::string> const& list, std::size_t hop, std::size_t hops) {
  if (list.empty()) return {};
  return list.size() == hops ? list[hop] : list.back();
}

std::vector<ForwardedHop> older_hops(Request const& head) {
  auto const clients = items(head, "X-Forwarded-For");
  auto const protos = items(head, "X-Forwarded-Proto");
  auto const hosts = items(head, "X-Forwarded-Host");
  std::vector<ForwardedHop> hops(std::max<std::size_t>(clients.size(), protos.empty() && hosts.empty() ? 0 : 1));
  for (std::size_t i = 0; i < hops.size(); ++i)
    hops[i] = {i < clients.size() ? without_port(clients[i]) : "", at_hop(protos, i, hops.size()),
               at_hop(hosts, i, hops.size())};
  return hops;
}

std::vector<ForwardedHop> hops_of(Request const& head) {
  std::string all;
  for (auto const& [key, value] : head.headers)
    if (same_name(key, "Forwarded")) all += (all.empty() ? "" : ",") + value;
  if (all.empty()) return older_hops(head);
  return parse_forwarded(all).value_or(std::vector<ForwardedHop>());
}

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-._~:[]").find(c) != std::string_view::npos;
  });
}

// A path of ordinary segments. "//host" would turn a link into one to another host.
bool is_prefix(std::string_view text) {
  return text.starts_with('/') && text.find("//") == std::string_view::npos && text.size() <= 255 &&
         std::ranges::all_of(text, [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                  std::string_view("-._~/%").find(c) != std::string_view::npos;
         });
}

bool is_node(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::ranges::all_of(text, [](char c) { return is_token(c) || c == ':'; });
}

}  // namespace

std::optional<std::vector<ForwardedHop>> parse_forwarded(std::string_view value) {
  std::vector<ForwardedHop> hops(1);
  for (auto rest = trimmed(value); !rest.empty();) {
    if (rest.front() == ',' || rest.front() == ';') {
      if (rest.front() == ',') hops.emplace_back();
      rest = trimmed(rest.substr(1));
      continue;
    }
    auto const equals = rest.find('=');
    if (equals == std::string_view::npos || !std::ranges::all_of(rest.substr(0, equals), is_token)) return std::nullopt;
    auto const name = rest.substr(0, equals);
    rest.remove_prefix(equals + 1);
    std::string text;
    if (!take_value(rest, text)) return std::nullopt;
    rest = trimmed(rest);
    if (!rest.empty() && rest.front() != ',' && rest.front() != ';') return std::nullopt;
    if (same_name(name, "for")) hops.back().client = without_port(text);
    if (same_name(name, "proto")) hops.back().proto = std::move(text);
    if (same_name(name, "host")) hops.back().host = std::move(text);
  }
  return hops;
}

std::optional<Response> ForwardedHeaders::before(Request& head) const {
  if (!trusted_.contains(head.remote_address)) return std::nullopt;
  auto const hops = hops_of(head);
  for (auto hop = hops.rbegin(); hop != hops.rend() && trusted_.contains(head.remote_address); ++hop) {
    if (same_name(hop->proto, "https") || same_name(hop->proto, "http")) head.secure = same_name(hop->proto, "https");
    if (is_host(hop->host)) head.host = hop->host;
    if (!is_node(hop->client)) break;  // whoever is further to the left wrote without a name: not to be trusted
    head.remote_address = hop->client;
  }
  if (auto const prefixes = items(head, "X-Forwarded-Prefix"); !prefixes.empty()) {
    std::string_view prefix = prefixes.back();
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    if (is_prefix(prefix)) head.prefix = prefix;
  }
  return std::nullopt;
}

}  // namespace conductor::http
