// Finding candidates with equal rows (dominance.hpp): sorted by a hash of what their rows say about the domains around
// them, then compared word by word.
#include "dominance.hpp"

#include <tuple>

namespace conductor::plugins::solver::optimal {
namespace {

class Signatures {
 public:
  Signatures(Network const& network, Coupling& coupling, std::size_t member)
      : network_(network), coupling_(coupling), member_(member) {
    for (auto const& [index, end] : network.arcs_of(member)) {
      auto const& arc = network.arcs()[index];
      auto const& domain = network.domains()[arc.ends[1 - end]];
      Side side{arc.links[end], &domain, {}};
      side.mask.resize((coupling.problem().candidates(side.link->to) + 63) / 64);
      for (auto const c : domain) side.mask[c / 64] |= sdk::Word{1} << (c % 64);
      sides_.push_back(std::move(side));
    }
  }

  std::uint64_t hash(std::uint32_t c) {
    std::uint64_t hash = 0;
    auto const mix = [&hash](std::uint64_t word) { hash = (hash ^ word ^ (hash >> 29U)) * 0x9e3779b97f4a7c15ULL; };
    for (auto const& side : sides_) {
      if (coupling_.ticker().spent(side.domain->size())) return 0;
      if (side.link->restricts) {
        auto const* row = coupling_.row(*side.link, c);
        for (std::size_t w = 0; w < side.mask.size(); ++w) mix(row[w] & side.mask[w]);
      }
      if (side.link->has_cost) {
        auto const* costs = coupling_.costs(*side.link, c);
        for (auto const other : *side.domain) mix(static_cast<std::uint64_t>(costs[other]));
      }
    }
    return hash;
  }

  bool equal(std::uint32_t a, std::uint32_t b) {
    for (auto const& side : sides_) {
      if (side.link->restricts) {
        auto const* of_a = coupling_.row(*side.link, a);
        auto const* of_b = coupling_.row(*side.link, b);
        for (std::size_t w = 0; w < side.mask.size() && of_a != of_b; ++w)
          if (((of_a[w] ^ of_b[w]) & side.mask[w]) != 0) return false;
      }
      if (side.link->has_cost) {
        auto const* of_a = coupling_.costs(*side.link, a);
        auto const* of_b = coupling_.costs(*side.link, b);
        for (auto const other : *side.domain)
          if (of_a[other] != of_b[other]) return false;
      }
    }
    return true;
  }

  // The candidate's own cost, with what was moved to it from arcs given back.
  Cost own_cost(std::uint32_t c) const {
    auto cost = network_.unary(member_, c);
    for (auto const& [index, end] : network_.arcs_of(member_)) cost = minus(cost, network_.arcs()[index].moved[end][c]);
    return cost;
  }

 private:
  struct Side {
    Link const* link;
    std::vector<std::uint32_t> const* domain;  // at the other end
    std::vector<sdk::Word> mask;               // the same as bits
  };
  Network const& network_;
  Coupling& coupling_;
  std::size_t member_;
  std::vector<Side> sides_;
};

}  // namespace

std::vector<Dominated> dominated(Network const& network, Coupling& coupling, std::size_t member) {
  struct Entry {
    std::uint64_t hash;
    Cost cost;
    std::uint32_t version, rank, candidate;
    auto key() const { return std::tie(hash, cost, version, rank, candidate); }
  };
  Signatures signatures(network, coupling, member);
  auto const keys = coupling.problem().keys(network.members()[member]);
  std::vector<Entry> entries;
  for (auto const c : network.domains()[member])
    entries.push_back({signatures.hash(c), signatures.own_cost(c), keys[c].version, keys[c].rank, c});
  if (coupling.ticker().stopped()) return {};
  std::sort(entries.begin(), entries.end(), [](Entry const& a, Entry const& b) { return a.key() < b.key(); });
  std::vector<Dominated> found;
  std::size_t best = 0;  // of the entries with this hash
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].hash == entries[best].hash && signatures.equal(entries[i].candidate, entries[best].candidate))
      found.push_back({entries[i].candidate, entries[best].candidate, minus(entries[i].cost, entries[best].cost)});
    else
      best = i;
  }
  return coupling.ticker().stopped() ? std::vector<Dominated>{} : found;
}

}  // namespace conductor::plugins::solver::optimal
