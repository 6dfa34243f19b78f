// The second opinion on thresholds (solver specification 5.5).
#include "services/constraints/types/threshold/threshold.hpp"

#include <cmath>
#include <map>

namespace conductor::services::constraints {
namespace {

constexpr double km_per_mile = 1.609344;

// Factor to the base unit and name of the base; nothing for an unknown unit.
std::optional<std::pair<std::string, double>> unit_of(std::string const& name) {
  static std::map<std::string, std::pair<std::string, double>> const known{
      {"USD", {"money", 1}},           {"ms", {"time", 1}},   {"sec", {"time", 1000}},   {"km", {"length", 1}},
      {"mi", {"length", km_per_mile}}, {"Mbps", {"rate", 1}}, {"Kbps", {"rate", 0.001}}, {"Gbps", {"rate", 1000}}};
  auto const found = known.find(name);
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

bool compare(std::string const& op, double a, double b) {
  if (op == "gte") return !(a < b);
  if (op == "lte") return !(a > b);
  if (op == "gt") return a > b;
  if (op == "lt") return a < b;
  return (op == "eq") == (a == b);
}

json::value const* named_field(json::object const& candidate, std::string const& name) {
  auto const fold = [](std::string text) {
    for (auto& c : text) c = c == '-' ? '_' : c;
    return text;
  };
  auto const* exact = candidate.if_contains(name);
  if (exact && !exact->is_null()) return exact;
  for (auto const& [key, value] : candidate)
    if (!value.is_null() && fold(std::string(key)) == fold(name)) return &value;
  return nullptr;
}

}  // namespace

Measured recheck_threshold(Judge const& judge, json::object const& constraint, Party const& party) {
  AllOf all;
  double excess = 0;
  for (auto const& item : properties_in(constraint).at("evaluate").as_array()) {
    auto const& object = item.as_object();
    auto const attribute = text_of(object, "attribute");
    auto const limit = *number_in(object.at("threshold"));
    auto const own = unit_of(text_of(object, "unit"));
    std::optional<double> value;
    std::optional<std::pair<std::string, double>> stated;
    if (attribute == "hpa_score") {
      value = judge.hpa_score(party.demand);
    } else if (auto const* field = named_field(*party.candidate, attribute)) {
      value = number_in(*field);
      if (field->is_object()) {
        if (auto const* inner = member(field->get_object(), "value")) value = number_in(*inner);
        stated = unit_of(text_of(field->get_object(), "unit"));
      } else if (!value && field->is_string()) {
        std::string const text(field->get_string());
        auto const space = text.find_last_of(" \t");
        stated = space == text.npos ? std::nullopt : unit_of(text.substr(space + 1));
        if (stated) value = number_in(json::value(text.substr(0, space)));
      }
    }
    if (!value || (own && stated && own->first != stated->first)) {
      all.add(Opinion::unknown);
      continue;
    }
    if (own && stated && own->second != stated->second) value = *value * stated->second / own->second;
    bool const holds = compare(text_of(object, "operator"), *value, limit);
    all.add(opinion_of(holds));
    if (!holds) excess += std::abs(*value - limit) * (own ? own->second : 1.0);
  }
  if (all.opinion() == Opinion::unknown) return {};
  return {all.opinion(), excess};
}

}  // namespace conductor::services::constraints
