// Routes as a table: which path and method leads to which handler, who may, and what OPTIONS, HEAD, 404 and 405 answer.
// The table can be read for an API description. It knows no socket and no service.
#pragma once
#include "core/http/filter.hpp"

namespace conductor::http {

struct Route {
  std::string path;             // "/v1/plans/{id}"; a segment in braces captures one decoded segment
  std::string method;           // upper case; "OPTIONS" alone declares a path that has no method of its own
  Role role = Role::anonymous;  // the least role that may
  Handler handler{};            // unused for OPTIONS
  std::string summary{};        // one line for people
  AtOnce at_once{};             // may answer instead of the handler, from memory
};

class Router {
 public:
  // Throws std::invalid_argument when a row is malformed or stands twice: a mistake in our code, found at start.
  explicit Router(std::vector<Route> routes);

  using Match = RouteMatch;
  // HEAD finds the route of GET. Literal segments win over captures, from left to right. For admission before the body
  // is read too.
  Match match(std::string_view method, std::string_view path) const;
  // The same, from the request itself when the filter Routing was there.
  Match match(Request const& request) const;

  // A Handler: answers OPTIONS, 404, 405 and 403 itself, else calls the route's handler with path_parameters set and
  // HEAD as GET.
  Response operator()(sdk::Call const& call, Request const& request, Caller const& caller) const;

  // An AtOnce: asks that of the route, when the caller may use it.
  std::optional<Response> at_once(sdk::Call const& call, Request const& request, Caller const& caller) const;

  std::vector<Route> const& routes() const { return routes_; }

 private:
  struct Pattern {
    std::vector<std::string> segments;  // a capture keeps its braces
    std::string allow;
    std::vector<std::size_t> rows;  // in routes_
  };
  Pattern const* find(std::vector<std::string_view> const& segments) const;

  std::vector<Route> routes_;
  std::vector<Pattern> patterns_;  // more specific ones first
};

// Looks the route up as soon as the head is there, so that counting, admission and the router do it once together.
class Routing final : public Filter {
 public:
  explicit Routing(Router const& router) : router_(router) {}  // outlives it
  std::optional<Response> before(Request& head) const override;

 private:
  Router const& router_;
};

}  // namespace conductor::http
