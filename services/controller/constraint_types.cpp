#include "services/controller/constraint_types.hpp"

#include <algorithm>

namespace conductor::services::controller {
namespace {

// A location takes part in country zones only, and then needs a country.
void check_zone(ConstraintUnderCheck const& constraint, json::object&, Report& report) {
  auto const category = constraint.properties.given("category");
  auto const location = constraint.properties.given("location");
  if (!category) return;
  if (!location) {
    if (constraint.demands.size() == 1)
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

void check_inventory_group(ConstraintUnderCheck const& constraint, json::object&, Report& report) {
  if (!constraint.demands.empty() && constraint.demands.size() != 2)
    report.add(constraint.whole.find("demands").value_or(constraint.whole),
               "Constraint " + constraint.name + " of type inventory_group must list exactly two demands",
               "two demands");
}

void check_network(ConstraintUnderCheck const& constraint, json::object&, Report& report) {
  for (auto const* key : {"bandwidth", "distance", "latency"})
    if (constraint.properties.given(key)) return;
  report.add(
      constraint.properties,
      "Constraint named '" + constraint.name + "' needs at least one of the properties bandwidth, distance, latency",
      "bandwidth, distance or latency");
}

std::vector<ConstraintType> make_types() {
  using enum ConstraintType::Form;
  using Soft = ConstraintType::Soft;
  using Property = ConstraintType::Property;
  Property const evaluate{.name = "evaluate", .help = "Attribute -> value, list or operators.", .required = true},
      distance{.name = "distance",
               .help = "Great-circle distance, such as '< 300 km' or '100-200 mi'.",
               .required = true,
               .threshold = "distance"},
      location{.name = "location", .help = "A name of the section locations.", .required = true},
      controller{.name = "controller",
                 .help = "Name of a service controller, such as SDN-C.",
                 .required = true,
                 .kind = ValueKind::text},
      request{.name = "request", .help = "What the controller is asked for.", .kind = ValueKind::mapping},
      list{.name = "evaluate", .required = true, .kind = ValueKind::list};
  std::vector<Property> const network{
      {.name = "bandwidth", .help = "Along the path, such as '>= 1 Gbps'.", .threshold = "throughput"},
      {.name = "distance", .help = "Along the path, such as '< 300 km'.", .threshold = "distance"},
      {.name = "latency", .help = "Round trip, such as '< 20 ms'.", .threshold = "time"}};
  auto network_to_location = network;
  network_to_location.push_back(location);
  return {
      {.name = "attribute",
       .form = split,
       .help = "Attributes of the candidate have given values.",
       .properties = {evaluate},
       .member = true,
       .check = check_attribute},
      {.name = "distance_between_demands",
       .help = "Every two of the listed demands are that far apart.",
       .properties = {distance},
       .least_demands = 2,
       .soft = Soft::penalty_or_weight,
       .member = true},
      {.name = "distance_to_location",
       .form = split,
       .help = "Each demand is that far from the location.",
       .properties = {distance, location},
       .soft = Soft::penalty_or_weight,
       .member = true},
      {.name = "zone",
       .help = "Every two of the listed demands are in the same zone, or in different ones.",
       .properties = {{.name = "qualifier", .required = true, .values = {"same", "different"}},
                      {.name = "category",
                       .required = true,
                       .values = {"disaster", "region", "complex", "country", "time", "maintenance"}},
                      {.name = "location", .help = "With category country: takes part in the comparison."}},
       .member = true,
       .check = check_zone},
      {.name = "inventory_group",
       .help = "The two demands are a pair in inventory.",
       .properties = {{.name = "description", .help = "Of the instance groups.", .kind = ValueKind::text}},
       .check = check_inventory_group},
      {.name = "threshold",
       .form = split,
       .help = "Numbers of the candidate are within bounds.",
       .properties = {list},
       .soft = Soft::penalty_or_weight,
       .member = true,
       .check = check_threshold},
      {.name = "hpa",
       .form = split,
       .help = "The cloud region has a flavor with given hardware features.",
       .properties = {list},
       .soft = Soft::no,
       .check = check_hpa},
      {.name = "vim_fit",
       .form = split,
       .help = "The cloud region has room for a VM profile.",
       .properties =
           {controller,
            {.name = "request", .help = "vCPU, Memory and Storage.", .required = true, .kind = ValueKind::mapping}},
       .soft = Soft::no,
       .check = check_vim_fit},
      {.name = "instance_fit",
       .form = split,
       .help = "A service controller says that the instance has capacity.",
       .properties = {controller, request},
       .soft = Soft::no,
       .check = check_controller_fit},
      {.name = "region_fit",
       .form = split,
       .help = "A service controller says that the cloud region has capacity.",
       .properties = {controller, request},
       .soft = Soft::no,
       .check = check_controller_fit},
      {.name = "license",
       .form = split,
       .help = "A licence is available.",
       .properties = {{.name = "id", .required = true, .kind = ValueKind::text},
                      {.name = "key", .required = true, .kind = ValueKind::text}}},
      {.name = "network_between_demands",
       .help = "The network path between every two of the listed demands is good enough.",
       .properties = network,
       .least_demands = 2,
       .soft = Soft::penalty_or_weight,
       .member = true,
       .check = check_network},
      {.name = "network_to_location",
       .form = split,
       .help = "The network path from each demand to the location is good enough.",
       .properties = network_to_location,
       .soft = Soft::penalty_or_weight,
       .member = true,
       .check = check_network},
      {.name = "capability",
       .form = split,
       .help = "The cloud region has the flavors that a HEAT template names.",
       .properties = {{.name = "specification", .required = true, .values = {"heat"}},
                      {.name = "template", .help = "HEAT template, or get_file.", .required = true},
                      {.name = "environment", .help = "HEAT environment, or get_file."}},
       .check = check_capability},
      {.name = "any_of", .form = any_of, .help = "At least one member holds.", .member = true},
      {.name = "not", .form = negation, .help = "The member does not hold.", .member = true},
      {.name = "same_candidate",
       .help = "The demands get one and the same candidate.",
       .least_demands = 2,
       .member = true},
      {.name = "different_candidate",
       .help = "No two of the demands get the same candidate.",
       .least_demands = 2,
       .member = true},
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

void refuse_value(View const& where, std::string const& what, ConstraintUnderCheck const& constraint,
                  std::string const& expected, Report& report) {
  report.add(where,
             what + " '" + shown(where.node()) + "' in constraint named '" + constraint.name +
                 "' is not valid, expected " + expected,
             expected);
}

}  // namespace conductor::services::controller
