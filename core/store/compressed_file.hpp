// Files of one zstd stream with a checksum: written under a temporary name and put in place whole, read line by line.
#pragma once
#include "conductor/sdk/result.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace conductor::store {

class CompressedWriter {
 public:
  // `<file>.partial`, mode 600. An existing `file` is refused unless `replace`; a partial one of an interrupted run is
  // written over.
  static sdk::Result<std::unique_ptr<CompressedWriter>> create(std::filesystem::path file, bool replace);
  virtual ~CompressedWriter() = default;  // without finish(): nothing stays behind
  virtual sdk::Result<void> write(std::string_view bytes) = 0;
  // Ends the stream, syncs file and directory, and gives the file its name.
  virtual sdk::Result<void> finish() = 0;
};

class CompressedReader {
 public:
  static sdk::Result<std::unique_ptr<CompressedReader>> open(std::filesystem::path const& file);
  virtual ~CompressedReader() = default;
  // Without its end. Errors: the file ends before (`invalid`), or is damaged.
  virtual sdk::Result<std::string> line() = 0;
  virtual sdk::Result<std::string> bytes(std::size_t count) = 0;
  // Whether nothing follows and the checksum is right.
  virtual sdk::Result<void> end() = 0;
};

}  // namespace conductor::store
