// The options for the solver: template section `solver` and request field `solver`, which wins key by key (solver
// specification 21.1).
#include "services/controller/draft.hpp"

#include "core/config/nearest.hpp"

#include <algorithm>

namespace conductor::services::controller {
namespace {

struct Option {
  std::string_view name;
  char const* expected;
  bool (*accepts)(text::Node const&);
};

bool is_integer(text::Node const& node) { return node.is_number() && !node.scalar.is_double(); }
bool is_count(text::Node const& node) {
  return is_integer(node) && node.scalar.to_number<double>() >= 1 && node.scalar.to_number<double>() <= 9e15;
}
bool is_positive(text::Node const& node) { return node.is_number() && node.scalar.to_number<double>() > 0; }

Option const options[] = {{"strategy", "the name of a strategy",
                           [](text::Node const& node) { return node.is_text() && !node.text().empty(); }},
                          {"deadline", "a number of seconds above 0", is_positive},
                          {"seed", "an integer", is_integer},
                          {"node_limit", "an integer of 1 to 9e15", is_count},
                          {"move_cost", "a number of 0 or more", [](text::Node const& node) {
                             return node.is_number() && node.scalar.to_number<double>() >= 0;
                           }}};

void take_options(View const& section, std::string const& what, Known const& known, Draft& draft, Report& report) {
  std::vector<std::string> names;
  for (auto const& option : options) names.emplace_back(option.name);
  for (auto const& [key, value] : section.members()) {
    auto const found =
        std::find_if(std::begin(options), std::end(options), [&name = key](Option const& o) { return o.name == name; });
    if (found == std::end(options)) {
      report.add(value, what + " has an invalid key " + readable(key), "one of: " + joined(names),
                 config::nearest(readable(key), names));
      continue;
    }
    if (!found->accepts(value.node())) {
      report.add(value,
                 what + " has the " + std::string(key) + " '" + shown(value.node()) + "', expected " + found->expected,
                 found->expected);
      continue;
    }
    auto const& strategies = known.strategies;
    if (key == "strategy" && !strategies.empty() &&
        std::find(strategies.begin(), strategies.end(), value->text()) == strategies.end()) {
      report.add(value,
                 what + " has the strategy '" + shown(value.node()) + "', which is not loaded; loaded are " +
                     joined(strategies),
                 "one of: " + joined(strategies), config::nearest(value->text(), strategies));
      continue;
    }
    draft.solver[key] = text::to_json(value.node());
  }
}

}  // namespace

void draft_solver(Template const& given, json::object const& request, Known const& known, Draft& draft,
                  Report& report) {
  if (auto const section = given.whole().given("solver")) {
    if (section->node().is_mapping())
      take_options(*section, "Section solver", known, draft, report);
    else
      report.add(*section, "Section solver must be a dictionary", "a mapping");
  }
  // The request's own field is no part of the template; its problems stand at the template's root.
  auto const asked = text::from_json(request);
  Report of_request;
  take_options(View(asked, ""), "Request field solver", known, draft, of_request);
  for (auto const& problem : of_request.errors())
    report.add(given.whole(), problem.message, problem.expected, problem.suggestion);
}

}  // namespace conductor::services::controller
