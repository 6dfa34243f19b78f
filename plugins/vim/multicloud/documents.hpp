// What is written to MultiCloud's check_vim_capacity and what its answers mean; pure.
//
// Codes: denied for 401 and 403; internal for 400, which says that the request was malformed; unsupported for other
// refusals, which asking again does not change; unavailable for 408, 429, 5xx and answers that cannot be read; what the
// HTTP client said when there was no answer (its `invalid` is unsupported here).
#pragma once
#include "options.hpp"

#include "conductor/sdk/vim.hpp"

#include <boost/json.hpp>

namespace conductor::plugins::vim_multicloud {

// Owner and region of an id, which is split at its first underscore; nothing when it has none.
std::optional<std::pair<std::string, std::string>> parts_of(std::string const& vim_id);

// Whether this version of the interface has a name for it.
bool can_be_named(std::string const& version, std::string const& vim_id);

// Of ids that can be named. Quantities are rounded up to what the interface takes: whole vCPUs, whole gigabytes of
// storage, whole megabytes of memory.
boost::json::object request_body(Options const& options, sdk::VimQuestion const& question);

// The ids in an answer, whether it has them as texts or as objects. No list of VIMs is no answer: an error.
sdk::Result<std::vector<std::string>> read_answer(std::string const& request, sdk::Result<sdk::HttpReply> const& reply);

}  // namespace conductor::plugins::vim_multicloud
