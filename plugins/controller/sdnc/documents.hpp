// The documents of the module conductor-capacity: what is sent, and how to read what comes back. Pure.
#pragma once
#include "conductor/sdk/controller.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace conductor::plugins::controller_sdnc {

// `candidate` of a candidate document, without its key. Values that are unknown are left out. `request_type`: initial,
// speed changed or empty; `invalid` for others.
sdk::Result<boost::json::object> candidate_of(boost::json::object const& document, std::string const& request_type);

// The list `resource` of a request map; `invalid` for a quantity that is none, naming the key and the value.
sdk::Result<boost::json::array> resources_of(boost::json::object const& request);

// The list `parameter`: the whole map. Values that are neither text, number nor boolean travel as JSON text.
boost::json::array parameters_of(boost::json::object const& request);

// 2031-05-04T10:12:12Z; fractions of a second are dropped.
std::string utc(sdk::WallTime time);

// A copy whose member names have lost their "module:", at every level.
boost::json::value without_modules(boost::json::value const& value);

// Text, or a number or boolean as text; empty when absent or null.
std::string text_of(boost::json::object const& object, std::string_view key);
// The objects of the list `key`; empty when there is none.
std::vector<boost::json::object const*> objects_of(boost::json::object const& object, std::string_view key);
// true for a true boolean or the text "true".
bool flag_of(boost::json::object const& object, std::string_view key);

}  // namespace conductor::plugins::controller_sdnc
