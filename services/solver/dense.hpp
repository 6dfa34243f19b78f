// The plan as strategies see it: survivors renumbered by their key, costs in fixed point, rows of relations and pair
// costs computed on first use and kept. Dense is what all searches of one plan share; SearchProblem adds what differs
// between them.
#pragma once
#include "services/solver/filter.hpp"
#include "services/solver/lazy_rows.hpp"
#include "services/solver/objective.hpp"
#include "services/solver/parts.hpp"

namespace conductor::services::solver {

// Keeps everything alive that rows are computed from, for a strategy that overruns its deadline and goes on reading.
class Dense {
 public:
  // Throws InvalidPlan when values are too large to be summed.
  Dense(std::shared_ptr<Plan const> plan, Options const& options, std::shared_ptr<Filtered> filtered);
  Dense(Dense const&) = delete;

  Plan const& plan() const { return *plan_; }
  std::size_t demands() const { return numbering_.size(); }
  std::vector<std::uint32_t> const& numbering(std::size_t demand) const { return numbering_[demand]; }
  std::span<sdk::UnaryKey const> keys(std::size_t demand) const { return keys_[demand]; }
  std::span<sdk::CoupledPair const> pairs() const { return pairs_; }
  sdk::Bits row(std::size_t demand, std::size_t c, std::size_t other) const;
  std::span<sdk::Cost const> costs(std::size_t demand, std::size_t c, std::size_t other) const;
  // Parts and restrictions that are no pairs; they live as long as this object.
  std::span<std::unique_ptr<sdk::Term> const> terms() const { return terms_; }
  Parts const& parts() const { return parts_; }
  std::span<std::uint32_t const> decision_order() const { return order_; }
  double scale() const { return scale_; }
  sdk::Cost gap_unit() const { return gap_unit_; }
  // Gaps and value of a fixed-point cost.
  Score score_of(sdk::Cost cost) const;
  // Most that rounding may change in a sum of all contributions.
  double rounding() const { return rounding_; }

 private:
  struct Scores;
  struct Coupling;
  void choose_scale(Scores const& scores);
  void number(std::uint32_t demand, Scores const& scores);
  void number_others();
  void make_terms();
  void couple();
  void couple_direction(std::uint32_t demand, std::uint32_t other, Coupling const& coupling);
  struct Choice {
    std::uint32_t demand, candidate;
  };
  struct Classes {
    std::vector<std::uint32_t> const& of;  // by position
    std::size_t count;
  };
  bool decides(RowClasses const& classes, Coupling const& coupling, std::uint32_t demand) const;
  bool fill_allowed(Choice const& choice, std::vector<PairPart*> const& costs, sdk::Bits row, Classes const& classes,
                    std::span<sdk::Cost> out) const;
  void fill_each(Choice const& choice, std::vector<PairPart*> const& costs, sdk::Bits row,
                 std::span<sdk::Cost> out) const;
  void fill_by_class(Choice const& choice, std::vector<PairPart*> const& costs, sdk::Bits row, Classes const& classes,
                     std::span<sdk::Cost> out) const;
  std::size_t slot(std::size_t demand, std::size_t other) const { return demand * numbering_.size() + other; }
  sdk::Cost fixed(Score const& score) const;
  // Not above fixed() of any score that is not below.
  sdk::Cost fixed_bound(Score const& score) const;

  std::shared_ptr<Plan const> plan_;
  Options options_;
  std::shared_ptr<Filtered> filtered_;
  Parts parts_;
  std::vector<std::vector<std::uint32_t>> numbering_;  // position -> candidate of the model
  std::vector<std::vector<sdk::UnaryKey>> keys_;
  std::vector<sdk::CoupledPair> pairs_;
  RowArena arena_;                                           // of all rows
  std::vector<std::unique_ptr<LazyRows<sdk::Word>>> rows_;   // by slot(demand, other); null: not coupled
  std::vector<std::unique_ptr<LazyRows<sdk::Cost>>> costs_;  // likewise
  std::vector<std::unique_ptr<sdk::Term>> terms_;
  std::vector<std::uint32_t> order_;
  double scale_ = 1, rounding_ = 0;
  sdk::Cost gap_unit_ = 1, largest_ = 0;
};

// One search: which survivors are still allowed, which assignments are excluded, how many are wanted.
class SearchProblem final : public sdk::Problem {
 public:
  SearchProblem(std::shared_ptr<Dense const> dense, std::size_t wanted, std::uint64_t seed,
                std::uint64_t node_limit = 0);

  void forbid(std::size_t demand, std::uint32_t position);
  void exclude(std::vector<sdk::Assignment> assignments);

  std::size_t demands() const override { return dense_->demands(); }
  std::size_t candidates(std::size_t demand) const override { return dense_->numbering(demand).size(); }
  sdk::Bits allowed(std::size_t demand) const override { return allowed_[demand]; }
  std::span<sdk::UnaryKey const> keys(std::size_t demand) const override { return dense_->keys(demand); }
  std::span<sdk::CoupledPair const> pairs() const override { return dense_->pairs(); }
  sdk::Bits row(std::size_t demand, std::size_t c, std::size_t other) const override {
    return dense_->row(demand, c, other);
  }
  std::span<sdk::Cost const> costs(std::size_t demand, std::size_t c, std::size_t other) const override {
    return dense_->costs(demand, c, other);
  }
  std::span<sdk::Term const* const> terms() const override { return terms_; }
  std::span<std::uint32_t const> decision_order() const override { return dense_->decision_order(); }
  std::size_t solutions_wanted() const override { return wanted_; }
  bool has_objective() const override { return dense_->plan().has_preferences(); }
  double scale() const override { return dense_->scale(); }
  sdk::Cost gap_unit() const override { return dense_->gap_unit(); }
  std::uint64_t seed() const override { return seed_; }
  std::uint64_t node_limit() const override { return node_limit_; }

 private:
  std::shared_ptr<Dense const> dense_;
  std::size_t wanted_;
  std::uint64_t seed_, node_limit_;
  std::vector<std::vector<sdk::Word>> allowed_;
  std::unique_ptr<sdk::Term> exclusion_;
  std::vector<sdk::Term const*> terms_;
};

}  // namespace conductor::services::solver
