// The only file that compiles the validator's headers.
#include "services/controller/json_schema.hpp"

#include "core/text/reader.hpp"
#include "services/controller/opt_schema.hpp"
#include "services/controller/schema_wording.hpp"

// Without it a schema that is none would end the process.
#define VALIJSON_USE_EXCEPTIONS 1
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

#include <fstream>
#include <sstream>

namespace conductor::services::controller {

namespace json = boost::json;
using Adapter = valijson::adapters::BoostJsonAdapter;

struct JsonSchema::Compiled {
  valijson::Schema schema;
};

JsonSchema::JsonSchema(json::value document, std::unique_ptr<Compiled> compiled)
    : document_(std::move(document)), compiled_(std::move(compiled)) {}
JsonSchema::~JsonSchema() = default;

sdk::Result<std::shared_ptr<JsonSchema const>> JsonSchema::from_document(json::value document) {
  if (!document.is_object()) return sdk::Error{sdk::Errc::invalid, "the JSON Schema is not an object"};
  auto compiled = std::make_unique<Compiled>();
  try {
    valijson::SchemaParser parser;
    parser.populateSchema(Adapter(document), compiled->schema);
  } catch (std::exception const& failed) {
    return sdk::Error{sdk::Errc::invalid, std::string("the JSON Schema cannot be used: ") + failed.what()};
  }
  return std::shared_ptr<JsonSchema const>(new JsonSchema(std::move(document), std::move(compiled)));
}

sdk::Result<std::shared_ptr<JsonSchema const>> JsonSchema::from_file(std::filesystem::path const& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  if (!stream || !(content << stream.rdbuf()))
    return sdk::Error{sdk::Errc::unavailable, "the JSON Schema " + path.string() + " cannot be read"};
  auto const document = text::read_json(content.str(), text::file_limits);
  if (!document.ok()) return sdk::Error{sdk::Errc::invalid, path.string() + ": " + document.problems().front().message};
  auto schema = from_document(text::to_json(document.root));
  if (!schema) return sdk::Error{schema.error().code, path.string() + ": " + schema.error().text};
  return schema;
}

JsonSchema const& JsonSchema::built_in_optimization() {
  static auto const schema = from_document(json::parse(opt_schema_text));
  return *schema.value();
}

namespace {

// The validator's own account, for keywords that have no wording here. Its context is {"<root>", "[name]", "[0]", ...}.
JsonSchema::Violation in_own_words(valijson::Schema const& schema, json::value const& document) {
  valijson::ValidationResults results;
  valijson::Validator().validate(schema, Adapter(document), &results);
  valijson::ValidationResults::Error error;
  JsonSchema::Violation violation;
  if (!results.popError(error)) return {"", "the document is not valid"};
  for (auto const& step : error.context)
    if (step.size() >= 2 && step.front() == '[')
      violation.pointer = text::pointer_to(violation.pointer, step.substr(1, step.size() - 2));
  violation.message = error.description;
  return violation;
}

}  // namespace

std::optional<JsonSchema::Violation> JsonSchema::first_violation(json::value const& document) const {
  try {
    if (valijson::Validator().validate(compiled_->schema, Adapter(document), nullptr)) return std::nullopt;
    if (auto worded = worded_violation(document_, document))
      return Violation{std::move(worded->pointer), std::move(worded->message)};
    return in_own_words(compiled_->schema, document);
  } catch (std::exception const& failed) {
    // A regular expression in the schema that is none shows only when it is used.
    return Violation{"", std::string("the JSON Schema cannot be applied: ") + failed.what()};
  }
}

}  // namespace conductor::services::controller
