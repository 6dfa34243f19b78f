// JSON Schemas (draft-07): whether a document is as its schema says, and the first thing that is not, in the words of
// the original's validator.
#pragma once
#include "conductor/sdk/result.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace conductor::services::controller {

// An immutable value; all members may be called from any thread.
class JsonSchema {
 public:
  // `invalid` when the document is no usable schema.
  static sdk::Result<std::shared_ptr<JsonSchema const>> from_document(boost::json::value document);
  // Blocks on reading the file. `unavailable` when it cannot be read, `invalid` when it holds no schema.
  static sdk::Result<std::shared_ptr<JsonSchema const>> from_file(std::filesystem::path const& path);
  // Of the optimization section of version 2020-08-13: the file etc/opt_schema.json of the source tree.
  static JsonSchema const& built_in_optimization();

  struct Violation {
    std::string pointer;  // JSON pointer of the element that is wrong
    std::string message;  // "'goal' is a required property"
  };
  // Nothing when the document is valid. Elements are checked in the order in which the schema lists them, an element's
  // own keywords before those of its parts, as the schema writes them.
  std::optional<Violation> first_violation(boost::json::value const& document) const;

  ~JsonSchema();
  JsonSchema(JsonSchema const&) = delete;
  JsonSchema& operator=(JsonSchema const&) = delete;

 private:
  struct Compiled;
  JsonSchema(boost::json::value document, std::unique_ptr<Compiled> compiled);
  boost::json::value document_;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace conductor::services::controller
