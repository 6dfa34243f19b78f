// Solving one component (component.hpp).
#include "component.hpp"

#include "beam.hpp"
#include "dominance.hpp"

namespace conductor::plugins::solver::optimal {
namespace {
constexpr std::uint64_t first_dive_nodes = 40;       // per demand; the first assignment comes early or not at all
constexpr std::uint64_t nodes_between_sweeps = 200;  // grows with every sweep, as sweeps gain less and less
constexpr int most_sweeps = 60;
constexpr int sweeps_before_dominance = 5;  // some thousand nodes: the search is not an easy one
constexpr std::size_t beam_width = 24;      // of the first look at a tree
constexpr Cost worthwhile_part = 50;        // a sweep must close at least this part of the gap, 1/50
}  // namespace

Component::Component(Coupling& coupling, Parts parts, std::vector<sdk::Bits> const& bits)
    : coupling_(coupling),
      terms_(std::move(parts.terms)),
      network_(coupling, std::move(parts.members), std::move(parts.domains), std::move(parts.unary)),
      bits_(bits),
      branch_(coupling, network_, terms_, bits_) {
  branch_.on_incumbent = [this](auto const& best, Cost value) { improved(best, value); };
}

std::size_t Component::size() const {
  std::size_t size = 0;
  for (auto const& domain : network_.domains()) size += domain.size();
  return size;
}

void Component::improved(std::vector<std::uint32_t> const& best, Cost value) {
  best_ = best;
  value_ = value;
  if (on_progress) on_progress();
}

void Component::raise_bound(Cost bound) {
  if (bound <= bound_) return;
  bound_ = bound;
  if (on_progress) on_progress();
}

// Candidates that only take part in worse assignments than the best one are of no interest; equally good ones are, for
// ties.
void Component::limit_network() { network_.set_ceiling(minus(value_, term_floor_)); }

// A domain ran empty, or the ticker ended the operation.
void Component::emptied() {
  if (!coupling_.ticker().stopped() && best_.empty()) infeasible_ = true;
}

void Component::prepare() {
  for (auto const* term : terms_) {
    if (coupling_.ticker().spent(0)) return;
    term_floor_ = plus(term_floor_, term->bound(bits_));
  }
  if (term_floor_ == forbidden) {
    infeasible_ = true;
    return;
  }
  if (!network_.settle()) return emptied();
  raise_bound(floor());
  prepared_ = true;
  // Often the cheapest candidates fit: then one row of each arc shows it.
  for (auto const width : {std::size_t{1}, beam_width}) {
    if (!tree() || proven()) break;
    if (auto const seen = beam(network_, coupling_, width); seen.value < value_) improved(seen.best, seen.value);
  }
  auto const n = members().size();
  if (best_.empty() &&
      branch_.run(network_.domains(), {.below = forbidden, .first_only = true, .nodes = first_dive_nodes * n}) ==
          Branch::End::complete &&
      best_.empty()) {
    infeasible_ = !coupling_.ticker().stopped();
    return;
  }
  limit_network();
  if (!network_.settle()) emptied();
}

void Component::prove() {
  if (!prepared_ || infeasible_ || proven()) return;
  if (tree()) return solve_tree();
  auto nodes = nodes_between_sweeps;
  int idle = 0;
  for (int i = 0; i < most_sweeps && idle < 2; ++i, nodes *= 2) {
    auto const before = floor();
    if (!network_.sweep()) {
      emptied();
      if (coupling_.ticker().stopped() || infeasible_) return;
    }
    raise_bound(floor());
    if (proven() || explore(nodes)) return;
    if (i == sweeps_before_dominance) drop_dominated();
    // Without an assignment there is no gap to measure; the sweeps then only make arcs consistent.
    auto const gain = minus(floor(), before);
    bool const worthwhile = best_.empty() ? gain > 0 : gain > minus(value_, floor()) / worthwhile_part;
    idle = worthwhile ? 0 : idle + 1;
  }
  drop_dominated();
  if (!infeasible_) explore(std::numeric_limits<std::uint64_t>::max());
}

// One search of at most that many nodes; true when nothing is left to prove.
bool Component::explore(std::uint64_t nodes) {
  auto const end = branch_.run(network_.domains(), {.below = value_, .first_only = false, .nodes = nodes});
  if (end == Branch::End::complete) {
    if (best_.empty()) infeasible_ = true;
    raise_bound(value_);
    return true;
  }
  raise_bound(std::min(value_, branch_.bound()));
  if (coupling_.ticker().stopped() || proven()) return true;
  limit_network();
  if (!network_.settle()) emptied();
  return infeasible_;
}

// The search is not easy, so it pays to look at all rows once.
void Component::drop_dominated() {
  if (!terms_.empty()) return;
  for (std::size_t m = 0; m < members().size(); ++m) {
    auto const losers = dominated(network_, coupling_, m);
    if (losers.empty()) continue;
    std::vector<bool> lost(coupling_.problem().candidates(members()[m]));
    for (auto const& loser : losers) {
      lost[loser.candidate] = true;
      if (best_.empty() || best_[m] != loser.candidate) continue;
      auto better = best_;
      better[m] = loser.by;
      improved(better, minus(value_, loser.dearer));
    }
    network_.restrict_to(m, [&](std::uint32_t c) { return !lost[c]; });
  }
  limit_network();
  if (!network_.settle()) emptied();
}

// Costs pulled to the first member leave the optimum in the floor. An assignment that has it follows from any candidate
// without remaining cost; should rows be missing, a search finds what there is.
void Component::solve_tree() {
  auto const root = network_.order().front();
  if (!network_.pull_to(root)) return emptied();
  raise_bound(network_.floor());
  if (proven()) return;
  if (auto const free = network_.free_assignment(); !free.empty()) {
    nodes_of_descents_ += free.size() + 1;
    coupling_.ticker().count(free.size() + 1);
    improved(free, network_.floor());
  } else {
    branch_.run(network_.domains(), {.below = plus(network_.floor(), 1), .first_only = true});
  }
  limit_network();
  network_.settle();
}

bool Component::all_equal(std::size_t member, Part part) const {
  auto const& domain = network_.domains()[member];
  return std::all_of(domain.begin(), domain.end(), [&](std::uint32_t c) {
    return part_of(member, c, part) == part_of(member, domain.front(), part);
  });
}

void Component::break_ties() {
  if (infeasible_ || best_.empty() || bound_ < value_) return;
  limit_network();
  if (!network_.settle()) return;
  if (tree() && !network_.spread_from(network_.order().front())) return;
  for (auto const part : {&sdk::UnaryKey::version, &sdk::UnaryKey::rank}) {
    if (tree())
      settle_tree(part);
    else
      settle_by_search(part);
    if (coupling_.ticker().stopped()) return;
  }
  for (std::size_t m = 0; m < best_.size(); ++m)
    if (network_.domains()[m].size() == 1) best_[m] = network_.domains()[m].front();
}

// Member by member: the exact least cost with each candidate shows which ones are optimal; the best part among them
// stays.
void Component::settle_tree(Part part) {
  for (std::size_t m = 0; m < members().size(); ++m) {
    if (all_equal(m, part)) continue;
    if (!network_.pull_to(m)) return;
    auto const& domain = network_.domains()[m];
    auto least = part_of(m, domain.front(), part);
    for (auto const c : domain) least = std::min(least, part_of(m, c, part));
    network_.restrict_to(m, [&](std::uint32_t c) { return part_of(m, c, part) == least; });
  }
}

// Member by member: is there an optimal assignment with a better part here than the best one's? Each that is found
// becomes the best one; when there is none, the part is settled.
void Component::settle_by_search(Part part) {
  for (std::size_t m = 0; m < members().size(); ++m) {
    while (!all_equal(m, part)) {
      auto domains = network_.domains();
      std::erase_if(domains[m], [&](std::uint32_t c) { return part_of(m, c, part) >= part_of(m, best_[m], part); });
      auto const end = branch_.run(domains, {.below = plus(value_, 1), .first_only = true});
      if (end == Branch::End::stopped) return;
      if (end == Branch::End::complete) break;
    }
    network_.restrict_to(m, [&](std::uint32_t c) { return part_of(m, c, part) == part_of(m, best_[m], part); });
  }
}

}  // namespace conductor::plugins::solver::optimal
