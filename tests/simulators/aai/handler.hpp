// The simulated A&AI as a function from request to reply, strict about the contract. No sockets: unit tests call it
// through FakeHttp, server.hpp puts it behind TLS.
#pragma once
#include "world.hpp"

#include "conductor/sdk/http.hpp"
#include "tests/simulators/peer/faults.hpp"

#include <set>
#include <string>

namespace conductor::simulators::aai {

using peer::Fault;
using peer::Faults;

struct Rules {
  std::string base_path = "/aai";
  std::set<std::string> versions{"v10", "v11", "v12", "v13", "v14", "v15", "v23", "v30", "v31", "v32"};
  std::string username{}, password{};  // Basic authentication is required when either is set
  bool full_urls = false;              // links with scheme and host, as old servers write them
  std::string link_version{};          // the version in links; empty: the request's
};

// `request.target` is the whole path and query ("/aai/v23/network/…"), `request.headers` all headers. Refused, as A&AI
// does: missing X-FromAppId or X-TransactionId (400), a version not served (410), malformed encodings and query
// properties that the type does not have (400 SVC3000), methods other than GET and PUT /query (405), Accept without
// JSON (406). A collection without members is 404 SVC3001. A body on GET is ignored. Pure; thread-safe for a world that
// stays as it is.
sdk::HttpReply answer(World const& world, Rules const& rules, sdk::HttpRequest const& request);

}  // namespace conductor::simulators::aai
