#include "services/grammar/report.hpp"

#include <algorithm>

namespace conductor::services::grammar {

namespace {

text::Problem problem_at(View const& where, std::string message) {
  return {.pointer = where.pointer(),
          .line = where->line,
          .column = where->column,
          .value = where->is_mapping() || where->is_list() ? std::string() : shown(where.node()),
          .message = std::move(message)};
}

// Where `pointer` leads in `document`: the number of each step among its neighbours, as far as there is something. In
// the order of these lists stand the elements of the document.
std::vector<std::size_t> place_of(std::string_view pointer, text::Node const& document) {
  std::vector<std::size_t> place;
  auto const* node = &document;
  while (pointer.starts_with('/')) {
    auto const step = pointer.substr(0, std::min(pointer.find('/', 1), pointer.size()));
    auto const* const next = node->at(step);
    if (next == nullptr) break;
    std::size_t number = 0;
    if (node->is_list())
      number = static_cast<std::size_t>(next - node->items.data());
    else
      while (&node->members[number].value != next) ++number;
    place.push_back(number);
    node = next;
    pointer.remove_prefix(step.size());
  }
  return place;
}

constexpr std::size_t most_tainted = 10'000, most_tainted_bytes = 4U << 20U;

}  // namespace

void Report::add(View const& where, std::string message, std::string expected, std::string suggestion) {
  auto const pointer = where.pointer();
  if (full() || is_tainted(pointer) || follows_from_tainted(pointer)) return;
  auto problem = problem_at(where, std::move(message));
  problem.expected = std::move(expected);
  problem.suggestion = std::move(suggestion);
  errors_.push_back(std::move(problem));
}

void Report::warn(View const& where, std::string message) {
  if (warnings_.size() < most_problems) warnings_.push_back(problem_at(where, std::move(message)));
}

void Report::taint(std::string pointer) {
  if (tainted_.size() >= most_tainted || tainted_bytes_ >= most_tainted_bytes) return;
  tainted_bytes_ += pointer.size();
  tainted_.insert(std::move(pointer));
}

bool Report::is_tainted(std::string_view pointer) const {
  if (tainted_.empty()) return false;
  for (;;) {
    if (tainted_.contains(pointer)) return true;
    if (pointer.empty()) return false;
    pointer = pointer.substr(0, std::min(pointer.rfind('/'), pointer.size() - 1));
  }
}

// A part that could not be read looks like one that is missing. (The document and its sections have other problems.)
bool Report::follows_from_tainted(std::string const& pointer) const {
  return !tainted_.empty() && std::count(pointer.begin(), pointer.end(), '/') >= 2 && has_tainted_in(pointer);
}

bool Report::has_tainted_in(std::string const& pointer) const {
  if (tainted_.contains(pointer)) return true;
  auto const inside = tainted_.lower_bound(pointer + "/");
  return inside != tainted_.end() && inside->starts_with(pointer + "/");
}

void Report::append(Report const& other) {
  for (auto const& error : other.errors_)
    if (errors_.size() < most_problems) errors_.push_back(error);
  warnings_.insert(warnings_.end(), other.warnings_.begin(), other.warnings_.end());
  for (auto const& pointer : other.tainted_) taint(pointer);
}

text::Problems in_document_order(text::Problems problems, text::Node const& document) {
  if (problems.size() < 2) return problems;
  // What is not in the document (inside a parameter's value) stands with the nearest element that is.
  std::vector<std::pair<std::vector<std::size_t>, text::Problem>> placed;
  for (auto& problem : problems) {
    auto where = place_of(problem.pointer, document);
    placed.emplace_back(std::move(where), std::move(problem));
  }
  std::stable_sort(placed.begin(), placed.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
  problems.clear();
  for (auto& [where, problem] : placed) problems.push_back(std::move(problem));
  return problems;
}

}  // namespace conductor::services::grammar
