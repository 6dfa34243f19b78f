// Finished plans go after a while, with their documents (store contract HYG-3). One process of all does it: the one
// whose claim stands in a row of table `meta`; another takes over when it is dead or has long been silent.
#pragma once
#include "core/store/plans.hpp"
#include "core/work/lease.hpp"
#include "core/work/timers.hpp"

#include "conductor/sdk/host.hpp"

namespace conductor::services::controller {

class Retention {
 public:
  // `keep`: how long after their end; 0: for ever. All outlive it.
  Retention(std::chrono::milliseconds keep, store::Plans& plans, work::Lease& lease, sdk::Clock& clock, sdk::Log& log);

  void start();
  // No round begins after this.
  void stop();
  // One round, now: what has become too old goes, if that is this process's task. The number of removed plans.
  std::size_t round();

 private:
  struct Seen {
    sdk::Version version;
    sdk::Time since{};
  };
  void later(sdk::Duration pause);
  bool is_elected(sdk::Call const& call);
  bool is_abandoned(sdk::Call const& call, sdk::Row const& row);
  std::size_t remove(std::string_view status, std::int64_t before_ms);
  bool remove(sdk::Call const& call, sdk::Row const& row);
  sdk::Call call() const;

  std::chrono::milliseconds const keep_, period_;
  store::Plans& plans_;
  sdk::Store& store_;
  work::Lease& lease_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  std::optional<Seen> other_;  // whose task it is, as seen
  std::stop_source stop_;
  work::Timers timers_;
};

}  // namespace conductor::services::controller
