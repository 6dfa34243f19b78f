// A constraint of a template while it is checked (template specification 6).
#pragma once
#include "services/grammar/location.hpp"
#include "services/grammar/report.hpp"
#include "services/grammar/template.hpp"

#include <boost/json.hpp>

#include <span>

namespace conductor::services::constraints {

namespace json = boost::json;
using namespace grammar;

// One constraint, or one member of a group.
struct ConstraintUnderCheck {
  Template const& given;
  std::vector<std::string> const& controllers;  // names of loaded plugins; empty: they are not known here
  std::span<DraftLocation> locations;
  std::string name;  // as shown: "near", "far > constraints[1]"
  View whole, properties;
  std::vector<std::string> demands;  // declared or not; each once

  // Null: there is no such location.
  DraftLocation* location(std::string_view location_name) const {
    for (auto& each : locations)
      if (each.name == location_name) return &each;
    return nullptr;
  }
};

// "attribute 'a' of constraint ..." and the like: adds that `what` has an unusable value.
void refuse_value(View const& where, std::string const& what, ConstraintUnderCheck const& constraint,
                  std::string const& expected, Report& report);

}  // namespace conductor::services::constraints
