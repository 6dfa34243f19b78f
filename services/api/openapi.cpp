#include "services/api/openapi.hpp"

#include "core/text/reader.hpp"
#include "services/api/context.hpp"
#include "services/api/openapi_text.hpp"

#include <stdexcept>

namespace conductor::services::api {

namespace json = boost::json;

json::value openapi_document(std::string const& product_version) {
  auto const read = text::read_yaml(openapi_yaml);
  // It is compiled in, and a test reads it.
  if (!read.ok()) throw std::logic_error("openapi.yaml: " + read.problems().front().message);
  auto document = text::to_json(read.root);
  document.at("info").as_object()["version"] = product_version;
  return document;
}

std::vector<http::Route> openapi_routes(std::string const& product_version) {
  auto const text = std::make_shared<std::string const>(json::serialize(openapi_document(product_version)));
  return {{"/openapi.json", "GET", http::Role::anonymous,
           checked([text](auto const&, auto const&, auto const&) -> http::Response {
             return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = *text};
           }),
           "The description of this API"}};
}

}  // namespace conductor::services::api
