// What becomes of a strategy's answer, right or wrong, and which strategy is asked.
#include "fixture.hpp"
#include "services/solver/strategy_choice.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

BOOST_AUTO_TEST_SUITE(strategies)

namespace {

PlanDocument one_candidate() {
  PlanDocument plan;
  return plan.candidate("d", "a", {{"cost", 4}});
}

using conductor::tests::has;

// Takes its time for each answer, and notes until when it might have taken.
class Watched final : public plugin::Strategy {
 public:
  explicit Watched(Bench& bench) : bench_(bench) {}
  sdk::Result<sdk::Solved> solve(sdk::Call const& call, std::shared_ptr<sdk::Problem const> problem,
                                 std::shared_ptr<sdk::ProgressSink> progress) override {
    deadlines.push_back(call.deadline);
    bench_.host.clock().advance(std::chrono::seconds(1));
    return optimal_.solve(call, std::move(problem), std::move(progress));
  }
  std::vector<sdk::Time> deadlines;

 private:
  Bench& bench_;
  LoadedStrategy optimal_{"optimal"};
};

}  // namespace

BOOST_AUTO_TEST_CASE(an_answer_that_breaks_a_constraint_is_not_stored) {
  PlanDocument plan;
  plan.candidate("a", "a1", at(0, 0)).candidate("b", "b1", at(0, 90));
  plan.constraint("near", "distance_between_demands", {"a", "b"}, km("<", 10));
  ScriptedStrategy wrong([](auto const&, auto&) {
    return sdk::Solved{sdk::Proof::optimal, {{{0, 0}, 0, 0, sdk::Proof::optimal}}, 1};
  });
  Bench bench;
  auto const solution = bench.solve(plan, wrong);
  BOOST_TEST((solution.error().code == sdk::Errc::internal));
  BOOST_TEST(has(solution.error().text, "'near'"));
}

BOOST_AUTO_TEST_CASE(an_answer_with_a_wrong_value_or_a_wrong_shape_is_refused) {
  auto plan = one_candidate();
  plan.operand("cost", {"d"});
  Bench bench;
  for (auto const& answer : {sdk::Solved{sdk::Proof::optimal, {{{0}, 1, 1, sdk::Proof::optimal}}, 1},
                             sdk::Solved{sdk::Proof::optimal, {}, 1},
                             sdk::Solved{sdk::Proof::feasible, {{{9}, 1, 1, sdk::Proof::feasible}}, 1},
                             sdk::Solved{sdk::Proof::feasible, {{{}, 1, 1, sdk::Proof::feasible}}, 1}}) {
    ScriptedStrategy wrong([&](auto const&, auto&) { return answer; });
    BOOST_TEST((bench.solve(plan, wrong).error().code == sdk::Errc::internal));
  }
}

BOOST_AUTO_TEST_CASE(an_overrun_leaves_the_last_incumbent_and_a_cancelled_search_nothing) {
  auto plan = one_candidate();
  plan.operand("cost", {"d"});
  Bench bench;
  ScriptedStrategy late([](auto const&, sdk::ProgressSink& sink) -> sdk::Result<sdk::Solved> {
    sink.bound(1'000'000);
    sink.incumbent({0}, 4'000'000);
    return sdk::Error{sdk::Errc::timed_out, "overran"};
  });
  auto const solution = bench.solve(plan, late);
  BOOST_TEST((solution.value().proof == sdk::Proof::feasible));
  auto const& info = solution->solver_info.at(0).as_object();
  BOOST_TEST(info.at("bound").as_double() == 1);
  BOOST_TEST(info.at("gap").as_double() == 0.75);
  ScriptedStrategy empty([](auto const&, auto&) { return sdk::Error{sdk::Errc::timed_out, "overran"}; });
  BOOST_TEST((bench.solve(plan, empty).value().proof == sdk::Proof::unknown));
  ScriptedStrategy stopped([](auto const&, auto&) { return sdk::Error{sdk::Errc::cancelled, "stop"}; });
  BOOST_TEST((bench.solve(plan, stopped).error().code == sdk::Errc::cancelled));
}

BOOST_AUTO_TEST_CASE(S18_all_solutions_of_a_plan_share_one_deadline) {
  PlanDocument plan;
  for (auto const* id : {"a", "b", "c"}) plan.candidate("d", id, {{"uniqueness", true}});
  Bench bench;
  bench.call.deadline = bench.host.clock().now() + std::chrono::seconds(60);
  Watched strategy(bench);
  BOOST_TEST(bench.solve(plan, strategy, "all").value().recommendations.size() == 3U);
  BOOST_TEST(strategy.deadlines.size() >= 3U);
  for (auto const deadline : strategy.deadlines) BOOST_TEST((deadline == bench.call.deadline));
}

BOOST_AUTO_TEST_CASE(the_request_chooses_before_the_template_and_that_before_the_configuration) {
  auto plan = one_candidate();
  json::value extras = nullptr;
  auto const choose = [&] {
    return choose_strategy({"optimal", {"optimal", "fit_first", "random_pick"}, &plan.document(), &extras, "p", 1});
  };
  BOOST_TEST(choose().strategy == "random_pick");  // no objective
  plan.operand("cost", {"d"});
  BOOST_TEST(choose().strategy == "optimal");
  plan.root()["solver"] = json::object{{"strategy", "fit_first"}, {"deadline", 5}, {"seed", 3}};
  BOOST_TEST(choose().strategy == "fit_first");
  extras = json::object{{"solver", {{"strategy", "random_pick"}, {"seed", 4}}}};
  BOOST_TEST(choose().strategy == "random_pick");
  BOOST_TEST(choose().seed == 4U);
  BOOST_TEST(choose().deadline->count() == 5000);
  extras = json::object{{"solver", {{"strategy", "luck"}}}};
  BOOST_CHECK_EXCEPTION(choose(), InvalidPlan, [](auto const& error) {
    return has(error.what(), "'luck' is not loaded; loaded are fit_first, optimal, random_pick");
  });
  BOOST_TEST(seed_for("p", 1) != seed_for("p", 2));
  BOOST_TEST(seed_for("p", 1) == seed_for("p", 1));
}

BOOST_AUTO_TEST_CASE(a_node_limit_that_is_no_count_is_refused) {
  auto plan = one_candidate();
  json::value extras = nullptr;
  auto const choose = [&] { return choose_strategy({"optimal", {"optimal"}, &plan.document(), &extras, "p", 1}); };
  BOOST_TEST(choose().node_limit == 0U);
  plan.root()["solver"] = json::object{{"node_limit", 500}};
  BOOST_TEST(choose().node_limit == 500U);
  extras = json::object{{"solver", {{"node_limit", 20}}}};
  BOOST_TEST(choose().node_limit == 20U);
  for (auto const& wrong : {json::value(0), json::value(-1), json::value(1.5), json::value("many")}) {
    extras = json::object{{"solver", {{"node_limit", wrong}}}};
    BOOST_CHECK_EXCEPTION(choose(), InvalidPlan, [](auto const& error) {
      return has(error.what(), "solver option node_limit is ") &&
             has(error.what(), "it must be an integer of at least 1");
    });
  }
}

// Each search of the plan gets what the ones before it left.
BOOST_AUTO_TEST_CASE(all_solutions_of_a_plan_share_one_node_limit) {
  PlanDocument plan;
  for (auto const* id : {"a", "b", "c"}) plan.candidate("d", id, {{"uniqueness", true}});
  Bench bench;
  bench.node_limit = 10;
  std::vector<std::uint64_t> limits;
  ScriptedStrategy strategy([&](sdk::Problem const& problem, auto&) {
    limits.push_back(problem.node_limit());
    std::uint32_t c = 0;
    while (!sdk::test_bit(problem.allowed(0), c)) ++c;
    auto const cost = problem.keys(0)[c].cost;
    return sdk::Solved{sdk::Proof::optimal, {{{c}, cost, cost, sdk::Proof::optimal}}, 6};
  });
  auto const solution = bench.solve(plan, strategy, "all");
  BOOST_TEST(solution.value().recommendations.size() == 2U);
  BOOST_TEST(solution->out_of_nodes);
  BOOST_TEST((limits == std::vector<std::uint64_t>{10, 4}));
}

BOOST_AUTO_TEST_CASE(a_solution_without_proof_says_what_ended_its_search) {
  auto plan = one_candidate();
  plan.operand("cost", {"d"});
  Bench bench;
  bench.node_limit = 10;
  bench.call.deadline = bench.host.clock().now() + std::chrono::seconds(10);
  std::uint64_t nodes = 11;
  std::chrono::seconds takes{1};
  auto proof = sdk::Proof::feasible;
  ScriptedStrategy strategy([&](sdk::Problem const& problem, auto&) {
    bench.host.clock().advance(takes);
    auto const cost = problem.keys(0)[0].cost;
    return sdk::Solved{proof, {{{0}, cost, proof == sdk::Proof::optimal ? cost : cost - 1, proof}}, nodes};
  });
  auto const ended_by = [&] {
    auto const info = bench.solve(plan, strategy).value().solver_info.at(0).as_object();
    auto const* reason = info.if_contains("ended_by");
    return reason ? std::string(reason->as_string()) : "";
  };
  BOOST_TEST(ended_by() == "node_limit");
  nodes = 5;
  BOOST_TEST(ended_by() == "strategy");
  takes = std::chrono::seconds(10);
  BOOST_TEST(ended_by() == "deadline");
  takes = std::chrono::seconds(0);
  bench.call.deadline = sdk::Time::max();
  proof = sdk::Proof::optimal;
  BOOST_TEST(ended_by() == "");
}

BOOST_AUTO_TEST_SUITE_END()
