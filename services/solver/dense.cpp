// Fixed point (solver specification 17): the part of a value that depends on one demand, or on one pair, is rounded
// once, half to even. A gap weighs more than all real costs together can.
#include "services/solver/dense.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace conductor::services::solver {
namespace {

constexpr double half_circumference = 20015.1;  // km, a little more than the longest distance

// Refines classes by a further signature: equal only where both are.
void refine(std::vector<std::uint32_t>& class_of, std::function<std::uint32_t(std::size_t)> const& signature) {
  std::unordered_map<std::uint64_t, std::uint32_t> known;
  for (std::size_t position = 0; position < class_of.size(); ++position) {
    auto const key = (std::uint64_t{class_of[position]} << 32U) | signature(position);
    class_of[position] = known.emplace(key, static_cast<std::uint32_t>(known.size())).first->second;
  }
}

}  // namespace

struct Dense::Scores {
  std::vector<std::vector<Score>> unary;  // by demand and place among the survivors
  std::uint32_t most_gaps = 0;            // an assignment can have
};

Dense::Dense(std::shared_ptr<Plan const> plan, Options const& options, std::shared_ptr<Filtered> filtered)
    : plan_(std::move(plan)),
      options_(options),
      filtered_(std::move(filtered)),
      pair_costs_(solver::pair_costs(*plan_)) {
  auto const count = plan_->demands.size();
  Scores scores;
  for (std::uint32_t d = 0; d < count; ++d) {
    auto& list = scores.unary.emplace_back();
    std::uint32_t gaps = 0;
    for (auto const c : filtered_->survivors[d]) {
      list.push_back(unary_score(*plan_, options_, d, c));
      gaps = std::max(gaps, list.back().gaps);
    }
    scores.most_gaps += gaps;
  }
  for (auto const& pair : pair_costs_) scores.most_gaps += static_cast<std::uint32_t>(pair.weights.size());
  choose_scale(scores, pair_costs_);
  numbering_.resize(count);
  keys_.resize(count);
  for (std::uint32_t d = 0; d < count; ++d) number(d, scores);
  for (auto const& rule : filtered_->rules)
    if (rule.relation)
      for (auto const d : rule.constraint->demands) rule.relation->number(d, numbering_[d]);
  couple(pair_costs_);
  order_ = solver::decision_order(*plan_);
}

void Dense::choose_scale(Scores const& scores, std::vector<PairCost> const& pair_costs) {
  double largest = 0;
  for (auto const& list : scores.unary) {
    double of_demand = 0;
    for (auto const& score : list) of_demand = std::max(of_demand, std::abs(score.value));
    largest += of_demand;
  }
  for (auto const& pair : pair_costs)
    for (auto const weight : pair.weights) largest += std::abs(weight) * half_circumference;
  if (!std::isfinite(largest))
    throw InvalidPlan("the objective's values are too large to be summed; use smaller weights and costs");
  auto const contributions = static_cast<double>(scores.unary.size() + pair_costs.size());
  int digits = 6;
  double bound = 0;
  for (;; --digits) {
    scale_ = std::pow(10.0, digits);
    bound = largest * scale_ + contributions;
    if ((2 * bound + 1) * (scores.most_gaps + 2.0) < 0x1p62) break;
  }
  largest_ = static_cast<sdk::Cost>(std::ceil(bound));
  gap_unit_ = 2 * largest_ + 1;
  rounding_ = contributions / scale_;
}

sdk::Cost Dense::fixed(Score const& score) const {
  return static_cast<sdk::Cost>(std::llrint(score.value * scale_)) + static_cast<sdk::Cost>(score.gaps) * gap_unit_;
}

Score Dense::score_of(sdk::Cost cost) const {
  auto const shifted = cost + largest_;
  auto const gaps = shifted >= 0 ? shifted / gap_unit_ : 0;
  return {static_cast<double>(cost - gaps * gap_unit_) / scale_, static_cast<std::uint32_t>(gaps)};
}

void Dense::number(std::uint32_t demand, Scores const& scores) {
  auto const& pool = plan_->demands[demand];
  auto const& survivors = filtered_->survivors[demand];
  std::vector<sdk::UnaryKey> keys(survivors.size());
  std::vector<std::uint32_t> places(survivors.size());
  std::iota(places.begin(), places.end(), 0U);
  std::stable_sort(places.begin(), places.end(),
                   [&](auto a, auto b) { return pool.costs[survivors[a]] < pool.costs[survivors[b]]; });
  for (std::uint32_t rank = 0; rank < places.size(); ++rank) keys[places[rank]].rank = rank;
  if (demands_with_versions(*plan_)[demand]) {
    std::map<Version, std::uint32_t, std::greater<>> ranks;
    std::vector<Version> versions;
    for (auto const c : survivors) ranks.emplace(versions.emplace_back(version_in(*pool.documents[c])), 0U);
    std::uint32_t next = 0;
    for (auto& [version, rank] : ranks) rank = next++;
    for (std::size_t i = 0; i < versions.size(); ++i) keys[i].version = ranks[versions[i]];
  }
  for (std::size_t i = 0; i < survivors.size(); ++i) keys[i].cost = fixed(scores.unary[demand][i]);
  std::sort(places.begin(), places.end(), [&](auto a, auto b) {
    auto const &x = keys[a], &y = keys[b];
    return std::tie(x.cost, x.version, x.rank) < std::tie(y.cost, y.version, y.rank);
  });
  for (auto const place : places) {
    numbering_[demand].push_back(survivors[place]);
    keys_[demand].push_back(keys[place]);
  }
}

void Dense::couple(std::vector<PairCost> const& pair_costs) {
  auto const count = static_cast<std::uint32_t>(numbering_.size());
  rows_.resize(std::size_t{count} * count);
  costs_.resize(std::size_t{count} * count);
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Relation const*>> relations;
  for (auto const& rule : filtered_->rules) {
    if (!rule.relation) continue;
    auto const& list = rule.constraint->demands;
    for (std::size_t i = 0; i < list.size(); ++i)
      for (std::size_t j = i + 1; j < list.size(); ++j)
        relations[std::minmax(list[i], list[j])].push_back(rule.relation.get());
  }
  for (auto const& pair : pair_costs) relations[{pair.first, pair.second}];
  for (auto const& [pair, list] : relations) {
    auto const [first, second] = pair;
    auto const cost = std::find_if(pair_costs.begin(), pair_costs.end(),
                                   [f = first, s = second](auto const& p) { return p.first == f && p.second == s; });
    auto const* pair_cost = cost == pair_costs.end() ? nullptr : &*cost;
    sdk::CoupledPair coupled{first, second, !list.empty(), pair_cost != nullptr, 0};
    if (pair_cost) {
      double weight = 0;
      for (auto const each : pair_cost->weights) weight += each;
      // Distances lie between 0 and half the circumference; a missing one costs 0 and a gap.
      coupled.least_cost = static_cast<sdk::Cost>(std::floor(std::min(0.0, weight * half_circumference) * scale_)) -
                           (weight < 0 ? 1 : 0);
    }
    pairs_.push_back(coupled);
    couple_direction(first, second, list, pair_cost);
    couple_direction(second, first, list, pair_cost);
  }
}

void Dense::couple_direction(std::uint32_t demand, std::uint32_t other, std::vector<Relation const*> const& relations,
                             PairCost const* cost) {
  auto const& from = numbering_[demand];
  auto const width = numbering_[other].size();
  if (!relations.empty()) {
    std::vector<std::uint32_t> class_of(from.size(), 0);
    for (auto const* relation : relations)
      refine(class_of, [&](std::size_t position) { return relation->signature(demand, from[position]); });
    auto fill = [this, demand, other, relations, width](std::size_t member, std::span<sdk::Word> out) {
      std::fill(out.begin(), out.end(), ~sdk::Word{0});
      if (width % 64 != 0) out.back() = (sdk::Word{1} << (width % 64)) - 1;
      for (auto const* relation : relations) relation->restrict(demand, numbering_[demand][member], other, out);
    };
    rows_[slot(demand, other)] =
        std::make_unique<LazyRows<sdk::Word>>(std::move(class_of), (width + 63) / 64, std::move(fill));
  }
  if (cost) {
    std::vector<std::uint32_t> class_of(from.size(), 0);
    refine(class_of, [&](std::size_t position) { return plan_->demands[demand].sites[from[position]]; });
    auto fill = [this, demand, other, cost](std::size_t member, std::span<sdk::Cost> out) {
      fill_costs(*cost, demand, other, member, out);
    };
    costs_[slot(demand, other)] = std::make_unique<LazyRows<sdk::Cost>>(std::move(class_of), width, std::move(fill));
  }
}

void Dense::fill_costs(PairCost const& pair, std::uint32_t demand, std::uint32_t other, std::size_t representative,
                       std::span<sdk::Cost> out) const {
  auto const from = plan_->demands[demand].sites[numbering_[demand][representative]];
  std::unordered_map<std::uint32_t, sdk::Cost> by_site;
  for (std::size_t position = 0; position < out.size(); ++position) {
    auto const to = plan_->demands[other].sites[numbering_[other][position]];
    auto const [place, is_new] = by_site.emplace(to, 0);
    if (is_new) place->second = fixed(pair_score(*plan_, pair, from, to));
    out[position] = place->second;
  }
}

sdk::Bits Dense::row(std::size_t demand, std::size_t c, std::size_t other) const {
  return rows_[slot(demand, other)]->at(c);
}

std::span<sdk::Cost const> Dense::costs(std::size_t demand, std::size_t c, std::size_t other) const {
  return costs_[slot(demand, other)]->at(c);
}

}  // namespace conductor::services::solver
