// What the checks of one template leave behind: the parts of the translated document, and what must still be looked
// up. Filled by the parts (locations.cpp, demands.cpp, ...), put together by translate.cpp.
#pragma once
#include "core/gazetteer/gazetteer.hpp"
#include "services/controller/json_schema.hpp"
#include "services/grammar/location.hpp"
#include "services/grammar/template.hpp"

#include <boost/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace conductor::services::controller {

using namespace grammar;

namespace json = boost::json;

// What the checks know about their surroundings. Names are those of loaded plugins; an empty list means that they are
// not known here and are not checked.
struct Known {
  std::vector<std::string> providers{}, controllers{}, strategies{};
  std::optional<gazetteer::Gazetteer> gazetteer{};   // none: placemarks cannot be resolved
  std::shared_ptr<JsonSchema const> optimization{};  // of version 2020-08-13; null: the built-in one
};

struct DraftDemand {
  std::string name;
  View where;
  json::array requirements;  // normalised; those with explicit candidates first
  bool has_required = false;
};

struct Draft {
  std::vector<DraftLocation> locations;
  std::vector<DraftDemand> demands;
  json::object constraints;
  json::value objective;
  json::object reservations;
  json::object solver;
};

// The parts of the check, each with the section of the template specification that it follows. They report problems
// and fill the draft as far as it makes sense.
void draft_locations(Template const& given, Known const& known, Draft& draft, Report& report);     // 4
void draft_demands(Template const& given, Known const& known, Draft& draft, Report& report);       // 5
void draft_objective(Template const& given, Known const& known, Draft& draft, Report& report);     // 8 and 9
void check_constraint_names(Template const& given, Report& report);                                // 6.1, names
void draft_constraints(Template const& given, Known const& known, Draft& draft, Report& report);   // 6
void draft_reservations(Template const& given, Known const& known, Draft& draft, Report& report);  // 10
void draft_solver(Template const& given, json::object const& request, Known const& known, Draft& draft,
                  Report& report);  // 1, solver

}  // namespace conductor::services::controller
