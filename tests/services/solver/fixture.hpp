// What the tests of the solver role share: translated plans written as code, a data service that answers from maps, and
// the real strategy plugins behind the interface that the registry hands out.
#pragma once
#include "conductor/sdk/abi.hpp"
#include "conductor/sdk/sdk.hpp"
#include "sdk/testing/fake_host.hpp"
#include "services/solver/solve.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace conductor::tests::solver {

namespace json = boost::json;
using namespace services::solver;

// A strategy from its shared object in the build tree.
class LoadedStrategy final : public plugin::Strategy {
 public:
  explicit LoadedStrategy(std::string const& name);
  ~LoadedStrategy() override;
  sdk::Result<sdk::Solved> solve(sdk::Call const& call, std::shared_ptr<sdk::Problem const> problem,
                                 std::shared_ptr<sdk::ProgressSink> progress) override;

 private:
  sdk::testing::FakeHost host_;
  void* library_ = nullptr;
  std::unique_ptr<sdk::Plugin> plugin_;
};

// Answers with what a test gives it: a strategy that is wrong, slow or cancelled.
class ScriptedStrategy final : public plugin::Strategy {
 public:
  using Script = std::function<sdk::Result<sdk::Solved>(sdk::Problem const&, sdk::ProgressSink&)>;
  explicit ScriptedStrategy(Script script) : script_(std::move(script)) {}
  sdk::Result<sdk::Solved> solve(sdk::Call const&, std::shared_ptr<sdk::Problem const> problem,
                                 std::shared_ptr<sdk::ProgressSink> progress) override {
    return script_(*problem, *progress);
  }

 private:
  Script script_;
};

class FakeRemote final : public Remote {
 public:
  sdk::Result<json::object> regions_with_roles(sdk::Call const&, std::set<std::string> const& asked) override {
    return answer(roles, asked);
  }
  sdk::Result<json::object> roles_of_hosts(sdk::Call const&, std::set<std::string> const& asked) override {
    return answer(hosts, asked);
  }
  sdk::Result<json::object> pairs_of_groups(sdk::Call const&, std::set<std::string> const& asked) override {
    return answer(groups, asked);
  }
  sdk::Result<json::object> latency_rules(sdk::Call const&) override {
    calls.push_back({"latency"});
    if (failure) return *failure;
    return json::object{{"countries", countries}, {"placeholders", placeholders}};
  }
  sdk::Result<std::vector<VimAnswer>> vims_with_capacity(sdk::Call const&,
                                                         std::vector<VimCheck> const& checks) override {
    std::vector<VimAnswer> answers;
    for (auto const& check : checks) {
      vim_checks.push_back(check);
      auto& answer = answers.emplace_back(VimAnswer{{}, unchecked});
      for (auto const& id : check.ids)
        if (!unchecked.empty() || !full.contains(id)) answer.ids.insert(id);
    }
    if (failure) return *failure;
    return answers;
  }
  sdk::Result<std::vector<FitAnswer>> candidates_with_capacity(sdk::Call const&,
                                                               std::vector<FitCheck> const& checks) override {
    std::vector<FitAnswer> answers;
    for (auto const& check : checks) {
      fit_checks.push_back(check);
      auto& answer = answers.emplace_back(FitAnswer{{}, unchecked});
      for (auto const& [key, document] : check.candidates) {
        auto const refusal = full.find(key.second);
        bool const room = !unchecked.empty() || refusal == full.end();
        answer.verdicts[key] = {room, room ? "" : refusal->second};
      }
    }
    if (failure) return *failure;
    return answers;
  }
  json::object roles, hosts, groups, countries, placeholders;
  std::map<std::string, std::string> full;  // VIMs and candidates without room, and why
  std::set<std::string> unchecked;          // when not empty: all have room, nobody was asked
  std::vector<VimCheck> vim_checks;
  std::vector<FitCheck> fit_checks;
  std::optional<sdk::Error> failure;
  std::vector<std::set<std::string>> calls;

 private:
  sdk::Result<json::object> answer(json::object const& from, std::set<std::string> const& asked) {
    calls.push_back(asked);
    if (failure) return *failure;
    json::object out;
    for (auto const& name : asked)
      if (auto const* value = from.if_contains(name)) out[name] = *value;
    return out;
  }
};

// A translated plan, built up piece by piece.
class PlanDocument {
 public:
  PlanDocument();
  PlanDocument& location(std::string const& name, double latitude, double longitude, json::object more = {});
  // Adds a candidate; a new demand name begins a demand.
  PlanDocument& candidate(std::string const& demand, std::string const& id, json::object fields = {});
  PlanDocument& raw_candidate(std::string const& demand, json::value candidate);
  PlanDocument& constraint(std::string const& name, std::string const& type, std::vector<std::string> const& demands,
                           json::object properties);
  // The same entry with more keys: penalty, weight, or the members of a group.
  PlanDocument& constraint(std::string const& name, std::string const& type, json::object more);
  PlanDocument& operand(std::string const& function, std::vector<std::string> const& parameters, double weight = 1);
  json::object& root() { return document_.as_object()["conductor_solver"].as_object(); }
  json::value const& document() const { return document_; }

 private:
  json::object& part(char const* name) { return root()[name].as_object(); }
  json::value document_;
};

json::object at(double latitude, double longitude, double cost = 0);
json::object km(char const* op, double value);  // {"distance": {...}}

// Everything around one solve.
struct Bench {
  Options options;
  std::optional<double> move_cost{};
  std::uint64_t node_limit = 0;
  FakeRemote remote;
  sdk::testing::FakeHost host;
  sdk::Call call;
  sdk::Result<Solution> solve(PlanDocument const& plan, plugin::Strategy& strategy, std::string const& count = "1",
                              std::string const& name = "optimal");
  sdk::Result<Solution> optimal(PlanDocument const& plan, std::string const& count = "1");
};

// "a1 b2": the chosen candidates in demand order; "none" without solution; the error's text when there is one.
std::string chosen(sdk::Result<Solution> const& solution, std::size_t place = 0);
double value(sdk::Result<Solution> const& solution, std::size_t place = 0);
// The entry of `dropped` about that candidate; null when it was not dropped.
json::object const* drop_of(sdk::Result<Solution> const& solution, std::string const& demand, std::string const& id);

}  // namespace conductor::tests::solver
