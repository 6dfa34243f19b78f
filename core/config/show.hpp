// Effective values with where they came from, for `conductor config show` and the state report. Secrets are masked.
#pragma once
#include "core/config/config.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace conductor::config {

// A table: option, value, origin; sections as in the sample. `only_given` leaves out defaults.
std::string show_text(Catalogue const& catalogue, Config const& config, bool only_given = false);

// {"section": {"option": {"value": …, "origin": "…"}}}; unset is null, a set secret is "***".
boost::json::object show_json(Catalogue const& catalogue, Config const& config);

}  // namespace conductor::config
