// HTTP messages as our handlers see them: plain values, no sockets, no Asio. Shared by the server, the router and its tests.
#pragma once
#include "conductor/sdk/call.hpp"
#include "conductor/sdk/http.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace conductor::http {

// Who asks, as the authentication step found it. Ordered: each role includes those before it.
enum class Role { anonymous, reader, submitter, operator_, admin };

struct Caller {
  std::string user;  // empty when anonymous
  Role role = Role::anonymous;
};

struct Request {
  std::string method;
  std::string target;                                        // as sent, path and query
  std::string path;                                          // percent-decoded, without a trailing slash (but "/")
  std::vector<std::pair<std::string, std::string>> query;    // decoded, in order
  sdk::HttpHeaders headers;
  std::string body;
  std::string remote_address;
  bool secure = false;  // came over TLS

  // First header of that name, compared without case; empty when absent.
  std::string header(std::string_view name) const;
  bool has_header(std::string_view name) const;
  // First value of a query parameter; empty when absent.
  std::string parameter(std::string_view name) const;
};

// Takes a piece of a streamed reply; false when the client is gone or too slow and the stream must end.
using Writer = std::function<bool(std::string_view)>;

struct Response {
  int status = 200;
  sdk::HttpHeaders headers{};
  std::string body{};
  // When set the reply is a stream: called once on a pool thread after the head was sent, writes until it returns. The body is unused.
  std::function<void(sdk::Call const&, Writer const&)> stream{};
};

// A handler runs on a pool thread and may block until call.deadline.
using Handler = std::function<Response(sdk::Call const&, Request const&, Caller const&)>;

// What the server asks before it reads a body (authentication before the body is parsed): either a response that ends the request at
// once, or who the caller is. `head` has no body yet.
struct Admission {
  std::unique_ptr<Response> refused;
  Caller caller;
};
using Admit = std::function<Admission(Request const& head)>;

}  // namespace conductor::http
