// valijson is compiled here and nowhere else in these tests.
#include "tests/services/api/schema.hpp"

#include "services/api/openapi.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#pragma GCC diagnostic pop

namespace conductor::services::api::test {

namespace json = boost::json;

namespace {

// A schema that stands in the description, with what it may refer to.
std::string problems_with(json::object schema, json::value const& value) {
  schema["components"] = description().at("components");
  json::value const root(std::move(schema));
  valijson::Schema compiled;
  valijson::SchemaParser parser;
  valijson::adapters::BoostJsonAdapter const adapted(root);
  parser.populateSchema(adapted, compiled);
  valijson::Validator validator;
  valijson::ValidationResults results;
  valijson::adapters::BoostJsonAdapter const target(value);
  if (validator.validate(compiled, target, &results)) return "";
  std::string all;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    for (auto const& step : error.context) all += step;
    all += ": " + error.description + "\n";
  }
  return all + "in " + json::serialize(value);
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
