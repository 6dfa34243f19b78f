#include "services/cli/problem_print.hpp"

#include "services/cli/api_client.hpp"

#include <ostream>

namespace conductor::cli {

namespace {

// The element of the pointer, or the nearest one around it that the file has.
text::Node const* nearest_element(text::Node const& root, std::string pointer) {
  for (;;) {
    if (auto const* node = root.at(pointer); node != nullptr) return node;
    auto const slash = pointer.rfind('/');
    if (slash == std::string::npos) return nullptr;
    pointer.resize(slash);
  }
}

// A text ends with a period only when it says so itself.
void print_part(std::ostream& out, char const* what, std::string const& text) {
  if (!text.empty()) out << "    " << what << ": " << printable(text) << '\n';
}

std::string shown(json::object const& problem, std::string_view key) {
  auto const* value = problem.if_contains(key);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
}

}  // namespace

json::array placed(json::array const& problems, TemplateFile const& file) {
  json::array result;
  for (auto const& each : problems) {
    auto problem = each;
    if (auto* object = problem.if_object(); object != nullptr && !object->contains("line"))
      if (auto const* node = nearest_element(file.root, text_in(*object, "path")); node != nullptr && node->line > 0) {
        (*object)["line"] = node->line;
        (*object)["column"] = node->column;
      }
    result.push_back(std::move(problem));
  }
  return result;
}

void print_problems(std::ostream& out, json::array const& problems, std::string const& file, std::string const& kind) {
  for (auto const& each : problems) {
    if (!each.is_object()) continue;
    auto const& problem = each.as_object();
    out << printable(file);
    if (auto const line = number_in(problem, "line")) {
      out << ':' << *line;
      if (auto const column = number_in(problem, "column")) out << ':' << *column;
    }
    out << ": " << kind << ": " << printable(text_in(problem, "message")) << '\n';
    print_part(out, "at", text_in(problem, "path"));
    print_part(out, "seen", shown(problem, "value"));
    print_part(out, "expected", text_in(problem, "expected"));
    if (auto const better = shown(problem, "suggestion"); !better.empty())
      out << "    did you mean: " << printable(better) << '\n';
  }
}

}  // namespace conductor::cli
