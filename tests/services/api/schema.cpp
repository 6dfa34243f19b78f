#include "tests/services/api/schema.hpp"

#include "services/api/openapi.hpp"
#include "services/controller/json_schema.hpp"

namespace conductor::services::api::test {

namespace json = boost::json;

namespace {

// A schema that stands in the description, with what it may refer to.
std::string problems_with(json::object schema, json::value const& value) {
  schema["components"] = description().at("components");
  auto const compiled = controller::JsonSchema::from_document(std::move(schema));
  auto const violation = compiled.value()->first_violation(value);
  return violation ? violation->pointer + ": " + violation->message + "\nin " + json::serialize(value) : "";
}

json::object const* find_object(json::object const& object, std::string_view key) {
  auto const* found = object.if_contains(key);
  return found == nullptr ? nullptr : found->if_object();
}

}  // namespace

json::value const& description() {
  static json::value const document = openapi_document("1.2.3");
  return document;
}

std::string schema_problems(std::string const& name, json::value const& value) {
  return problems_with({{"$ref", "#/components/schemas/" + name}}, value);
}

std::string answer_problems(std::string const& path, std::string const& method, int status, json::value const& body) {
  auto const* operations = find_object(description().at("paths").as_object(), path);
  auto const* operation = operations == nullptr ? nullptr : find_object(*operations, method);
  if (operation == nullptr) return "no such operation: " + method + " " + path;
  auto const* response = find_object(operation->at("responses").as_object(), std::to_string(status));
  if (response == nullptr)
    return method + " " + path + " answers " + std::to_string(status) + ", which is not described";
  if (auto const* reference = response->if_contains("$ref")) {
    std::string const name(reference->as_string());
    response =
        find_object(description().at("components").at("responses").as_object(), name.substr(name.rfind('/') + 1));
  }
  auto const* content = find_object(*response, "content");
  auto const* media = content == nullptr ? nullptr : find_object(*content, "application/json");
  if (media == nullptr) return body.is_null() ? "" : "a body that is not described: " + json::serialize(body);
  return problems_with(media->at("schema").as_object(), body);
}

}  // namespace conductor::services::api::test
