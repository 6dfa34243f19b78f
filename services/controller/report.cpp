#include "services/controller/report.hpp"

#include <algorithm>
#include <unordered_map>

namespace conductor::services::controller {

namespace {

text::Problem problem_at(View const& where, std::string message) {
  return {.pointer = where.pointer(),
          .line = where->line,
          .column = where->column,
          .value = where->is_mapping() || where->is_list() ? std::string() : shown(where.node()),
          .message = std::move(message)};
}

void number_elements(text::Node const& node, std::string const& pointer,
                     std::unordered_map<std::string, std::size_t>& numbers) {
  numbers.emplace(pointer, numbers.size());
  for (std::size_t i = 0; i < node.items.size(); ++i)
    number_elements(node.items[i], text::pointer_to(pointer, i), numbers);
  for (auto const& member : node.members) number_elements(member.value, text::pointer_to(pointer, member.key), numbers);
}

}  // namespace

void Report::add(View const& where, std::string message, std::string expected, std::string suggestion) {
  if (is_tainted(where.pointer()) || errors_.size() >= most_problems) return;
  auto problem = problem_at(where, std::move(message));
  problem.expected = std::move(expected);
  problem.suggestion = std::move(suggestion);
  errors_.push_back(std::move(problem));
}

void Report::warn(View const& where, std::string message) {
  if (warnings_.size() < most_problems) warnings_.push_back(problem_at(where, std::move(message)));
}

bool Report::is_tainted(std::string_view pointer) const {
  return std::any_of(tainted_.begin(), tainted_.end(), [&](std::string const& bad) {
    return pointer.starts_with(bad) && (pointer.size() == bad.size() || pointer[bad.size()] == '/');
  });
}

void Report::append(Report const& other) {
  for (auto const& error : other.errors_)
    if (errors_.size() < most_problems) errors_.push_back(error);
  warnings_.insert(warnings_.end(), other.warnings_.begin(), other.warnings_.end());
  tainted_.insert(tainted_.end(), other.tainted_.begin(), other.tainted_.end());
}

text::Problems in_document_order(text::Problems problems, text::Node const& document) {
  if (problems.size() < 2) return problems;
  std::unordered_map<std::string, std::size_t> numbers;
  number_elements(document, "", numbers);
  // What is not in the document (inside a parameter's value) stands with the nearest element that is.
  auto const place = [&](text::Problem const& problem) {
    for (std::string pointer = problem.pointer;; pointer.resize(pointer.rfind('/'))) {
      if (auto const found = numbers.find(pointer); found != numbers.end()) return found->second;
      if (pointer.empty() || pointer.front() != '/') return std::size_t{0};
    }
  };
  std::vector<std::pair<std::size_t, text::Problem>> placed;
  for (auto& problem : problems) {
    auto const where = place(problem);
    placed.emplace_back(where, std::move(problem));
  }
  std::stable_sort(placed.begin(), placed.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
  problems.clear();
  for (auto& [where, problem] : placed) problems.push_back(std::move(problem));
  return problems;
}

}  // namespace conductor::services::controller
