// The options of [music_api], and what they come to.
#pragma once
#include "conductor/sdk/http.hpp"
#include "conductor/sdk/settings.hpp"

#include <boost/json.hpp>

#include <optional>

namespace conductor::plugins::music {

struct Options {
  std::vector<std::string> urls;  // each ends in /v2
  sdk::HttpConfig http;           // all but the base URL
  std::string keyspace, rpc_keyspace;
  bool compat = false;
  boost::json::object replication;
  std::chrono::milliseconds lock_timeout{10'000}, polling_interval{1'000}, operation_timeout{15'000};
  // Of a lock on the server. What takes longer than half of it is not relied on.
  std::chrono::milliseconds lease{6'000};
  bool claim_readback = true, debug = false;
};

void describe_options(sdk::Schema& schema);
// What is wrong with the settings, for the operator.
std::optional<std::string> problem_of(sdk::Settings const& settings);
// Of settings without a problem.
Options options_of(sdk::Settings const& settings);

}  // namespace conductor::plugins::music
