// A candidate is attributed to the first constraint that drops it, in the order of section 6 among the tests of one
// stage.
#include "services/solver/filter.hpp"

namespace conductor::services::solver {
namespace {

class Filter {
 public:
  Filter(Plan const& plan, Options const& options, Filtered& result) : plan_(plan), options_(options), result_(result) {
    for (auto const& demand : plan.demands) begin(demand);
    for (auto const& constraint : plan.constraints) {
      result_.rules.push_back(constraint.type->prepare(constraint, {plan, options, questions_, result_.answers}));
      result_.rules.back().constraint = &constraint;
      for (auto const d : constraint.demands) result_.evidence[d].steps.push_back({&constraint, 0});
    }
  }

  Questions const& questions() const { return questions_; }

  void apply(std::unique_ptr<Test> Rule::*stage) {
    for (auto const& rule : result_.rules)
      if (auto const* test = (rule.*stage).get())
        for (auto const d : rule.constraint->demands) apply(*test, *rule.constraint, d);
    for (auto const& pool : result_.survivors) result_.empty_demand = result_.empty_demand || pool.empty();
  }

  void ask() {
    for (auto const& rule : result_.rules)
      if (rule.remote)
        for (auto const d : rule.constraint->demands)
          for (auto const c : result_.survivors[d]) rule.remote->ask(d, c, questions_);
  }

 private:
  void begin(Demand const& demand) {
    auto& evidence = result_.evidence.emplace_back();
    evidence.resolved = demand.resolved;
    evidence.unusable = demand.unusable.size();
    for (auto const& [value, drop] : demand.unusable)
      if (evidence.dropped.size() < options_.triage_limit) evidence.dropped.push_back({value, nullptr, nullptr, drop});
    auto& pool = result_.survivors.emplace_back(demand.size());
    for (std::uint32_t c = 0; c < pool.size(); ++c) pool[c] = c;
  }

  void apply(Test const& test, Constraint const& constraint, std::uint32_t d) {
    auto& evidence = result_.evidence[d];
    auto const step = std::find_if(evidence.steps.begin(), evidence.steps.end(),
                                   [&](auto const& each) { return each.constraint == &constraint; });
    std::erase_if(result_.survivors[d], [&](std::uint32_t c) {
      if (test.keeps(d, c)) return false;
      ++step->dropped;
      if (evidence.dropped.size() < options_.triage_limit)
        evidence.dropped.push_back({nullptr, plan_.demands[d].documents[c], &constraint, test.why(d, c)});
      return true;
    });
  }

  Plan const& plan_;
  Options const& options_;
  Filtered& result_;
  Questions questions_;
};

}  // namespace

sdk::Result<std::unique_ptr<Filtered>> filter(sdk::Call const& call, Plan const& plan, Options const& options,
                                              Remote& remote) {
  auto result = std::make_unique<Filtered>();
  Filter stages(plan, options, *result);
  stages.apply(&Rule::local);
  if (result->empty_demand) return result;
  stages.ask();
  if (auto fetched = fetch(call, remote, stages.questions(), result->answers); !fetched) return fetched.error();
  stages.apply(&Rule::remote);
  return result;
}

}  // namespace conductor::services::solver
