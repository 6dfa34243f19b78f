// POST /v1/plans?dry_run=true: what a plan would end with, asked of controller and solver (API specification 19.1).
// Nothing is stored, nothing reserved.
#pragma once
#include "services/api/context.hpp"

namespace conductor::services::api {

inline constexpr std::chrono::seconds longest_dry_run{100};
// A role that takes up nothing for so long counts as not there.
inline constexpr std::chrono::seconds role_answers_within{10};

// 200 with the plan document (no id, no links) and `explanation`; 503 when a role does not answer. Blocks until the
// plan is solved, at most longest_dry_run.
http::Response dry_run(ApiContext const& context, sdk::Call const& call, PlanRequest const& wanted);

// Asks `method` of `topic` after making sure that the topic is served. Errors as of rpc::Bus::call.
sdk::Result<boost::json::value> ask_role(ApiContext const& context, sdk::Call const& call, char const* topic,
                                         char const* method, boost::json::value args);
// The answer for an error of ask_role: 400 for `invalid`, 503 with Retry-After for what passes by itself, else 500.
http::Response role_failure(ApiContext const& context, sdk::Call const& call, sdk::Error const& error,
                            std::string const& doing);

}  // namespace conductor::services::api
