// Constraints (template specification 6): names first, then every property by the table of types, and their entries in
// the translated document.
#include "services/controller/constraint_types.hpp"

#include "core/config/nearest.hpp"
#include "core/text/threshold.hpp"

#include <algorithm>
#include <set>

namespace conductor::services::controller {
namespace {

std::string demand_list_text(std::string const& name) {
  return "Demand list for Constraint " + name + " must be a list of names or a string with one name";
}

// The demands of a constraint without repetitions; nothing when the list is none.
std::optional<std::vector<std::string>> demands_of(View const& constraint) {
  auto const given = constraint.given("demands");
  auto const texts = given ? texts_in(given->node()) : std::nullopt;
  if (!texts || texts->empty()) return std::nullopt;
  std::vector<std::string> names;
  for (auto const& text : *texts)
    if (std::find(names.begin(), names.end(), text) == names.end()) names.push_back(text);
  if (names.size() == 1 && names.front().empty()) return std::nullopt;
  return names;
}

// Whether the constraint is one whose type has no demands, but members.
bool is_group(View const& constraint) {
  auto const* type = constraint->find("type");
  auto const* known = type == nullptr ? nullptr : find_constraint_type(type->text());
  return known != nullptr && !known->has_demands;
}

void check_names(Template const& given, View const& constraint, std::string const& name, Report& report) {
  auto const list = constraint.find("demands").value_or(constraint);
  if (auto const demands = demands_of(constraint); !demands) {
    if (!is_group(constraint)) report.add(list, demand_list_text(name), "a name, or a list of names");
  } else if (!given.demand_names().empty()) {
    std::vector<std::string> undefined, locations;
    for (auto const& demand : *demands)
      if (!given.has_demand(demand)) (given.has_location(demand) ? locations : undefined).push_back(demand);
    if (!undefined.empty())
      report.add(list, "Undefined Demand(s) " + listed(undefined) + " in Constraint '" + name + "'",
                 "one of: " + joined(given.demand_names()), config::nearest(undefined.front(), given.demand_names()));
    if (!locations.empty())
      report.add(list,
                 "Location(s) " + listed(locations) + " stand among the demands of Constraint '" + name +
                     "', which takes demands only",
                 "one of: " + joined(given.demand_names()));
  }
  auto const properties = constraint.given("properties");
  auto const location = properties ? properties->given("location") : std::nullopt;
  if (location && !is_blank(location->node()) && !given.has_location(location->node().text())) {
    std::vector<std::string> known;
    for (auto const& member : given.section("locations")->members) known.push_back(member.key);
    report.add(*location, "Location " + shown(location->node()) + " in Constraint " + name + " is undefined",
               known.empty() ? "a location of the section locations" : "one of: " + joined(known),
               config::nearest(location->node().text(), known));
  }
}

class ConstraintReader {
 public:
  ConstraintReader(Template const& given, Draft& draft, Report& report)
      : given_(given), draft_(draft), report_(report) {
    for (auto const& [name, constraint] : given.section("constraints").members()) used_.insert(std::string(name));
  }

  void read(std::string_view key, View const& whole) {
    name_ = readable(key);
    auto const given_type = whole.find("type");
    auto const* type = given_type ? find_constraint_type(given_type->node().text()) : nullptr;
    if (type == nullptr || !type->supported) refuse_type(whole, given_type, type);
    check_soft_keys(whole);
    if (type == nullptr || !type->has_demands) return;
    text::Node const nothing{.kind = text::Kind::mapping};
    auto const found = whole.given("properties");
    if (found && !found->node().is_mapping()) {
      report_.add(*found, "Properties of constraint named '" + name_ + "' must be a dictionary", "a mapping");
      return;
    }
    ConstraintUnderCheck const constraint{.given = given_,
                                          .draft = draft_,
                                          .name = name_,
                                          .whole = whole,
                                          .properties = found ? *found : View(nothing, whole.pointer()),
                                          .demands = demands_of(whole).value_or(std::vector<std::string>())};
    auto properties = read_properties(*type, constraint);
    if (!constraint.demands.empty()) {
      check_count(*type, constraint);
      if (type->check != nullptr) type->check(constraint, report_);
    }
    store(std::string(key), *type, constraint.demands, std::move(properties));
  }

 private:
  void refuse_type(View const& whole, std::optional<View> const& given, ConstraintType const* later) {
    std::vector<std::string> names;
    for (auto const& each : constraint_types())
      if (each.supported) names.emplace_back(each.name);
    auto text =
        "Unsupported type '" + (given ? shown(given->node()) : "None") + "' found in constraint named '" + name_ + "'";
    if (later != nullptr) text += " (documented, not supported by this release)";
    report_.add(given.value_or(whole), text, "one of: " + joined(names),
                given && later == nullptr ? config::nearest(shown(given->node()), names) : "");
  }

  void check_soft_keys(View const& whole) {
    for (auto const* key : {"penalty", "weight"})
      if (auto const given = whole.find(key))
        report_.add(*given, "Key '" + std::string(key) + "' found in constraint named '" + name_ +
                                "' (documented, not supported by this release); remove it");
    for (auto const* key : {"constraints", "constraint"})
      if (auto const given = whole.find(key); given && !is_group(whole))
        report_.add(*given, "Constraint " + name_ + " has an invalid key " + std::string(key));
  }

  json::object read_properties(ConstraintType const& type, ConstraintUnderCheck const& constraint) {
    std::string const named = "constraint named '" + name_ + "'";
    for (auto const& property : type.properties) {
      if (!property.required) continue;
      auto const value = constraint.properties.find(property.name);
      if (!value)
        report_.add(constraint.properties,
                    "Required property '" + std::string(property.name) + "' not found in " + named);
      else if (is_blank(value->node()))
        report_.add(*value, "No value specified for property '" + std::string(property.name) + "' in " + named);
    }
    json::object result;
    for (auto const& [key, value] : constraint.properties.members()) {
      auto const property = std::find_if(type.properties.begin(), type.properties.end(),
                                         [&, name = key](auto const& each) { return each.name == name; });
      if (property == type.properties.end()) {
        refuse_property(type, key, value);
        continue;
      }
      if (is_blank(value.node())) continue;
      check_vocabulary(*property, value);
      if (!property->threshold.empty())
        read_threshold(*property, value, result);
      else
        result[key] = text::to_json(value.node());
    }
    return result;
  }

  void refuse_property(ConstraintType const& type, std::string_view key, View const& value) {
    std::vector<std::string> names;
    for (auto const& each : type.properties) names.emplace_back(each.name);
    report_.add(value, "Unknown property '" + readable(key) + "' in constraint named '" + name_ + "'",
                names.empty() ? "no properties" : "one of: " + joined(names), config::nearest(readable(key), names));
  }

  void check_vocabulary(ConstraintType::Property const& property, View const& value) {
    if (property.values.empty() ||
        std::find(property.values.begin(), property.values.end(), value->text()) != property.values.end())
      return;
    std::vector<std::string> const words(property.values.begin(), property.values.end());
    report_.add(value,
                "Property '" + std::string(property.name) + "' value '" + shown(value.node()) +
                    "' unsupported in constraint named '" + name_ + "' (must be one of " + listed(words) + ")",
                "one of: " + joined(words), config::nearest(readable(value->text()), words));
  }

  void read_threshold(ConstraintType::Property const& property, View const& value, json::object& result) {
    auto const threshold = text::parse_threshold(value.node(), property.threshold);
    if (!threshold) {
      report_.add(value, readable(threshold.error().text, 300) + " in constraint named '" + name_ + "'",
                  "an expression such as '< 300 km' or '100-200 mi'");
      return;
    }
    if (threshold->op == "=" && !threshold->is_range)
      report_.warn(value, "Property '" + std::string(property.name) + "' of constraint named '" + name_ +
                              "' asks for exactly " + text::float_text(threshold->value) + " " + threshold->units +
                              "; '<=' was probably meant");
    result[property.name] = text::to_json(*threshold);
  }

  void check_count(ConstraintType const& type, ConstraintUnderCheck const& constraint) {
    auto const count = constraint.demands.size();
    if (count < type.least_demands)
      report_.add(*constraint.whole.find("demands"),
                  "Constraint " + name_ + " of type " + std::string(type.name) + " must list at least " +
                      std::to_string(type.least_demands) + " different demands",
                  "at least " + std::to_string(type.least_demands) + " demands");
  }

  // {name}_{demand} for split types, made unique where that collides; the entry's `name` tells them apart.
  void store(std::string const& name, ConstraintType const& type, std::vector<std::string> const& demands,
             json::object properties) {
    auto const entry = [&](json::value of) {
      json::object object{{"name", name}, {"type", type.name}};
      object["demands"] = std::move(of);
      object["properties"] = properties;
      return object;
    };
    if (!type.split) {
      json::array list;
      for (auto const& demand : demands) list.emplace_back(demand);
      draft_.constraints[name] = entry(std::move(list));
      return;
    }
    for (auto const& demand : demands) {
      auto key = name + "_" + demand;
      for (int count = 2; !used_.insert(key).second; ++count) key = name + "_" + demand + "#" + std::to_string(count);
      draft_.constraints[key] = entry(json::value(demand));
    }
  }

  Template const& given_;
  Draft& draft_;
  Report& report_;
  std::string name_;
  std::set<std::string> used_;  // keys of the translated document
};

}  // namespace

void check_constraint_names(Template const& given, Report& report) {
  for (auto const& [name, constraint] : given.section("constraints").members())
    if (constraint->is_mapping()) check_names(given, constraint, readable(name), report);
}

void draft_constraints(Template const& given, Draft& draft, Report& report) {
  ConstraintReader reader(given, draft, report);
  for (auto const& [name, constraint] : given.section("constraints").members())
    if (constraint->is_mapping()) reader.read(name, constraint);
}

}  // namespace conductor::services::controller
