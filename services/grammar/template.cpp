#include "services/grammar/template.hpp"

#include "core/config/nearest.hpp"
#include "services/grammar/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace conductor::services::grammar {

namespace {

struct Section {
  std::string_view key, title;
  std::vector<std::string> item_keys;  // empty: not checked here
};

// In the order in which the original checks them.
std::vector<Section> const& sections() {
  static std::vector<Section> const all{{"parameters", "Parameter", {}},
                                        {"locations", "Location", names_of(location_keys())},
                                        {"demands", "Demand", {}},
                                        {"constraints", "Constraint", names_of(constraint_keys())},
                                        {"optimization", "Optimization", {}},
                                        {"reservation", "Reservation", {}},
                                        {"reservations", "Reservation", {}}};
  return all;
}

constexpr std::array<std::string_view, 10> top_level{"homing_template_version",
                                                     "parameters",
                                                     "locations",
                                                     "demands",
                                                     "constraints",
                                                     "reservation",
                                                     "reservations",
                                                     "optimization",
                                                     "solver",
                                                     "transaction-id"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

void check_version(Template const& given, Report& report) {
  constexpr char expected[] =
      "conductor_template_version must be one of: 2016-11-01, 2017-10-10, 2018-02-01, 2020-08-13";
  auto const found = given.whole().find("homing_template_version");
  auto const where = found.value_or(given.whole());
  if (!contains(template_versions(), given.version()))
    report.add(where, expected, "homing_template_version: " + joined(names_of(template_versions())));
}

void check_top_level(Template const& given, Report& report) {
  for (auto const& [key, value] : given.whole().members()) {
    if (std::find(top_level.begin(), top_level.end(), key) != top_level.end()) continue;
    std::size_t nearest = 3;
    std::string_view meant;
    for (auto const known : top_level)
      if (key.size() <= 64)
        if (auto const distance = config::edit_distance(lower(key), known); distance < nearest)
          nearest = distance, meant = known;
    if (meant.empty())
      report.warn(value, "Unknown key " + in_quotes(key) + " at the top level of the template is ignored");
    else
      report.add(
          value,
          "Unknown key " + in_quotes(key) + " at the top level of the template; did you mean " + in_quotes(meant) + "?",
          "one of: " + joined(names_of(top_level)), std::string(meant));
  }
}

void check_item(Section const& section, std::string_view name, View const& item, Report& report) {
  if (!item->is_mapping()) {
    report.add(item, std::string(section.title) + " " + readable(name) + " must be a dictionary", "a mapping");
    report.taint(item.pointer());
    return;
  }
  for (auto const& [key, value] : item.members()) {
    if (report.full()) return;
    if (std::find(section.item_keys.begin(), section.item_keys.end(), key) != section.item_keys.end()) continue;
    report.add(value, std::string(section.title) + " " + readable(name) + " has an invalid key " + readable(key),
               "one of: " + joined(section.item_keys), config::nearest(readable(key), section.item_keys));
  }
}

void check_sections(Template const& given, Report& report) {
  for (auto const& section : sections()) {
    auto const found = given.whole().given(section.key);
    if (found && !found->node().is_mapping()) {
      report.add(*found, std::string(section.title) + " section must be a dictionary", "a mapping");
      report.taint(found->pointer());
      continue;
    }
    if (section.key == "demands" && (!found || found->node().members.empty()))
      report.add(found.value_or(given.whole()), "demand is not provided in the template",
                 "a section demands with at least one demand");
    if (found && !section.item_keys.empty())
      for (auto const& [name, item] : found->members()) check_item(section, name, item, report);
  }
  if (auto const both = given.whole().given("reservations"); both && given.whole().given("reservation"))
    report.add(*both, "Sections reservation and reservations are both given; keep one of them", "one of the two");
}

}  // namespace

Template::Template(text::Node root, boost::json::object const& files) : root_(std::move(root)), files_(files) {
  nothing_.kind = text::Kind::mapping;
  for (auto const& member : section("demands")->members) demands_.insert(member.key);
  for (auto const& member : section("locations")->members) locations_.insert(member.key);
}

View Template::section(std::string_view name) const {
  auto found = whole().find(name);
  if (found && found->node().is_mapping()) return *found;
  return View(nothing_, text::pointer_to("", name));
}

View Template::reservations() const { return section(whole().given("reservation") ? "reservation" : "reservations"); }

std::vector<std::string> Template::demand_names() const {
  std::vector<std::string> names;
  for (auto const& member : section("demands")->members) names.push_back(member.key);
  return names;
}

std::vector<std::string> Template::location_names() const {
  std::vector<std::string> names;
  for (auto const& member : section("locations")->members) names.push_back(member.key);
  return names;
}

std::string Template::version() const {
  auto const* node = root_.find("homing_template_version");
  return node == nullptr ? "" : std::string(node->text());
}

std::string Template::request_type() const {
  auto const parameters = section("parameters");
  for (auto const* key : {"request_type", "REQUEST_TYPE"})
    if (auto const* value = parameters->find(key); value != nullptr && !is_blank(*value)) return shown(*value);
  return "";
}

void check_shape(Template const& given, Report& report) {
  check_version(given, report);
  check_top_level(given, report);
  check_sections(given, report);
}

}  // namespace conductor::services::grammar
