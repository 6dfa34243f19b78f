// Fixed point (solver specification 17): the part of a value that depends on one demand, or on one pair, or on one
// term, is rounded once, half to even. A gap weighs more than all real costs together can.
#include "services/solver/dense.hpp"

#include "services/placement/first_seen.hpp"
#include "services/solver/dense_terms.hpp"
#include "services/solver/ordering.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

namespace conductor::services::solver {

using namespace placement;

namespace {

// Refines classes by a further signature: equal only where both are.
template <class Signature>
void refine(std::vector<std::uint32_t>& class_of, Signature const& signature) {
  FirstSeen seen(class_of.size());
  for (std::size_t position = 0; position < class_of.size(); ++position)
    class_of[position] = seen.number(signature(position), class_of[position]);
}

// Classes of a demand's candidates that none of these relations or parts tells apart.
template <class Parts>
RowClasses classes_of(std::uint32_t demand, std::span<std::uint32_t const> candidates, Parts const& parts) {
  RowClasses classes{.positions = candidates.size()};
  if (std::any_of(parts.begin(), parts.end(), [&](auto const* part) { return part->tells_all_apart(demand); }))
    return classes;
  classes.of.resize(candidates.size(), 0);
  for (auto const* part : parts)
    refine(classes.of, [&](std::size_t position) { return part->signature(demand, candidates[position]); });
  return classes;
}

// By position, also where each is of its own.
std::vector<std::uint32_t> listed(RowClasses classes) {
  if (classes.of.empty()) {
    classes.of.resize(classes.positions);
    std::iota(classes.of.begin(), classes.of.end(), 0U);
  }
  return std::move(classes.of);
}

template <class Visit>
void for_each_bit(sdk::Word bits, std::size_t first, Visit const& visit) {
  for (; bits != 0; bits &= bits - 1) visit(first + static_cast<std::size_t>(std::countr_zero(bits)));
}

}  // namespace

struct Dense::Scores {
  std::vector<std::vector<Score>> unary;  // by demand and place among the survivors
  std::uint32_t most_gaps = 0;            // an assignment can have
};

// Everything between two demands.
struct Dense::Coupling {
  std::vector<Relation const*> relations;
  std::vector<PairPart*> costs;
};

Dense::Dense(std::shared_ptr<Plan const> plan, Options const& options, std::shared_ptr<Filtered> filtered)
    : plan_(std::move(plan)),
      options_(options),
      filtered_(std::move(filtered)),
      parts_(make_parts(*plan_, options_, *filtered_)),
      arena_(options_.rows) {
  auto const count = plan_->demands.size();
  Scores scores;
  for (std::uint32_t d = 0; d < count; ++d) {
    auto& list = scores.unary.emplace_back(filtered_->survivors[d].size());
    for (auto const& part : parts_.unary)
      if (part->concerns(d)) part->add_scores(d, filtered_->survivors[d], list);
    std::uint32_t gaps = 0;
    for (auto const& score : list) gaps = std::max(gaps, score.gaps);
    scores.most_gaps += gaps;
  }
  choose_scale(scores);
  numbering_.resize(count);
  keys_.resize(count);
  for (std::uint32_t d = 0; d < count; ++d) number(d, scores);
  number_others();
  make_terms();
  couple();
  order_ = solver::decision_order(*plan_);
}

void Dense::choose_scale(Scores const& scores) {
  double largest = 0;
  auto most_gaps = scores.most_gaps;
  for (auto const& list : scores.unary) {
    double of_demand = 0;
    for (auto const& score : list) of_demand = std::max(of_demand, std::abs(score.value));
    largest += of_demand;
  }
  auto const count_range = [&](Range const& range) {
    largest += std::max(std::abs(range.least), std::abs(range.most));
    most_gaps += range.most_gaps;
  };
  for (auto const& part : parts_.pairs) count_range(part->range());
  for (auto const& part : parts_.terms) count_range(part->range());
  if (!std::isfinite(largest))
    throw InvalidPlan("the objective's values are too large to be summed; use smaller weights and costs");
  auto const contributions = static_cast<double>(scores.unary.size() + parts_.pairs.size() + parts_.terms.size());
  int digits = 6;
  double bound = 0;
  for (;; --digits) {
    scale_ = std::pow(10.0, digits);
    bound = largest * scale_ + contributions;
    if ((2 * bound + 1) * (most_gaps + 2.0) < 0x1p62) break;
  }
  largest_ = static_cast<sdk::Cost>(std::ceil(bound));
  gap_unit_ = 2 * largest_ + 1;
  rounding_ = contributions / scale_;
}

sdk::Cost Dense::fixed(Score const& score) const {
  // Adding and subtracting this rounds to the nearest integer, half to even, as llrint() does, at a fraction of its
  // price; what is larger has no room for fractions that matter.
  constexpr double shift = 0x1.8p52, most = 0x1p51;
  auto const value = score.value * scale_;
  auto const rounded = std::abs(value) < most ? static_cast<sdk::Cost>((value + shift) - shift) : std::llrint(value);
  return rounded + static_cast<sdk::Cost>(score.gaps) * gap_unit_;
}

sdk::Cost Dense::fixed_bound(Score const& score) const {
  auto const value = std::max(score.value * scale_, -static_cast<double>(largest_));
  // One unit is room for what double precision loses on another path to the same value.
  return static_cast<sdk::Cost>(std::floor(value)) - (score.value == 0 ? 0 : 1) +
         static_cast<sdk::Cost>(score.gaps) * gap_unit_;
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
  auto order = ordered_by_cost(survivors, pool.costs);  // then by input order
  for (std::uint32_t rank = 0; rank < order.size(); ++rank) keys[order[rank]].rank = rank;
  if (demands_with_versions(*plan_)[demand]) {
    std::map<Version, std::uint32_t, std::greater<>> ranks;
    std::vector<Version> versions;
    for (auto const c : survivors) ranks.emplace(versions.emplace_back(version_in(*pool.documents[c])), 0U);
    std::uint32_t next = 0;
    for (auto& [version, rank] : ranks) rank = next++;
    for (std::size_t i = 0; i < versions.size(); ++i) keys[i].version = ranks[versions[i]];
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return keys[a].version < keys[b].version; });
  }
  std::vector<sdk::Cost> costs(survivors.size());
  for (std::size_t i = 0; i < costs.size(); ++i) keys[i].cost = costs[i] = fixed(scores.unary[demand][i]);
  order_by_value(order, costs);
  numbering_[demand].reserve(survivors.size());
  keys_[demand].reserve(survivors.size());
  for (auto const place : order) {
    numbering_[demand].push_back(survivors[place]);
    keys_[demand].push_back(keys[place]);
  }
}

// Relations and restrictions of soft constraints, too: their parts ask for signatures.
void Dense::number_others() {
  for (auto const& rule : filtered_->rules)
    for (auto const d : rule.constraint->demands) {
      if (rule.relation) rule.relation->number(d, numbering_[d]);
      if (rule.nary) rule.nary->number(d, numbering_[d]);
    }
  for (auto const& part : parts_.terms)
    for (auto const d : part->scope()) part->number(d, numbering_[d]);
}

void Dense::make_terms() {
  for (auto const& rule : filtered_->rules)
    if (rule.nary && !rule.constraint->soft())
      terms_.push_back(std::make_unique<Restriction>(rule.constraint->demands, *rule.nary, numbering_));
  for (auto const& part : parts_.terms)
    terms_.push_back(std::make_unique<CostTerm>(
        *part, numbering_, [this](Score const& score) { return fixed(score); },
        [this](Score const& score) { return fixed_bound(score); }));
}

void Dense::couple() {
  auto const count = numbering_.size();
  rows_.resize(count * count);
  costs_.resize(count * count);
  std::map<std::pair<std::uint32_t, std::uint32_t>, Coupling> couplings;
  for (auto const& rule : filtered_->rules) {
    if (!rule.relation || rule.constraint->soft()) continue;
    auto const& list = rule.constraint->demands;
    for (std::size_t i = 0; i < list.size(); ++i)
      for (std::size_t j = i + 1; j < list.size(); ++j)
        couplings[std::minmax(list[i], list[j])].relations.push_back(rule.relation.get());
  }
  for (auto const& part : parts_.pairs) couplings[{part->first(), part->second()}].costs.push_back(part.get());
  for (auto const& [pair, coupling] : couplings) {
    auto const [first, second] = pair;
    double least = 0;
    for (auto const* part : coupling.costs) least += part->range().least;
    pairs_.push_back({first, second, !coupling.relations.empty(), !coupling.costs.empty(), fixed_bound({least, 0})});
    couple_direction(first, second, coupling);
    couple_direction(second, first, coupling);
  }
}

void Dense::couple_direction(std::uint32_t demand, std::uint32_t other, Coupling const& coupling) {
  auto const& from = numbering_[demand];
  auto const& to = numbering_[other];
  if (!coupling.relations.empty()) {
    auto classes = classes_of(demand, from, coupling.relations);
    auto fill = [&from, demand, other, relations = coupling.relations, width = to.size()](std::size_t place,
                                                                                          std::span<sdk::Word> out) {
      std::fill(out.begin(), out.end(), ~sdk::Word{0});
      if (width % 64 != 0) out.back() = (sdk::Word{1} << (width % 64)) - 1;
      for (auto const* relation : relations) relation->restrict(demand, from[place], other, out);
    };
    rows_[slot(demand, other)] =
        std::make_unique<LazyRows<sdk::Word>>(arena_, std::move(classes), (to.size() + 63) / 64, std::move(fill));
  }
  if (coupling.costs.empty()) return;
  auto own_classes = classes_of(demand, from, coupling.costs);
  auto const* rows = rows_[slot(demand, other)].get();
  if (rows && !decides(own_classes, coupling, demand)) rows = nullptr;
  // Within a row, equal classes at the other end have equal costs: parts list one candidate of each.
  auto classes = listed(classes_of(other, to, coupling.costs));
  std::vector<std::uint32_t> members;
  for (std::size_t position = 0; position < classes.size(); ++position)
    if (classes[position] == members.size()) members.push_back(to[position]);
  for (auto* part : coupling.costs) part->number(other, members);
  auto fill = [this, &from, demand, rows, costs = coupling.costs, classes = std::move(classes), count = members.size()](
                  std::size_t place, std::span<sdk::Cost> out) {
    if (rows && fill_allowed({demand, from[place]}, costs, rows->at(place), {classes, count}, out)) return;
    std::vector<Score> scores(count);
    for (auto const* part : costs) part->add_row(demand, from[place], scores);
    for (std::size_t position = 0; position < out.size(); ++position) out[position] = fixed(scores[classes[position]]);
  };
  costs_[slot(demand, other)] =
      std::make_unique<LazyRows<sdk::Cost>>(arena_, std::move(own_classes), to.size(), std::move(fill));
}

// Whether candidates of one class may stand beside the same others.
bool Dense::decides(RowClasses const& classes, Coupling const& coupling, std::uint32_t demand) const {
  auto const& of = classes.of;
  if (of.empty() || *std::max_element(of.begin(), of.end()) + 1 == of.size()) return true;
  auto refined = of;
  for (auto const* relation : coupling.relations)
    refine(refined, [&](std::size_t position) { return relation->signature(demand, numbering_[demand][position]); });
  return refined == of;
}

// Costs beside those that the row allows, when they are few; the others are forbidden, which is what they are anyway.
bool Dense::fill_allowed(Choice const& choice, std::vector<PairPart*> const& costs, sdk::Bits row,
                         Classes const& classes, std::span<sdk::Cost> out) const {
  std::size_t allowed = 0;
  for (auto const word : row) allowed += static_cast<std::size_t>(std::popcount(word));
  if (2 * allowed > out.size()) return false;
  std::fill(out.begin(), out.end(), sdk::forbidden);
  if (classes.count == out.size())
    fill_each(choice, costs, row, out);
  else
    fill_by_class(choice, costs, row, classes, out);
  return true;
}

// Each is a class of its own: its place is its position.
void Dense::fill_each(Choice const& choice, std::vector<PairPart*> const& costs, sdk::Bits row,
                      std::span<sdk::Cost> out) const {
  constexpr std::size_t at_once = 64;
  std::array<std::uint32_t, 2 * at_once> places;
  std::array<Score, 2 * at_once> scores;
  std::size_t count = 0;
  for (std::size_t w = 0; w < row.size(); ++w) {
    for_each_bit(row[w], w * 64, [&](std::size_t position) { places[count++] = static_cast<std::uint32_t>(position); });
    if (count < at_once && w + 1 < row.size()) continue;
    std::fill_n(scores.begin(), count, Score{});
    for (auto const* part : costs)
      part->add_some(choice.demand, choice.candidate, {places.data(), count}, {scores.data(), count});
    for (std::size_t i = 0; i < count; ++i) out[places[i]] = fixed(scores[i]);
    count = 0;
  }
}

void Dense::fill_by_class(Choice const& choice, std::vector<PairPart*> const& costs, sdk::Bits row,
                          Classes const& classes, std::span<sdk::Cost> out) const {
  constexpr auto unlisted = ~0U;
  std::vector<std::uint32_t> index(classes.count, unlisted), places;
  for (std::size_t w = 0; w < row.size(); ++w)
    for_each_bit(row[w], w * 64, [&](std::size_t position) {
      auto& at = index[classes.of[position]];
      if (at != unlisted) return;
      at = static_cast<std::uint32_t>(places.size());
      places.push_back(classes.of[position]);
    });
  std::vector<Score> scores(places.size());
  for (auto const* part : costs) part->add_some(choice.demand, choice.candidate, places, scores);
  for (std::size_t w = 0; w < row.size(); ++w)
    for_each_bit(row[w], w * 64,
                 [&](std::size_t position) { out[position] = fixed(scores[index[classes.of[position]]]); });
}

sdk::Bits Dense::row(std::size_t demand, std::size_t c, std::size_t other) const {
  return rows_[slot(demand, other)]->at(c);
}

std::span<sdk::Cost const> Dense::costs(std::size_t demand, std::size_t c, std::size_t other) const {
  return costs_[slot(demand, other)]->at(c);
}

}  // namespace conductor::services::solver
