#include "services/controller/constraint_types.hpp"

#include <algorithm>

namespace conductor::services::controller {
namespace {

// A location takes part in country zones only, and then needs a country.
void check_zone(ConstraintUnderCheck const& constraint, Report& report) {
  auto const category = constraint.properties.given("category");
  auto const location = constraint.properties.given("location");
  if (!category) return;
  if (!location) {
    if (constraint.demands.size() < 2)
      report.warn(constraint.whole,
                  "Constraint " + constraint.name + " of type zone lists one demand and no location; it has no effect");
    return;
  }
  if (category->node().text() != "country") {
    report.add(*location,
               "Property 'location' is only for category 'country' in constraint named '" + constraint.name +
                   "', which has category '" + shown(category->node()) + "'; remove it",
               "no location");
    return;
  }
  if (auto* drafted = constraint.draft.location(location->node().text())) {
    drafted->needs_country = true;
    if (!drafted->resolved.empty() && drafted->country.empty())
      report.add(*location,
                 "Location " + readable(drafted->name) + " has no country, which constraint named '" + constraint.name +
                     "' needs; give the location a country",
                 "a location with a country");
  }
}

void check_inventory_group(ConstraintUnderCheck const& constraint, Report& report) {
  if (constraint.demands.size() != 2)
    report.add(constraint.whole.find("demands").value_or(constraint.whole),
               "Constraint " + constraint.name + " of type inventory_group must list exactly two demands",
               "two demands");
  auto const description = constraint.properties.given("description");
  if (description && !description->node().is_text())
    report.add(*description,
               "Property 'description' value '" + shown(description->node()) + "' in constraint named '" +
                   constraint.name + "' is not a text",
               "a text");
}

void check_network(ConstraintUnderCheck const& constraint, Report& report) {
  for (auto const* key : {"bandwidth", "distance", "latency"})
    if (constraint.properties.given(key)) return;
  report.add(
      constraint.properties,
      "Constraint named '" + constraint.name + "' needs at least one of the properties bandwidth, distance, latency",
      "bandwidth, distance or latency");
}

std::vector<ConstraintType> make_types() {
  ConstraintType::Property const evaluate{.name = "evaluate", .required = true},
      distance{.name = "distance", .required = true, .threshold = "distance"},
      location{.name = "location", .required = true}, controller{.name = "controller", .required = true},
      request{.name = "request"};
  std::vector<ConstraintType::Property> const network{{.name = "bandwidth", .threshold = "throughput"},
                                                      {.name = "distance", .threshold = "distance"},
                                                      {.name = "latency", .threshold = "time"}};
  auto network_to_location = network;
  network_to_location.push_back(location);
  return {
      {.name = "attribute", .split = true, .properties = {evaluate}, .check = check_attribute},
      {.name = "distance_between_demands", .least_demands = 2, .properties = {distance}},
      {.name = "distance_to_location", .split = true, .properties = {distance, location}},
      {.name = "zone",
       .properties = {{.name = "qualifier", .required = true, .values = {"same", "different"}},
                      {.name = "category",
                       .required = true,
                       .values = {"disaster", "region", "complex", "country", "time", "maintenance"}},
                      {.name = "location"}},
       .check = check_zone},
      {.name = "inventory_group", .properties = {{.name = "description"}}, .check = check_inventory_group},
      {.name = "threshold", .supported = false, .split = true, .properties = {evaluate}},
      {.name = "hpa", .supported = false, .split = true, .properties = {evaluate}},
      {.name = "vim_fit", .supported = false, .split = true, .properties = {controller, request}},
      {.name = "instance_fit", .supported = false, .split = true, .properties = {controller, request}},
      {.name = "region_fit", .supported = false, .split = true, .properties = {controller, request}},
      {.name = "license",
       .supported = false,
       .split = true,
       .properties = {{.name = "id", .required = true}, {.name = "key", .required = true}}},
      {.name = "network_between_demands", .supported = false, .properties = network, .check = check_network},
      {.name = "network_to_location",
       .supported = false,
       .split = true,
       .properties = network_to_location,
       .check = check_network},
      {.name = "capability",
       .supported = false,
       .split = true,
       .properties = {{.name = "specification", .required = true, .values = {"heat"}},
                      {.name = "template", .required = true},
                      {.name = "environment"}}},
      {.name = "any_of", .supported = false, .has_demands = false},
      {.name = "not", .supported = false, .has_demands = false},
      {.name = "same_candidate", .supported = false},
      {.name = "different_candidate", .supported = false},
  };
}

std::vector<ConstraintType> const& types() {
  static std::vector<ConstraintType> const all = make_types();
  return all;
}

}  // namespace

std::span<ConstraintType const> constraint_types() { return types(); }

ConstraintType const* find_constraint_type(std::string_view name) {
  auto const found = std::find_if(types().begin(), types().end(), [&](auto const& type) { return type.name == name; });
  return found == types().end() ? nullptr : &*found;
}

}  // namespace conductor::services::controller
