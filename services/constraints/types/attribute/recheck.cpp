// The second opinion on attribute constraints (solver specification 5.4, template specification 6.3).
#include "services/constraints/types/attribute/attribute.hpp"

#include <re2/re2.h>

#include <cctype>

namespace conductor::services::constraints {
namespace {

bool equal(json::value const& field, json::value const& wanted) {
  if (field.is_number()) return number_in(wanted) == number_in(field);
  auto const flag = boolean_in(field);
  if ((field.is_bool() || wanted.is_bool()) && flag) return boolean_in(wanted) == flag;
  return field.kind() == wanted.kind() && json::serialize(field) == json::serialize(wanted);
}

// A value as a list: itself when it is one.
std::vector<json::value> items_of(json::value const& value) {
  if (value.is_array()) return {value.get_array().begin(), value.get_array().end()};
  return std::vector<json::value>(1, value);
}

bool one_equals(json::value const& field, json::value const& wanted) {
  for (auto const& item : items_of(field))
    if (equal(item, wanted)) return true;
  return false;
}

bool found(json::value const& field, std::string pattern) {
  bool ignore_case = false;
  if (pattern.size() > 1 && pattern.front() == '/' && pattern.find_last_of('/') != 0) {
    ignore_case = pattern.back() == 'i' && pattern[pattern.size() - 2] == '/';
    pattern = pattern.substr(1, pattern.find_last_of('/') - 1);
  }
  auto const text = field.is_bool()     ? std::optional<std::string>(field.get_bool() ? "true" : "false")
                    : field.is_string() ? std::string(field.get_string())
                                        : text_in(field);
  return text && re2::RE2::PartialMatch(*text, (ignore_case ? "(?i)" : "") + pattern);
}

bool operator_holds(std::string_view op, json::value const& operand, json::value const* field) {
  if (!field) return op == "ne";
  if (op == "eq") return equal(*field, operand);
  if (op == "ne") return !equal(*field, operand);
  if (op == "regex") return found(*field, std::string(operand.as_string()));
  if (op == "any" || op == "all") {
    std::size_t matches = 0;
    auto const wanted = items_of(operand);
    for (auto const& item : wanted)
      if (one_equals(*field, item)) ++matches;
    return op == "any" ? matches > 0 : matches == wanted.size();
  }
  auto const a = number_in(*field), b = number_in(operand);
  if (!a || !b) return false;
  if (op == "lt") return *a < *b;
  if (op == "gt") return *a > *b;
  if (op == "lte") return *a <= *b;
  return *a >= *b;
}

json::value const* field_named(json::object const& candidate, std::string name) {
  for (auto const& [from, to] : {std::pair{' ', ' '}, std::pair{'-', '_'}, std::pair{'_', '-'}}) {
    for (auto& c : name)
      if (c == from) c = to;
    if (auto const* value = member(candidate, name)) return value;
  }
  return nullptr;
}

// The keys of the original: empty lists restrict nothing, all goes before any.
bool classic_holds(json::value const& wanted, json::value const* field) {
  if (!wanted.is_object()) {
    auto const items = items_of(wanted);
    return items.empty() || operator_holds("any", wanted, field);
  }
  auto const& operators = wanted.get_object();
  for (auto const& [op, operand] : operators) {
    bool const list = op == "any" || op == "all";
    if ((list && items_of(operand).empty()) || (op == "any" && operators.contains("all"))) continue;
    if (!operator_holds(op, operand, field)) return false;
  }
  return true;
}

bool field_holds(json::value const& wanted, json::value const* field) {
  if (wanted.is_array()) return operator_holds("any", wanted, field);
  if (!wanted.is_object()) return operator_holds("eq", wanted, field);
  for (auto const& [op, operand] : wanted.get_object())
    if (!operator_holds(op, operand, field)) return false;
  return true;
}

bool region_holds(json::value const& wanted, json::object const& candidate) {
  auto const* location = member(candidate, "location_id");
  if (wanted.is_object())
    for (auto const& [name, list] : wanted.get_object()) {
      if (!name.ends_with("-requests")) continue;
      auto const* own = member(wanted.get_object(), text_of(candidate, "inventory_type") + "-requests");
      return !own || classic_holds(*own, location);
    }
  return classic_holds(wanted, location);
}

bool has_network_role(std::string const& role, json::object const& candidate, Answers const& answers) {
  auto const* members = answers.roles.if_contains(role);
  if (!members || !members->is_array()) return false;
  auto const owner = text_of(candidate, "cloud_owner");
  for (auto const& pair : members->get_array()) {
    auto const of = text_in(pair.at(0)).value_or("");
    if (text_in(pair.at(1)) == text_of(candidate, "candidate_id") && (owner.empty() || of.empty() || owner == of))
      return true;
  }
  return false;
}

bool network_roles_hold(json::value const& wanted, json::object const& candidate, Answers const& answers) {
  if (text_of(candidate, "inventory_type") != "cloud") return true;
  bool const all = wanted.is_object() && member(wanted.get_object(), "all");
  auto const* list = wanted.is_object() ? member(wanted.get_object(), all ? "all" : "any") : &wanted;
  if (!list) return true;
  auto const roles = items_of(*list);
  std::size_t matches = 0;
  for (auto const& role : roles)
    if (has_network_role(text_in(role).value_or(""), candidate, answers)) ++matches;
  return roles.empty() || (all ? matches == roles.size() : matches > 0);
}

std::string upper(std::string text) {
  for (auto& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

bool replication_role_holds(json::value const& wanted, json::object const& candidate, Answers const& answers) {
  auto const host = text_of(candidate, "host_id");
  if (host.empty()) return true;
  auto const* roles = answers.hosts.if_contains(host);
  if (!roles) return false;
  auto const* list = &wanted;
  if (wanted.is_object()) {
    list = member(wanted.get_object(), "all");
    if (!list) list = member(wanted.get_object(), "any");
    if (!list) return true;
  }
  auto const names = items_of(*list);
  for (auto const& role : items_of(*roles))
    for (auto const& name : names)
      if (upper(text_in(role).value_or("")) == upper(text_in(name).value_or("?"))) return true;
  return names.empty();
}

}  // namespace

Measured recheck_attribute(Judge const& judge, json::object const& constraint, Party const& party) {
  auto const& evaluate = properties_in(constraint).at("evaluate").as_object();
  auto const& candidate = *party.candidate;
  auto const& answers = judge.plan().answers;
  AllOf all;
  for (auto const& [key, wanted] : evaluate) {
    if (wanted.is_null() || (wanted.is_string() && wanted.get_string().empty())) continue;
    std::string name(key);
    if (name == "network_roles" || name == "network-roles") {
      all.add(network_roles_hold(wanted, candidate, answers) ? Opinion::yes : Opinion::no);
      continue;
    }
    if (name == "replication_role" || name == "replication-role") {
      bool const known = answers.hosts.contains(text_of(candidate, "host_id"));
      bool const holds = replication_role_holds(wanted, candidate, answers);
      all.add(holds ? Opinion::yes : known ? Opinion::no : Opinion::unknown);
      continue;
    }
    bool holds = false;
    json::value const* field = nullptr;
    if (name == "cloud-region" || name == "cloud_region") {
      field = member(candidate, "location_id");
      holds = region_holds(wanted, candidate);
    } else if (name == "complex") {
      field = member(candidate, "complex_name");
      holds = classic_holds(wanted, field);
    } else if (name == "country" || name == "state" || name == "region") {
      field = member(candidate, name);
      holds = classic_holds(wanted, field);
    } else {
      field = field_named(candidate, name);
      holds = field_holds(wanted, field);
    }
    all.add(holds ? Opinion::yes : field ? Opinion::no : Opinion::unknown);
  }
  return plain(all.opinion());
}

}  // namespace conductor::services::constraints
