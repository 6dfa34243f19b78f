// Deviations from the original: tokens are expanded one by one, names of placeholders go before country codes, and a
// country in several groups counts in the best of them (S56, S59).
#include "services/solver/latency.hpp"

#include "core/model/latency_rules.hpp"
#include "services/solver/objective.hpp"

namespace conductor::services::solver {
namespace {

namespace rules = model::latency_rules;

// The groups of a rule as they were loaded; null when there is none.
json::array const* rule_for(Answers const& answers, std::string const& country) {
  auto const* rule = country.empty() ? nullptr : answers.latency_countries.if_contains(country);
  if (!rule) rule = answers.latency_countries.if_contains(rules::wildcard);
  return rule ? rule->if_array() : nullptr;
}

// The country codes that a group stands for.
std::vector<std::string> expand(std::string const& group, Answers const& answers, std::string const& what,
                                std::vector<std::string>& warnings) {
  std::vector<std::string> codes;
  for (auto const& token : rules::tokens_of(group)) {
    if (auto const* region = answers.latency_placeholders.if_contains(token)) {
      for (auto& code : rules::tokens_of(text_in(*region).value_or(""))) codes.push_back(std::move(code));
    } else if (token.size() == 3) {
      codes.push_back(token);
    } else {
      warnings.push_back(what + " has '" + token + "', which is no country code and no loaded placeholder; left out");
    }
  }
  return codes;
}

}  // namespace

bool needs_latency_rules(Plan const& plan) {
  bool needed = false;
  for_each_operand(plan, [&](Operand const& operand) {
    needed |= operand.function == Function::location_latency || operand.function == Function::demand_latency;
  });
  return needed;
}

void LatencyRules::resolve(Plan const& plan, Answers const& answers, std::vector<std::string>& warnings) {
  auto const order_for = [&](Symbol country) -> std::optional<LatencyOrder> {
    auto const& name = plan.symbols.text(country);
    auto const* groups = rule_for(answers, name);
    if (!groups) return std::nullopt;
    auto const what = "latency rule for '" + (name.empty() ? std::string(rules::wildcard) : name) + "'";
    LatencyOrder order;
    std::size_t left = groups->size();
    for (auto const& value : *groups) {
      --left;
      auto const group = text_in(value).value_or("");
      auto const tokens = rules::tokens_of(group);
      if (left == 0 && tokens == std::vector<std::string>{std::string(rules::wildcard)}) {
        order.others_ = order.groups_++;
        break;
      }
      auto const codes = expand(group, answers, what, warnings);
      if (codes.empty()) continue;
      for (auto const& code : codes) {
        // A country that no candidate has is of no interest.
        auto const symbol = plan.symbols.find(code);
        if (symbol == 0) continue;
        auto const [place, is_new] = order.places_.emplace(symbol, order.groups_);
        if (!is_new && place->second != order.groups_)
          warnings.push_back(what + " has " + code + " in several groups; the first one counts");
      }
      ++order.groups_;
    }
    most_groups_ = std::max(most_groups_, order.groups_);
    return order;
  };
  for_each_operand(plan, [&](Operand const& operand) {
    if (operand.function == Function::location_latency && !locations_.contains(operand.location))
      locations_.emplace(operand.location, order_for(plan.locations[operand.location].country));
    if (operand.function != Function::demand_latency) return;
    for (auto const country : plan.demands[operand.demands[0]].zones[static_cast<std::size_t>(Zone::country)])
      if (!countries_.contains(country)) countries_.emplace(country, order_for(country));
  });
}

}  // namespace conductor::services::solver
