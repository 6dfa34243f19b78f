#include "services/api/triage_document.hpp"

#include <map>
#include <set>

namespace conductor::services::api {

namespace json = boost::json;

namespace {

constexpr char latency_type[] = "latency_between";

// Documents may be of another release: what is not as expected counts as not there.
json::value const* member(json::value const* parent, std::string_view name) {
  auto const* object = parent == nullptr ? nullptr : parent->if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

json::object const& object_in(json::value const* parent, std::string_view name) {
  static json::object const none;
  auto const* found = member(parent, name);
  return found == nullptr || !found->is_object() ? none : found->get_object();
}

json::array const& array_in(json::value const* parent, std::string_view name) {
  static json::array const none;
  auto const* found = member(parent, name);
  return found == nullptr || !found->is_array() ? none : found->get_array();
}

std::string text_in(json::value const* parent, std::string_view name) {
  auto const* found = member(parent, name);
  return found == nullptr || !found->is_string() ? std::string() : std::string(found->get_string());
}

json::value text_or_null(json::value const& parent, std::string_view name) {
  auto const text = text_in(&parent, name);
  return text.empty() || text == "null" ? json::value(nullptr) : json::value(text);
}

std::size_t number_of(json::value const& value) {
  if (value.is_uint64()) return value.get_uint64();
  return value.is_int64() && value.get_int64() > 0 ? static_cast<std::size_t>(value.get_int64()) : 0;
}

std::string key_of(json::value const& candidate) {
  return text_in(&candidate, "inventory_type") + '|' + text_in(&candidate, "candidate_id");
}

struct NamedConstraint {
  std::string name, type;
};

// What is known of one demand.
struct DemandTriage {
  std::string name;
  json::array const* candidates = nullptr;
  std::vector<NamedConstraint> constraints;         // in the template's order
  std::map<std::string, std::size_t> funnel;        // place in the order in which the solver applied them
  std::map<std::string, std::string> funnel_types;  // type by constraint
  std::map<std::string, json::value const*> drops;  // by candidate
  std::set<std::string> chosen;                     // in some recommendation
  std::string best;                                 // in the first one
  bool all_drops_known = true;                      // else the explanation was cut
};

class Triage {
 public:
  Triage(TriageInput const& input, std::size_t limit) : input_(input), limit_(limit) {
    auto const* root = member(&input.translation, "conductor_solver");
    for (auto const& [name, value] : object_in(root, "demands")) {
      demands_.push_back({});
      demands_.back().name = name;
      demands_.back().candidates = &array_in(&value, "candidates");
    }
    for (auto const& [id, value] : object_in(root, "constraints")) add_constraint(id, value);
    for (auto& demand : demands_) add_evidence(demand);
    bool first = true;
    for (auto const& recommendation : array_in(&input.solution, "recommendations")) {
      for (auto& demand : demands_) {
        auto const* candidate = member(member(&recommendation, demand.name), "candidate");
        if (candidate == nullptr) continue;
        demand.chosen.insert(key_of(*candidate));
        if (first) demand.best = key_of(*candidate);
      }
      first = false;
    }
    solved_ = !first;
  }

  json::array dropped_candidates() const {
    json::array all;
    auto const& dropped = object_in(&input_.translation, "translation_dropped");
    for (auto const& demand : demands_) {
      json::array by_translation, by_latency;
      if (auto const* drops = dropped.if_contains(demand.name); drops != nullptr && drops->is_array())
        for (auto const& drop : drops->get_array())
          by_translation.push_back(json::object{{"candidate_id", text_or_null(drop, "candidate_id")},
                                                {"location_id", text_or_null(drop, "location_id")},
                                                {"reason", text_in(&drop, "reason")}});
      for (auto const& [key, drop] : demand.drops)
        if (is_latency(demand, *drop))
          by_latency.push_back(json::object{{"demand_id", demand.name},
                                            {"candidate_id", text_or_null(*drop, "candidate_id")},
                                            {"reason", text_in(drop, "text")}});
      all.push_back(json::object{{"name", demand.name},
                                 {"translation_dropped", std::move(by_translation)},
                                 {"latency_dropped", std::move(by_latency)}});
    }
    return all;
  }

  json::value solver_triage() const {
    if (input_.explanation.is_null()) return nullptr;
    json::array children;
    if (solved_) {
      // From the last demand to the first, each level under the node that was chosen above it.
      for (auto demand = demands_.rbegin(); demand != demands_.rend(); ++demand)
        children = nodes(*demand, std::exchange(children, {}));
    } else {
      for (auto const& demand : demands_)
        for (auto& node : nodes(demand, {})) children.push_back(std::move(node));
    }
    return json::object{{"children", std::move(children)}, {"counts", counts()}};
  }

  json::value optimization_type() const {
    std::vector<std::string> kinds;
    if (auto const* objective = member(member(&input_.translation, "conductor_solver"), "objective"))
      collect_functions(*objective, kinds);
    if (kinds.empty()) return nullptr;
    std::string text;
    for (auto const& kind : kinds) text.append(text.empty() ? "" : ", ").append(kind);
    return json::value(text);
  }

 private:
  // A constraint of several demands stands once for each of them, or once with all.
  void add_constraint(std::string_view id, json::value const& value) {
    auto name = text_in(&value, "name");
    if (name.empty()) name = id;
    std::set<std::string_view> of;
    for (auto const& demand : array_in(&value, "demands"))
      if (demand.is_string()) of.insert(demand.get_string());
    if (auto const* one = member(&value, "demands"); one != nullptr && one->is_string()) of.insert(one->get_string());
    for (auto& demand : demands_) {
      bool const known =
          std::ranges::find(demand.constraints, name, &NamedConstraint::name) != demand.constraints.end();
      if (of.contains(demand.name) && !known) demand.constraints.push_back({name, text_in(&value, "type")});
    }
  }

  void add_evidence(DemandTriage& demand) {
    auto const* evidence = member(member(&input_.explanation, "demands"), demand.name);
    for (auto const& step : array_in(evidence, "funnel")) {
      auto const name = text_in(&step, "constraint");
      demand.funnel.emplace(name, demand.funnel.size());
      demand.funnel_types.emplace(name, text_in(&step, "type"));
    }
    for (auto const& drop : array_in(evidence, "dropped")) demand.drops.emplace(key_of(drop), &drop);
    std::size_t total = 0;
    for (auto const& [name, count] : object_in(evidence, "counts")) total += number_of(count);
    demand.all_drops_known = total <= array_in(evidence, "dropped").size();
  }

  static bool is_latency(DemandTriage const& demand, json::value const& drop) {
    auto const type = demand.funnel_types.find(text_in(&drop, "constraint"));
    return type != demand.funnel_types.end() && type->second == latency_type;
  }

  json::array nodes(DemandTriage const& demand, json::array below) const {
    json::array list;
    std::size_t others = 0;
    for (auto const& candidate : *demand.candidates) {
      auto const key = key_of(candidate);
      auto const drop = demand.drops.find(key);
      bool const chosen = demand.chosen.contains(key);
      if (!chosen && drop == demand.drops.end()) {
        // Without the whole list of drops nobody can tell whether this one was dropped.
        if (!demand.all_drops_known || others >= limit_) continue;
        ++others;
      }
      auto node = node_of(demand, candidate, chosen, drop == demand.drops.end() ? nullptr : drop->second);
      if (chosen && key == demand.best && !below.empty()) node["children"] = std::move(below);
      list.push_back(std::move(node));
    }
    return list;
  }

  static json::object node_of(DemandTriage const& demand, json::value const& candidate, bool chosen,
                              json::value const* drop) {
    auto const type = chosen ? "solution" : drop != nullptr ? "dropped" : "not tried";
    json::object node{
        {"node_id", demand.name + '|' + text_in(&candidate, "candidate_id")}, {"name", demand.name}, {"type", type}};
    auto const dropped_by = drop == nullptr || chosen ? std::string() : text_in(drop, "constraint");
    auto const place = demand.funnel.find(dropped_by);
    json::array constraints;
    for (auto const& constraint : demand.constraints) {
      json::object record{{"name", constraint.name}, {"constraint_type", constraint.type}, {"status", nullptr}};
      auto const own = demand.funnel.find(constraint.name);
      bool const applied = own != demand.funnel.end() && (place == demand.funnel.end() || own->second < place->second);
      if (!dropped_by.empty() && constraint.name == dropped_by) {
        record["status"] = "dropped";
        record["reason"] = text_in(drop, "reason");
      } else if (chosen || applied) {
        record["status"] = "passed";
      }
      constraints.push_back(std::move(record));
    }
    // As earlier clients look for it.
    if (!dropped_by.empty())
      constraints.push_back(json::object{
          {"constraint_name_dropped", dropped_by}, {"name", demand.name}, {"reason", text_in(drop, "reason")}});
    node["constraints"] = std::move(constraints);
    return node;
  }

  json::object counts() const {
    std::map<std::string, std::size_t> totals;
    for (auto const& demand : demands_)
      for (auto const& [name, count] : object_in(member(member(&input_.explanation, "demands"), demand.name), "counts"))
        totals[name] += number_of(count);
    json::object counts;
    for (auto const& [name, total] : totals) counts[name] = total;
    return counts;
  }

  // Every grammar keeps the functions in members of this name, some deeper than others.
  static void collect_functions(json::value const& value, std::vector<std::string>& kinds) {
    if (auto const* list = value.if_array())
      for (auto const& item : *list) collect_functions(item, kinds);
    auto const* object = value.if_object();
    if (object == nullptr) return;
    for (auto const& [name, inner] : *object) {
      if (name != "function" || !inner.is_string())
        collect_functions(inner, kinds);
      else if (std::string const kind(inner.get_string()); std::ranges::find(kinds, kind) == kinds.end())
        kinds.push_back(kind);
    }
  }

  TriageInput const& input_;
  std::size_t const limit_;
  std::vector<DemandTriage> demands_;
  bool solved_ = false;
};

}  // namespace

json::object triage_document(store::Plan const& plan, TriageInput const& input, std::size_t limit) {
  Triage const triage(input, limit);
  json::object document{{"id", plan.id}, {"name", plan.name}};
  document["translator_triage"] = json::object{{"dropped_candidates", triage.dropped_candidates()}};
  document["solver_triage"] = triage.solver_triage();
  document["optimization_type"] = triage.optimization_type();
  if (!plan.message.empty()) document["message"] = plan.message;
  return document;
}

}  // namespace conductor::services::api
