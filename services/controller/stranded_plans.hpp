// Plans in `waiting spinup` that no lock holds any more: whoever released the locks ended before it came to them (store
// contract 5.6). Looked for while a plan waits, and only then.
#pragma once
#include "core/work/timers.hpp"
#include "services/controller/order_release.hpp"

namespace conductor::services::controller {

class StrandedPlans {
 public:
  // All outlive it.
  StrandedPlans(store::Plans& plans, sdk::Clock& clock, sdk::Log& log);
  ~StrandedPlans() { stop(); }

  void start();
  // No look begins after this.
  void stop();
  // One look, now. Sends on what was stranded already at the look before: a plan that has only just begun to wait may
  // have locks that a stale list does not show yet.
  void look();

 private:
  void wake();
  sdk::Call call() const;

  store::Plans& plans_;
  OrderRelease orders_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  std::mutex mutex_;
  bool armed_ = false;
  std::map<std::string, sdk::Version> waiting_;  // at the last look; of the looking thread
  std::stop_source stop_;
  work::Timers timers_;
  store::Notifier::Subscription told_;  // last: ends first
};

}  // namespace conductor::services::controller
