// Constraint type capability (template specification 6.10): a HEAT template and its environment, as texts. Nothing is
// fetched: a URI must be a key of the request's files.
#include "services/constraints/types/capability/capability.hpp"

#include "core/text/reader.hpp"

namespace conductor::services::constraints {
namespace {

bool is_uri(std::string_view text) {
  return text.size() < 2000 && text.find("://") != text.npos && text.find_first_of(" \n{") == text.npos;
}

// The text that the property stands for; nothing when that was refused.
std::optional<std::string> content_of(ConstraintUnderCheck const& constraint, View const& given, std::string const& key,
                                      Report& report) {
  std::string const what = "Property '" + key + "' value";
  if (!given->is_text()) {
    refuse_value(given, what, constraint, "a text, such as {get_file: NAME} gives", report);
    return std::nullopt;
  }
  if (!is_uri(given->text())) return std::string(given->text());
  auto const* file = constraint.given.files().if_contains(given->text());
  if (file != nullptr && file->is_string()) return std::string(file->get_string());
  refuse_value(given, what, constraint, "a text or a key of the request's files; nothing is fetched", report);
  return std::nullopt;
}

// A mapping with that member in YAML or JSON text; `member` empty: any mapping.
void check_text(ConstraintUnderCheck const& constraint, View const& given, std::string const& key,
                std::string const& content, std::string_view member, Report& report) {
  auto const document = text::read_json_or_yaml(content);
  std::string problem;
  if (!document.ok())
    problem = document.problems().front().message;
  else if (!document.root.is_mapping())
    problem = "it is no mapping";
  else if (!member.empty() && (document.root.find(member) == nullptr || !document.root.find(member)->is_mapping()))
    problem = "it has no mapping '" + std::string(member) + "'";
  if (!problem.empty())
    report.add(given,
               "Property '" + key + "' in constraint named '" + constraint.name +
                   "' is no HEAT document: " + readable(problem, 300),
               member.empty() ? "a HEAT environment" : "a HEAT template");
}

void read_text(ConstraintUnderCheck const& constraint, std::string const& key, std::string_view member,
               json::object& properties, Report& report) {
  auto const given = constraint.properties.given(key);
  if (!given || is_blank(given->node())) return;
  auto const content = content_of(constraint, *given, key, report);
  if (!content) return;
  check_text(constraint, *given, key, *content, member, report);
  properties[key] = *content;
}

}  // namespace

void check_capability(ConstraintUnderCheck const& constraint, json::object& properties, Report& report) {
  read_text(constraint, "template", "resources", properties, report);
  read_text(constraint, "environment", "", properties, report);
}

}  // namespace conductor::services::constraints
