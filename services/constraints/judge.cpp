#include "services/constraints/judge.hpp"

#include "services/constraints/table.hpp"

namespace conductor::services::constraints {
namespace {

Type const* type_of(json::object const& constraint) { return find_type(text_of(constraint, "type")); }

Measured alone(Judge const& judge, Type const* type, json::object const& constraint, Party const& party) {
  if (!type) return {};
  if (!type->recheck.one) return plain(Opinion::yes);
  return type->recheck.one(judge, constraint, party);
}

bool is_pairwise(Type const* type) { return type && type->scope == Scope::pairwise; }

}  // namespace

Judge::Judge(CheckedPlan const& plan, json::object const& root, Choice const& choice)
    : plan_(plan), root_(root), choice_(choice) {}

std::vector<Party> Judge::parties(json::object const& constraint) const {
  std::vector<Party> list;
  auto const add = [&](json::value const& name) {
    std::string text(name.as_string());
    for (auto const& known : list)
      if (known.demand == text) return;
    list.push_back({text, choice_.at(text)});
  };
  auto const& demands = constraint.at("demands");
  if (demands.is_array())
    for (auto const& name : demands.get_array()) add(name);
  else
    add(demands);
  return list;
}

Opinion Judge::holds(json::object const& constraint) const {
  auto const* type = type_of(constraint);
  if (type && type->is_group()) return group(constraint);
  auto const list = parties(constraint);
  AllOf all;
  for (std::size_t i = 0; i < list.size(); ++i) {
    all.add(alone(*this, type, constraint, list[i]).opinion);
    for (std::size_t j = i + 1; j < list.size() && is_pairwise(type); ++j)
      all.add(type->recheck.two(*this, constraint, list[i], list[j]).opinion);
  }
  return all.opinion();
}

Toll Judge::toll(json::object const& constraint) const {
  Toll toll;
  auto const count = [&](Measured const& measured) {
    if (measured.opinion != Opinion::yes) ++toll.violations;
    if (measured.excess)
      toll.excess += *measured.excess;
    else
      ++toll.gaps;
  };
  auto const* type = type_of(constraint);
  if (type && type->is_group()) {
    count(plain(group(constraint)));
    return toll;
  }
  auto const list = parties(constraint);
  bool const per_demand = !is_pairwise(type) || constraint.at("properties").as_object().contains("location");
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (per_demand) count(alone(*this, type, constraint, list[i]));
    for (std::size_t j = i + 1; j < list.size() && is_pairwise(type); ++j)
      count(type->recheck.two(*this, constraint, list[i], list[j]));
  }
  return toll;
}

Opinion Judge::group(json::object const& constraint) const {
  std::vector<Opinion> opinions;
  auto const* type = type_of(constraint);
  if (type->members == Members::one)
    opinions.push_back(holds(constraint.at("constraint").as_object()));
  else
    for (auto const& each : constraint.at("constraints").as_array()) opinions.push_back(holds(each.as_object()));
  return type->recheck.members(opinions);
}

std::optional<double> Judge::hpa_score(std::string const& demand) const {
  std::optional<double> sum;
  for (auto const& [id, constraint] : root_.at("constraints").as_object()) {
    auto const& entry = constraint.as_object();
    auto const* type = type_of(entry);
    if (!type || !type->recheck.add_score) continue;
    for (auto const& party : parties(entry))
      if (party.demand == demand) type->recheck.add_score(properties_in(entry), *party.candidate, sum);
  }
  return sum;
}

}  // namespace conductor::services::constraints
