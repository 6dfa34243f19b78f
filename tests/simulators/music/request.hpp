// A request as the simulator's handlers see it, and the replies they give.
#pragma once
#include "music.hpp"

namespace conductor::simulators::music {

struct Music::Request {
  std::string method;
  std::vector<std::string> path;                           // below .../v2, decoded
  std::vector<std::pair<std::string, std::string>> query;  // decoded
  sdk::HttpRequest const* http = nullptr;
  json::object body;
  bool has_body = false;
  std::optional<Fault> fault;

  std::string header(std::string_view name) const {
    sdk::HttpReply headers;
    headers.headers = http->headers;
    return headers.header(name);
  }
  std::string consistency() const;  // lower case; empty when absent
  std::string lock_id() const;
  bool is(std::string_view wanted, std::size_t parts) const { return method == wanted && path.size() == parts; }
};

// One level of percent-encoding taken away; what is malformed stays.
std::string decoded(std::string_view text);
sdk::HttpReply reply(int status, json::object body);
sdk::HttpReply success(json::object body);
sdk::HttpReply success(std::string_view message);
// 400 with this `error`.
sdk::HttpReply failure(std::string_view error);
sdk::HttpReply page(int status);  // HTML, as a container gives it

}  // namespace conductor::simulators::music
