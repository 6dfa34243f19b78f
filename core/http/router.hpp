// Routes as a table: which path and method leads to which handler, who may, and what OPTIONS, HEAD, 404 and 405 answer.
// The table can be read for an API description. It knows no socket and no service.
#pragma once
#include "core/http/message.hpp"

namespace conductor::http {

struct Route {
  std::string path;             // "/v1/plans/{id}"; a segment in braces captures one decoded segment
  std::string method;           // upper case; "OPTIONS" alone declares a path that has no method of its own
  Role role = Role::anonymous;  // the least role that may
  Handler handler{};            // unused for OPTIONS
  std::string summary{};        // one line for people
};

class Router {
 public:
  // Throws std::invalid_argument when a row is malformed or stands twice: a mistake in our code, found at start.
  explicit Router(std::vector<Route> routes);

  struct Match {
    Route const* route = nullptr;  // null: no such method (allow is set) or no such path (allow is empty)
    std::string allow{};           // methods of the path in the order declared: "GET,POST"
    std::map<std::string, std::string> parameters{};
  };
  // HEAD finds the route of GET. Literal segments win over captures, from left to right. For admission before the body
  // is read too.
  Match match(std::string_view method, std::string_view path) const;

  // A Handler: answers OPTIONS, 404, 405 and 403 itself, else calls the route's handler with path_parameters set and
  // HEAD as GET.
  Response operator()(sdk::Call const& call, Request const& request, Caller const& caller) const;

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

}  // namespace conductor::http
