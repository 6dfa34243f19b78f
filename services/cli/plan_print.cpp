#include "services/cli/plan_print.hpp"

#include "services/cli/api_client.hpp"
#include "services/cli/problem_print.hpp"
#include "services/cli/times.hpp"

#include <ostream>

namespace conductor::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string cell(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return "-";
  if (value->is_string()) return value->as_string().empty() ? "-" : printable(value->as_string());
  return value->is_number() ? number_text(value->to_number<double>()) : printable(json::serialize(*value));
}

std::string date_cell(json::object const& object, std::string_view key) {
  auto const ms = number_in(object, key);
  return ms ? date_of(static_cast<std::int64_t>(*ms)) : "-";
}

std::string cut(std::string text, std::size_t longest) {
  if (text.size() <= longest) return text;
  while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xC0U) == 0x80U) --longest;
  return text.substr(0, longest) + "...";
}

void print_line(Console& console, std::string const& name, std::string const& text) {
  if (text.empty()) return;
  auto padded = name;
  padded.resize(11, ' ');
  console.out << bold(console, padded) << text << '\n';
}

std::vector<std::string> solution_row(std::string_view demand, json::object const& choice) {
  static json::object const none;
  auto const* candidate = object_in(choice, "candidate");
  auto const& chosen = candidate == nullptr ? none : *candidate;
  auto id = cell(chosen, "candidate_id");
  if (id == "-") id = cell(chosen, "instance_id");  // slices
  return {printable(demand),
          id,
          cell(chosen, "inventory_type"),
          cell(chosen, "cloud_owner"),
          cell(chosen, "location_id"),
          cell(choice, "inventory_provider")};
}

}  // namespace

std::string message_of(json::object const& plan) {
  auto const* list = array_in(plan, "message");
  if (list == nullptr) return printable(text_in(plan, "message"));
  std::string text;
  for (auto const& item : *list)
    if (item.is_string()) text += (text.empty() ? "" : "; ") + printable(item.as_string());
  return text;
}

void print_plans(Console& console, json::array const& plans) {
  Rows rows;
  for (auto const& each : plans) {
    if (!each.is_object()) continue;
    auto const& plan = each.as_object();
    rows.push_back({cell(plan, "id"), cut(cell(plan, "name"), 40), cell(plan, "status"), date_cell(plan, "created"),
                    cell(plan, "submitter"), cut(message_of(plan), 60)});
  }
  print_table(console.out, {"ID", "NAME", "STATUS", "CREATED", "BY", "MESSAGE"}, rows, console.colours);
}

void print_solutions(Console& console, json::array const& recommendations) {
  std::size_t number = 0;
  for (auto const& each : recommendations) {
    ++number;
    if (!each.is_object()) continue;
    Rows rows;
    for (auto const& [demand, choice] : each.as_object())
      if (choice.is_object()) rows.push_back(solution_row(demand, choice.as_object()));
    console.out << '\n';
    if (recommendations.size() > 1) console.out << bold(console, "Solution " + std::to_string(number)) << '\n';
    print_table(console.out, {"DEMAND", "CANDIDATE", "TYPE", "OWNER", "LOCATION", "PROVIDER"}, rows, console.colours);
  }
}

// "feasible, node_limit": and what ended the search.
std::string status_cell(json::object const& solution) {
  auto status = cell(solution, "status");
  if (auto const ended_by = text_in(solution, "ended_by"); !ended_by.empty()) status += ", " + printable(ended_by);
  return status;
}

void print_solver_info(Console& console, json::array const& info) {
  Rows rows;
  for (auto const& each : info) {
    if (!each.is_object()) continue;
    auto const& solution = each.as_object();
    auto const time = number_in(solution, "elapsed_ms");
    std::string violated;
    if (auto const* names = array_in(solution, "violated"))
      for (auto const& name : *names)
        if (name.is_string()) violated += (violated.empty() ? "" : ", ") + printable(name.as_string());
    rows.push_back({std::to_string(rows.size() + 1), cell(solution, "value"), cell(solution, "bound"),
                    cell(solution, "gap"), status_cell(solution), cell(solution, "strategy"),
                    time ? span_of(*time) : "-", violated.empty() ? "-" : violated});
  }
  if (rows.empty()) return;
  console.out << '\n';
  print_table(console.out, {"SOLUTION", "VALUE", "BOUND", "GAP", "STATUS", "STRATEGY", "TIME", "VIOLATED"}, rows,
              console.colours);
}

void print_plan(Console& console, json::object const& plan, std::string const& file) {
  print_line(console, "name", printable(text_in(plan, "name")));
  print_line(console, "id", printable(text_in(plan, "id")));
  print_line(console, "status", coloured(console, printable(text_in(plan, "status"))));
  print_line(console, "message", message_of(plan));
  auto const created = number_in(plan, "created"), updated = number_in(plan, "updated");
  if (created) print_line(console, "created", date_of(static_cast<std::int64_t>(*created)) + " UTC");
  if (created && updated && *updated > *created)
    print_line(console, "updated", span_of(*updated - *created) + " later");
  print_line(console, "by", printable(text_in(plan, "submitter")));
  print_line(console, "callback", printable(text_in(plan, "callback_url")));
  if (auto const* errors = array_in(plan, "errors"); errors != nullptr && !errors->empty()) {
    console.out << '\n';
    print_problems(console.out, *errors, file.empty() ? "template" : file, "error");
  }
  if (auto const* found = array_in(plan, "recommendations")) print_solutions(console, *found);
  if (auto const* info = array_in(plan, "solver_info")) print_solver_info(console, *info);
}

}  // namespace conductor::cli
