// A Problem made of explicit numbers, for the tests and the benchmark of solver strategies. Rows are made on first use
// by functions that the maker of the problem gives, and kept; everything else is plain data.
#pragma once
#include "conductor/sdk/solver.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <vector>

namespace conductor::tests::solver {

class DenseProblem final : public sdk::Problem {
 public:
  using Allows = std::function<bool(std::uint32_t first, std::uint32_t second)>;
  using Price = std::function<sdk::Cost(std::uint32_t first, std::uint32_t second)>;

  // Keys stand by ascending (cost, version, rank).
  std::uint32_t add_demand(std::vector<sdk::UnaryKey> keys) {
    std::vector<sdk::Word> bits((keys.size() + 63) / 64);
    for (std::size_t c = 0; c < keys.size(); ++c) bits[c / 64] |= sdk::Word{1} << (c % 64);
    demands_.push_back({std::move(keys), std::move(bits)});
    order_.push_back(static_cast<std::uint32_t>(order_.size()));
    return order_.back();
  }
  void forbid(std::size_t demand, std::size_t c) { demands_[demand].allowed[c / 64] &= ~(sdk::Word{1} << (c % 64)); }
  // Relations of the same pair are joined by "and"; first < second.
  void relate(std::uint32_t first, std::uint32_t second, Allows allows) {
    auto& pair = pair_of(first, second);
    pair.restricts = true;
    relations_[{first, second}].push_back(std::move(allows));
  }
  // least: at most every price.
  void price(std::uint32_t first, std::uint32_t second, sdk::Cost least, Price price) {
    auto& pair = pair_of(first, second);
    pair.has_cost = true;
    pair.least_cost = least;
    prices_[{first, second}] = std::move(price);
  }
  void add_term(std::unique_ptr<sdk::Term> term) {
    terms_.push_back(term.get());
    owned_terms_.push_back(std::move(term));
  }
  void set_order(std::vector<std::uint32_t> order) { order_ = std::move(order); }
  void set_wanted(std::size_t wanted) { wanted_ = wanted; }
  void set_seed(std::uint64_t seed) { seed_ = seed; }
  void set_node_limit(std::uint64_t nodes) { node_limit_ = nodes; }
  void set_scale(double scale) { scale_ = scale; }
  std::size_t rows_made() const {
    std::lock_guard const lock(mutex_);
    return rows_.size() + costs_.size();
  }

  std::size_t demands() const override { return demands_.size(); }
  std::size_t candidates(std::size_t demand) const override { return demands_[demand].keys.size(); }
  sdk::Bits allowed(std::size_t demand) const override { return demands_[demand].allowed; }
  std::span<sdk::UnaryKey const> keys(std::size_t demand) const override { return demands_[demand].keys; }
  std::span<sdk::CoupledPair const> pairs() const override { return pairs_; }
  sdk::Bits row(std::size_t demand, std::size_t c, std::size_t other) const override {
    std::lock_guard const lock(mutex_);
    auto& row = rows_[{demand, c, other}];
    if (row.empty()) {
      row.resize((candidates(other) + 63) / 64);
      auto const& relations = relations_.at(std::minmax(demand, other));
      for (std::size_t o = 0; o < candidates(other); ++o) {
        auto const a = static_cast<std::uint32_t>(demand < other ? c : o);
        auto const b = static_cast<std::uint32_t>(demand < other ? o : c);
        bool allows = true;
        for (auto const& relation : relations) allows = allows && relation(a, b);
        row[o / 64] |= sdk::Word{allows} << (o % 64);
      }
    }
    return row;
  }
  std::span<sdk::Cost const> costs(std::size_t demand, std::size_t c, std::size_t other) const override {
    std::lock_guard const lock(mutex_);
    auto& costs = costs_[{demand, c, other}];
    if (costs.empty()) {
      costs.resize(candidates(other));
      auto const& price = prices_.at(std::minmax(demand, other));
      for (std::uint32_t o = 0; o < costs.size(); ++o)
        costs[o] = demand < other ? price(static_cast<std::uint32_t>(c), o) : price(o, static_cast<std::uint32_t>(c));
    }
    return costs;
  }
  std::span<sdk::Term const* const> terms() const override { return terms_; }
  std::span<std::uint32_t const> decision_order() const override { return order_; }
  std::size_t solutions_wanted() const override { return wanted_; }
  bool has_objective() const override { return true; }
  double scale() const override { return scale_; }
  sdk::Cost gap_unit() const override { return sdk::Cost{1} << 40; }
  std::uint64_t seed() const override { return seed_; }
  std::uint64_t node_limit() const override { return node_limit_; }

 private:
  struct DemandData {
    std::vector<sdk::UnaryKey> keys;
    std::vector<sdk::Word> allowed;
  };
  using Ends = std::pair<std::size_t, std::size_t>;

  sdk::CoupledPair& pair_of(std::uint32_t first, std::uint32_t second) {
    for (auto& pair : pairs_)
      if (pair.first == first && pair.second == second) return pair;
    pairs_.push_back({first, second, false, false, 0});
    return pairs_.back();
  }

  std::vector<DemandData> demands_;
  std::vector<sdk::CoupledPair> pairs_;
  std::map<Ends, std::vector<Allows>> relations_;
  std::map<Ends, Price> prices_;
  std::vector<std::unique_ptr<sdk::Term>> owned_terms_;
  std::vector<sdk::Term const*> terms_;
  std::vector<std::uint32_t> order_;
  std::size_t wanted_ = 1;
  std::uint64_t seed_ = 0, node_limit_ = 0;
  double scale_ = 1e6;
  mutable std::mutex mutex_;
  mutable std::map<std::array<std::size_t, 3>, std::vector<sdk::Word>> rows_;
  mutable std::map<std::array<std::size_t, 3>, std::vector<sdk::Cost>> costs_;
};

}  // namespace conductor::tests::solver
