// Constraints: what a type supplies, and the one table of types (constraint_table.cpp). A constraint becomes a unary
// test on the candidates of its demands, a relation between pairs of candidates, or both.
#pragma once
#include "conductor/sdk/solver.hpp"
#include "services/solver/model.hpp"
#include "services/solver/remote.hpp"

#include <memory>
#include <span>

namespace conductor::services::solver {

// A unary test. Const methods only after preparation; called on one thread.
class Test {
 public:
  virtual ~Test() = default;
  // For a remote test: what it must know about a candidate that passed all local tests.
  virtual void ask(std::uint32_t, std::uint32_t, Questions&) const {}
  virtual bool keeps(std::uint32_t demand, std::uint32_t candidate) const = 0;
  // For a candidate that it does not keep.
  virtual Drop why(std::uint32_t demand, std::uint32_t candidate) const = 0;
};

// A relation over all pairs of a list of demands. Candidates in arguments are those of the model, bits in rows are
// positions in the numbering of the other demand.
class Relation {
 public:
  virtual ~Relation() = default;
  // Once per demand, before rows: position -> candidate. The span outlives the relation.
  virtual void number(std::uint32_t demand, std::span<std::uint32_t const> numbering) = 0;
  // Candidates of a demand with equal signatures have equal rows.
  virtual std::uint32_t signature(std::uint32_t demand, std::uint32_t candidate) const = 0;
  // Clears the bits of those that may not stand beside `candidate`. Thread-safe.
  virtual void restrict(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                        std::span<sdk::Word> row) const = 0;
};

// What a constraint has become for one plan; each part may be null.
struct Rule {
  Constraint const* constraint = nullptr;
  std::unique_ptr<Test> local;   // needs the model alone
  std::unique_ptr<Test> remote;  // needs the answers; asked only of candidates that passed all local tests
  std::unique_ptr<Relation> relation;
};

// What a type sees while it prepares a rule. All of it outlives the rules; `answers` is filled before remote tests and
// relations are used.
struct Preparation {
  Plan const& plan;
  Options const& options;
  Questions& questions;
  Answers const& answers;
};

struct ConstraintType {
  std::string_view name;
  int rank = 0;  // of section 6: order of evaluation and attribution
  // Throws InvalidPlan when the properties make no sense.
  Rule (*prepare)(Constraint const& constraint, Preparation const& preparation) = nullptr;
};

ConstraintType const* find_constraint_type(std::string_view name);
// "a, b, c", for messages.
std::string constraint_type_names();

// "constraint 'near' (distance_to_location)", for messages.
std::string title_of(Constraint const& constraint);

// A new type is a file of its own and its line in the table.
extern ConstraintType const distance_to_location_type, distance_between_demands_type, zone_type, attribute_type,
    inventory_group_type;

}  // namespace conductor::services::solver
