// Terms as the host makes them: an exclusion of an earlier assignment, a weighted maximum, and "at least one of".
#pragma once
#include "conductor/sdk/solver.hpp"

#include <algorithm>
#include <map>

namespace conductor::tests::solver {

class Scoped : public sdk::Term {
 public:
  explicit Scoped(std::vector<std::uint32_t> scope) : scope_(std::move(scope)) {}
  std::span<std::uint32_t const> scope() const override { return scope_; }

 protected:
  static bool only(sdk::Bits bits, std::uint32_t c) {
    if (!sdk::test_bit(bits, c)) return false;
    for (std::size_t w = 0; w < bits.size(); ++w)
      if (bits[w] != (w == c / 64 ? sdk::Word{1} << (c % 64) : 0)) return false;
    return true;
  }
  std::vector<std::uint32_t> scope_;
};

// Forbids one assignment of the scope; `chosen` holds a candidate for each demand of the scope.
class Exclusion final : public Scoped {
 public:
  Exclusion(std::vector<std::uint32_t> scope, std::vector<std::uint32_t> chosen)
      : Scoped(std::move(scope)), chosen_(std::move(chosen)) {}
  sdk::Cost value(sdk::Assignment const& assignment) const override {
    for (std::size_t i = 0; i < scope_.size(); ++i)
      if (assignment[scope_[i]] != chosen_[i]) return 0;
    return sdk::forbidden;
  }
  sdk::Cost bound(std::span<sdk::Bits const> domains) const override {
    for (std::size_t i = 0; i < scope_.size(); ++i)
      if (!only(domains[scope_[i]], chosen_[i])) return 0;
    return sdk::forbidden;
  }

 private:
  std::vector<std::uint32_t> chosen_;
};

// The largest leaf value over the scope; leaves by position in the scope and candidate.
class Maximum final : public Scoped {
 public:
  Maximum(std::vector<std::uint32_t> scope, std::vector<std::vector<sdk::Cost>> leaves)
      : Scoped(std::move(scope)), leaves_(std::move(leaves)) {}
  sdk::Cost value(sdk::Assignment const& assignment) const override {
    auto most = std::numeric_limits<sdk::Cost>::min();
    for (std::size_t i = 0; i < scope_.size(); ++i) most = std::max(most, leaves_[i][assignment[scope_[i]]]);
    return most;
  }
  sdk::Cost bound(std::span<sdk::Bits const> domains) const override {
    auto most = std::numeric_limits<sdk::Cost>::min();
    for (std::size_t i = 0; i < scope_.size(); ++i) {
      auto least = sdk::forbidden;
      for (std::size_t c = 0; c < leaves_[i].size(); ++c)
        if (sdk::test_bit(domains[scope_[i]], c)) least = std::min(least, leaves_[i][c]);
      most = std::max(most, least);
    }
    return most;
  }

 private:
  std::vector<std::vector<sdk::Cost>> leaves_;
};

// At least one demand of the scope takes a candidate with an even index, or a penalty is due (forbidden: it is a must).
class AnyEven final : public Scoped {
 public:
  AnyEven(std::vector<std::uint32_t> scope, sdk::Cost penalty) : Scoped(std::move(scope)), penalty_(penalty) {}
  sdk::Cost value(sdk::Assignment const& assignment) const override {
    for (auto const d : scope_)
      if (assignment[d] % 2 == 0) return 0;
    return penalty_;
  }
  sdk::Cost bound(std::span<sdk::Bits const> domains) const override {
    for (auto const d : scope_)
      for (auto const word : domains[d])
        if (word & 0x5555555555555555ULL) return 0;
    return penalty_;
  }

 private:
  sdk::Cost penalty_;
};

}  // namespace conductor::tests::solver
