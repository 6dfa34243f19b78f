// What a request leaves to be fetched: the template behind `template_url`, and files that the template names by URL
// with `get_file` and the request does not bring along.
#pragma once
#include "services/api/plan_request.hpp"

namespace conductor::services::api {

inline constexpr std::size_t most_remote_files = 32;

// The URLs that `get_file` names in the template, each once, without those that `files` has.
std::vector<std::string> remote_files(boost::json::value const& given, boost::json::object const& files);

bool has_remote(PlanRequest const& request);

// Fetches all of it into the request's template document. `invalid`: the explanation of a 400. Blocks.
sdk::Result<void> fetch_remote(sdk::Call const& call, sdk::Clock& clock, PlanRequest& request, RemoteRules const& rules,
                               RemoteClients const& clients);

}  // namespace conductor::services::api
