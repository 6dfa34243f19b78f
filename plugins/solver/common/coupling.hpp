// Which demands touch which, and the rows of the Problem already asked for. A row costs the Problem real work the first
// time and a lock every time, so each is asked for once, and only when a search needs it. One object per solve, one
// thread.
#pragma once
#include "common/ticker.hpp"
#include "conductor/sdk/solver.hpp"

#include <algorithm>
#include <vector>

namespace conductor::plugins::solver {

// A coupled pair seen from one of its demands.
struct Link {
  std::uint32_t from = 0, to = 0;
  std::uint32_t pair = 0;  // index into Problem::pairs()
  bool restricts = false, has_cost = false;
  sdk::Cost least_cost = 0;
  std::uint32_t slot = 0;  // of this link's rows in the Coupling
};

class Coupling {
 public:
  static constexpr std::size_t default_bytes_of_rows = std::size_t{1} << 30U;

  Coupling(sdk::Problem const& problem, Ticker& ticker, std::size_t bytes_of_rows = default_bytes_of_rows)
      : problem_(problem), ticker_(ticker), bytes_left_(bytes_of_rows), links_(problem.demands()) {
    auto const pairs = problem.pairs();
    for (std::uint32_t p = 0; p < pairs.size(); ++p) {
      auto const& pair = pairs[p];
      if (!pair.restricts && !pair.has_cost) continue;
      add(pair.first, pair.second, p, pair);
      add(pair.second, pair.first, p, pair);
    }
  }

  std::vector<Link> const& links(std::size_t demand) const { return links_[demand]; }

  // Words over the candidates of link.to beside candidate c of link.from; the link restricts.
  sdk::Word const* row(Link const& link, std::size_t c) {
    auto& rows = rows_[link.slot];
    if (rows.empty()) rows.resize(problem_.candidates(link.from));
    if (!rows[c]) {
      rows[c] = problem_.row(link.from, c, link.to).data();
      account(link, (problem_.candidates(link.to) + 63) / 64 * sizeof(sdk::Word));
    }
    return rows[c];
  }
  // Costs of the candidates of link.to beside candidate c of link.from; the link has a cost.
  sdk::Cost const* costs(Link const& link, std::size_t c) {
    auto& costs = costs_[link.slot];
    if (costs.empty()) costs.resize(problem_.candidates(link.from));
    if (!costs[c]) {
      costs[c] = problem_.costs(link.from, c, link.to).data();
      account(link, problem_.candidates(link.to) * sizeof(sdk::Cost));
    }
    return costs[c];
  }

  sdk::Problem const& problem() const { return problem_; }
  Ticker& ticker() { return ticker_; }

 private:
  static constexpr std::size_t work_of_fresh_entry = 8;  // a haversine against a comparison

  void account(Link const& link, std::size_t bytes) {
    ticker_.spent(problem_.candidates(link.to) * work_of_fresh_entry);
    if (bytes > bytes_left_) ticker_.stop();
    bytes_left_ -= std::min(bytes, bytes_left_);
  }

  void add(std::uint32_t from, std::uint32_t to, std::uint32_t p, sdk::CoupledPair const& pair) {
    links_[from].push_back({from, to, p, pair.restricts, pair.has_cost, pair.has_cost ? pair.least_cost : 0,
                            static_cast<std::uint32_t>(rows_.size())});
    rows_.emplace_back();
    costs_.emplace_back();
  }

  sdk::Problem const& problem_;
  Ticker& ticker_;
  std::size_t bytes_left_;
  std::vector<std::vector<Link>> links_;  // by demand
  std::vector<std::vector<sdk::Word const*>> rows_;
  std::vector<std::vector<sdk::Cost const*>> costs_;
};

}  // namespace conductor::plugins::solver
