// Patterns run in RE2: linear time, whatever a template says.
#include "services/constraints/types/attribute/attribute_match.hpp"

#include <re2/re2.h>

#include <array>

namespace conductor::services::constraints {
namespace {

constexpr std::size_t longest_pattern = 1000;
constexpr std::array<std::string_view, 9> operator_names{"eq", "ne", "lt", "gt", "lte", "gte", "any", "all", "regex"};
constexpr std::array<std::string_view, 9> failures{"is not",           "is",
                                                   "is not less than", "is not greater than",
                                                   "is not at most",   "is not at least",
                                                   "is not any of",    "is not all of",
                                                   "does not match"};

std::shared_ptr<re2::RE2> compile(json::value const& operand, std::string const& what) {
  if (!operand.is_string()) throw InvalidPlan(what + ": operator regex needs a text, not " + shown(operand));
  std::string pattern(operand.get_string());
  re2::RE2::Options options;
  options.set_log_errors(false);
  if (auto const end = pattern.rfind('/'); pattern.starts_with('/') && end > 0) {
    auto const flags = pattern.substr(end + 1);
    if (!flags.empty() && flags != "i")
      throw InvalidPlan(what + ": pattern " + shown(operand) + " has the flags '" + flags + "'; only i is known");
    options.set_case_sensitive(flags.empty());
    pattern = pattern.substr(1, end - 1);
  }
  if (pattern.size() > longest_pattern)
    throw InvalidPlan(what + ": the pattern is " + std::to_string(pattern.size()) + " characters long; at most " +
                      std::to_string(longest_pattern) + " are allowed");
  auto compiled = std::make_shared<re2::RE2>(pattern, options);
  if (!compiled->ok()) throw InvalidPlan(what + ": pattern " + shown(operand) + " is not valid: " + compiled->error());
  return compiled;
}

bool contains_equal(json::array const& fields, json::value const& wanted) {
  return std::any_of(fields.begin(), fields.end(), [&](auto const& field) { return equal_values(field, wanted); });
}

// What a pattern is searched in.
std::optional<std::string> searched_text(json::value const& field) {
  if (field.is_string()) return std::string(field.get_string());
  if (field.is_bool()) return field.get_bool() ? "true" : "false";
  return text_in(field);
}

}  // namespace

bool equal_values(json::value const& field, json::value const& wanted) {
  if (field.is_number()) {
    auto const number = number_in(wanted);
    return number && field.to_number<double>() == *number;
  }
  if (field.is_bool() || wanted.is_bool()) {
    auto const a = boolean_in(field), b = boolean_in(wanted);
    return a && b && *a == *b;
  }
  return field == wanted;
}

AttributeMatch::AttributeMatch(AttributeMatch&&) noexcept = default;
AttributeMatch::~AttributeMatch() = default;

AttributeMatch::AttributeMatch(json::value const& wanted, std::string const& what, bool lenient) {
  if (wanted.is_array()) {
    add(Operator::any, wanted, what, lenient);
  } else if (wanted.is_object()) {
    auto const& operators = wanted.get_object();
    if (operators.empty() && !lenient)
      throw InvalidPlan(what + " has an empty mapping; it needs at least one operator");
    for (auto const& [name, operand] : operators) {
      auto const op = operator_from(name, what);
      if (lenient && op == Operator::any && operators.contains("all")) continue;
      add(op, operand, what, lenient);
    }
  } else if (!(wanted.is_string() && wanted.get_string().empty()) && !wanted.is_null()) {
    add(Operator::eq, wanted, what, lenient);
  }
}

AttributeMatch::Operator AttributeMatch::operator_from(std::string_view name, std::string const& what) {
  for (std::size_t i = 0; i < operator_names.size(); ++i)
    if (operator_names[i] == name) return static_cast<Operator>(i);
  throw InvalidPlan(what + " has the operator '" + std::string(name) +
                    "'; the operators known are eq, ne, lt, gt, lte, gte, any, all, regex");
}

void AttributeMatch::add(Operator op, json::value const& operand, std::string const& what, bool lenient) {
  Item item{op, operand, nullptr};
  auto const name = std::string(operator_names[static_cast<std::size_t>(op)]);
  switch (op) {
    case Operator::lt:
    case Operator::gt:
    case Operator::lte:
    case Operator::gte:
      if (!number_in(operand))
        throw InvalidPlan(what + ": operator " + name + " needs a number, not " + shown(operand));
      break;
    case Operator::any:
    case Operator::all:
      if (!operand.is_array()) {
        if (!lenient) throw InvalidPlan(what + ": operator " + name + " needs a list, not " + shown(operand));
        item.operand = json::array{operand};
      }
      if (lenient && item.operand.get_array().empty()) return;
      break;
    case Operator::regex:
      item.pattern = compile(operand, what);
      break;
    case Operator::eq:
    case Operator::ne:
      break;
  }
  items_.push_back(std::move(item));
}

bool AttributeMatch::holds(Item const& item, json::value const* field) {
  if (!field) return item.op == Operator::ne;
  switch (item.op) {
    case Operator::eq:
      return equal_values(*field, item.operand);
    case Operator::ne:
      return !equal_values(*field, item.operand);
    case Operator::any:
      return std::any_of(item.operand.get_array().begin(), item.operand.get_array().end(), [&](auto const& wanted) {
        return field->is_array() ? contains_equal(field->get_array(), wanted) : equal_values(*field, wanted);
      });
    case Operator::all:
      return std::all_of(item.operand.get_array().begin(), item.operand.get_array().end(), [&](auto const& wanted) {
        return field->is_array() ? contains_equal(field->get_array(), wanted) : equal_values(*field, wanted);
      });
    case Operator::regex: {
      auto const text = searched_text(*field);
      return text && re2::RE2::PartialMatch(*text, *item.pattern);
    }
    case Operator::lt:
    case Operator::gt:
    case Operator::lte:
    case Operator::gte:
      break;
  }
  auto const number = number_in(*field), limit = number_in(item.operand);
  if (!number || !limit) return false;
  return item.op == Operator::lt    ? *number < *limit
         : item.op == Operator::gt  ? *number > *limit
         : item.op == Operator::lte ? *number <= *limit
                                    : *number >= *limit;
}

bool AttributeMatch::holds(json::value const* field) const {
  return std::all_of(items_.begin(), items_.end(), [&](auto const& item) { return holds(item, field); });
}

std::string AttributeMatch::why_not(json::value const* field) const {
  for (auto const& item : items_)
    if (!holds(item, field))
      return (field ? shown(*field) : "nothing") + " " + std::string(failures[static_cast<std::size_t>(item.op)]) +
             " " + shown(item.operand);
  return "";
}

}  // namespace conductor::services::constraints
