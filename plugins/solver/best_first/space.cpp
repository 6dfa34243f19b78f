// Narrowing and bounding along a path (space.hpp).
#include "space.hpp"

namespace conductor::plugins::solver::best_first {

Space::Space(Coupling& coupling, std::vector<std::uint32_t> order)
    : coupling_(coupling),
      problem_(coupling.problem()),
      order_(std::move(order)),
      place_(order_.size()),
      open_pairs_(order_.size() + 1),
      levels_(order_.size() + 1, std::vector<Values>(order_.size())),
      decided_(order_.size() + 1) {
  for (std::size_t i = 0; i < order_.size(); ++i) place_[order_[i]] = i;
  for (auto const& pair : problem_.pairs()) {
    if (!pair.has_cost) continue;
    auto const until = std::min(place_[pair.first], place_[pair.second]);
    for (std::size_t length = 0; length <= until; ++length)
      open_pairs_[length] = plus(open_pairs_[length], pair.least_cost);
  }
  for (std::size_t d = 0; d < order_.size(); ++d) words_.emplace_back(problem_.allowed(d).size());
  for (auto const& words : words_) bits_.emplace_back(words);
}

bool Space::reset(Domains const& domains) {
  path_.clear();
  for (std::size_t d = 0; d < domains.size(); ++d) {
    auto const keys = problem_.keys(d);
    levels_[0][d].clear();
    for (auto const c : domains[d]) levels_[0][d].push_back({keys[c].cost, c});
    if (domains[d].empty()) return false;
  }
  return true;
}

bool Space::append(std::uint32_t candidate) {
  auto const length = path_.size();
  auto const d = order_[length];
  auto const& from = levels_[length];
  auto& to = levels_[length + 1];
  std::size_t copied = 0;
  for (auto i = length + 1; i < order_.size(); ++i) copied += (to[order_[i]] = from[order_[i]]).size();
  if (coupling_.ticker().spent(copied)) return false;
  auto const chosen =
      std::find_if(from[d].begin(), from[d].end(), [&](auto const& v) { return v.candidate == candidate; });
  decided_[length + 1] = plus(decided_[length], chosen->cost);
  for (auto const& link : coupling_.links(d)) {
    if (place_[link.to] <= length) continue;
    auto const* row = link.restricts ? coupling_.row(link, candidate) : nullptr;
    auto const* costs = link.has_cost ? coupling_.costs(link, candidate) : nullptr;
    auto& values = to[link.to];
    if (coupling_.ticker().spent(values.size())) return false;
    std::erase_if(values, [&](Value& value) {
      if (row && !((row[value.candidate / 64] >> (value.candidate % 64)) & 1U)) return true;
      if (costs) value.cost = plus(value.cost, costs[value.candidate]);
      return value.cost == forbidden;
    });
    if (values.empty()) return false;
  }
  path_.push_back(candidate);
  return true;
}

bool Space::go_to(Path const& path) {
  auto const [mine, theirs] = std::mismatch(path_.begin(), path_.end(), path.begin(), path.end());
  shorten(static_cast<std::size_t>(mine - path_.begin()));
  for (auto step = theirs; step != path.end(); ++step)
    if (!append(*step)) return false;
  return true;
}

Cost Space::bound() {
  auto const length = path_.size();
  auto sum = plus(decided_[length], open_pairs_[length]);
  std::size_t work = 0;
  for (auto i = length; i < order_.size(); ++i) {
    auto const& values = levels_[length][order_[i]];
    sum = plus(sum, least_of(values));
    work += values.size();
  }
  coupling_.ticker().spent(work);
  return plus(sum, term_bounds());
}

Cost Space::least_of(Values const& values) {
  Cost least = forbidden;
  for (auto const& value : values) least = std::min(least, value.cost);
  return least;
}

Cost Space::term_bounds() {
  if (problem_.terms().empty()) return 0;
  auto const length = path_.size();
  for (std::size_t i = 0; i < order_.size(); ++i) {
    auto& words = words_[order_[i]];
    std::fill(words.begin(), words.end(), 0);
    if (i < length) {
      words[path_[i] / 64] |= sdk::Word{1} << (path_[i] % 64);
    } else {
      for (auto const& v : levels_[length][order_[i]]) words[v.candidate / 64] |= sdk::Word{1} << (v.candidate % 64);
    }
  }
  Cost sum = 0;
  for (auto const* term : problem_.terms()) {
    std::size_t work = 0;
    for (auto const d : term->scope()) work += words_[d].size() * 64;
    if (coupling_.ticker().spent(work)) break;
    sum = plus(sum, term->bound(bits_));
  }
  return sum;
}

sdk::Assignment Space::assignment() const {
  sdk::Assignment assignment(order_.size());
  for (std::size_t i = 0; i < path_.size(); ++i) assignment[order_[i]] = path_[i];
  return assignment;
}

}  // namespace conductor::plugins::solver::best_first
