// A problem as a cost function network (.cfn), which toulbar2 reads: explicit tables in whole units of the problem's
// fixed point. For tests and benchmarks; problems with terms cannot be written.
#pragma once
#include "conductor/sdk/solver.hpp"

#include <algorithm>
#include <ostream>
#include <stdexcept>

namespace conductor::tests::solver {

// Every table is shifted so that its least entry is 0, since the bound above which costs are forbidden is a sum of what
// tables hold. The optimum is what the network's optimum is, plus shift(). The problem outlives this.
class CostNetwork {
 public:
  explicit CostNetwork(sdk::Problem const& problem) : problem_(problem) {
    if (!problem.terms().empty()) throw std::invalid_argument("a cost network has no room for terms");
    for (std::size_t d = 0; d < problem.demands(); ++d) measure([&](auto const& visit) { each_candidate(d, visit); });
    for (auto const& pair : problem.pairs()) measure([&](auto const& visit) { each_entry(pair, visit); });
  }

  sdk::Cost shift() const { return shift_; }
  std::size_t entries() const { return entries_; }

  void write(std::ostream& out) const {
    // What costs `top` or more is forbidden.
    out << "{problem:{name:placement,mustbe:\"<" << top_ << "\"},\nvariables:{";
    for (std::size_t d = 0; d < problem_.demands(); ++d)
      out << (d == 0 ? "" : ",") << "d" << d << ":" << problem_.candidates(d);
    out << "},\nfunctions:{";
    for (std::size_t d = 0; d < problem_.demands(); ++d) {
      out << (d == 0 ? "" : ",\n") << "u" << d << ":{scope:[d" << d << "],costs:[";
      table(out, [&](auto const& visit) { each_candidate(d, visit); });
    }
    for (auto const& pair : problem_.pairs()) {
      out << ",\np" << pair.first << "_" << pair.second << ":{scope:[d" << pair.first << ",d" << pair.second
          << "],costs:[";
      table(out, [&](auto const& visit) { each_entry(pair, visit); });
    }
    out << "}}\n";
  }

  // Calls visit(cost) for every pair of candidates, those of `second` fastest; forbidden where they may not stand
  // together.
  template <class Visit>
  void each_entry(sdk::CoupledPair const& pair, Visit const& visit) const {
    for (std::size_t c = 0; c < problem_.candidates(pair.first); ++c) {
      auto const row = pair.restricts ? problem_.row(pair.first, c, pair.second) : sdk::Bits{};
      auto const costs = pair.has_cost ? problem_.costs(pair.first, c, pair.second) : std::span<sdk::Cost const>{};
      for (std::size_t other = 0; other < problem_.candidates(pair.second); ++other) {
        bool const allowed = !pair.restricts || sdk::test_bit(row, other);
        visit(!allowed ? sdk::forbidden : pair.has_cost ? costs[other] : 0);
      }
    }
  }

 private:
  struct Extent {
    sdk::Cost least = sdk::forbidden, most = std::numeric_limits<sdk::Cost>::min();
    std::size_t entries = 0;
  };
  template <class Visit>
  void each_candidate(std::size_t d, Visit const& visit) const {
    for (std::size_t c = 0; c < problem_.candidates(d); ++c)
      visit(sdk::test_bit(problem_.allowed(d), c) ? problem_.keys(d)[c].cost : sdk::forbidden);
  }
  template <class Each>
  static Extent extent_of(Each const& each) {
    Extent extent;
    each([&](sdk::Cost cost) {
      ++extent.entries;
      if (cost == sdk::forbidden) return;
      extent.least = std::min(extent.least, cost);
      extent.most = std::max(extent.most, cost);
    });
    // Nothing but forbidden entries.
    if (extent.least == sdk::forbidden) extent.least = extent.most = 0;
    return extent;
  }
  template <class Each>
  void measure(Each const& each) {
    auto const extent = extent_of(each);
    shift_ += extent.least;
    top_ += extent.most - extent.least;
    entries_ += extent.entries;
  }
  template <class Each>
  void table(std::ostream& out, Each const& each) const {
    auto const least = extent_of(each).least;
    char const* comma = "";
    each([&](sdk::Cost cost) {
      out << comma << (cost == sdk::forbidden ? top_ : cost - least);
      comma = ",";
    });
    out << "]}";
  }

  sdk::Problem const& problem_;
  sdk::Cost shift_ = 0, top_ = 1;
  std::size_t entries_ = 0;
};

}  // namespace conductor::tests::solver
