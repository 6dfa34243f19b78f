// The database file and its companions on disk: where they may lie, who may open them, and whether the last one who had
// them open went away properly.
#pragma once
#include "bell.hpp"
#include "conductor/sdk/host.hpp"

#include <string>

namespace conductor::plugins::sqlite {

// Makes the file, if there is none, and `<file>.notify`, mode 0660. Refuses network file systems (the WAL needs shared
// memory and honest locks) and files of another product, which stay untouched.
sdk::Result<void> prepare_file(std::filesystem::path const& file, sdk::Log& log);

// Held by every process as long as it has the store open.
class Presence {
 public:
  explicit Presence(std::filesystem::path const& file);  // throws std::system_error
  // Nobody else had the store open and a WAL was left behind: the last one died.
  bool unclean() const { return unclean_; }

 private:
  FileHandle handle_;
  bool unclean_ = false;
};

// Damage that a quick check of the file finds; empty when sound. `stop`: gives up, as if sound. Throws SqlError.
std::string quick_check(std::filesystem::path const& file, std::stop_token const& stop);

}  // namespace conductor::plugins::sqlite
