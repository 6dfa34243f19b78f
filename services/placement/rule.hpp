// What a constraint becomes for one plan: a unary test on the candidates of its demands, a relation between pairs of
// candidates, a restriction on several demands at once, or a mixture. Hard ones remove candidates and assignments, soft
// ones cost.
#pragma once
#include "conductor/sdk/solver.hpp"
#include "services/placement/annotations.hpp"
#include "services/placement/model.hpp"
#include "services/placement/remote.hpp"
#include "services/placement/site_sieves.hpp"

#include <memory>
#include <span>

namespace conductor::services::placement {

// `unknown`: data is missing, which satisfies neither a condition nor its opposite.
enum class Truth : std::uint8_t { no, yes, unknown };

// A unary test. Const methods only after preparation; called on one thread.
class Test {
 public:
  virtual ~Test() = default;
  // For a remote or late test: what it must know about a candidate that passed all earlier tests.
  virtual void ask(std::uint32_t, std::uint32_t, Questions&) const {}
  // Whether the candidate is of a type that is looked at; others are kept.
  virtual bool concerns(std::uint32_t, std::uint32_t) const { return true; }
  // For a late test, once it has its answers: what people should know about those of one demand; usually empty.
  virtual std::string note(std::uint32_t) const { return ""; }
  virtual bool keeps(std::uint32_t demand, std::uint32_t candidate) const = 0;
  // True when it is known to keep every candidate of the demand: then nobody has to be asked for each of them.
  virtual bool keeps_all(std::uint32_t /*demand*/) const { return false; }
  // For a candidate that it does not keep.
  virtual Drop why(std::uint32_t demand, std::uint32_t candidate) const = 0;
  // How far the candidate is beyond the limit, in the base unit; 0 for one that it keeps. Nothing when data is missing.
  // Only for rules that are measured.
  virtual std::optional<double> excess(std::uint32_t demand, std::uint32_t candidate) const;

  Truth truth(std::uint32_t demand, std::uint32_t candidate) const;
};

// A relation over all pairs of a list of demands. Candidates in arguments are those of the model, bits in rows are
// positions in the numbering of the other demand. Thread-safe after all demands are numbered.
class Relation {
 public:
  virtual ~Relation() = default;
  // Once per demand, before rows and signatures: position -> candidate. The span outlives the relation.
  virtual void number(std::uint32_t demand, std::span<std::uint32_t const> numbering) = 0;
  // Candidates of a demand with equal signatures have equal rows.
  virtual std::uint32_t signature(std::uint32_t demand, std::uint32_t candidate) const = 0;
  // True when the signatures of the demand's candidates are known to differ all.
  virtual bool tells_all_apart(std::uint32_t /*demand*/) const { return false; }
  // Clears the bits of those that may not stand beside `candidate`.
  virtual void restrict(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                        std::span<sdk::Word> row) const = 0;
  // Of one pair of choices, missing data included; needs no numbering.
  virtual Truth truth(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                      std::uint32_t partner) const = 0;
  // For a pair whose truth is not `yes`, as far as there is more to say than that.
  virtual Drop why(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other, std::uint32_t partner) const;
  // As in Test; only for rules that are measured.
  virtual std::optional<double> excess(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                                       std::uint32_t partner) const;
  // Not less than any excess.
  virtual std::optional<double> most_excess() const { return std::nullopt; }
};

// The choices of an assignment as candidates of the model, whether given as such or as positions of a numbering.
class Chosen {
 public:
  explicit Chosen(std::span<std::uint32_t const> candidates) : places_(candidates) {}
  Chosen(std::span<std::uint32_t const> positions, std::vector<std::vector<std::uint32_t>> const& numbering)
      : places_(positions), numbering_(&numbering) {}
  std::uint32_t operator[](std::uint32_t demand) const {
    return numbering_ ? (*numbering_)[demand][places_[demand]] : places_[demand];
  }

 private:
  std::span<std::uint32_t const> places_;
  std::vector<std::vector<std::uint32_t>> const* numbering_ = nullptr;
};

// A restriction on more than two demands that is no conjunction of pairs. Thread-safe after numbering.
class Nary {
 public:
  virtual ~Nary() = default;
  virtual void number(std::uint32_t demand, std::span<std::uint32_t const> numbering) = 0;
  virtual bool holds(Chosen const& chosen) const = 0;
  // False only when no assignment within the domains satisfies it. Domains: one per demand of the plan, in positions.
  virtual bool possible(std::span<sdk::Bits const> domains) const = 0;
};

// What a constraint has become for one plan; each part may be null.
struct Rule {
  Constraint const* constraint = nullptr;
  std::unique_ptr<Test> local{};   // needs the model alone
  std::unique_ptr<Test> remote{};  // needs the answers; asked only of candidates that passed all local tests
  // Needs answers of a peer that works for each candidate: asked, one rank after the other, only of candidates that
  // passed all tests before. Hard constraints only.
  std::unique_ptr<Test> late{};
  std::unique_ptr<Relation> relation{};
  std::unique_ptr<Nary> nary{};  // over all demands of the constraint
  // The tests say nothing that the relation does not say of each pair: they only find early who cannot be in any.
  bool tests_are_implied = false;
  bool measured = false;  // excess() has a meaning, for `weight`
};

// What a type sees while it prepares a rule. All of it outlives the rules; `answers` is filled before remote tests and
// relations are used, `annotations` by tests of lower rank.
struct Preparation {
  Plan const& plan;
  Options const& options;
  Questions& questions;
  Answers const& answers;
  Annotations& annotations;
  SiteSieves& sieves;
};

}  // namespace conductor::services::placement
