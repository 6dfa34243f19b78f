// The hard constraints of a plan as facts about all of its candidates, whoever survives: what explanations are found
// with. A filter asks each constraint only about candidates that the earlier ones left over; here every constraint is
// asked about every candidate, so that any of them can be left out afterwards.
#pragma once
#include "services/solver/filter.hpp"

namespace conductor::services::solver {

using Bitset = std::vector<sdk::Word>;  // by candidate of a demand

// The candidates of a demand that the tests of a rule keep.
Bitset kept_by(Rule const& rule, Demand const& pool, std::uint32_t demand);

class Facts {
 public:
  // All hard constraints of one name in the template: translation makes several of one, people know only the name.
  struct Unit {
    std::string name;
    std::vector<std::size_t> rules;
  };

  // Asks the data service, with one call per kind of question. Errors: those of the data service. Throws InvalidPlan.
  static sdk::Result<std::shared_ptr<Facts const>> gather(sdk::Call const& call, std::shared_ptr<Plan const> plan,
                                                          Options const& options, Remote& remote);
  Facts(Facts const&) = delete;

  Plan const& plan() const { return *plan_; }
  Options const& options() const { return options_; }
  std::vector<Rule> const& rules() const { return prepared_->rules; }
  std::vector<Unit> const& units() const { return units_; }
  // Why the plan cannot be solved whatever its constraints are; usually empty.
  std::string const& message() const { return prepared_->message; }

  // Null when the rule has no tests of that demand.
  Bitset const* kept(std::size_t rule, std::uint32_t demand) const;
  // For each test that drops the candidate, in the order of evaluation.
  std::vector<std::pair<Constraint const*, Drop>> drops(std::uint32_t demand, std::uint32_t candidate) const;

  // The rule of a constraint that differs from one of the plan in demands or properties; `constraint` outlives it.
  Rule prepare(Constraint const& constraint) const;

 private:
  Facts(std::shared_ptr<Plan const> plan, Options const& options) : plan_(std::move(plan)), options_(options) {}
  void evaluate();

  std::shared_ptr<Plan const> plan_;
  Options options_;
  std::unique_ptr<Filtered> prepared_;
  std::vector<Unit> units_;
  std::vector<std::vector<Bitset>> kept_;  // by rule and place in its list of demands
};

}  // namespace conductor::services::solver
