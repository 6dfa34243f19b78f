// The queue, and the depth-first part for when it is full (search.hpp).
#include "search.hpp"

namespace conductor::plugins::solver::best_first {

Search::End Search::run(Domains const& domains, Limits const& limits) {
  limits_ = limits;
  below_ = limits.below;
  open_ = forbidden;
  best_.clear();
  nodes_kept_.clear();
  queue_ = {};
  if (!space_.reset(domains)) return End::complete;
  auto const root = space_.bound();
  if (coupling_.ticker().stopped()) {
    open_ = std::numeric_limits<Cost>::min();
    return End::stopped;
  }
  if (root < below_) add(none, 0, root, root);
  while (!queue_.empty() && !is_done()) {
    auto const entry = queue_.top();
    if (entry.bound >= below_) break;
    queue_.pop();
    if (on_bound) on_bound(entry.bound);
    if (step(entry)) continue;
    open_ = entry.bound;
    return End::stopped;
  }
  return is_done() ? End::found : End::complete;
}

// False when the time is up; what lies below the entry is then not searched.
bool Search::step(Entry const& entry) {
  if (!space_.go_to(path_of(entry.node))) return false;
  offer(entry.node, &entry.value);
  return examine(entry);
}

bool Search::examine(Entry const& entry) {
  ++nodes_;
  auto& ticker = coupling_.ticker();
  ticker.count();
  if (!space_.append(entry.value.candidate)) return !ticker.stopped();
  auto const own = space_.bound();
  if (ticker.stopped()) return false;
  auto const bound = std::max(own, entry.bound);
  if (bound >= below_) return true;
  if (space_.complete()) {
    leaf();
    return true;
  }
  if (is_full()) return dive(own);
  add(entry.node, entry.value.candidate, own, bound);
  return true;
}

// Keeps the path of the space and offers its first candidate.
void Search::add(std::uint32_t parent, std::uint32_t candidate, Cost own_bound, Cost bound) {
  auto const length = static_cast<std::uint32_t>(space_.path().size());
  nodes_kept_.push_back({parent, candidate, length, bound, minus(own_bound, space_.least())});
  offer(static_cast<std::uint32_t>(nodes_kept_.size() - 1), nullptr);
}

// The next candidate after that one, or the first. The space stands at the node's path.
void Search::offer(std::uint32_t node, Value const* after) {
  Value const* next = nullptr;
  for (auto const& value : space_.values())
    if ((!after || value > *after) && (!next || value < *next)) next = &value;
  if (!next) return;
  auto const& kept = nodes_kept_[node];
  auto const bound = std::max(kept.bound, plus(kept.rest, next->cost));
  if (bound < below_) queue_.push({bound, *next, kept.length, node});
}

// Everything below the path of the space, whose bound is given. False when the time is up.
bool Search::dive(Cost own_bound) {
  auto const length = space_.path().size();
  auto const rest = minus(own_bound, space_.least());
  auto values = space_.values();
  std::sort(values.begin(), values.end());
  for (auto const& value : values) {
    if (plus(rest, value.cost) >= below_ || is_done()) return true;
    space_.shorten(length);
    ++nodes_;
    coupling_.ticker().count();
    bool const fits = space_.append(value.candidate);
    auto const own = fits ? space_.bound() : forbidden;
    if (coupling_.ticker().stopped()) return false;
    if (own >= below_) continue;
    if (space_.complete())
      leaf();
    else if (!dive(own))
      return false;
  }
  return true;
}

void Search::leaf() {
  auto assignment = space_.assignment();
  auto const cost = cost_of(problem_, assignment);
  if (cost >= below_ || std::find(excluded.begin(), excluded.end(), assignment) != excluded.end()) return;
  best_ = std::move(assignment);
  below_ = cost;
  if (on_incumbent) on_incumbent(best_, cost);
}

Path Search::path_of(std::uint32_t node) const {
  Path path;
  for (; nodes_kept_[node].parent != none; node = nodes_kept_[node].parent) path.push_back(nodes_kept_[node].candidate);
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace conductor::plugins::solver::best_first
