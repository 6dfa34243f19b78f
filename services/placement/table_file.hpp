// Files of operators that hold a list of objects: CSV with a header, JSON or YAML. For the network model and the
// licence pools.
#pragma once
#include "conductor/sdk/result.hpp"
#include "services/placement/values.hpp"

#include <filesystem>

namespace conductor::services::placement {

struct TableRow {
  json::object values;  // of CSV: texts, empty cells left out
  std::string where;    // "line 3" or "item 2", for messages
};

// CSV when the name ends in .csv. `unavailable`: cannot be read; `invalid`: no list of objects. Texts name the file.
sdk::Result<std::vector<TableRow>> read_table(std::filesystem::path const& file);

}  // namespace conductor::services::placement
