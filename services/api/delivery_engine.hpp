// Sends callbacks (API specification 19.5) from the orders in table `deliveries`, in any number of api processes: a
// delivery is claimed like a plan, so only one process sends it; what a dead process left is taken over. At least once,
// in order per plan. Woken by changes of plans and orders; a timer runs only for a try that is due later.
#pragma once
#include "core/work/lease.hpp"
#include "core/work/pool.hpp"
#include "core/work/timers.hpp"
#include "services/api/callback_message.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

namespace conductor::services::api {

struct DeliveryConfig {
  std::string secret;      // [api] callback_secret
  std::string server_url;  // [conductor_api] server_url; empty: the base that the submitter used
  WireCompat wire_compat = WireCompat::onap;
  RemoteRules remote{};
  std::size_t senders = 8;              // callbacks under way at once
  std::function<double()> chance = {};  // from 0 to 1, for the pauses; empty: random
};

class DeliveryEngine {
 public:
  static constexpr std::chrono::seconds post_time{10};    // of one POST
  static constexpr std::chrono::hours give_up{24};        // after the transition
  static constexpr std::chrono::minutes orphan_age{10};   // an order whose plan never came
  static constexpr std::chrono::seconds claim_check{30};  // between looks whether the holder of a delivery is dead

  // All outlive it. Nothing happens before start().
  DeliveryEngine(DeliveryConfig config, store::Plans& plans, work::Lease& lease, RemoteClients clients,
                 sdk::Clock& clock, sdk::Log& log);
  ~DeliveryEngine();
  DeliveryEngine(DeliveryEngine const&) = delete;
  DeliveryEngine& operator=(DeliveryEngine const&) = delete;

  void start();
  // POSTs under way end or are cut off by `deadline`; what was not told is told by another process, or later.
  void drain(sdk::Time deadline);

 private:
  struct Known {
    std::string plan_id;
    bool all_events = false;
    bool busy = false, again = false;  // examined now; must be once more
    bool plan_gone = false;            // the plan was removed
    bool plan_awaited = false;         // the plan was not there yet; the timer is for the case that it never comes
    std::optional<work::Timers::Id> timer;
  };

  // From the notifier.
  void learn(sdk::Row const& row);
  void forget(std::string const& id);
  void plan_changed(sdk::Row const& row);
  void plan_removed(std::string const& id);
  void look();

  void relist();
  void wake(std::string const& id);
  void wake_locked(std::string const& id, Known& known);
  void wake_later(std::string const& id, sdk::Duration pause);

  // On the pool.
  void run(std::string const& id);
  void examine(std::string const& id);
  bool is_plan_gone(std::string const& id);
  void await_plan(std::string const& id, sdk::Duration longest);
  bool may_take(sdk::Call const& call, sdk::Row const& row);
  struct Claimed {
    sdk::Row row;  // as claimed
    boost::json::object body;
    std::string token;
  };
  std::optional<boost::json::object> stored_body(sdk::Call const& call, sdk::Row const& row);
  std::optional<boost::json::object> next_body(sdk::Call const& call, sdk::Row const& row);
  std::optional<Claimed> claim(sdk::Call const& call, sdk::Row const& row, boost::json::object body);
  sdk::Result<void> post(Claimed const& held);
  void settle(Claimed const& held, sdk::Result<void> const& posted);
  sdk::Written write(sdk::Call const& call, sdk::Row const& row, sdk::Values const& set, sdk::Expect const& expect,
                     sdk::Durability durability);
  void remove(sdk::Call const& call, sdk::Row const& row, sdk::Expect const& expect);
  sdk::Call background_call(std::string const& plan_id) const;

  DeliveryConfig const config_;
  store::Plans& plans_;
  sdk::Store& store_;
  work::Lease& lease_;
  RemoteClients const clients_;
  sdk::Clock& clock_;
  sdk::Log& log_;

  std::mutex mutex_;
  bool draining_ = false, looking_ = false;
  std::map<std::string, Known> known_;                    // by order
  std::map<std::string, std::set<std::string>> by_plan_;  // plan -> orders
  std::stop_source stop_;
  work::Timers timers_;
  work::Pool pool_;
  store::Notifier::Subscription orders_, changes_;  // last: end first
};

}  // namespace conductor::services::api
