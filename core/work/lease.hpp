// The lease of this process: its row among the workers, its beats, its lock file; and the judgement whether another's
// has ended.
#pragma once
#include "conductor/sdk/store.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace conductor::work {

// Thread-safe. Beats every ttl/3 while the process holds claims, else at most once a minute (OWN-10).
class Lease {
 public:
  virtual ~Lease() = default;  // closes the lease: claims can be taken over at once
  // `<program>-<host>-<nonce>`, unique per process life.
  virtual std::string const& id() const = 0;
  // With LeaseConfig::announced: adds to the worker's row, and registers it. Once, before the first claim.
  virtual void announce(sdk::TextMap const& /*info*/) {}
  // Counts claims held; the first one wakes the beat. Pairs with released().
  virtual void held() = 0;
  virtual void released() = 0;
  // False when no beat succeeded for ttl minus a margin: start no outside effect (OWN-8).
  virtual bool may_act() const = 0;
  // Fires when the lease was lost: every claim of this process may be somebody else's by now.
  virtual std::stop_token lost() const = 0;
  // Whether the worker that wrote this claim token is certainly dead, by lock file, by the store's lease or by silence
  // longer than its ttl as this process observed it (never by comparing wall clocks). Unknown is false.
  virtual bool is_dead(sdk::Call const& call, std::string_view claim_token) = 0;
};

struct LeaseConfig {
  std::string program = "conductor";
  std::filesystem::path state_path{};
  std::chrono::milliseconds ttl{30'000};
  sdk::TextMap info{};
  bool announced = false;  // registers at announce(), when it is known where the process can be reached
};

// When an idle process beats after `last`: once in each minute of the monotonic clock, or in each third of the ttl if
// that is longer. All processes of a machine do so at the same moment: on a store that wakes its watchers for each beat
// they wake once for all of them.
sdk::Time next_idle_beat(sdk::Time last, std::chrono::milliseconds third);

// Registers with the store (which may be unreachable: then it registers as soon as it answers).
std::unique_ptr<Lease> make_lease(LeaseConfig config, sdk::Store& store, sdk::Clock& clock, sdk::Log& log);

}  // namespace conductor::work
