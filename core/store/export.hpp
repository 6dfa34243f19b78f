// Reads a whole store while others go on using it.
#pragma once
#include "core/store/entry.hpp"

namespace conductor::store {

struct ExportSummary {
  std::map<std::string, std::int64_t> rows;  // read, by table
  bool settled = true;  // false: changes went on until the last look, so rows may be of slightly different moments
};

struct ExportOptions {
  std::function<void(ExportSummary const&)> progress{};  // after each page
  // How long after its commit a change may be told of, on a store whose cursors do not say that all was told.
  std::chrono::milliseconds settle{1000};
  // Looks for rows that have changed since they were read, at most so often.
  int most_passes = 10;
};

// Gives every row with its documents to the sink: first all, page by page, then those that changed meanwhile, until
// nothing changed during a pass. Each row is whole and of one version; everything answered before the call is in. When
// the summary says settled, all rows are as they stood at one moment. Blocks.
sdk::Result<ExportSummary> export_store(sdk::Store& store, sdk::Clock& clock, std::stop_token stop,
                                        ExportOptions const& options, EntrySink const& sink);

}  // namespace conductor::store
