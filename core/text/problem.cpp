#include "core/text/problem.hpp"

namespace conductor::text {

boost::json::object to_json(Problem const& problem) {
  boost::json::object object{{"path", problem.pointer}};
  if (problem.line > 0) {
    object["line"] = problem.line;
    object["column"] = problem.column;
  }
  if (!problem.value.empty()) object["value"] = problem.value;
  if (!problem.expected.empty()) object["expected"] = problem.expected;
  object["message"] = problem.message;
  if (!problem.suggestion.empty()) object["suggestion"] = problem.suggestion;
  return object;
}

boost::json::array to_json(Problems const& problems) {
  boost::json::array list;
  list.reserve(problems.size());
  for (auto const& problem : problems) list.push_back(to_json(problem));
  return list;
}

}  // namespace conductor::text
