// A location of the template while it is checked.
#pragma once
#include "services/grammar/view.hpp"

#include <boost/json.hpp>

namespace conductor::services::grammar {

struct DraftLocation {
  std::string name;
  View where;
  boost::json::object resolved;  // latitude, longitude, country; empty: to be looked up
  boost::json::object wanted;    // what to look up
  std::string country;           // given in the template
  bool needs_country = false;
};

}  // namespace conductor::services::grammar
