// The request goes before the template, key by key.
#include "services/solver/input.hpp"
#include "services/solver/strategy_choice.hpp"

#include <algorithm>
#include <cmath>

namespace conductor::services::solver {
namespace {

constexpr char without_objective[] = "random_pick";

json::object const* section_in(json::value const* parent) {
  if (!parent || !parent->is_object()) return nullptr;
  auto const* section = member(parent->get_object(), "solver");
  if (!section) return nullptr;
  if (!section->is_object()) throw InvalidPlan("'solver' is " + shown(*section) + ", not an object");
  return &section->get_object();
}

json::value const* option(json::object const* strong, json::object const* weak, std::string_view name) {
  auto const* value = strong ? member(*strong, name) : nullptr;
  return value || !weak ? value : member(*weak, name);
}

std::string joined(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string text;
  for (auto const& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

std::uint64_t seed_for(std::string_view plan_id, std::int64_t attempt) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  auto const mix = [&](unsigned char byte) { hash = (hash ^ byte) * 1099511628211U; };
  for (auto const c : plan_id) mix(static_cast<unsigned char>(c));
  mix(0);
  for (int shift = 0; shift < 64; shift += 8)
    mix(static_cast<unsigned char>(static_cast<std::uint64_t>(attempt) >> shift & 0xFFU));
  return hash;
}

StrategyChoice choose_strategy(ChoiceSources const& sources) {
  auto const* root =
      sources.translated->is_object() ? member(sources.translated->get_object(), "conductor_solver") : nullptr;
  auto const* from_template = section_in(root);
  auto const* from_request = section_in(sources.extras);
  auto const is_loaded = [&](std::string const& name) {
    return std::find(sources.loaded.begin(), sources.loaded.end(), name) != sources.loaded.end();
  };
  StrategyChoice choice;
  if (auto const* named = option(from_request, from_template, "strategy")) {
    choice.strategy = named->is_string() ? std::string(named->get_string()) : shown(*named);
  } else {
    bool const random = !has_preferences(*sources.translated) && !option(from_request, from_template, "move_cost") &&
                        is_loaded(without_objective);
    choice.strategy = random ? without_objective : sources.configured;
  }
  if (!is_loaded(choice.strategy))
    throw InvalidPlan("solver strategy '" + choice.strategy + "' is not loaded; loaded are " + joined(sources.loaded));
  if (auto const* deadline = option(from_request, from_template, "deadline")) {
    auto const seconds = number_in(*deadline);
    if (!seconds || *seconds <= 0)
      throw InvalidPlan("solver deadline " + shown(*deadline) + " is not a number of seconds greater than 0");
    choice.deadline = std::chrono::milliseconds(static_cast<std::int64_t>(std::min(*seconds, 1e9) * 1000));
  }
  if (auto const* price = option(from_request, from_template, "move_cost")) {
    choice.move_cost = number_in(*price);
    if (!choice.move_cost || *choice.move_cost < 0)
      throw InvalidPlan("solver option move_cost is " + shown(*price) + "; it must be a number of 0 or more");
  }
  if (auto const* limit = option(from_request, from_template, "node_limit")) {
    auto const nodes = number_in(*limit);
    if (!nodes || *nodes != std::floor(*nodes) || *nodes < 1 || *nodes > 9e15)
      throw InvalidPlan("solver option node_limit is " + shown(*limit) + "; it must be an integer of at least 1");
    choice.node_limit = static_cast<std::uint64_t>(*nodes);
  }
  choice.seed = seed_for(sources.plan_id, sources.attempt);
  if (auto const* seed = option(from_request, from_template, "seed")) {
    auto const number = number_in(*seed);
    if (!number || *number != std::floor(*number) || std::abs(*number) > 9e15)
      throw InvalidPlan("solver seed " + shown(*seed) + " is not an integer");
    choice.seed = static_cast<std::uint64_t>(static_cast<std::int64_t>(*number));
  }
  return choice;
}

}  // namespace conductor::services::solver
