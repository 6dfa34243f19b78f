#include "services/controller/candidate_fields.hpp"

#include <algorithm>

namespace conductor::services::controller {
namespace {

bool has(json::value const& candidate, std::string_view field) {
  auto const* document = candidate.if_object();
  auto const* value = document == nullptr ? nullptr : document->if_contains(field);
  return value != nullptr && !value->is_null() && !(value->is_string() && value->get_string().empty());
}

bool is_supplied(json::object const& demands, std::string_view demand, std::string_view field) {
  auto const* found = demands.if_contains(demand);
  if (found == nullptr) return true;
  auto const& candidates = found->at("candidates").as_array();
  return std::any_of(candidates.begin(), candidates.end(), [&](auto const& each) { return has(each, field); });
}

class FieldCheck {
 public:
  FieldCheck(json::object const& demands, std::string name, View where, Report& report)
      : demands_(demands), name_(std::move(name)), where_(std::move(where)), report_(report) {}

  void check(json::object const& entry) {
    if (auto const* properties = entry.if_contains("properties"))
      if (auto const* field = properties->as_object().if_contains("needs_field"))
        check_field(field->as_string(), entry.at("demands").as_array());
    if (auto const* member = entry.if_contains("constraint")) check(member->as_object());
    if (auto const* members = entry.if_contains("constraints"))
      for (auto const& member : members->as_array()) check(member.as_object());
  }

 private:
  void check_field(std::string_view field, json::array const& names) {
    std::vector<std::string> without;
    for (auto const& name : names)
      if (!is_supplied(demands_, name.as_string(), field)) without.emplace_back(name.as_string());
    if (without.empty()) return;
    report_.add(where_,
                "Constraint named '" + name_ + "' needs candidates with '" + std::string(field) +
                    "', which inventory gives for none of demand " + joined(without),
                "something that inventory knows of the candidates");
  }

  json::object const& demands_;
  std::string name_;
  View where_;
  Report& report_;
};

}  // namespace

void check_candidate_fields(Template const& given, json::object const& constraints, json::object const& demands,
                            Report& report) {
  auto const section = given.section("constraints");
  for (auto const& [key, entry] : constraints) {
    // Those with several entries have another key, and no field to look for in pairs.
    if (auto const where = section.find(key))
      FieldCheck(demands, readable(key), *where, report).check(entry.as_object());
  }
}

}  // namespace conductor::services::controller
