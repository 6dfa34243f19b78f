#include "core/http/cors.hpp"

#include <algorithm>

namespace conductor::http {

namespace {

constexpr std::string_view everybody = "*";

// Names that the Fetch standard lets pages set without asking.
constexpr std::string_view safelisted[] = {"Accept", "Accept-Language", "Content-Language"};

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    auto const comma = std::min(list.find(','), list.size());
    auto name = list.substr(0, comma);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (!name.empty()) names.emplace_back(name);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

std::string joined(std::vector<std::string> const& names) {
  std::string text;
  for (auto const& name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

bool is_everybody(CorsRule const& rule) { return std::ranges::count(rule.allowed_origins, everybody) != 0; }

bool is_preflight(Request const& request) {
  return request.method == "OPTIONS" && request.has_header("Origin") &&
         request.has_header("Access-Control-Request-Method");
}

bool may_send(CorsRule const& rule, std::string const& name) {
  auto const same = [&](std::string_view other) { return same_name(name, other); };
  return std::ranges::any_of(safelisted, same) || std::ranges::any_of(rule.allow_headers, same);
}

void allow_origin(CorsRule const& rule, std::string const& origin, sdk::HttpHeaders& headers) {
  // With "*" nobody's cookies or passwords go along: else any page could act for whoever visits it.
  headers.emplace_back("Access-Control-Allow-Origin", is_everybody(rule) ? std::string(everybody) : origin);
  if (rule.allow_credentials && !is_everybody(rule)) headers.emplace_back("Access-Control-Allow-Credentials", "true");
}

}  // namespace

Cors::Cors(std::vector<CorsRule> rules) : rules_(std::move(rules)) {
  for (auto const& rule : rules_) varies_ = varies_ || !is_everybody(rule);
}

CorsRule const* Cors::rule_for(std::string const& origin) const {
  for (auto const& rule : rules_)
    if (is_everybody(rule) || std::ranges::count(rule.allowed_origins, origin) != 0) return &rule;
  return nullptr;
}

std::optional<Response> Cors::before(Request& head) const {
  if (!is_preflight(head)) return std::nullopt;
  Response answer;
  answer.status = 204;
  auto const origin = head.header("Origin");
  auto const method = head.header("Access-Control-Request-Method");
  auto const wanted = names_in(head.header("Access-Control-Request-Headers"));
  auto const* rule = rule_for(origin);
  // Without the headers below the browser refuses for us.
  if (rule == nullptr || std::ranges::count(rule->allow_methods, method) == 0 ||
      !std::ranges::all_of(wanted, [&](std::string const& name) { return may_send(*rule, name); }))
    return answer;
  allow_origin(*rule, origin, answer.headers);
  answer.headers.emplace_back("Access-Control-Allow-Methods", method);
  if (!wanted.empty()) answer.headers.emplace_back("Access-Control-Allow-Headers", joined(wanted));
  if (rule->max_age_s > 0) answer.headers.emplace_back("Access-Control-Max-Age", std::to_string(rule->max_age_s));
  return answer;
}

void Cors::after(Request const& request, Response& reply) const {
  if (varies_) reply.headers.emplace_back("Vary", "Origin");
  auto const origin = request.header("Origin");
  if (origin.empty() || is_preflight(request)) return;
  auto const* rule = rule_for(origin);
  if (rule == nullptr) return;
  allow_origin(*rule, origin, reply.headers);
  if (!rule->expose_headers.empty())
    reply.headers.emplace_back("Access-Control-Expose-Headers", joined(rule->expose_headers));
}

}  // namespace conductor::http
