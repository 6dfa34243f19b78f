// The explanation of a plan as tables (solver specification 21.5).
#include "services/cli/api_client.hpp"
#include "services/cli/plan_print.hpp"
#include "services/cli/times.hpp"

#include <ostream>

namespace conductor::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string count_text(double number) { return number_text(number); }

std::string names_in(json::object const& object, std::string_view key) {
  std::string text;
  if (auto const* list = array_in(object, key))
    for (auto const& item : *list)
      if (item.is_string()) text += (text.empty() ? "" : ", ") + printable(item.as_string());
  return text;
}

void print_funnel(Console& console, std::string_view name, json::object const& demand) {
  double left = number_in(demand, "resolved").value_or(0);
  console.out << bold(console, printable(name)) << ": " << count_text(left)
              << (left == 1 ? " candidate" : " candidates") << " in the inventory's answer\n";
  Rows rows;
  if (auto const* funnel = array_in(demand, "funnel"))
    for (auto const& each : *funnel) {
      if (!each.is_object()) continue;
      auto const& step = each.as_object();
      auto const after = number_in(step, "left").value_or(0);
      auto const type = printable(text_in(step, "type"));
      rows.push_back({printable(text_in(step, "constraint")), type.empty() ? "-" : type, count_text(after),
                      count_text(left - after)});
      left = after;
    }
  if (!rows.empty()) print_table(console.out, {"CONSTRAINT", "TYPE", "LEFT", "DROPPED"}, rows, console.colours);
}

void print_dropped(Console& console, json::object const& demand) {
  Rows rows;
  if (auto const* dropped = array_in(demand, "dropped"))
    for (auto const& each : *dropped) {
      if (!each.is_object()) continue;
      auto const& candidate = each.as_object();
      auto const why = text_in(candidate, "text");
      auto const constraint = text_in(candidate, "constraint");
      rows.push_back({printable(text_in(candidate, "candidate_id")), constraint.empty() ? "-" : printable(constraint),
                      printable(why.empty() ? text_in(candidate, "reason") : why)});
    }
  if (rows.empty()) return;
  console.out << '\n';
  print_table(console.out, {"CANDIDATE", "DROPPED BY", "BECAUSE"}, rows, console.colours);
}

std::string with_unit(json::object const& relaxation, std::string_view key) {
  auto const number = number_in(relaxation, key);
  auto const unit = text_in(relaxation, "unit");
  return (number ? number_text(*number) : "?") + (unit.empty() ? "" : " " + printable(unit));
}

void print_conflict(Console& console, json::object const& conflict) {
  auto const demands = names_in(conflict, "demands");
  auto const* minimal = conflict.if_contains("minimal");
  console.out << '\n'
              << bold(console, "Conflict") << ": " << names_in(conflict, "constraints")
              << (demands.empty() ? "" : " on " + demands) << " cannot hold together";
  bool const may_be_fewer = minimal != nullptr && minimal->is_bool() && !minimal->as_bool();
  console.out << (may_be_fewer ? "; perhaps fewer of them are enough, the time was too short to tell\n"
                               : "; without any one of them there is a solution\n");
  Rows rows;
  if (auto const* relaxations = array_in(conflict, "relaxations"))
    for (auto const& each : *relaxations) {
      if (!each.is_object()) continue;
      auto const& relaxation = each.as_object();
      rows.push_back({printable(text_in(relaxation, "constraint")), printable(text_in(relaxation, "property")),
                      with_unit(relaxation, "from"), with_unit(relaxation, "to")});
    }
  if (rows.empty()) return;
  console.out << "Any one of these changes makes it solvable:\n";
  print_table(console.out, {"CONSTRAINT", "PROPERTY", "FROM", "TO"}, rows, console.colours);
}

std::string violated_text(json::value const& each) {
  if (each.is_string()) return printable(each.as_string());
  if (!each.is_object()) return printable(json::serialize(each));
  auto const& object = each.as_object();
  auto const name = text_in(object, "constraint");
  auto const why = text_in(object, "text").empty() ? text_in(object, "reason") : text_in(object, "text");
  if (name.empty() && why.empty()) return printable(json::serialize(each));
  return printable(name) + (name.empty() || why.empty() ? "" : ": ") + printable(why);
}

// A choice of a why-not assignment: an id, or an object with one.
std::string chosen_text(json::value const& choice) {
  if (choice.is_string()) return printable(choice.as_string());
  if (choice.is_object())
    for (auto const* key : {"candidate_id", "id"})
      if (auto const id = text_in(choice.as_object(), key); !id.empty()) return printable(id);
  return printable(json::serialize(choice));
}

}  // namespace

void print_explanation(Console& console, json::object const& explanation, bool with_dropped) {
  bool first = true;
  if (auto const* demands = object_in(explanation, "demands"))
    for (auto const& [name, demand] : *demands) {
      if (!demand.is_object()) continue;
      if (!first) console.out << '\n';
      first = false;
      print_funnel(console, name, demand.as_object());
      if (with_dropped) print_dropped(console, demand.as_object());
    }
  if (auto const* notes = array_in(explanation, "notes"))
    for (auto const& note : *notes)
      if (note.is_string()) console.out << '\n' << bold(console, "Note") << ": " << printable(note.as_string()) << '\n';
  if (auto const* conflict = object_in(explanation, "conflict")) print_conflict(console, *conflict);
  if (auto const* info = array_in(explanation, "solver_info")) print_solver_info(console, *info);
}

void print_why_not(Console& console, json::object const& answer, std::string const& demand,
                   std::string const& candidate) {
  auto const name = bold(console, printable(candidate)) + " for " + printable(demand);
  if (auto const* violated = array_in(answer, "violated"); violated != nullptr && !violated->empty()) {
    console.out << name << " is not possible:\n";
    for (auto const& each : *violated) console.out << "  " << violated_text(each) << '\n';
    return;
  }
  if (auto const cost = number_in(answer, "cost")) {
    auto const value = number_in(answer, "value");
    console.out << name << (*cost > 0 ? " would cost " + number_text(*cost) + " more" : " is as good as the optimum");
    if (value) console.out << ": the best solution with it has the value " << number_text(*value);
    console.out << '\n';
    Rows rows;
    if (auto const* assignment = object_in(answer, "assignment"))
      for (auto const& [each, choice] : *assignment) rows.push_back({printable(each), chosen_text(choice)});
    if (!rows.empty()) print_table(console.out, {"DEMAND", "CANDIDATE"}, rows, console.colours);
    return;
  }
  // A candidate that never reached the solver.
  auto const why = text_in(answer, "text").empty() ? text_in(answer, "reason") : text_in(answer, "text");
  console.out << name << " was dropped: " << (why.empty() ? printable(json::serialize(answer)) : printable(why))
              << '\n';
}

}  // namespace conductor::cli
