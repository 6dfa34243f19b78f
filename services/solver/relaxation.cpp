// A limit becomes a list of values, each more relaxed than the one before, and the first that helps is found by
// bisection. What a test measures comes from the candidates that it drops, so its list is short; for a relation it is
// the tenths up to the largest value that any pair can have.
#include "services/solver/relaxation.hpp"

#include "services/constraints/table.hpp"

#include <cmath>

namespace conductor::services::solver {
namespace {

using constraints::Limit;

// `path` leads to a number of the properties that it was made from.
json::object with_value(json::object properties, Limit::Path const& path, double value) {
  json::value* place = nullptr;
  for (auto const& step : path)
    if (auto const* name = std::get_if<std::string>(&step))
      place = &(place == nullptr ? properties : place->as_object()).at(*name);
    else
      place = &place->as_array().at(std::get<std::size_t>(step));
  *place = value;
  return properties;
}

std::vector<Limit> limits_of(Constraint const& constraint) {
  return constraint.type->limits == nullptr ? std::vector<Limit>() : constraint.type->limits(*constraint.properties);
}

// The next tenth that admits what was measured.
double tenth_for(double measured, Limit const& limit) {
  double const step = limit.upper ? 1 : -1;
  double tenths = std::round(measured * 10);
  auto const admits = [&](double value) {
    if (limit.strict) return limit.upper ? value > measured : value < measured;
    return limit.upper ? value >= measured : value <= measured;
  };
  while (!admits(tenths / 10)) tenths += step;
  return tenths / 10;
}

class RelaxationSearch {
 public:
  RelaxationSearch(Feasibility& feasibility, Facts::Unit const& unit)
      : feasibility_(feasibility), facts_(feasibility.facts()), unit_(unit) {}

  std::optional<Relaxation> of(Limit const& limit) {
    limit_ = &limit;
    auto const& first = facts_.rules()[unit_.rules.front()];
    auto const to = first.relation ? smallest_tenth(first) : smallest(values_of_tests());
    if (!to) return std::nullopt;
    return Relaxation{unit_.name, limit.property, limit.from, *to, limit.unit};
  }

 private:
  // Translation made one constraint for each demand, all with the same properties.
  Changes with(double value) const {
    Changes changes;
    for (auto const r : unit_.rules) {
      auto const& constraint = *facts_.rules()[r].constraint;
      changes[r] = ChangedConstraint::of(constraint, with_value(*constraint.properties, limit_->path, value));
    }
    return changes;
  }
  Feasibility::Answer test(double value) { return feasibility_.test(Selection::all(facts_), with(value)); }

  // What the test measures of the candidates that it drops, as tenths, the smallest change first.
  std::vector<double> values_of_tests() const {
    std::vector<double> values;
    for (auto const r : unit_.rules) {
      auto const alone = ChangedConstraint::of(*facts_.rules()[r].constraint, limit_->alone);
      auto const rule = facts_.prepare(alone->constraint);
      auto const* test = rule.local ? rule.local.get() : rule.remote.get();
      for (auto const d : alone->constraint.demands)
        for (std::uint32_t c = 0; c < facts_.plan().demands[d].size(); ++c) {
          if (test->keeps(d, c)) continue;
          auto const drop = test->why(d, c);
          if (drop.missing || !drop.value) continue;
          // Of a range the other end may have dropped it.
          if (limit_->upper ? *drop.value < limit_->from : *drop.value > limit_->from) continue;
          values.push_back(tenth_for(*drop.value, *limit_));
        }
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    if (!limit_->upper) std::reverse(values.begin(), values.end());
    return values;
  }
  std::optional<double> smallest(std::vector<double> const& values) {
    auto const found = bisect(values.size(), [&](std::size_t i) { return values[i]; });
    return found ? std::optional(values[*found]) : std::nullopt;
  }

  std::optional<double> smallest_tenth(Rule const& rule) {
    double const step = limit_->upper ? 1 : -1;
    double const nearest = limit_->upper ? std::floor(limit_->from * 10) : std::ceil(limit_->from * 10);
    double end = 0;
    if (limit_->upper) {
      auto const alone = ChangedConstraint::of(*rule.constraint, limit_->alone);
      auto const most = facts_.prepare(alone->constraint).relation->most_excess();
      if (!most || !std::isfinite(*most)) return std::nullopt;
      end = std::ceil((limit_->from + *most) * 10) + 1;
    }
    auto const count = (end - nearest) * step;
    if (!(count >= 1)) return std::nullopt;
    auto const value = [&](std::size_t i) { return (nearest + step * static_cast<double>(i + 1)) / 10; };
    auto const found = bisect(static_cast<std::size_t>(std::min(count, 1e12)), value);
    return found ? std::optional(value(*found)) : std::nullopt;
  }

  // The first of `count` values, each more relaxed than the one before, that makes the plan solvable.
  template <class Value>
  std::optional<std::size_t> bisect(std::size_t count, Value const& value) {
    if (count == 0 || test(value(count - 1)) != Feasibility::Answer::feasible) return std::nullopt;
    std::size_t low = 0, high = count - 1;  // high is solvable
    while (low < high) {
      auto const middle = low + (high - low) / 2;
      auto const answer = test(value(middle));
      if (answer == Feasibility::Answer::undecided) return std::nullopt;
      if (answer == Feasibility::Answer::feasible)
        high = middle;
      else
        low = middle + 1;
    }
    return high;
  }

  Feasibility& feasibility_;
  Facts const& facts_;
  Facts::Unit const& unit_;
  Limit const* limit_ = nullptr;
};

// Whether it came from one entry of the template, as translation makes them.
bool is_uniform(Facts const& facts, Facts::Unit const& unit) {
  auto const& first = *facts.rules()[unit.rules.front()].constraint;
  return first.properties != nullptr && std::all_of(unit.rules.begin(), unit.rules.end(), [&](std::size_t r) {
           auto const& other = *facts.rules()[r].constraint;
           return other.type == first.type && *other.properties == *first.properties;
         });
}

}  // namespace

std::vector<Relaxation> find_relaxations(Feasibility& feasibility, Conflict const& conflict) {
  std::vector<Relaxation> relaxations;
  for (auto const u : conflict.units) {
    auto const& unit = feasibility.facts().units()[u];
    if (!is_uniform(feasibility.facts(), unit)) continue;
    RelaxationSearch search(feasibility, unit);
    for (auto const& limit : limits_of(*feasibility.facts().rules()[unit.rules.front()].constraint))
      if (auto found = search.of(limit)) relaxations.push_back(std::move(*found));
  }
  return relaxations;
}

}  // namespace conductor::services::solver
