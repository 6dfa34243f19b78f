// What decides how good an assignment is, in double precision: parts that depend on one choice, on two, or on more.
// Objective, soft constraints and moves are all made of them; smaller is better. Fixed-point scores are made from these
// in dense.cpp, the value that is reported in total.cpp.
#pragma once
#include "services/placement/rule.hpp"

namespace conductor::services::solver {

using namespace placement;

// A value with the number of operands that lack data (8.5); those contribute 0.
struct Score {
  double value = 0;
  std::uint32_t gaps = 0;

  Score& operator+=(Score const& other) {
    value += other.value;
    gaps += other.gaps;
    return *this;
  }
};

// All scores of a part lie within.
struct Range {
  double least = 0, most = 0;
  std::uint32_t most_gaps = 0;
};

class UnaryPart {
 public:
  virtual ~UnaryPart() = default;
  virtual bool concerns(std::uint32_t /*demand*/) const { return true; }
  // 0 for a demand that it does not concern.
  virtual Score score(std::uint32_t demand, std::uint32_t candidate) const = 0;
  // Adds the scores of many candidates; they may differ from score() in the last digits of a double.
  virtual void add_scores(std::uint32_t demand, std::span<std::uint32_t const> candidates, std::span<Score> out) const {
    for (std::size_t i = 0; i < candidates.size(); ++i) out[i] += score(demand, candidates[i]);
  }
};

// Thread-safe.
class PairPart {
 public:
  PairPart(std::uint32_t first, std::uint32_t second) : first_(first), second_(second) {}
  virtual ~PairPart() = default;
  std::uint32_t first() const { return first_; }  // < second
  std::uint32_t second() const { return second_; }
  virtual Score score(std::uint32_t of_first, std::uint32_t of_second) const = 0;
  // Candidates of a demand with equal signatures have equal scores beside everyone.
  virtual std::uint64_t signature(std::uint32_t demand, std::uint32_t candidate) const = 0;
  // True when the signatures of the demand's candidates are known to differ all.
  virtual bool tells_all_apart(std::uint32_t /*demand*/) const { return false; }
  virtual Range range() const = 0;

  // Rows of scores, for searches. Once per end, before rows: the candidates that they are over.
  virtual void number(std::uint32_t demand, std::span<std::uint32_t const> candidates) {
    listed_[demand == first_ ? 0 : 1].assign(candidates.begin(), candidates.end());
  }
  // Adds the scores of a candidate of `demand`, one of the ends, beside all that the other end lists; they may differ
  // from score() in the last digits of a double.
  virtual void add_row(std::uint32_t demand, std::uint32_t candidate, std::span<Score> out) const {
    auto const& others = listed_at_other_end(demand);
    for (std::size_t i = 0; i < others.size(); ++i)
      out[i] += demand == first_ ? score(candidate, others[i]) : score(others[i], candidate);
  }
  // The same beside some of them only: those at `places` of the list.
  virtual void add_some(std::uint32_t demand, std::uint32_t candidate, std::span<std::uint32_t const> places,
                        std::span<Score> out) const {
    auto const& others = listed_at_other_end(demand);
    for (std::size_t i = 0; i < places.size(); ++i)
      out[i] += demand == first_ ? score(candidate, others[places[i]]) : score(others[places[i]], candidate);
  }

 protected:
  std::vector<std::uint32_t> const& listed_at_other_end(std::uint32_t demand) const {
    return listed_[demand == first_ ? 1 : 0];
  }

 private:
  std::uint32_t first_, second_;
  std::array<std::vector<std::uint32_t>, 2> listed_;
};

// Thread-safe after numbering.
class TermPart {
 public:
  virtual ~TermPart() = default;
  virtual std::span<std::uint32_t const> scope() const = 0;  // demands, ascending
  virtual void number(std::uint32_t demand, std::span<std::uint32_t const> numbering) = 0;
  virtual Score score(Chosen const& chosen) const = 0;
  // Neither value nor gaps of any assignment within the domains are smaller. Domains as in Nary.
  virtual Score bound(std::span<sdk::Bits const> domains) const = 0;
  virtual Range range() const = 0;
};

struct Parts {
  std::vector<std::unique_ptr<UnaryPart>> unary;
  std::vector<std::unique_ptr<PairPart>> pairs;
  std::vector<std::unique_ptr<TermPart>> terms;
};

}  // namespace conductor::services::solver
