// How the original's validator words what is wrong with a document: it stops at the first keyword that fails, in the
// order of the schema's text.
#pragma once
#include <boost/json.hpp>

#include <optional>
#include <string>

namespace conductor::services::controller {

struct WordedViolation {
  std::string pointer, message;
};

// The first violation of the keywords $ref, type, enum, const, required, properties, additionalProperties (false),
// items (one schema), anyOf, allOf, and the bounds of numbers, texts and lists. Nothing when there is none among these.
std::optional<WordedViolation> worded_violation(boost::json::value const& schema, boost::json::value const& document);

}  // namespace conductor::services::controller
