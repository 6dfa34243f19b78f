#include "services/grammar/schema_parts.hpp"

namespace conductor::services::grammar::schema_parts {
namespace {

json::object any_of(std::initializer_list<json::object> schemas) {
  json::array list;
  for (auto const& schema : schemas) list.emplace_back(schema);
  return {{"anyOf", std::move(list)}};
}

json::object of_type(char const* type) { return {{"type", type}}; }

}  // namespace

json::object function_schema() {
  json::object const step = any_of({of_type("string"), of_type("integer")});
  json::object const path{{"type", "array"}, {"minItems", 1}, {"items", step}};
  return any_of({closed("The value of a parameter, or a part of it.",
                        {{"get_param", any_of({of_type("string"), path})}}, {"get_param"}),
                 closed("The text of a file of the request.", {{"get_file", of_type("string")}}, {"get_file"})});
}

json::object or_function(json::object schema) {
  if (schema.empty()) return schema;
  json::object result;
  // Editors show what stands beside the alternatives.
  if (auto const* help = schema.if_contains("description")) {
    result["description"] = *help;
    schema.erase("description");
  }
  result["anyOf"] = json::array{std::move(schema), reference("function")};
  return result;
}

json::value with_functions(json::value const& schema) {
  if (auto const* many = schema.if_array()) {
    json::array result;
    for (auto const& each : *many) result.push_back(with_functions(each));
    return result;
  }
  if (!schema.is_object()) return schema;
  json::object result;
  for (auto const& [keyword, value] : schema.get_object()) {
    if (keyword == "properties") {
      json::object properties;
      for (auto const& [name, property] : value.as_object())
        properties[name] = or_function(with_functions(property).as_object());
      result[keyword] = std::move(properties);
    } else if (keyword == "items") {
      result[keyword] = or_function(with_functions(value).as_object());
    } else if (keyword == "anyOf") {
      result[keyword] = with_functions(value);
    } else {
      result[keyword] = value;
    }
  }
  return result;
}

json::object reference(char const* definition) { return {{"$ref", std::string("#/definitions/") + definition}}; }

json::object described(json::object schema, std::string_view help) {
  // Beside $ref nothing else counts.
  if (schema.contains("$ref")) schema = {{"allOf", json::array{std::move(schema)}}};
  schema["description"] = help;
  return schema;
}

json::object anything() { return {}; }
json::object text() { return or_function(of_type("string")); }
json::object texts() {
  return or_function(any_of({of_type("string"), {{"type", "array"}, {"minItems", 1}, {"items", text()}}}));
}
json::object word() { return or_function({{"type", json::array{"string", "number"}}}); }
json::object numeric_text() {
  return {{"type", "string"}, {"pattern", "^[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?$"}};
}
json::object number() { return or_function(any_of({of_type("number"), numeric_text()})); }
json::object positive() { return or_function(any_of({{{"type", "number"}, {"exclusiveMinimum", 0}}, numeric_text()})); }
json::object boolean() {
  return or_function(
      any_of({of_type("boolean"), {{"type", "string"}, {"pattern", "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$"}}}));
}
json::object list() { return or_function(of_type("array")); }
json::object mapping() { return or_function(of_type("object")); }
json::object pair_of_names() { return {{"type", "array"}, {"minItems", 2}, {"maxItems", 2}, {"items", text()}}; }

json::object of_kind(ValueKind kind) {
  switch (kind) {
    case ValueKind::text:
      return text();
    case ValueKind::word:
      return word();
    case ValueKind::number:
      return number();
    case ValueKind::boolean:
      return boolean();
    case ValueKind::texts:
      return texts();
    case ValueKind::list:
      return list();
    case ValueKind::mapping:
      return mapping();
    case ValueKind::any:
      break;
  }
  return anything();
}

json::object one_of(std::span<std::string_view const> words) {
  json::array list;
  for (auto const word : words) list.emplace_back(word);
  return {{"enum", std::move(list)}};
}

json::object one_of(std::initializer_list<std::string_view> words) {
  return one_of(std::span<std::string_view const>(words.begin(), words.size()));
}

json::object list_of(json::object item) {
  json::object schema{{"type", "array"}};
  schema["items"] = or_function(std::move(item));
  return schema;
}

json::object non_empty_list_of(json::object item) {
  auto schema = list_of(std::move(item));
  schema["minItems"] = 1;
  return schema;
}

json::object map_of(json::object value) {
  json::object schema{{"type", "object"}};
  schema["additionalProperties"] = std::move(value);
  return schema;
}

json::object closed(std::string_view help, json::object properties, std::initializer_list<std::string_view> required) {
  json::object schema{{"type", "object"}};
  if (!help.empty()) schema["description"] = help;
  if (required.size() > 0) {
    json::array names;
    for (auto const name : required) names.emplace_back(name);
    schema["required"] = std::move(names);
  }
  schema["properties"] = std::move(properties);
  schema["additionalProperties"] = false;
  return schema;
}

json::object properties_of(std::span<Key const> keys) {
  json::object properties;
  for (auto const& key : keys) {
    auto schema = of_kind(key.kind);
    properties[key.name] = key.help.empty() ? std::move(schema) : described(std::move(schema), key.help);
  }
  return properties;
}

json::object when(std::string_view key, std::string_view value, json::object then) {
  json::object properties;
  properties[key] = json::object{{"const", value}};
  json::object condition{{"required", json::array{json::value(key)}}};
  condition["properties"] = std::move(properties);
  json::object schema;
  schema["if"] = std::move(condition);
  schema["then"] = std::move(then);
  return schema;
}

}  // namespace conductor::services::grammar::schema_parts
