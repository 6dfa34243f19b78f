// Whether the file has changed since the last look (sdk::ChangeStamp), from a connection that never writes: SQLite
// counts, on each connection, the commits that others have made.
#pragma once
#include "connection.hpp"

#include <mutex>
#include <optional>

namespace conductor::plugins::sqlite {

class Meter {
 public:
  explicit Meter(std::filesystem::path file) : file_(std::move(file)) {}

  // Thread-safe. Looks at the index of the write-ahead log, which is memory shared by all processes; nothing when
  // somebody holds the whole file, or it cannot be read.
  std::optional<std::uint64_t> look() noexcept;

 private:
  std::filesystem::path const file_;
  std::mutex mutex_;
  std::unique_ptr<Connection> connection_;
  std::uint64_t connections_ = 0;  // made so far; each counts from 1
};

}  // namespace conductor::plugins::sqlite
