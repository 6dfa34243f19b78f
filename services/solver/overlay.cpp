#include "services/solver/overlay.hpp"

#include <algorithm>
#include <functional>

namespace conductor::services::solver {
namespace {

using Test = std::function<bool(std::string_view demand, json::object const& candidate)>;

// Numbers and their texts are the same, as everywhere in candidates.
bool same(json::value const& a, json::value const& b) {
  if (a == b) return true;
  auto const left = text_in(a), right = text_in(b);
  return left && right && *left == *right;
}

bool has_fields(json::object const& candidate, json::object const& fields) {
  return std::all_of(fields.begin(), fields.end(), [&](auto const& field) {
    auto const* value = candidate.if_contains(field.key());
    return value != nullptr && same(*value, field.value());
  });
}

json::object const& object_in(json::value const& item, std::string_view key, std::string const& place) {
  auto const* object = item.is_object() ? member(item.get_object(), key) : nullptr;
  if (object == nullptr || !object->is_object())
    throw InvalidPlan("overlay: " + place + " needs the mapping '" + std::string(key) + "', got " + shown(item));
  return object->get_object();
}

json::array const& list_of(json::value const& value, std::string const& place) {
  if (!value.is_array()) throw InvalidPlan("overlay: " + place + " must be a list, got " + shown(value));
  return value.get_array();
}

class Overlay {
 public:
  explicit Overlay(json::value& translated) {
    auto* root = translated.is_object() ? translated.get_object().if_contains("conductor_solver") : nullptr;
    auto* demands = root != nullptr && root->is_object() ? root->get_object().if_contains("demands") : nullptr;
    if (demands != nullptr && demands->is_object()) demands_ = &demands->get_object();
  }

  void take_down(json::value const& down) {
    if (!down.is_object()) throw InvalidPlan("overlay: down must be a mapping, got " + shown(down));
    for (auto const& [field, values] : down.get_object())
      for (auto const& value : list_of(values, "down." + std::string(field)))
        drop([field = std::string_view(field), &value](std::string_view, json::object const& candidate) {
          auto const* own = candidate.if_contains(field);
          return own != nullptr && same(*own, value);
        });
  }

  void exclude(json::value const& items) {
    for (auto const& item : list_of(items, "exclude")) {
      auto const id = item.is_object() ? text_of(item.get_object(), "candidate_id") : std::string();
      if (id.empty()) throw InvalidPlan("overlay: exclude needs a candidate_id, got " + shown(item));
      auto const of_demand = text_of(item.get_object(), "demand");
      drop([&](std::string_view demand, json::object const& candidate) {
        return (of_demand.empty() || of_demand == demand) && text_of(candidate, "candidate_id") == id;
      });
    }
  }

  void set(json::value const& items) {
    for (auto const& item : list_of(items, "set")) {
      auto const& where = object_in(item, "where", "set");
      auto const& fields = object_in(item, "set", "set");
      change(where, [&](json::object& candidate) {
        for (auto const& [key, value] : fields) candidate[key] = value;
      });
    }
  }

  void multiply_cost(json::value const& items) {
    for (auto const& item : list_of(items, "cost_factor")) {
      auto const& where = object_in(item, "where", "cost_factor");
      auto const* given = member(item.get_object(), "factor");
      auto const factor = given == nullptr ? std::nullopt : number_in(*given);
      if (!factor || *factor < 0)
        throw InvalidPlan("overlay: cost_factor needs a factor of 0 or more, got " + shown(item));
      change(where, [&](json::object& candidate) {
        // normal_cost: of the present placement, when moves have a price.
        for (auto const* name : {"cost", "normal_cost"}) {
          auto const* cost = member(candidate, name);
          if (auto const number = cost == nullptr ? std::nullopt : number_in(*cost))
            candidate[name] = *number * *factor;
        }
      });
    }
  }

 private:
  template <class Do>
  void each_list(Do const& act) {
    if (demands_ == nullptr) return;
    for (auto& [name, demand] : *demands_) {
      auto* candidates = demand.is_object() ? demand.get_object().if_contains("candidates") : nullptr;
      if (candidates != nullptr && candidates->is_array()) act(name, candidates->get_array());
    }
  }

  void drop(Test const& goes) {
    each_list([&](std::string_view demand, json::array& candidates) {
      json::array left;
      left.reserve(candidates.size());
      for (auto& candidate : candidates)
        if (!candidate.is_object() || !goes(demand, candidate.get_object())) left.push_back(std::move(candidate));
      candidates = std::move(left);
    });
  }

  void change(json::object const& where, std::function<void(json::object&)> const& act) {
    each_list([&](std::string_view, json::array& candidates) {
      for (auto& candidate : candidates)
        if (candidate.is_object() && has_fields(candidate.get_object(), where)) act(candidate.get_object());
    });
  }

  json::object* demands_ = nullptr;
};

}  // namespace

json::value overlay(json::value translated, json::object const& changes) {
  Overlay onto(translated);
  if (auto const* down = member(changes, "down")) onto.take_down(*down);
  if (auto const* items = member(changes, "exclude")) onto.exclude(*items);
  if (auto const* items = member(changes, "set")) onto.set(*items);
  if (auto const* items = member(changes, "cost_factor")) onto.multiply_cost(*items);
  return translated;
}

}  // namespace conductor::services::solver
