// Whether another worker is dead: by its lock file, by the store's list of workers, by silence as this process observed
// it.
#pragma once
#include "conductor/sdk/store.hpp"

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

namespace conductor::work {

// Thread-safe.
class Liveness {
 public:
  Liveness(std::filesystem::path state_path, std::string own_id, sdk::Store& store, sdk::Clock& clock)
      : state_path_(std::move(state_path)), own_id_(std::move(own_id)), store_(store), clock_(clock) {}

  // The holder of `claim_token`. Silence counts from the first time that this token was asked about: its holder must
  // have beaten since, whatever it did before.
  bool is_dead(sdk::Call const& call, std::string_view claim_token);
  // Removes rows and lock files of workers whose lock shows that they are dead.
  void sweep(sdk::Call const& call);

 private:
  struct Observed {
    std::int64_t seq = 0;
    sdk::Time since{}, asked{};
  };
  bool silent(std::string const& token, sdk::WorkerInfo const& worker);
  bool is_confirmed(sdk::Call const& call, std::string const& token);

  std::filesystem::path const state_path_;
  std::string const own_id_;
  sdk::Store& store_;
  sdk::Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Observed, std::less<>> observed_;  // by claim token
};

}  // namespace conductor::work
