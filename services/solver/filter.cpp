// A candidate is attributed to the first constraint that drops it, in the order of section 6 among the tests of one
// stage.
#include "services/solver/filter.hpp"

#include "services/constraints/table.hpp"
#include "services/solver/objective.hpp"

namespace conductor::services::solver {
namespace {

// Section 9, rule 4: a candidate whose country is in no group cannot be chosen.
class InSomeGroup final : public Test {
 public:
  InSomeGroup(Plan const& plan, LatencyOrder const& order) : plan_(plan), order_(order) {}
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    return order_.place(country(demand, candidate)).has_value();
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override {
    auto const& name = plan_.symbols.text(country(demand, candidate));
    return {"latency-group", name.empty() ? "country is missing, and no group is for all others"
                                          : "country " + name + " is in no latency group of the location"};
  }

 private:
  Symbol country(std::uint32_t demand, std::uint32_t candidate) const {
    return plan_.demands[demand].zones[static_cast<std::size_t>(Zone::country)][candidate];
  }
  Plan const& plan_;
  LatencyOrder const& order_;
};

constinit constraints::Type const latency_type{.name = "latency_between", .rank = 11};

class Filter {
 public:
  Filter(Plan const& plan, Options const& options, Filtered& result) : plan_(plan), options_(options), result_(result) {
    for (auto const& demand : plan.demands) begin(demand);
    for (auto const& constraint : plan.constraints) {
      result_.rules.push_back(
          prepare(constraint, {plan, options, questions_, result_.answers, result_.annotations, result_.sieves}));
      if (!constraint.soft()) add_steps(constraint);
    }
    questions_.latency = needs_latency_rules(plan);
  }

  Questions const& questions() const { return questions_; }

  using Stage = std::unique_ptr<Test> Rule::*;

  void apply(Stage stage) {
    for (auto const& rule : result_.rules)
      if (auto const* test = (rule.*stage).get(); test && !rule.constraint->soft())
        for (auto const d : rule.constraint->demands) apply(*test, *rule.constraint, d);
    auto& found = result_.annotations.warnings;
    result_.warnings.insert(result_.warnings.end(), found.begin(), found.end());
    found.clear();
    look_for_empty();
  }

  void ask(Stage stage) {
    for (auto const& rule : result_.rules)
      if (auto const* test = (rule.*stage).get())
        for (auto const d : rule.constraint->demands) ask(*test, d);
  }

  // Late tests, one rank after the other: each asks about what the ones before have left.
  sdk::Result<void> apply_late(sdk::Call const& call, Remote& remote) {
    std::map<int, std::vector<Rule const*>> ranks;
    for (auto const& rule : result_.rules)
      if (rule.late) ranks[rule.constraint->type->rank].push_back(&rule);
    for (auto const& [rank, rules] : ranks) {
      if (result_.empty_demand) break;
      questions_ = {};
      for (auto const* rule : rules)
        for (auto const d : rule->constraint->demands)
          if (!ask(*rule->late, d)) warn_of_nobody(*rule->constraint, d);
      if (auto fetched = fetch(call, remote, questions_, result_.answers); !fetched) return fetched.error();
      for (auto const* rule : rules)
        for (auto const d : rule->constraint->demands) {
          take_note(*rule, d);
          apply(*rule->late, *rule->constraint, d);
        }
      look_for_empty();
    }
    return {};
  }

  // The rules have been fetched: what they demand of candidates joins the remote tests.
  void prepare_latency() {
    if (!questions_.latency) return;
    result_.latency.resolve(plan_, result_.answers, result_.warnings);
    std::set<std::pair<std::uint32_t, std::uint32_t>> done;
    for_each_operand(plan_, [&](Operand const& operand) {
      if (operand.function != Function::location_latency) return;
      if (!done.emplace(operand.location, operand.demands[0]).second) return;
      require_group(plan_.locations[operand.location], operand);
    });
  }

 private:
  Rule prepare(Constraint const& constraint, Preparation const& preparation) {
    auto rule = constraint.type->prepare(constraint, preparation);
    rule.constraint = &constraint;
    if (constraint.weight && !rule.measured)
      throw InvalidPlan(
          constraints::title_of(constraint) +
          " has a weight, but nothing in it is measured against a limit with <, <=, > or >=; use penalty");
    return rule;
  }

  void begin(Demand const& demand) {
    auto& evidence = result_.evidence.emplace_back();
    evidence.resolved = demand.resolved;
    evidence.unusable = demand.unusable.size();
    for (auto const& [value, drop] : demand.unusable)
      list(result_.evidence.size() - 1, {value, nullptr, nullptr, drop});
    auto& pool = result_.survivors.emplace_back(demand.size());
    for (std::uint32_t c = 0; c < pool.size(); ++c) pool[c] = c;
  }

  // Each reason of each constraint has room for so many.
  void list(std::size_t demand, DroppedCandidate candidate) {
    auto& count = listed_[{demand, candidate.constraint, candidate.drop.reason}];
    if (count == options_.triage_limit) return;
    ++count;
    result_.evidence[demand].dropped.push_back(std::move(candidate));
  }

  void add_steps(Constraint const& constraint) {
    for (auto const d : constraint.demands) result_.evidence[d].steps.push_back({&constraint, 0, ""});
  }

  void look_for_empty() {
    for (auto const& pool : result_.survivors) result_.empty_demand = result_.empty_demand || pool.empty();
  }

  // False when nobody is of a type that the test looks at.
  bool ask(Test const& test, std::uint32_t d) {
    bool any = false;
    for (auto const c : result_.survivors[d]) {
      any = any || test.concerns(d, c);
      test.ask(d, c, questions_);
    }
    return any;
  }

  void warn_of_nobody(Constraint const& constraint, std::uint32_t d) {
    result_.warnings.push_back(constraints::title_of(constraint) + ": demand '" + plan_.demands[d].name +
                               "' has no candidate of a type that it looks at; nobody is dropped");
  }

  void take_note(Rule const& rule, std::uint32_t d) {
    auto const note = rule.late->note(d);
    if (note.empty()) return;
    step_of(*rule.constraint, d).note = note;
    auto line = constraints::title_of(*rule.constraint) + ": " + note;
    if (std::find(result_.notes.begin(), result_.notes.end(), line) == result_.notes.end())
      result_.notes.push_back(std::move(line));
  }

  DemandEvidence::Step& step_of(Constraint const& constraint, std::uint32_t d) {
    auto& steps = result_.evidence[d].steps;
    return *std::find_if(steps.begin(), steps.end(), [&](auto const& each) { return each.constraint == &constraint; });
  }

  void require_group(Location const& location, Operand const& operand) {
    auto const* order = result_.latency.of_location(operand.location);
    if (!order) {
      auto const& country = plan_.symbols.text(location.country);
      result_.message = "the objective uses latency_between location '" + location.name + "', whose country " +
                        (country.empty() ? "is unknown" : country + " has no latency rule") +
                        ", and there is no rule for '*'; load one with POST /v1/load_latency_country_rules";
      result_.empty_demand = true;
      return;
    }
    Constraint constraint;
    constraint.id = constraint.name = "latency_between " + location.name;
    constraint.type = &latency_type;
    constraint.demands = {operand.demands[0]};
    auto const& kept = result_.of_objective.emplace_back(std::move(constraint));
    add_steps(kept);
    Rule rule;
    rule.constraint = &kept;
    rule.remote = std::make_unique<InSomeGroup>(plan_, *order);
    result_.rules.push_back(std::move(rule));
  }

  void apply(Test const& test, Constraint const& constraint, std::uint32_t d) {
    if (test.keeps_all(d)) return;
    auto& step = step_of(constraint, d);
    std::erase_if(result_.survivors[d], [&](std::uint32_t c) {
      if (test.keeps(d, c)) return false;
      ++step.dropped;
      list(d, {nullptr, plan_.demands[d].documents[c], &constraint, test.why(d, c)});
      return true;
    });
  }

  Plan const& plan_;
  Options const& options_;
  Filtered& result_;
  Questions questions_;
  std::map<std::tuple<std::size_t, Constraint const*, std::string>, std::size_t> listed_;
};

}  // namespace

sdk::Result<std::unique_ptr<Filtered>> filter(sdk::Call const& call, Plan const& plan, Options const& options,
                                              Remote& remote) {
  auto result = std::make_unique<Filtered>();
  Filter stages(plan, options, *result);
  stages.apply(&Rule::local);
  if (result->empty_demand) return result;
  stages.ask(&Rule::remote);
  if (auto fetched = fetch(call, remote, stages.questions(), result->answers); !fetched) return fetched.error();
  stages.prepare_latency();
  stages.apply(&Rule::remote);
  if (auto done = stages.apply_late(call, remote); !done) return done.error();
  return result;
}

sdk::Result<std::unique_ptr<Filtered>> prepare_rules(sdk::Call const& call, Plan const& plan, Options const& options,
                                                     Remote& remote) {
  auto result = std::make_unique<Filtered>();
  Filter stages(plan, options, *result);
  stages.ask(&Rule::remote);
  stages.ask(&Rule::late);
  if (auto fetched = fetch(call, remote, stages.questions(), result->answers); !fetched) return fetched.error();
  stages.prepare_latency();
  return result;
}

}  // namespace conductor::services::solver
