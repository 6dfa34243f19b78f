// A handful of patterns, tried one after the other: shorter than any tree for tables of this size.
#include "core/http/router.hpp"

#include "core/http/errors.hpp"

#include <algorithm>
#include <stdexcept>

namespace conductor::http {

namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path == "/") return segments;
  for (std::size_t begin = 1; begin <= path.size();) {
    auto const end = std::min(path.find('/', begin), path.size());
    segments.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

bool is_capture(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool matches(std::vector<std::string> const& pattern, std::vector<std::string_view> const& segments) {
  return std::equal(pattern.begin(), pattern.end(), segments.begin(), segments.end(),
                    [](std::string const& wanted, std::string_view given) {
                      return is_capture(wanted) ? !given.empty() : wanted == given;
                    });
}

void check(Route const& route) {
  auto const fail = [&](std::string const& why) {
    throw std::invalid_argument("route " + route.method + " " + route.path + ": " + why);
  };
  if (!route.path.starts_with('/')) fail("the path must begin with '/'");
  if (route.path.size() > 1 && route.path.ends_with('/')) fail("the path must not end with '/'");
  if (route.method.empty()) fail("the method is missing");
  if (route.method == "HEAD") fail("HEAD follows from GET; leave it out");
  if (route.method != "OPTIONS" && !route.handler) fail("the handler is missing");
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (std::size_t row = 0; row < routes_.size(); ++row) {
    auto const& route = routes_[row];
    check(route);
    auto const views = split(route.path);
    std::vector<std::string> const segments(views.begin(), views.end());
    auto found = std::find_if(patterns_.begin(), patterns_.end(),
                              [&](Pattern const& pattern) { return pattern.segments == segments; });
    if (found == patterns_.end()) found = patterns_.insert(patterns_.end(), Pattern{segments, {}, {}});
    for (auto const other : found->rows)
      if (routes_[other].method == route.method)
        throw std::invalid_argument("route " + route.method + " " + route.path + " stands twice in the table");
    found->allow += (found->allow.empty() ? "" : ",") + route.method;
    found->rows.push_back(row);
  }
  std::stable_sort(patterns_.begin(), patterns_.end(), [](Pattern const& a, Pattern const& b) {
    return std::lexicographical_compare(
        a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
        [](std::string const& x, std::string const& y) { return !is_capture(x) && is_capture(y); });
  });
}

Router::Pattern const* Router::find(std::vector<std::string_view> const& segments) const {
  for (auto const& pattern : patterns_)
    if (matches(pattern.segments, segments)) return &pattern;
  return nullptr;
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
  Match match;
  if (!path.starts_with('/')) return match;
  auto const segments = split(path);
  auto const* pattern = find(segments);
  if (pattern == nullptr) return match;
  match.allow = pattern->allow;
  match.pattern = routes_[pattern->rows.front()].path;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    auto const& name = pattern->segments[i];
    if (is_capture(name)) match.parameters.emplace(name.substr(1, name.size() - 2), segments[i]);
  }
  std::string_view const wanted = method == "HEAD" ? "GET" : method;
  for (auto const row : pattern->rows)
    if (routes_[row].method == wanted) match.route = &routes_[row];
  return match;
}

Router::Match Router::match(Request const& request) const {
  return request.match ? *request.match : match(request.method, request.path);
}

std::optional<Response> Routing::before(Request& head) const {
  head.match = router_.match(head.method, head.path);
  head.path_parameters = std::move(head.match->parameters);
  return std::nullopt;
}

std::optional<Response> Router::at_once(sdk::Call const& call, Request const& request, Caller const& caller) const {
  auto const* route = request.match ? request.match->route : nullptr;
  if (route == nullptr || !route->at_once || caller.role < route->role) return std::nullopt;
  return route->at_once(call, request, caller);
}

Response Router::operator()(sdk::Call const& call, Request const& request, Caller const& caller) const {
  auto match = this->match(request);
  if (match.allow.empty()) return make_error(404, "The resource " + request.path + " could not be found.");
  if (request.method == "OPTIONS") {
    Response response;
    response.status = 204;
    response.headers.emplace_back("Allow", match.allow);
    return response;
  }
  if (match.route == nullptr)
    return make_error(405, "The " + request.method + " method is not allowed.", {{"Allow", match.allow}});
  if (caller.role < match.route->role)
    return make_error(403, "This needs the role " + std::string(to_string(match.route->role)) + "; " +
                               (caller.user.empty() ? "the caller" : "user " + caller.user) + " has the role " +
                               std::string(to_string(caller.role)) + ".");
  // Looked up by Routing: everything is in its place.
  if (request.match && request.method != "HEAD") return match.route->handler(call, request, caller);
  Request routed = request;
  if (!request.match) routed.path_parameters = std::move(match.parameters);
  if (routed.method == "HEAD") routed.method = "GET";
  return match.route->handler(call, routed, caller);
}

}  // namespace conductor::http
