// Solver strategies: how the best choice of one candidate per demand is found. A strategy sees only the Problem: dense
// numbers, no names, no documents and no remote calls.
//
// Key of an assignment a, smaller is better, compared in this order: (1) the sum of all costs: unary(d, a[d]).cost over
// the demands, pair costs, values of terms; (2) the vector of versions in demand order; (3) the vector of ranks in
// demand order. (2) and (3) make the optimum unique. Candidates of a demand are numbered by ascending (cost, version,
// rank): the lowest allowed bit is the best by its own key.
#pragma once
#include "conductor/sdk/plugin.hpp"

#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace conductor::sdk {

using Cost = std::int64_t;  // fixed point; Problem::scale() says how many units are 1.0
using Word = std::uint64_t;
inline constexpr Cost forbidden = std::numeric_limits<Cost>::max();

inline constexpr Capabilities exact = 1U << 8U,  // proves optimality when it is given the time
    anytime = 1U << 9U,                          // reports incumbents and bounds on the way
    seeded = 1U << 10U;                          // uses Problem::seed()

// Bits of candidate indices: bit c of a demand is word c / 64, bit c % 64.
using Bits = std::span<Word const>;
inline bool test_bit(Bits bits, std::size_t i) { return (bits[i / 64] >> (i % 64)) & 1U; }

using Assignment = std::vector<std::uint32_t>;  // one candidate index per demand

struct UnaryKey {
  // Gaps (missing objective data) are folded in as multiples of Problem::gap_unit(), which outweighs all real costs.
  Cost cost = 0;
  std::uint32_t version = 0;  // 0 is the newest; all 0 when versions do not count
  std::uint32_t rank = 0;     // by (candidate cost, input order)
};

// Two demands that a relation or a cost couples; first < second.
struct CoupledPair {
  std::uint32_t first = 0, second = 0;
  bool restricts = false;  // row() removes candidates
  bool has_cost = false;   // costs() is not all 0
  Cost least_cost = 0;     // lower bound of costs() over all pairs of candidates
};

// A part of the objective or a restriction over several demands at once.
class Term {
 public:
  virtual ~Term() = default;
  virtual std::span<std::uint32_t const> scope() const = 0;  // demands
  // For a complete assignment; `forbidden` when it is not allowed.
  virtual Cost value(Assignment const& assignment) const = 0;
  // At most the value of every assignment within the domains (one per demand of the problem); `forbidden` when there is
  // none.
  virtual Cost bound(std::span<Bits const> domains) const = 0;
};

// Owned by the caller of solve(). All methods are thread-safe; spans stay valid as long as the Problem lives.
class Problem {
 public:
  virtual ~Problem() = default;
  virtual std::size_t demands() const = 0;
  virtual std::size_t candidates(std::size_t demand) const = 0;
  virtual Bits allowed(std::size_t demand) const = 0;  // after all unary constraints; may be empty of bits
  virtual std::span<UnaryKey const> keys(std::size_t demand) const = 0;
  virtual std::span<CoupledPair const> pairs() const = 0;
  // Candidates of `other` that may stand beside candidate `c` of `demand`; the pair restricts. Computed on first use.
  virtual Bits row(std::size_t demand, std::size_t c, std::size_t other) const = 0;
  // Cost of each candidate of `other` beside candidate `c` of `demand`; the pair has a cost. Computed on first use.
  virtual std::span<Cost const> costs(std::size_t demand, std::size_t c, std::size_t other) const = 0;
  virtual std::span<Term const* const> terms() const = 0;
  // The order in which the original would decide the demands; only heuristics may depend on it.
  virtual std::span<std::uint32_t const> decision_order() const = 0;
  virtual std::size_t solutions_wanted() const = 0;  // distinct assignments, best first
  virtual bool has_objective() const = 0;            // false: any allowed assignment is as good
  virtual double scale() const = 0;
  virtual Cost gap_unit() const = 0;
  virtual std::uint64_t seed() const = 0;
  // Nodes after which the search ends as at its deadline, the same on every machine; 0: no limit. Since 1.1.
  virtual std::uint64_t node_limit() const { return 0; }
};

enum class Proof { optimal, feasible, infeasible, unknown };

constexpr std::string_view to_string(Proof proof) {
  constexpr std::string_view names[] = {"optimal", "feasible", "infeasible", "unknown"};
  return names[static_cast<std::size_t>(proof)];
}

struct FoundSolution {
  Assignment assignment;
  Cost cost = 0;
  Cost bound = 0;  // no better solution at this place of the list exists below it; equal to cost when proven
  Proof proof = Proof::feasible;
};

struct Solved {
  Proof proof = Proof::unknown;  // of the first solution; infeasible and unknown come without solutions
  std::vector<FoundSolution> solutions;
  std::uint64_t nodes = 0;
};

// Where a strategy reports its progress; called on the solving thread, must be quick.
class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  virtual void incumbent(Assignment const& assignment, Cost cost) = 0;
  virtual void bound(Cost cost) = 0;
};

class SolverStrategy : public Plugin {
 public:
  static constexpr char kind[] = "solver";

  // Blocks until solved or until call.deadline (kept within 20 ms) or call.cancelled (within 50 ms). At the deadline:
  // the best found, as `feasible` or `unknown`. Cancelled: Errc::cancelled. Same problem, same answer, unless the
  // deadline cut it short.
  virtual Result<Solved> solve(Call const& call, Problem const& problem, ProgressSink& progress) = 0;
};

}  // namespace conductor::sdk
