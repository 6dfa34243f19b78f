// Statuses and messages as API specification 9.3 has them.
#include "services/solver/handler.hpp"

#include "core/model/reservations.hpp"
#include "core/model/status.hpp"
#include "core/workflow/table.hpp"
#include "services/solver/order_locks.hpp"
#include "services/solver/why_not.hpp"

#include <array>

namespace conductor::services::solver {
namespace {

namespace status = model::status;

// What is kept of the plan's own time for storing the result.
constexpr auto commit_reserve = std::chrono::milliseconds(500);
// The one that proves what it says; explanations need that, whatever searches.
constexpr char exact_strategy[] = "optimal";

workflow::Finish parsing_error(std::string const& plan_id, std::string const& text) {
  return {.status = std::string(status::error),
          .message = "Plan " + plan_id + " status encountered a parsing error: " + text};
}

// The recommendation that counts; the others are alternatives.
boost::json::object const& deployed(boost::json::value const& solution) {
  return solution.at("recommendations").at(0).as_object();
}

// The plan waits, and what is recommended when it goes on may be something else.
void mark_provisional(workflow::Finish& finish) {
  for (auto& info : finish.documents.at("solution").at("solver_info").as_array())
    info.as_object()["provisional"] = true;
  if (auto const explained = finish.documents.find("explanation"); explained != finish.documents.end())
    explained->second.as_object()["status"] = finish.status;
}

}  // namespace

SolveHandler::SolveHandler(HandlerOptions options, store::Plans& plans, Remote& remote, plugin::Registry& plugins,
                           sdk::Clock& clock, sdk::Log& log, metrics::Registry* metrics)
    : options_(std::move(options)), plans_(plans), remote_(remote), plugins_(plugins), clock_(clock), log_(log) {
  if (metrics) metrics_.emplace(*metrics);
}

sdk::Result<workflow::Finish> SolveHandler::handle(sdk::Call const& call, store::Plan const& plan) {
  auto translated = plans_.shared_document(call, plan, "translation");
  if (!translated) return translated.error();
  if ((*translated)->is_null())
    return workflow::Finish{.status = std::string(status::error),
                            .message = workflow::messages::document_missing(workflow::stages::solving, plan.id)};
  auto const extras = plans_.shared_document(call, plan, "extras");
  if (!extras) return extras.error();
  bool const reserves = model::asks_for_reservations(**translated);
  auto finish = decide(call, plan, std::move(*translated), **extras, metrics_ ? &*metrics_ : nullptr);
  if (!finish || finish->status != status::solved) return finish;
  // Nothing would be left for the reservation role but to say so.
  if (!reserves) finish->status = status::done;
  auto conflicts = conflicts_of(deployed(finish->documents.at("solution")));
  if (conflicts.empty()) return finish;
  return with_locks(
      call, {.plan_id = plan.id, .translation_begin_ms = plan.translation_begin_ms, .conflicts = std::move(conflicts)},
      std::make_shared<workflow::Finish const>(std::move(*finish)));
}

sdk::Result<workflow::Finish> SolveHandler::with_locks(sdk::Call const& call, LockRequest request,
                                                       std::shared_ptr<workflow::Finish const> solved) {
  request.now_ms = clock_.wall_ms();
  auto decision = decide_locks(call, plans_.store(), request);
  if (!decision) return decision.error();
  if (decision->status == status::template_) return workflow::Finish{.status = std::string(status::template_)};
  auto finish = *solved;
  if (decision->status != status::solved) {
    finish.status = decision->status;
    mark_provisional(finish);
  }
  finish.beside = std::move(decision->writes);
  finish.again = [this, request = std::move(request), solved = std::move(solved)](sdk::Call const& later) {
    return with_locks(later, request, solved);
  };
  return finish;
}

sdk::Result<workflow::Finish> SolveHandler::decide(sdk::Call const& call, store::Plan const& plan,
                                                   std::shared_ptr<boost::json::value const> translated,
                                                   boost::json::value const& extras) {
  return decide(call, plan, std::move(translated), extras, nullptr);
}

sdk::Result<workflow::Finish> SolveHandler::decide(sdk::Call const& call, store::Plan const& plan,
                                                   std::shared_ptr<boost::json::value const> translated,
                                                   boost::json::value const& extras, SolverMetrics* metrics) {
  try {
    return solve_plan(call, plan, std::move(translated), extras, metrics);
  } catch (InvalidPlan const& error) {
    return parsing_error(plan.id, error.what());
  }
}

SolveHandler::Limit SolveHandler::limit_of(sdk::Call const& call, store::Plan const& plan,
                                           std::optional<std::chrono::milliseconds> requested) const {
  auto const seconds = [](auto duration) { return std::chrono::duration<double>(duration).count(); };
  auto const now = clock_.now();
  Limit limit{now + options_.timeout, seconds(options_.timeout)};
  if (requested && now + *requested < limit.deadline) limit = {now + *requested, seconds(*requested)};
  if (call.deadline == sdk::Time::max()) return limit;
  // The worker cancels at the call's deadline: the search must have answered by then.
  auto const left = call.deadline - now;
  auto const own = call.deadline - std::min<sdk::Duration>(commit_reserve, left / 10);
  if (own < limit.deadline)
    limit = {own, plan.timeout_s > 0 ? static_cast<double>(plan.timeout_s) : std::round(seconds(left))};
  return limit;
}

StrategyChoice SolveHandler::choice_for(store::Plan const& plan, boost::json::value const& translated,
                                        boost::json::value const& extras) const {
  ChoiceSources sources;
  sources.configured = options_.strategy;
  sources.loaded = plugins_.strategies();
  sources.translated = &translated;
  sources.extras = &extras;
  sources.plan_id = plan.id;
  sources.attempt = plan.solver_counter;
  return choose_strategy(sources);
}

sdk::Result<workflow::Finish> SolveHandler::solve_plan(sdk::Call const& call, store::Plan const& plan,
                                                       std::shared_ptr<boost::json::value const> translated,
                                                       boost::json::value const& extras, SolverMetrics* metrics) {
  auto const choice = choice_for(plan, *translated, extras);
  auto* strategy = plugins_.strategy(choice.strategy);
  if (!strategy) return sdk::Error{sdk::Errc::unsupported, "solver strategy '" + choice.strategy + "' is not loaded"};
  auto limit = limit_of(call, plan, choice.deadline);
  limit.nodes = choice.node_limit;
  auto search = call;
  search.deadline = limit.deadline;
  Request const request{plan.id,          plan.recommend_max.empty() ? "1" : plan.recommend_max,
                        choice.strategy,  choice.seed,
                        choice.move_cost, choice.node_limit};
  auto const begin = clock_.now();
  auto solution = solve(search, std::move(translated), request,
                        {options_.solve, remote_, *strategy, clock_, log_, plugins_.strategy(exact_strategy)});
  if (solution && metrics)
    metrics->count(*solution, std::chrono::duration<double>(clock_.now() - begin).count(),
                   [&] { return service_name(call, plan); });
  if (solution) return finish(plan, std::move(*solution), limit, choice.strategy);
  if (solution.error().code == sdk::Errc::invalid) return parsing_error(plan.id, solution.error().text);
  return solution.error();
}

// Of the template's parameters. What cannot be read is not worth failing for.
std::string SolveHandler::service_name(sdk::Call const& call, store::Plan const& plan) const {
  auto const document = plans_.shared_document(call, plan, "template");
  auto const* object = document ? (*document)->if_object() : nullptr;
  auto const* parameters = object ? member(*object, "parameters") : nullptr;
  auto const name = parameters && parameters->is_object() ? text_of(parameters->get_object(), "service_name") : "";
  return name.empty() ? "N/A" : name;
}

std::string SolveHandler::not_found_message(store::Plan const& plan, Solution const& solution, Limit const& limit,
                                            std::string const& strategy) const {
  auto none = "Plan " + plan.id + " search failed, no recommendations found by machine " + options_.owner;
  if (solution.proof == sdk::Proof::infeasible) return none;
  if (solution.out_of_nodes)
    return none.append(": strategy '")
        .append(strategy)
        .append("' reached the solver's node_limit of ")
        .append(std::to_string(limit.nodes))
        .append(" nodes without an answer; a larger one may give one");
  if (clock_.now() >= limit.deadline)
    return "Plan " + plan.id + " is timed out, exceed the expected time " + shortest(limit.seconds) + " seconds";
  // Strategies that do not search everything, such as greedy, end early.
  return none.append(": strategy '")
      .append(strategy)
      .append("' ended without an answer before its time was up; another strategy may find one");
}

workflow::Finish SolveHandler::finish(store::Plan const& plan, Solution solution, Limit const& limit,
                                      std::string const& strategy) const {
  workflow::Finish finish;
  if (!solution.recommendations.empty()) {
    finish.status = status::solved;
    boost::json::value document;
    auto& object = document.emplace_object();
    object["recommendations"] = std::move(solution.recommendations);
    object["solver_info"] = std::move(solution.solver_info);
    if (!solution.notes.empty()) object["notes"] = boost::json::array(solution.notes.begin(), solution.notes.end());
    finish.documents["solution"] = std::move(document);
  } else {
    finish.status = status::not_found;
    finish.message = not_found_message(plan, solution, limit, strategy);
    if (!solution.message.empty()) finish.message.append(": ").append(solution.message);
  }
  for (auto const& note : solution.notes) finish.message.append(finish.message.empty() ? "" : "; ").append(note);
  if (!solution.explanation.empty()) {
    solution.explanation["status"] = finish.status;
    finish.documents["explanation"] = boost::json::value(std::move(solution.explanation));
  }
  return finish;
}

sdk::Result<boost::json::object> SolveHandler::why_not(sdk::Call const& call, std::string const& plan_id,
                                                       std::string demand, std::string candidate) {
  auto const plan = plans_.get(call, plan_id);
  if (!plan) return plan.error();
  constexpr std::array before{status::template_, status::translating, status::translated, status::solving};
  bool const finished = std::find(before.begin(), before.end(), plan->status) == before.end();
  if (!finished || plan->row.text("explanation").empty())
    return sdk::Error{sdk::Errc::conflict,
                      "Plan " + plan_id + " is in status " + plan->status +
                          (finished ? " without a result of the solver" : "; the solver has not finished yet")};
  auto translated = plans_.document(call, *plan, "translation");
  if (!translated) return translated.error();
  auto const extras = plans_.document(call, *plan, "extras");
  if (!extras) return extras.error();
  try {
    auto const choice = choice_for(*plan, *translated, *extras);
    auto* exact = plugins_.strategy(exact_strategy);
    auto* strategy = exact ? exact : plugins_.strategy(choice.strategy);
    if (!strategy) return sdk::Error{sdk::Errc::unsupported, "solver strategy '" + choice.strategy + "' is not loaded"};
    WhyNot const question{std::move(demand), std::move(candidate), choice.seed, choice.move_cost};
    return solver::why_not(call, std::make_shared<boost::json::value const>(std::move(*translated)), question,
                           {options_.solve, remote_, *strategy, clock_, log_});
  } catch (InvalidPlan const& error) {
    return sdk::Error{sdk::Errc::invalid, error.what()};
  }
}

}  // namespace conductor::services::solver
