// The users of [api] users_file while the API runs: who a name and a password are, without paying for scrypt on each
// request and without letting strangers make us pay.
#pragma once
#include "services/api/login_memory.hpp"
#include "services/api/users_file.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>

namespace conductor::services::api {

// Thread-safe.
class Users {
 public:
  static constexpr std::chrono::minutes remembered{5};
  static constexpr int at_once = 2;  // computations of scrypt
  static constexpr std::chrono::seconds longest_wait{5};

  // An empty file name: no users. The file is read by reload(). The clock outlives it.
  Users(std::filesystem::path file, sdk::Clock& clock);
  ~Users();

  // Whether a file is configured: without one no name need ever be looked up.
  bool configured() const { return !file_.empty(); }
  // Reads the file anew; on an error the users read before stay. Pairs remembered are forgotten.
  sdk::Result<void> reload();

  // The role of a pair that was verified before; nothing when it must be verified. Cheap.
  std::optional<http::Role> recall(http::Credentials const& pair) const;
  // The role of that user; nothing when user or password is wrong, which takes the same time. Blocks: 60 ms for scrypt,
  // before that up to `longest_wait` for its turn. `unavailable`: the turn did not come.
  sdk::Result<std::optional<http::Role>> verify(http::Credentials const& pair);

 private:
  struct Table;
  class Turn;
  std::shared_ptr<Table> table() const;

  std::filesystem::path const file_;
  sdk::Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::shared_ptr<Table> table_;
  int computing_ = 0;
};

}  // namespace conductor::services::api
