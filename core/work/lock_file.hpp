// Advisory lock files of worker processes: held while the process lives, free the moment it is dead. They work between
// processes that share the state directory.
#pragma once
#include "conductor/sdk/result.hpp"

#include <filesystem>
#include <memory>
#include <string_view>

namespace conductor::work {

// <state_path>/workers/<id>.lock
std::filesystem::path lock_file_path(std::filesystem::path const& state_path, std::string_view worker);

// Held from acquire() to the destructor, which also removes the file. Not inherited over exec.
class LockFile {
 public:
  static sdk::Result<std::unique_ptr<LockFile>> acquire(std::filesystem::path path);
  ~LockFile();
  LockFile(LockFile const&) = delete;
  LockFile& operator=(LockFile const&) = delete;

 private:
  LockFile(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}
  std::filesystem::path path_;
  int file_;
};

enum class LockState { absent, held, free, unknown };

// Whether a process holds the lock. `remove_free`: the file of a dead one is removed.
LockState probe_lock(std::filesystem::path const& path, bool remove_free);

}  // namespace conductor::work
