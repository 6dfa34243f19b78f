// SearchProblem, and the term that excludes assignments already found (solver specification S63).
#include "services/solver/dense.hpp"

#include <numeric>

namespace conductor::services::solver {
namespace {

class Exclusion final : public sdk::Term {
 public:
  Exclusion(std::size_t demands, std::vector<sdk::Assignment> excluded)
      : scope_(demands), excluded_(std::move(excluded)) {
    std::iota(scope_.begin(), scope_.end(), 0U);
    std::sort(excluded_.begin(), excluded_.end());
  }
  std::span<std::uint32_t const> scope() const override { return scope_; }
  sdk::Cost value(sdk::Assignment const& assignment) const override {
    return std::binary_search(excluded_.begin(), excluded_.end(), assignment) ? sdk::forbidden : 0;
  }
  sdk::Cost bound(std::span<sdk::Bits const> domains) const override {
    // Excluded assignments within the domains, against all of them: forbidden when none is left over.
    double all = 1;
    for (auto const domain : domains) {
      std::size_t count = 0;
      for (auto const word : domain) count += static_cast<std::size_t>(std::popcount(word));
      all *= static_cast<double>(count);
      if (all > static_cast<double>(excluded_.size())) return 0;
    }
    std::size_t inside = 0;
    for (auto const& assignment : excluded_) {
      bool fits = true;
      for (std::size_t d = 0; fits && d < domains.size(); ++d) fits = sdk::test_bit(domains[d], assignment[d]);
      if (fits) ++inside;
    }
    return static_cast<double>(inside) == all ? sdk::forbidden : 0;
  }

 private:
  std::vector<std::uint32_t> scope_;
  std::vector<sdk::Assignment> excluded_;
};

}  // namespace

SearchProblem::SearchProblem(std::shared_ptr<Dense const> dense, std::size_t wanted, std::uint64_t seed,
                             std::uint64_t node_limit)
    : dense_(std::move(dense)), wanted_(wanted), seed_(seed), node_limit_(node_limit) {
  for (std::size_t d = 0; d < dense_->demands(); ++d) {
    auto const count = dense_->numbering(d).size();
    auto& bits = allowed_.emplace_back((count + 63) / 64, ~sdk::Word{0});
    if (count % 64 != 0) bits.back() = (sdk::Word{1} << (count % 64)) - 1;
  }
  for (auto const& term : dense_->terms()) terms_.push_back(term.get());
}

void SearchProblem::forbid(std::size_t demand, std::uint32_t position) {
  allowed_[demand][position / 64] &= ~(sdk::Word{1} << (position % 64));
}

void SearchProblem::exclude(std::vector<sdk::Assignment> assignments) {
  if (assignments.empty()) return;
  exclusion_ = std::make_unique<Exclusion>(demands(), std::move(assignments));
  terms_.push_back(exclusion_.get());
}

}  // namespace conductor::services::solver
