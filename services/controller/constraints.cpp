// Constraints (template specification 6, solver specification 21): names first, then every property by the table of
// types, and their entries in the translated document.
#include "services/controller/soft.hpp"

#include "core/config/nearest.hpp"
#include "core/text/threshold.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace conductor::services::controller {
namespace {

using Names = std::vector<std::string>;
using namespace constraints;

Type const* type_of(View const& constraint) {
  auto const* type = constraint->find("type");
  return type == nullptr ? nullptr : find_type(type->text());
}

// The demands of a constraint without repetitions; nothing when the list is none.
std::optional<Names> demands_of(View const& constraint) {
  auto const given = constraint.given("demands");
  auto const texts = given ? texts_in(given->node()) : std::nullopt;
  if (!texts || texts->empty()) return std::nullopt;
  Names names;
  std::unordered_set<std::string_view> seen;
  for (auto const& text : *texts)
    if (seen.insert(text).second) names.push_back(text);
  if (names.size() == 1 && names.front().empty()) return std::nullopt;
  return names;
}

// The members of a group that are mappings, each with its name in messages.
std::vector<std::pair<std::string, View>> members_of(Type const& type, View const& group, std::string const& name) {
  std::vector<std::pair<std::string, View>> members;
  if (type.members == Members::one) {
    if (auto const member = group.given("constraint")) members.emplace_back(name + " > constraint", *member);
  } else if (auto const list = group.given("constraints")) {
    auto const items = list->items();
    for (std::size_t i = 0; i < items.size() && i < most_members; ++i)
      members.emplace_back(name + " > constraints[" + std::to_string(i) + "]", items[i]);
  }
  std::erase_if(members, [](auto const& member) { return !member.second->is_mapping(); });
  return members;
}

class NameCheck {
 public:
  NameCheck(Template const& given, Report& report)
      : given_(given), report_(report), demands_(given.demand_names()), locations_(given.location_names()) {}

  void check(View const& constraint, std::string const& name, std::size_t level) {
    if (report_.full()) return;
    if (auto const* type = type_of(constraint); type != nullptr && type->is_group()) {
      if (level >= deepest_group) return;
      for (auto const& [member_name, member] : members_of(*type, constraint, name))
        check(member, member_name, level + 1);
      return;
    }
    check_demands(constraint, name);
    check_location(constraint, name);
  }

 private:
  void check_demands(View const& constraint, std::string const& name) {
    auto const list = constraint.find("demands").value_or(constraint);
    auto const demands = demands_of(constraint);
    if (!demands)
      return report_.add(list,
                         "Demand list for Constraint " + name + " must be a list of names or a string with one name",
                         "a name, or a list of names");
    if (demands_.empty()) return;
    Names undefined, places;
    for (auto const& demand : *demands)
      if (!given_.has_demand(demand)) (given_.has_location(demand) ? places : undefined).push_back(demand);
    if (!undefined.empty())
      report_.add(list, "Undefined Demand(s) " + listed(undefined) + " in Constraint '" + name + "'",
                  "one of: " + joined(demands_), config::nearest(undefined.front(), demands_));
    if (!places.empty())
      report_.add(list,
                  "Location(s) " + listed(places) + " stand among the demands of Constraint '" + name +
                      "', which takes demands only",
                  "one of: " + joined(demands_));
  }

  void check_location(View const& constraint, std::string const& name) {
    auto const properties = constraint.given("properties");
    auto const location = properties ? properties->given("location") : std::nullopt;
    if (!location || is_blank(location->node()) || given_.has_location(location->node().text())) return;
    report_.add(*location, "Location " + shown(location->node()) + " in Constraint " + name + " is undefined",
                locations_.empty() ? "a location of the section locations" : "one of: " + joined(locations_),
                config::nearest(location->node().text(), locations_));
  }

  Template const& given_;
  Report& report_;
  Names const demands_, locations_;
};

// Reads the properties of one constraint by its type's table.
class PropertyReader {
 public:
  PropertyReader(Type const& type, ConstraintUnderCheck const& constraint, Report& report)
      : type_(type), constraint_(constraint), named_("constraint named '" + constraint.name + "'"), report_(report) {}

  json::object read() {
    for (auto const& property : type_.properties)
      if (property.required) require(property);
    json::object result;
    for (auto const& [key, value] : constraint_.properties.members()) {
      auto const property = std::find_if(type_.properties.begin(), type_.properties.end(),
                                         [&, name = key](auto const& each) { return each.name == name; });
      if (property == type_.properties.end())
        refuse_unknown(key, value);
      else if (!is_blank(value.node()))
        read_one(*property, value, result);
    }
    return result;
  }

 private:
  void require(Property const& property) {
    auto const value = constraint_.properties.find(property.name);
    if (!value)
      report_.add(constraint_.properties,
                  "Required property '" + std::string(property.name) + "' not found in " + named_);
    else if (is_blank(value->node()))
      report_.add(*value, "No value specified for property '" + std::string(property.name) + "' in " + named_);
  }

  void refuse_unknown(std::string_view key, View const& value) {
    Names names;
    for (auto const& each : type_.properties) names.emplace_back(each.name);
    report_.add(value, "Unknown property '" + readable(key) + "' in " + named_,
                names.empty() ? "no properties" : "one of: " + joined(names), config::nearest(readable(key), names));
  }

  void read_one(Property const& property, View const& value, json::object& result) {
    if (!property.values.empty())
      check_vocabulary(property, value);
    else
      check_kind(property, value);
    if (property.threshold.empty())
      result[property.name] = text::to_json(value.node());
    else
      read_threshold(property, value, result);
  }

  void check_vocabulary(Property const& property, View const& value) {
    if (std::find(property.values.begin(), property.values.end(), value->text()) != property.values.end()) return;
    auto const words = names_of(property.values);
    report_.add(value,
                "Property '" + std::string(property.name) + "' value '" + shown(value.node()) + "' unsupported in " +
                    named_ + " (must be one of " + listed(words) + ")",
                "one of: " + joined(words), config::nearest(readable(value->text()), words));
  }

  void check_kind(Property const& property, View const& value) {
    char const* expected = nullptr;
    if (property.kind == ValueKind::text && !value->is_text()) expected = "a text";
    if (property.kind == ValueKind::list && !value->is_list()) expected = "a list";
    if (property.kind == ValueKind::mapping && !value->is_mapping()) expected = "a mapping";
    if (expected != nullptr)
      refuse_value(value, "Property '" + std::string(property.name) + "' value", constraint_, expected, report_);
  }

  void read_threshold(Property const& property, View const& value, json::object& result) {
    auto const threshold = text::parse_threshold(value.node(), property.threshold);
    if (!threshold)
      return report_.add(value, readable(threshold.error().text, 300) + " in " + named_,
                         "an expression such as '< 300 km' or '100-200 mi'");
    bool const omitted = value->text().find('=') == std::string_view::npos;
    if (threshold->op == "=" && !threshold->is_range && omitted)
      report_.warn(value, "Property '" + std::string(property.name) + "' of " + named_ + " asks for exactly " +
                              text::float_text(threshold->value) + " " + threshold->units +
                              "; '<=' was probably meant");
    result[property.name] = text::to_json(*threshold);
  }

  Type const& type_;
  ConstraintUnderCheck const& constraint_;
  std::string const named_;
  Report& report_;
};

// Long properties under many demands would grow with the square of the template.
constexpr std::size_t most_translated = 64U << 20U;

class ConstraintReader {
 public:
  ConstraintReader(Template const& given, Known const& known, Draft& draft, Report& report)
      : given_(given), known_(known), draft_(draft), report_(report) {
    for (auto const& [name, constraint] : given.section("constraints").members()) used_.insert(std::string(name));
  }

  void read(std::string_view key, View const& whole) {
    std::string const name = readable(key);
    auto const* type = type_of(whole);
    if (type == nullptr) return refuse_type(whole, name);
    auto entry = read_entry(*type, whole, name, 1);
    entry["name"] = key;
    if (type->scope == Scope::unary) translated_ += text::weight(whole.node()) * entry["demands"].as_array().size();
    if (translated_ > most_translated)
      return report_.add(
          whole,
          "The constraints, with one entry per demand where their types are split, add up to more than " +
              std::to_string(most_translated) + " bytes",
          "fewer demands or shorter properties");
    store(std::string(key), *type, std::move(entry));
  }

 private:
  // {"type", "demands": [...], "properties", ...}, see services/constraints/type.hpp.
  json::object read_entry(Type const& type, View const& whole, std::string const& name, std::size_t level) {
    check_keys(type, whole, name, level);
    json::object entry{{"name", nullptr}, {"type", type.name}};
    text::Node const nothing{.kind = text::Kind::mapping};
    auto const found = whole.given("properties");
    bool const usable = !found || found->node().is_mapping();
    if (!usable) report_.add(*found, "Properties of constraint named '" + name + "' must be a dictionary", "a mapping");
    ConstraintUnderCheck const constraint{.given = given_,
                                          .controllers = known_.controllers,
                                          .locations = draft_.locations,
                                          .name = name,
                                          .whole = whole,
                                          .properties = found && usable ? *found : View(nothing, whole.pointer()),
                                          .demands = demands_of(whole).value_or(Names())};
    json::object properties;
    if (type.is_group()) {
      read_members(type, whole, name, level, entry);
    } else {
      if (usable) properties = PropertyReader(type, constraint, report_).read();
      if (!constraint.demands.empty()) check_count(type, constraint);
      if (usable && type.check != nullptr) type.check(constraint, properties, report_);
      entry["demands"] = json::value_from(constraint.demands);
    }
    if (level == 1) read_soft_keys(type, constraint, properties, entry, report_);
    entry["properties"] = std::move(properties);
    return entry;
  }

  void refuse_type(View const& whole, std::string const& name) {
    auto const given = whole.find("type");
    Names names;
    for (auto const* each : types()) names.emplace_back(each->name);
    report_.add(
        given.value_or(whole),
        "Unsupported type '" + (given ? shown(given->node()) : "None") + "' found in constraint named '" + name + "'",
        "one of: " + joined(names), given ? config::nearest(shown(given->node()), names) : "");
  }

  // Keys that no constraint has were refused with the shape of the template, those of members are looked at here.
  void check_keys(Type const& type, View const& whole, std::string const& name, std::size_t level) {
    Names allowed{"type"};
    if (type.members == Members::list) allowed.emplace_back("constraints");
    if (type.members == Members::one) allowed.emplace_back("constraint");
    if (!type.is_group()) allowed.insert(allowed.end(), {"demands", "properties"});
    if (level == 1) allowed.insert(allowed.end(), {"penalty", "weight"});
    for (auto const& [key, value] : whole.members()) {
      bool const elsewhere = level == 1 && !contains(constraint_keys(), key);
      if (!elsewhere && std::find(allowed.begin(), allowed.end(), key) == allowed.end())
        report_.add(value, "Invalid key '" + readable(key) + "' found in constraint named '" + name + "'",
                    "one of: " + joined(allowed), config::nearest(readable(key), allowed));
    }
  }

  void read_members(Type const& type, View const& whole, std::string const& name, std::size_t level,
                    json::object& entry) {
    bool const negation = type.members == Members::one;
    char const* const key = negation ? "constraint" : "constraints";
    auto const given = whole.given(key);
    auto const size = !given ? 0 : given->node().items.size();
    bool const good = given && (negation ? given->node().is_mapping() : size >= 1 && size <= most_members);
    if (!good)
      return report_.add(given.value_or(whole),
                         "Group '" + name + "' of type " + std::string(type.name) + " must have " +
                             (negation ? "one constraint, a dictionary" : "a list of 1 to 16 constraints"),
                         negation ? "constraint: {type, demands, properties}" : "constraints: [{type, demands, ...}]");
    if (level > deepest_group)
      return report_.add(whole, "Group '" + name + "' is nested deeper than 4 levels", "at most 4 levels of groups");
    if (!negation)
      for (auto const& item : given->items())
        if (!item->is_mapping())
          report_.add(item, "Member of group '" + name + "' must be a dictionary", "{type, demands, properties}");
    json::array members;
    for (auto const& [member_name, member] : members_of(type, whole, name))
      if (auto read = read_member(member, member_name, level + 1); !read.empty()) members.emplace_back(std::move(read));
    entry["demands"] = demands_in(members);
    if (negation && !members.empty())
      entry[key] = std::move(members.front());
    else
      entry[key] = std::move(members);
  }

  json::object read_member(View const& member, std::string const& name, std::size_t level) {
    auto const* type = type_of(member);
    if (type == nullptr) return refuse_type(member, name), json::object();
    if (!type->member) {
      Names names;
      for (auto const* each : types())
        if (each->member) names.emplace_back(each->name);
      report_.add(*member.find("type"),
                  "Type '" + std::string(type->name) + "' found in constraint named '" + name +
                      "' cannot be a member of a group",
                  "one of: " + joined(names));
      return {};
    }
    auto entry = read_entry(*type, member, name, level);
    entry.stable_erase("name");
    return entry;
  }

  static json::array demands_in(json::array const& members) {
    json::array all;
    std::unordered_set<std::string_view> seen;
    for (auto const& member : members)
      if (auto const* demands = member.as_object().if_contains("demands"))
        for (auto const& demand : demands->as_array())
          if (seen.insert(demand.as_string()).second) all.push_back(demand);
    return all;
  }

  void check_count(Type const& type, ConstraintUnderCheck const& constraint) {
    if (constraint.demands.size() < type.least_demands)
      report_.add(*constraint.whole.find("demands"),
                  "Constraint " + constraint.name + " of type " + std::string(type.name) + " must list at least " +
                      std::to_string(type.least_demands) + " different demands",
                  "at least " + std::to_string(type.least_demands) + " demands");
  }

  // {name}_{demand} for split types, made unique where that collides; the entry's `name` tells them apart.
  void store(std::string const& name, Type const& type, json::object entry) {
    if (type.scope != Scope::unary) {
      draft_.constraints[name] = std::move(entry);
      return;
    }
    auto const demands = entry["demands"].as_array();
    for (auto const& demand : demands) {
      std::string const base = name + "_" + std::string(demand.as_string());
      std::string key = base;
      for (int count = 2; !used_.insert(key).second; ++count) key = base + "#" + std::to_string(count);
      entry["demands"] = demand;
      draft_.constraints[key] = entry;
    }
  }

  Template const& given_;
  Known const& known_;
  Draft& draft_;
  Report& report_;
  std::set<std::string> used_;  // keys of the translated document
  std::size_t translated_ = 0;  // roughly its bytes
};

}  // namespace

void check_constraint_names(Template const& given, Report& report) {
  NameCheck check(given, report);
  for (auto const& [name, constraint] : given.section("constraints").members())
    if (constraint->is_mapping()) check.check(constraint, readable(name), 0);
}

void draft_constraints(Template const& given, Known const& known, Draft& draft, Report& report) {
  ConstraintReader reader(given, known, draft, report);
  for (auto const& [name, constraint] : given.section("constraints").members())
    if (constraint->is_mapping() && !report.full()) reader.read(name, constraint);
}

}  // namespace conductor::services::controller
