// Numbers in the properties of constraints that may be relaxed when nothing is found.
#pragma once
#include "services/placement/values.hpp"

#include <string>
#include <variant>
#include <vector>

namespace conductor::services::constraints {

namespace json = boost::json;
using namespace placement;

// One number, and where it stands: names of members and places in lists.
struct Limit {
  using Path = std::vector<std::variant<std::string, std::size_t>>;
  std::string property, unit;
  Path path;
  double from = 0;
  bool upper = true;    // raised to relax; else lowered
  bool strict = false;  // the limit itself does not satisfy it
  json::object alone;   // properties with this limit as the only one
};

// Those of a threshold property, {"operator", "value"}, where value is a number or {"min", "max"}. Nothing can be
// beyond
// `=`, which is also meant when there is no operator.
void add_limits_of(json::object const& properties, char const* name, char const* unit, std::vector<Limit>& limits);

}  // namespace conductor::services::constraints
