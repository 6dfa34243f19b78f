// The simulated MultiCloud broker as a function from request to reply, strict about the contract of
// check_vim_capacity. No sockets: unit tests call it through FakeHttp, server.hpp puts it behind HTTP or TLS.
#pragma once
#include "conductor/sdk/http.hpp"

#include <map>
#include <set>
#include <string>

namespace conductor::simulators::multicloud {

struct Vim {
  double vcpus = 0, memory_gb = 0, storage_gb = 0;  // free
  bool broken = false;                              // its plugin fails: the broker leaves it out without a word
  bool in_megabytes = false;                        // its plugin takes Memory for megabytes, cut to an integer
};

// By cloud owner and region id.
using World = std::map<std::pair<std::string, std::string>, Vim>;

struct Rules {
  std::string base_path = "/api/multicloud";
  std::set<std::string> versions{"v0", "v1"};
  std::string username{}, password{};  // Basic authentication is required when either is set
  bool zones = true;                   // v1 tells availability zones
};

// `request.target` is the whole path, `request.headers` all headers. Refused, as MultiCloud does: other paths and
// versions (404), methods other than POST (405), media types other than JSON (415), a missing login (401); and, where
// the real one would crash or answer nonsense (400): missing X-FromAppId or X-TransactionId, a body that is no object,
// a quantity that is missing, negative, no number or, for vCPU and Storage, no integer, keys that the interface does
// not have, and VIMs in the form of the other version. A VIM that is unknown or cannot be named in v0 is left out.
// Pure; thread-safe for a world that stays as it is.
sdk::HttpReply answer(World const& world, Rules const& rules, sdk::HttpRequest const& request);

}  // namespace conductor::simulators::multicloud
