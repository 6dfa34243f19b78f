// The candidate lists inside a requirement (template specification 5.4): candidates given explicitly, and the required,
// excluded and existing ones that inventory's candidates are compared with.
#pragma once
#include "services/controller/draft.hpp"

namespace conductor::services::controller {

// The explicit candidates, with provider and type filled in from the requirement where they say nothing.
json::array read_candidates(View const& requirement, std::string const& demand, Known const& known, Report& report);

// required_candidates, excluded_candidates and existing_placement: their form, and that the first two do not overlap.
void check_candidate_lists(View const& requirement, std::string const& demand, Report& report);

// `sdc` is a legal name for the model catalogue of `aai`.
bool is_known_provider(text::Node const& provider, Known const& known);
std::string unsupported_provider(text::Node const& provider, std::string const& demand);

}  // namespace conductor::services::controller
