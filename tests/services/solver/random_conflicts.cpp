#include "random_conflicts.hpp"

#include "services/solver/checker.hpp"

namespace conductor::tests::solver {

RandomConflicts::RandomConflicts(unsigned seed, bool with_objective) : random_(seed), demands_(pick(1, 3)) {
  plan.location("hq", 48, 11).location("lab", 52, 8);
  for (int d = 0; d < demands_; ++d)
    for (int count = pick(1, 4), i = 0; i < count; ++i)
      plan.candidate("d" + std::to_string(d), "c" + std::to_string(i), candidate());
  for (int count = pick(1, 5), i = 0; i < count; ++i) add_constraint("k" + std::to_string(i));
  if (!with_objective) return;
  for (int d = 0; d < demands_; ++d)
    plan.operand("distance_between", {pick(0, 1) ? "hq" : "lab", "d" + std::to_string(d)}, pick(1, 3));
}

json::object RandomConflicts::candidate() {
  json::object fields;
  if (pick(0, 9) > 0) fields = at(45 + pick(0, 60) / 10.0, 8 + pick(0, 60) / 10.0);
  fields["cost"] = pick(0, 2);
  if (pick(0, 9) > 0) fields["location_id"] = "r" + std::to_string(pick(0, 2));
  if (pick(0, 9) > 0) fields["size"] = pick(0, 500) / 100.0;
  fields["state"] = pick(0, 1) ? "TX" : "CA";
  return fields;
}

std::vector<std::string> RandomConflicts::several() {
  std::set<std::string> list;
  while (list.size() < 2 || pick(0, 2) == 0) {
    list.insert(name());
    if (static_cast<int>(list.size()) == demands_) break;
  }
  return {list.begin(), list.end()};
}

json::object RandomConflicts::member(int depth) {
  if (depth > 0 && pick(0, 2) == 0) return {{"type", "not"}, {"constraint", member(depth - 1)}};
  auto const list = several();
  if (list.size() > 1 && pick(0, 1) == 0)
    return {{"type", pick(0, 1) ? "same_candidate" : "different_candidate"},
            {"demands", json::array(list.begin(), list.end())}};
  return {{"type", "attribute"},
          {"demands", json::array{json::value(name())}},
          {"properties", {{"evaluate", {{"state", pick(0, 1) ? "TX" : "CA"}}}}}};
}

void RandomConflicts::add_constraint(std::string const& label) {
  char const* const operators[] = {"<", "<=", ">", ">=", "<=", "<"};
  auto distance = km(operators[pick(0, 5)], pick(0, 40) * 10);
  char const* const compared[] = {"lt", "lte", "gt", "gte", "eq"};
  auto const list = several();
  int const kind = pick(0, 7);
  if (kind <= 1) {
    distance["location"] = pick(0, 1) ? "hq" : "lab";
    if (pick(0, 4) == 0)
      distance["distance"].as_object()["value"] = json::object{{"min", 100}, {"max", pick(10, 40) * 10}};
    plan.constraint(label, "distance_to_location", pick(0, 1) ? list : std::vector{name()}, std::move(distance));
  } else if (kind == 2) {
    json::array items;
    for (int count = pick(1, 2), i = 0; i < count; ++i)
      items.push_back(
          json::object{{"attribute", "size"}, {"operator", compared[pick(0, 4)]}, {"threshold", pick(0, 50) / 10.0}});
    plan.constraint(label, "threshold", {name()}, {{"evaluate", std::move(items)}});
  } else if (kind == 3) {
    plan.constraint(label, "attribute", {name()}, {{"evaluate", {{"state", pick(0, 1) ? "TX" : "CA"}}}});
  } else if (list.size() < 2) {
    return add_constraint(label);
  } else if (kind == 4) {
    plan.constraint(label, "distance_between_demands", list, std::move(distance));
  } else if (kind == 5) {
    plan.constraint(label, "zone", list, {{"qualifier", pick(0, 1) ? "same" : "different"}, {"category", "region"}});
  } else if (kind == 6) {
    plan.constraint(label, pick(0, 1) ? "same_candidate" : "different_candidate", list, {});
  } else {
    plan.constraint(label, "any_of", {{"constraints", json::array{member(1), member(1)}}});
  }
}

namespace {

std::set<std::string, std::less<>> demands_in(json::value const& constraint) {
  std::set<std::string, std::less<>> names;
  auto const& object = constraint.as_object();
  if (auto const* list = object.if_contains("demands"))
    for (auto const& each : list->as_array()) names.emplace(each.as_string());
  if (auto const* one = object.if_contains("constraint")) names.merge(demands_in(*one));
  if (auto const* list = object.if_contains("constraints"))
    for (auto const& each : list->as_array()) names.merge(demands_in(each));
  return names;
}

using Needs = std::map<std::string, std::set<std::string>>;  // demand -> fields that its candidate must have

// The document of the part. What constraints on pairs need of the one demand that is left to them goes to `needs`.
json::value restrict(json::value document, Part const& part, Needs& needs) {
  auto& root = document.at("conductor_solver").as_object();
  root["objective"] = nullptr;
  json::object demands, constraints;
  for (auto const& [name, demand] : root["demands"].as_object())
    if (part.demands.contains(name)) demands[name] = demand;
  for (auto const& [name, value] : root["constraints"].as_object()) {
    if (!part.constraints.contains(name)) continue;
    auto constraint = value;
    std::string const type(constraint.at("type").as_string());
    json::array left;
    bool all = true;
    for (auto const& each : demands_in(value))
      if (part.demands.contains(each))
        left.push_back(json::value(each));
      else
        all = false;
    if (left.empty()) continue;
    std::string const first(left[0].as_string());
    bool const unary = type == "attribute" || type == "threshold" || type == "distance_to_location";
    if (type == "any_of") {
      if (all) constraints[name] = constraint;
      continue;
    }
    if (!unary && left.size() == 1) {
      if (type == "zone") needs[first].insert("location_id");
      if (type == "distance_between_demands") needs[first].insert("latitude");
      continue;
    }
    constraint.as_object()["demands"] = std::move(left);
    constraints[name] = std::move(constraint);
  }
  root["demands"] = std::move(demands);
  root["constraints"] = std::move(constraints);
  return document;
}

}  // namespace

Part whole(json::value const& document) {
  Part part;
  auto const& root = document.at("conductor_solver").as_object();
  for (auto const& each : root.at("constraints").as_object()) part.constraints.emplace(each.key());
  for (auto const& each : root.at("demands").as_object()) part.demands.emplace(each.key());
  return part;
}

bool is_feasible(json::value const& document, Part const& part, Options const& options) {
  Needs needs;
  auto const restricted = restrict(document, part, needs);
  Answers const answers;
  std::vector<std::pair<std::string, std::vector<json::object const*>>> pools;
  for (auto const& [name, demand] : restricted.at("conductor_solver").at("demands").as_object()) {
    auto& pool = pools.emplace_back(name, std::vector<json::object const*>()).second;
    for (auto const& candidate : demand.at("candidates").as_array()) {
      auto const& fields = needs[std::string(name)];
      auto const& object = candidate.as_object();
      if (std::all_of(fields.begin(), fields.end(), [&](auto const& field) { return object.contains(field); }))
        pool.push_back(&object);
    }
  }
  Choice choice;
  auto const any = [&](auto const& self, std::size_t depth) -> bool {
    if (depth == pools.size()) return check_solution({restricted, answers, options}, choice).fault.empty();
    for (auto const* candidate : pools[depth].second) {
      choice[pools[depth].first] = candidate;
      if (self(self, depth + 1)) return true;
    }
    return false;
  };
  return any(any, 0);
}

}  // namespace conductor::tests::solver
