// Waiting until a plan is final.
#pragma once
#include "services/cli/api_client.hpp"

namespace conductor::cli {

// The plan once it is final. Asks the server to answer when it is, and shows a line of progress on a terminal. Throws
// Ended with exit_time_is_up after `at_most`, with exit_interrupted on Ctrl-C; the plan goes on either way.
json::object wait_for_plan(ApiClient& api, Console& console, std::string const& id,
                           std::optional<std::chrono::milliseconds> at_most);

// What a plan of this status means for the exit status: done, not found, error; 0 for one that is not final.
Exit exit_of_plan(json::object const& plan);

// GET of one plan, unpacked; `wait`: how long the server may hold the answer back.
json::object get_plan(ApiClient& api, std::string const& id, std::chrono::milliseconds wait = {});

}  // namespace conductor::cli
