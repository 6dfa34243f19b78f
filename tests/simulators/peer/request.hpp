// What simulated peers look for in a request.
#pragma once
#include "conductor/sdk/base64.hpp"
#include "conductor/sdk/http.hpp"

namespace conductor::simulators::peer {

// Empty when there is none of that name.
inline std::string header(sdk::HttpRequest const& request, std::string_view name) {
  return sdk::HttpReply{0, request.headers, {}}.header(name);
}

inline bool is_from(sdk::HttpRequest const& request, std::string const& user, std::string const& password) {
  return header(request, "Authorization") == "Basic " + sdk::base64(user + ":" + password);
}

}  // namespace conductor::simulators::peer
