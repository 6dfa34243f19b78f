// Exhaustive enumeration with the checker as the judge: what the best solution of a small plan is.
#pragma once
#include "fixture.hpp"
#include "services/solver/checker.hpp"

#include <cmath>

namespace conductor::tests::solver {

// All assignments, each judged by the checker and by the keys of section 17.
struct Oracle {
  std::string best = "none";
  double value = 0;

  explicit Oracle(CheckedPlan const& plan) {
    auto const& root = plan.translated.at("conductor_solver").as_object();
    std::map<std::string, std::vector<json::object const*>> pools;
    for (auto const& [name, demand] : root.at("demands").as_object()) {
      names.emplace_back(name);
      for (auto const& candidate : demand.at("candidates").as_array()) {
        auto& pool = pools[std::string(name)];
        auto const same = [&](auto const* other) {
          return other->at("candidate_id") == candidate.at("candidate_id") &&
                 other->at("inventory_type") == candidate.at("inventory_type");
        };
        auto const found = std::find_if(pool.begin(), pool.end(), same);
        if (found == pool.end())
          pool.push_back(&candidate.as_object());
        else
          *found = &candidate.as_object();
      }
    }
    std::set<std::string> versioned;
    bool maximize = false;
    if (auto const* objective = root.at("objective").if_object()) {
      maximize = objective->at("goal").as_string().starts_with("max");
      if (auto const* operands = objective->if_contains("operands"))
        for (auto const& operand : operands->as_array())
          if (operand.at("function") == "aic_version")
            versioned.emplace(operand.at("function_param").at(0).as_string());
    }
    Choice choice;
    std::vector<std::size_t> places(names.size());
    enumerate(0, pools, choice, places, [&] {
      auto const verdict = check_solution(plan, choice);
      if (!verdict.fault.empty()) return;
      Key key{verdict.gaps, maximize ? -verdict.value : verdict.value, {}, {}};
      for (auto const& name : names) {
        auto const* candidate = choice.at(name);
        key.old.push_back(versioned.contains(name) && candidate->at("cloud_region_version") != "3.0");
        auto const& pool = pools[name];
        auto const place = static_cast<std::size_t>(std::find(pool.begin(), pool.end(), candidate) - pool.begin());
        key.ranks.push_back({cost_of(*candidate, plan.move_cost.has_value()), place});
      }
      if (best != "none" && !(key < key_)) return;
      key_ = key;
      value = verdict.value;
      best.clear();
      for (auto const& name : names)
        best += (best.empty() ? "" : " ") + std::string(choice.at(name)->at("candidate_id").as_string());
    });
  }

 private:
  static double cost_of(json::object const& candidate, bool normal) {
    auto const* value = normal ? candidate.if_contains("normal_cost") : nullptr;
    return (value ? *value : candidate.at("cost")).to_number<double>();
  }
  struct Key {
    std::uint32_t gaps = 0;
    double value = 0;
    std::vector<bool> old;
    std::vector<std::pair<double, std::size_t>> ranks;
    bool operator<(Key const& other) const {
      if (gaps != other.gaps) return gaps < other.gaps;
      if (std::abs(value - other.value) > 1e-5) return value < other.value;
      return std::tie(old, ranks) < std::tie(other.old, other.ranks);
    }
  };
  template <class Visit>
  void enumerate(std::size_t depth, std::map<std::string, std::vector<json::object const*>>& pools, Choice& choice,
                 std::vector<std::size_t>& places, Visit const& visit) {
    if (depth == names.size()) return visit();
    for (auto const* candidate : pools[names[depth]]) {
      choice[names[depth]] = candidate;
      enumerate(depth + 1, pools, choice, places, visit);
    }
  }
  std::vector<std::string> names;
  Key key_;
};

}  // namespace conductor::tests::solver
