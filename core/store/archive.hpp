// Backups of a store in one file, readable by every store: a zstd stream of lines. The first line says what it is, each
// further one is a row in JSON, followed by the bytes of its documents; the last one counts them. A file that was cut
// off or damaged is recognised.
#pragma once
#include "core/store/entry.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <memory>

namespace conductor::store {

struct ArchiveInfo {
  std::string store;  // the kind of store that it was made from
  int schema = 0;     // sdk::store_schema_version of the writer
  std::int64_t created_ms = 0;
  std::string id;  // random
};

struct ArchiveEnd {
  std::int64_t rows = 0;
  bool settled = true;  // as ExportSummary has it
};

// Written beside the file under another name, which is gone unless finish() succeeded. Mode 600: it holds what the
// plans hold.
class ArchiveWriter {
 public:
  // An existing file is an error unless `replace`.
  static sdk::Result<std::unique_ptr<ArchiveWriter>> create(std::filesystem::path file, ArchiveInfo const& info,
                                                            bool replace);
  virtual ~ArchiveWriter() = default;
  virtual sdk::Result<void> add(Entries const& entries) = 0;
  // Syncs, and gives the file its name.
  virtual sdk::Result<void> finish(bool settled) = 0;
};

struct ArchiveRead {
  ArchiveInfo info;
  ArchiveEnd end;
};

// Reads a whole backup; `begin` gets the first line before any entry. Errors name the file; `invalid`: it is no backup,
// is damaged, or of a newer version.
sdk::Result<ArchiveRead> read_archive(std::filesystem::path const& file,
                                      std::function<sdk::Result<void>(ArchiveInfo const&)> const& begin,
                                      EntrySink const& sink);

}  // namespace conductor::store
