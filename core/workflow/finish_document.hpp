// The end of a stage as JSON: how it travels when the plan is only tried and nothing is stored.
#pragma once
#include "core/workflow/handler.hpp"

namespace conductor::workflow {

// {"status", "message"? (when not empty), "documents": {column: content}}
inline boost::json::object to_json(Finish finish) {
  boost::json::object documents;
  for (auto& [column, content] : finish.documents) documents[column] = std::move(content);
  boost::json::object end{{"status", finish.status}};
  if (!finish.message.empty()) end["message"] = finish.message;
  end["documents"] = std::move(documents);
  return end;
}

}  // namespace conductor::workflow
