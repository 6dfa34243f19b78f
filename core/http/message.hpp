// HTTP messages as our handlers see them: plain values, no sockets, no Asio. Shared by the server, the router and its
// tests.
#pragma once
#include "conductor/sdk/call.hpp"
#include "conductor/sdk/clock.hpp"
#include "conductor/sdk/http.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace conductor::http {

// Who asks, as the authentication step found it. Ordered: each role includes those before it.
enum class Role { anonymous, reader, submitter, operator_, admin };

// "reader", "submitter", "operator", "admin"; "anonymous" for none.
std::string_view to_string(Role role);
// The role of that name; nothing for a name that is none.
std::optional<Role> role_from(std::string_view name);

struct Caller {
  std::string user;  // empty when anonymous
  Role role = Role::anonymous;
};

struct Route;  // router.hpp

// What the table of routes says about a request.
struct RouteMatch {
  Route const* route = nullptr;  // null: no such method (allow is set) or no such path (allow is empty)
  std::string_view pattern{};    // "/v1/plans/{id}"; lives as long as the router; empty: no such path
  std::string allow{};           // methods of the path in the order declared: "GET,POST"
  std::map<std::string, std::string> parameters{};
};

struct Request {
  std::string method;
  std::string target;                                      // as sent, path and query
  std::string path;                                        // percent-decoded, without a trailing slash (but "/")
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  sdk::HttpHeaders headers;
  std::string body;
  std::string remote_address;         // of the client: numeric, or "unix:" for a Unix socket
  bool secure = false;                // the client uses https
  std::string host{};                 // host and port as a trusted proxy says; empty: the Host header tells
  std::string prefix{};               // where a proxy has mounted us: "/has", without a trailing slash
  sdk::Time received{};               // when the head was complete
  std::optional<RouteMatch> match{};  // when a filter has looked it up already
  std::map<std::string, std::string> path_parameters{};  // what the router captured: {"id": "..."} for /v1/plans/{id}

  // First header of that name, compared without case; empty when absent.
  std::string header(std::string_view name) const;
  bool has_header(std::string_view name) const;
  // First value of a query parameter; empty when absent.
  std::string parameter(std::string_view name) const;
};

// Takes a piece of a streamed reply; false when the client is gone or too slow and the stream must end.
using Writer = std::function<bool(std::string_view)>;

struct Response;
// Gives the reply that a handler promised; from any thread, does not block, the first call counts. When all copies are
// gone without a call, the client gets 500.
using Reply = std::function<void(Response)>;

struct Response {
  int status = 200;
  sdk::HttpHeaders headers{};
  std::string body{};
  // When set the reply is a stream: called once after the head was sent, on a thread of its own, writes until it
  // returns. The body is unused. Its call has no deadline; it is cancelled when the client goes away and as soon as the
  // server begins to stop.
  std::function<void(sdk::Call const&, Writer const&)> stream{};
  // When set the reply comes later, and no thread waits for it: called once on the handler's thread, may block as a
  // handler may, and sees to it that somebody calls the Reply with a response (a stream too, but none that is later
  // again). The headers here are added to those of that response; status and body are unused. Its call is cancelled
  // when the client goes away and as soon as the server begins to stop; the reply is still to be given then, at once.
  std::function<void(sdk::Call const&, Reply const&)> later{};
};

// Scheme, host, port and mount prefix as the client sees them, without a trailing slash: "https://has.example.org/api".
std::string base_url(Request const& request);

// Names of headers and schemes are compared like this: ASCII letters without case.
bool same_name(std::string_view a, std::string_view b);

// A handler runs on a pool thread and may block until call.deadline.
using Handler = std::function<Response(sdk::Call const&, Request const&, Caller const&)>;

// Answers what it can from memory, and nothing when the handler is needed. Runs on an I/O thread: must not block.
using AtOnce = std::function<std::optional<Response>(sdk::Call const&, Request const&, Caller const&)>;

// What the server asks before it reads a body (authentication before the body is parsed): either a response that ends
// the request at once, or who the caller is, or, when finding that out may block, a function that does and answers for
// good. `head` has no body yet.
struct Admission {
  std::unique_ptr<Response> refused;
  Caller caller;
  std::function<Admission()> later{};  // when set, the rest is unused; called once, on a thread that may block
};
using Admit = std::function<Admission(Request const& head)>;

}  // namespace conductor::http
