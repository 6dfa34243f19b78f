// Constraint type hpa (template specification 6.9): components of a function, the features each needs of a flavor, and
// the attributes of those. The texts are the original's, with the constraint's name behind them.
#include "services/constraints/types/hpa/hpa.hpp"

#include "core/config/nearest.hpp"
#include "services/grammar/schema_parts.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace conductor::services::constraints {
namespace {

using Names = std::vector<std::string>;

Names const feature_keys{"hpa-feature", "hpa-version", "architecture",
                         "mandatory",   "directives",  "hpa-feature-attributes"};
Names const attribute_keys{"hpa-attribute-key", "hpa-attribute-value", "operator"};
Names const component_keys{"id", "type", "directives", "flavorProperties"};
constexpr std::array<std::string_view, 6> operators{"=", "<", ">", "<=", ">=", "ALL"};

bool has_all(View const& mapping, Names const& keys) {
  return std::all_of(keys.begin(), keys.end(), [&](auto const& key) { return mapping.given(key).has_value(); });
}

// Keys that are neither required nor the optional one, as the original lists them.
Names unknown_keys(View const& mapping, Names const& required, std::string_view optional) {
  Names unknown;
  for (auto const& member : mapping->members)
    if (member.key != optional && std::find(required.begin(), required.end(), member.key) == required.end())
      unknown.push_back(member.key);
  return unknown;
}

bool is_known_unit(std::string_view unit) {
  std::string upper;
  for (char const c : unit) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (upper.empty() || upper == "B") return true;
  auto const rest = std::string_view(upper).substr(1);
  return std::string_view("KMGTP").find(upper.front()) != std::string_view::npos && (rest == "B" || rest == "IB");
}

class HpaCheck {
 public:
  HpaCheck(ConstraintUnderCheck const& constraint, Report& report) : constraint_(constraint), report_(report) {}

  void check_component(View const& component) {
    constexpr char incomplete[] = "HPA requirements need at least one set of id, type, directives and flavorProperties";
    if (!component->is_mapping()) return refuse(component, incomplete, joined(component_keys));
    for (auto const& key : component_keys) {
      auto const given = component.given(key);
      bool const list = key == "directives" || key == "flavorProperties";
      if (!given || is_blank(given->node()) || (list ? !given->node().is_list() : !given->node().is_text()))
        return refuse(given.value_or(component), incomplete, joined(component_keys));
    }
    for (auto const& name : unknown_keys(component, component_keys, ""))
      report_.warn(*component.find(name), "Key " + in_quotes(name) + " of an HPA requirement in constraint named '" +
                                              constraint_.name + "' is ignored");
    auto const directives = *component.find("directives");
    check_directives(directives);
    check_flavor_directive(directives, readable(component.find("id")->node().text()));
    for (auto const& feature : component.find("flavorProperties")->items()) check_feature(feature);
  }

 private:
  void check_feature(View const& feature) {
    if (!feature->is_mapping()) return refuse(feature, "HPA feature must be a dict", "a mapping");
    if (!has_all(feature, feature_keys))
      return refuse(feature, "Lack of compulsory elements inside HPA feature", joined(feature_keys));
    if (auto const unknown = unknown_keys(feature, feature_keys, "score"); !unknown.empty()) {
      refuse(*feature.find(unknown.front()), "Got unrecognized elements inside HPA feature",
             joined(feature_keys) + ", score", config::nearest(unknown.front(), feature_keys));
      return;
    }
    for (auto const* key : {"hpa-feature", "hpa-version", "architecture"})
      if (auto const given = *feature.find(key); !given->is_text() && !given->is_number())
        refuse_value(given, std::string("HPA feature key '") + key + "' value", constraint_, "a text", report_);
    check_score(feature);
    check_directives(*feature.find("directives"));
    auto const attributes = *feature.find("hpa-feature-attributes");
    if (!attributes->is_list())
      return refuse_value(attributes, "HPA feature key 'hpa-feature-attributes' value", constraint_,
                          "a list of mappings", report_);
    for (auto const& attribute : attributes.items()) check_attribute_of_feature(attribute);
  }

  void check_score(View const& feature) {
    auto const given = *feature.find("mandatory");
    auto const mandatory = boolean_in(given.node());
    if (!mandatory)
      return refuse_value(given, "HPA feature key 'mandatory' value", constraint_, "True or False", report_);
    auto const score = feature.given("score");
    bool const blank = !score || is_blank(score->node());
    if (!*mandatory && blank)
      refuse(score.value_or(feature), "Score needs to be present if mandatory is False", "a score, a number");
    else if (!blank && !number_in(score->node()))
      refuse_value(*score, "HPA feature key 'score' value", constraint_, "a number", report_);
  }

  void check_attribute_of_feature(View const& attribute) {
    if (!attribute->is_mapping()) return refuse(attribute, "HPA feature attributes must be a dict", "a mapping");
    if (!has_all(attribute, attribute_keys))
      return refuse(attribute, "Lack of compulsory elements inside HPA feature attributes", joined(attribute_keys));
    if (auto const unknown = unknown_keys(attribute, attribute_keys, "unit"); !unknown.empty()) {
      std::string set;
      for (auto const& name : unknown) set += (set.empty() ? "" : ", ") + in_quotes(name);
      return refuse(*attribute.find(unknown.front()),
                    "Invalid attributes '{" + set + "}' found inside HPA feature attributes",
                    joined(attribute_keys) + ", unit", config::nearest(unknown.front(), attribute_keys));
    }
    auto const key = *attribute.find("hpa-attribute-key");
    if (!key->is_text() || key->text().empty())
      refuse_value(key, "HPA attribute key 'hpa-attribute-key' value", constraint_, "a text", report_);
    auto const op = *attribute.find("operator");
    if (std::find(operators.begin(), operators.end(), op->text()) == operators.end())
      refuse_value(op, "HPA attribute key 'operator' value", constraint_, "one of =, <, >, <=, >=, ALL", report_);
    if (auto const value = *attribute.find("hpa-attribute-value"); value->is_mapping())
      refuse_value(value, "HPA attribute key 'hpa-attribute-value' value", constraint_, "a text, a number or a list",
                   report_);
    check_unit(attribute);
  }

  // The original ignores units that it does not know; the solver finds nothing that fits them.
  void check_unit(View const& attribute) {
    auto const unit = attribute.given("unit");
    if (!unit) return;
    if (!unit->node().is_text())
      refuse_value(*unit, "HPA attribute key 'unit' value", constraint_, "a text, such as GB", report_);
    else if (!is_known_unit(unit->node().text()))
      report_.warn(*unit, "Unit " + in_quotes(unit->node().text()) + " in constraint named '" + constraint_.name +
                              "' is not known (B, KB, MB, GB, TB, PB); no flavor will match it");
  }

  void check_directives(View const& directives) {
    bool good = directives->is_list();
    for (auto const& directive : directives->items) {
      auto const* attributes = directive.find("attributes");
      good &= directive.is_mapping() && directive.find("type") != nullptr && directive.find("type")->is_text();
      good &= attributes == nullptr || attributes->is_null() || attributes->is_list();
    }
    if (!good)
      refuse_value(directives, "HPA directives value", constraint_,
                   "a list of {type, attributes: [{attribute_name, attribute_value}]}", report_);
  }

  // The flavor that is found is written under the name of its first attribute.
  void check_flavor_directive(View const& directives, std::string const& id) {
    std::size_t count = 0;
    bool named = false;
    for (auto const& directive : directives->items) {
      auto const* type = directive.find("type");
      if (type == nullptr || type->text().find("flavor_directives") == std::string_view::npos) continue;
      auto const* attributes = directive.find("attributes");
      auto const* name = attributes == nullptr || attributes->items.empty()
                             ? nullptr
                             : attributes->items.front().find("attribute_name");
      named = name != nullptr && name->is_text() && !name->text().empty();
      ++count;
    }
    if (count != 1 || !named)
      refuse(directives,
             "HPA requirement '" + id +
                 "' needs one directive of type flavor_directives with a named "
                 "attribute",
             "{type: flavor_directives, attributes: [{attribute_name: NAME, attribute_value: ''}]}");
  }

  void refuse(View const& where, std::string const& text, std::string const& expected, std::string suggestion = "") {
    report_.add(where, text + " in constraint named '" + constraint_.name + "'", expected, std::move(suggestion));
  }

  ConstraintUnderCheck const& constraint_;
  Report& report_;
};

// Flags become the texts that the original has.
void set_mandatory(json::value& component) {
  auto* features = component.is_object() ? component.get_object().if_contains("flavorProperties") : nullptr;
  if (features == nullptr || !features->is_array()) return;
  for (auto& feature : features->get_array()) {
    auto* mandatory = feature.is_object() ? feature.get_object().if_contains("mandatory") : nullptr;
    auto const flag = mandatory == nullptr ? std::nullopt : boolean_in(text::from_json(*mandatory));
    if (flag) *mandatory = *flag ? "True" : "False";
  }
}

}  // namespace

void check_hpa(ConstraintUnderCheck const& constraint, json::object& properties, Report& report) {
  auto const evaluate = constraint.properties.given("evaluate");
  if (!evaluate || !evaluate->node().is_list()) return;
  HpaCheck check(constraint, report);
  for (auto const& component : evaluate->items()) check.check_component(component);
  if (auto* components = properties.if_contains("evaluate"))
    for (auto& component : components->as_array()) set_mandatory(component);
}

json::object hpa_schema() {
  using namespace schema_parts;
  return non_empty_list_of(reference("hpa_component"));
}

json::object hpa_component_schema() {
  using namespace schema_parts;
  json::object const directive{{"type", "object"},
                               {"required", json::array{"type"}},
                               {"properties", json::object{{"type", text()}, {"attributes", list()}}}};
  auto const attribute = closed("",
                                {{"hpa-attribute-key", text()},
                                 {"hpa-attribute-value", anything()},
                                 {"operator", or_function(one_of({"=", "<", ">", "<=", ">=", "ALL"}))},
                                 {"unit", text()}},
                                {"hpa-attribute-key", "hpa-attribute-value", "operator"});
  auto const feature =
      closed("",
             {{"hpa-feature", anything()},
              {"hpa-version", anything()},
              {"architecture", anything()},
              {"mandatory", boolean()},
              {"score", number()},
              {"directives", or_function(list_of(directive))},
              {"hpa-feature-attributes", or_function(list_of(attribute))}},
             {"hpa-feature", "hpa-version", "architecture", "mandatory", "directives", "hpa-feature-attributes"});
  return {{"type", "object"},
          {"required", json::array{"id", "type", "directives", "flavorProperties"}},
          {"properties", json::object{{"id", text()},
                                      {"type", text()},
                                      {"directives", or_function(non_empty_list_of(directive))},
                                      {"flavorProperties", or_function(non_empty_list_of(feature))}}}};
}

}  // namespace conductor::services::constraints
