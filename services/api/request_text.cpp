#include "services/api/request_text.hpp"

#include "core/http/target.hpp"
#include "core/text/reader.hpp"

namespace conductor::services::api {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;

sdk::Result<json::value> read_request_text(std::string_view body) {
  auto const document = text::read_json(body, {.max_bytes = body.size()});
  // A duplicate key is told even when the text is broken further on: it is the likelier mistake. A line that is not
  // UTF-8 cannot be shown.
  if (!document.duplicates.empty() && http::is_utf8(document.duplicates.front().snippet))
    return Error{Errc::invalid, text::duplicate_key_text("API Request", document.duplicates.front())};
  if (document.failure) return Error{Errc::invalid, "The request body cannot be read: " + document.failure->message};
  return text::to_json(document.root);
}

sdk::Result<void> check_template_text(std::string_view content) {
  auto const document = text::read_json_or_yaml(content);
  if (!document.duplicates.empty())
    return Error{Errc::invalid, text::duplicate_key_text("Template", document.duplicates.front())};
  if (document.failure) return Error{Errc::invalid, "The template cannot be read: " + document.failure->message};
  if (!document.root.is_mapping())
    return Error{Errc::invalid,
                 "The template must be a mapping, got " + std::string(text::to_string(document.root.kind))};
  return {};
}

}  // namespace conductor::services::api
