// Moving costs over arcs (network.hpp): the arithmetic of soft arc consistency, with rows asked for lazily, cheapest
// candidates first, and no further once every candidate at the other end is reached.
#include "network.hpp"

#include "common/hits.hpp"
#include "conductor/sdk/spread_sort.hpp"

#include <bit>
#include <cassert>

namespace conductor::plugins::solver::optimal {

Network::Network(Coupling& coupling, std::vector<std::uint32_t> members, Domains domains,
                 std::vector<std::vector<Cost>> unary)
    : coupling_(coupling),
      members_(std::move(members)),
      live_(std::move(domains)),
      unary_(std::move(unary)),
      arcs_of_(members_.size()) {
  std::vector<std::uint32_t> position(coupling.problem().demands(), static_cast<std::uint32_t>(members_.size()));
  for (std::uint32_t m = 0; m < members_.size(); ++m) position[members_[m]] = m;
  for (std::uint32_t m = 0; m < members_.size(); ++m) {
    for (auto const& link : coupling.links(members_[m])) {
      auto const other = position[link.to];
      if (other == members_.size() || other < m) continue;
      Link const* back = nullptr;
      for (auto const& candidate : coupling.links(link.to))
        if (candidate.pair == link.pair) back = &candidate;
      auto const size0 = unary_[m].size();
      auto const size1 = unary_[other].size();
      arcs_of_[m].emplace_back(arcs_.size(), 0U);
      arcs_of_[other].emplace_back(arcs_.size(), 1U);
      arcs_.push_back({{m, other},
                       {&link, back},
                       {std::vector<Cost>(size0), std::vector<Cost>(size1)},
                       link.restricts,
                       link.has_cost,
                       link.least_cost});
      floor_ = plus(floor_, link.least_cost);
    }
  }
  find_order();
}

void Network::find_order() {
  auto const n = members_.size();
  std::vector<bool> seen(n);
  place_.assign(n, 0);
  std::size_t trees = 0;
  for (std::uint32_t start = 0; start < n; ++start) {
    if (seen[start]) continue;
    ++trees;
    seen[start] = true;
    auto next = order_.size();
    order_.push_back(start);
    for (; next < order_.size(); ++next) {
      for (auto const& [arc, end] : arcs_of_[order_[next]]) {
        auto const other = arcs_[arc].ends[1 - end];
        if (seen[other]) continue;
        seen[other] = true;
        order_.push_back(other);
      }
    }
  }
  for (std::uint32_t i = 0; i < n; ++i) place_[order_[i]] = i;
  acyclic_ = arcs_.size() + trees == n;
}

Cost Network::arc_cost(Arc const& arc, std::uint32_t c0, std::uint32_t c1) const {
  if (arc.restricts && !((coupling_.row(*arc.links[0], c0)[c1 / 64] >> (c1 % 64)) & 1U)) return forbidden;
  Cost cost = 0;
  if (arc.has_cost) cost = minus(coupling_.costs(*arc.links[0], c0)[c1], arc.least);
  return minus(minus(cost, arc.moved[0][c0]), arc.moved[1][c1]);
}

bool Network::settle() {
  for (std::size_t m = 0; m < members_.size(); ++m)
    if (!settle(m)) return false;
  return true;
}

bool Network::settle(std::size_t m) {
  auto& unary = unary_[m];
  Cost least = forbidden;
  for (auto const c : live_[m]) least = std::min(least, unary[c]);
  if (least == forbidden) {
    live_[m].clear();
    return false;
  }
  floor_ = plus(floor_, least);
  auto const slack = minus(ceiling_, floor_);
  std::erase_if(live_[m], [&](std::uint32_t c) {
    unary[c] = minus(unary[c], least);
    return unary[c] == forbidden || unary[c] > slack;
  });
  return !live_[m].empty();
}

// Gives a share of the unary costs at `from` to the arc and moves to the other end whatever all its partners there must
// pay.
bool Network::push(Arc& arc, unsigned from, Cost share) {
  auto const source = arc.ends[from];
  auto const target = arc.ends[1 - from];
  auto& back = arc.moved[1 - from];
  offers_.clear();
  for (auto const c : live_[source]) {
    auto const given = unary_[source][c] / share;
    auto const value = minus(given, arc.moved[from][c]);
    unary_[source][c] -= given;
    arc.moved[from][c] = minus(0, value);
    offers_.push_back({value, c});
  }
  sort_offers();
  best_.assign(unary_[target].size(), forbidden);
  // An offer above the allowance would lift the candidate above the ceiling, so its value need not be exact.
  allowance_.resize(best_.size());
  auto const slack = ceiling_ == forbidden ? forbidden : minus(ceiling_, floor_);
  for (auto const c : live_[target]) allowance_[c] = plus(minus(slack, unary_[target][c]), back[c]);
  if (arc.has_cost && arc.rows_from < 0) arc.rows_from = static_cast<int>(from);
  // Few offers are worth rows of their own.
  bool const few = offers_.size() * 8 < live_[target].size();
  if (!arc.has_cost)
    reach_by_rows(arc, from);
  else if (few || arc.rows_from == static_cast<int>(from))
    reach_by_costs(arc, from);
  else
    reach_by_costs_of_targets(arc, from);
  if (coupling_.ticker().stopped()) {
    // Rows are missing: what was moved before is all that is certain.
    for (auto const c : live_[target]) best_[c] = back[c];
  }
  std::erase_if(live_[target], [&](std::uint32_t c) {
    if (best_[c] == forbidden) return true;
    unary_[target][c] = plus(unary_[target][c], minus(best_[c], back[c]));
    back[c] = best_[c];
    return false;
  });
  return !coupling_.ticker().stopped() && !live_[target].empty() && settle(target);
}

void Network::sort_offers() {
  sdk::spread_sort(
      offers_, unsorted_, [](Offer const& offer) { return offer.value; },
      [](Offer const& a, Offer const& b) {
        return (a.value < b.value) | ((a.value == b.value) & (a.candidate < b.candidate));
      });
}

// For an arc without costs: each candidate of the target is reached first by its cheapest partner. Once fewer
// candidates are left than rows were looked at, these few ask from their side: far ones would need almost all rows of
// this one.
void Network::reach_by_rows(Arc& arc, unsigned from) {
  open_ = live_[arc.ends[1 - from]];
  todo_.assign((best_.size() + 63) / 64, 0);
  for (auto const c : open_) todo_[c / 64] |= sdk::Word{1} << (c % 64);
  auto left = open_.size();
  for (std::size_t next = 0, closing = 0; next < offers_.size(); ++next) {
    auto const& offer = offers_[next];
    if (next == closing || left <= next) {
      close([&](std::uint32_t c) { return !((todo_[c / 64] >> (c % 64)) & 1U); }, offer.value);
      left = open_.size();
      closing = next + offers_until_closing(left);
      if (left <= next && left < offers_.size() - next) return reach_rest_by_rows(arc, from);
    }
    if (left == 0 || coupling_.ticker().spent(todo_.size())) return;
    ++rows_scanned_;
    coupling_.ticker().count();
    take_hits(todo_, coupling_.row(*arc.links[from], offer.candidate), [&, best = best_.data()](std::size_t t) {
      best[t] = offer.value;
      --left;
    });
  }
}

// Takes candidates from open_: those that are done, and those that this offer and all later ones lift too high.
template <class Done>
void Network::close(Done done, Cost offer) {
  std::erase_if(open_, [&](std::uint32_t c) {
    if (!done(c)) {
      if (offer <= allowance_[c]) return false;
      best_[c] = std::min(best_[c], offer);
    }
    todo_[c / 64] &= ~(sdk::Word{1} << (c % 64));
    return true;
  });
}

// Each candidate that is still open looks for the least offer that it may stand beside.
void Network::reach_rest_by_rows(Arc& arc, unsigned from) {
  list_offers(unary_[arc.ends[from]].size());
  for (auto const t : open_) {
    ++rows_scanned_;
    coupling_.ticker().count();
    best_[t] = least_offer_in(coupling_.row(*arc.links[1 - from], t));
    if (coupling_.ticker().spent(offered_.size())) return;
  }
}

// By candidate, and words of them by the least that is in each.
void Network::list_offers(std::size_t candidates) {
  offered_.assign((candidates + 63) / 64, {});
  offer_of_.resize(candidates);
  for (auto const& offer : offers_) {
    offer_of_[offer.candidate] = offer.value;
    auto& word = offered_[offer.candidate / 64];
    word.bits |= sdk::Word{1} << (offer.candidate % 64);
    word.least = std::min(word.least, offer.value);
  }
  for (std::uint32_t w = 0; w < offered_.size(); ++w) offered_[w].place = w;
  std::erase_if(offered_, [](OfferedWord const& word) { return word.bits == 0; });
  std::sort(offered_.begin(), offered_.end(), [](auto const& a, auto const& b) { return a.least < b.least; });
}

Cost Network::least_offer_in(sdk::Word const* row) const {
  auto least = forbidden;
  for (auto const& word : offered_) {
    if (word.least >= least) break;
    for (auto bits = row[word.place] & word.bits; bits != 0; bits &= bits - 1)
      least = std::min(least, offer_of_[word.place * 64 + static_cast<std::size_t>(std::countr_zero(bits))]);
  }
  return least;
}

void Network::reach_by_costs(Arc& arc, unsigned from) {
  open_ = live_[arc.ends[1 - from]];
  todo_.assign((best_.size() + 63) / 64, 0);
  for (auto const c : open_) todo_[c / 64] |= sdk::Word{1} << (c % 64);
  for (std::size_t next = 0, closing = 0; next < offers_.size(); ++next) {
    auto const& offer = offers_[next];
    // Arc costs above `least` only add to the offer, so it improves nothing that is as good already.
    if (next == closing) {
      close([&](std::uint32_t c) { return best_[c] <= offer.value; }, offer.value);
      closing = next + 8;
    }
    if (open_.empty() || coupling_.ticker().spent(open_.size())) return;
    ++rows_scanned_;
    coupling_.ticker().count();
    find_partners(arc.restricts ? coupling_.row(*arc.links[from], offer.candidate) : nullptr, offer.value);
    if (partners_.empty()) continue;
    auto const* costs = coupling_.costs(*arc.links[from], offer.candidate);
    auto const base = minus(offer.value, arc.least);
    for (auto const c : partners_)
      if (costs[c] != forbidden) best_[c] = std::min(best_[c], plus(costs[c], base));
  }
}

// Those of the row, or of all when there is none, that the offer may improve.
void Network::find_partners(sdk::Word const* row, Cost offer) {
  partners_.clear();
  for (std::size_t w = 0; w < todo_.size(); ++w)
    for (auto bits = row ? todo_[w] & row[w] : todo_[w]; bits != 0; bits &= bits - 1) {
      auto const c = static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
      if (offer < best_[c]) partners_.push_back(c);
    }
}

// The same by the rows of the target: each of its candidates looks for its cheapest partner, cheapest offers first.
void Network::reach_by_costs_of_targets(Arc& arc, unsigned from) {
  auto const& link = *arc.links[1 - from];
  for (auto const t : live_[arc.ends[1 - from]]) {
    ++rows_scanned_;
    coupling_.ticker().count();
    auto const* costs = coupling_.costs(link, t);
    auto const* row = arc.restricts ? coupling_.row(link, t) : nullptr;
    auto best = forbidden;
    std::size_t looked = 0;
    for (auto const& offer : offers_) {
      if (offer.value >= best) break;
      ++looked;
      auto const c = offer.candidate;
      if (costs[c] != forbidden && (!row || ((row[c / 64] >> (c % 64)) & 1U)))
        best = std::min(best, plus(minus(costs[c], arc.least), offer.value));
    }
    best_[t] = best;
    if (coupling_.ticker().spent(looked)) return;
  }
}

bool Network::sweep() {
  auto const pass = [&](bool forward) {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      auto const m = order_[forward ? i : order_.size() - 1 - i];
      if (!settle(m)) return false;
      auto const ahead = [&](std::uint32_t other) { return (place_[other] > place_[m]) == forward; };
      Cost arcs_ahead = 0;
      for (auto const& [arc, end] : arcs_of_[m]) arcs_ahead += ahead(arcs_[arc].ends[1 - end]) ? 1 : 0;
      auto const behind = static_cast<Cost>(arcs_of_[m].size()) - arcs_ahead;
      // Sharing by the larger side keeps the passes of a cyclic network from undoing each other.
      Cost share = acyclic_ ? arcs_ahead : std::max(arcs_ahead, behind);
      for (auto const& [arc, end] : arcs_of_[m]) {
        if (!ahead(arcs_[arc].ends[1 - end])) continue;
        if (!push(arcs_[arc], end, share)) return false;
        if (share > 1) --share;  // equal parts of what was there at first
      }
    }
    return true;
  };
  return pass(true) && pass(false);
}

bool Network::pull_to(std::size_t root) {
  assert(acyclic_);
  return settle(root) && pull_from_children(root, arcs_.size());
}

bool Network::pull_from_children(std::size_t m, std::size_t parent_arc) {
  for (auto const& [arc, end] : arcs_of_[m]) {
    if (arc == parent_arc) continue;
    if (!pull_from_children(arcs_[arc].ends[1 - end], arc)) return false;
    if (!push(arcs_[arc], 1 - end, 1)) return false;
  }
  return true;
}

bool Network::spread_from(std::size_t root) {
  assert(acyclic_);
  return settle(root) && spread_to_children(root, arcs_.size());
}

bool Network::spread_to_children(std::size_t m, std::size_t parent_arc) {
  for (auto const& [arc, end] : arcs_of_[m]) {
    if (arc == parent_arc) continue;
    if (!push(arcs_[arc], end, 1) || !spread_to_children(arcs_[arc].ends[1 - end], arc)) return false;
  }
  return true;
}

std::vector<std::uint32_t> Network::free_assignment() const {
  std::vector<std::uint32_t> chosen(members_.size());
  for (auto const m : order_) {
    Arc const* upwards = nullptr;
    unsigned end = 0;  // of that arc, away from m
    for (auto const& [arc, own] : arcs_of_[m])
      if (place_[arcs_[arc].ends[1 - own]] < place_[m]) {
        upwards = &arcs_[arc];
        end = 1 - own;
      }
    auto const free = free_beside(m, upwards, end, upwards ? chosen[upwards->ends[end]] : 0);
    if (!free) return {};
    chosen[m] = *free;
  }
  return chosen;
}

// The first candidate of the member without cost of its own and towards c at the given end of the arc, if there is one.
std::optional<std::uint32_t> Network::free_beside(std::size_t m, Arc const* arc, unsigned end, std::uint32_t c) const {
  auto const* row = arc && arc->restricts ? coupling_.row(*arc->links[end], c) : nullptr;
  auto const* costs = arc && arc->has_cost ? coupling_.costs(*arc->links[end], c) : nullptr;
  for (auto const own : live_[m]) {
    if (unary_[m][own] != 0 || (row && !((row[own / 64] >> (own % 64)) & 1U))) continue;
    if (!arc) return own;
    auto const cost = costs ? minus(costs[own], arc->least) : 0;
    if (minus(minus(cost, arc->moved[end][c]), arc->moved[1 - end][own]) == 0) return own;
  }
  return std::nullopt;
}

}  // namespace conductor::plugins::solver::optimal
