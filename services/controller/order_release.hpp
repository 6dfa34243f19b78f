// The orchestrator has ended spin-ups of cloud regions (API specification 11, solver specification 14): lock rows are
// marked, plans that waited for them go on or fail. The whole call may be repeated: what was done stays, what was left
// undone is finished.
#pragma once
#include "core/model/order_locks.hpp"
#include "core/store/plans.hpp"

#include "conductor/sdk/host.hpp"

#include <boost/json.hpp>

namespace conductor::services::controller {

// One item of `release-locks`.
struct Release {
  std::string status, service_resource_id;
  bool is_failure() const;  // `failed` in any case; every other word means success
};

// `invalid`: the explanation of a 400, with the path of the bad item.
sdk::Result<std::vector<Release>> read_releases(boost::json::value const& body);

// Thread-safe. All outlive it.
class OrderRelease {
 public:
  OrderRelease(store::Plans& plans, sdk::Clock& clock, sdk::Log& log) : plans_(plans), clock_(clock), log_(log) {}

  // {"status": "success", "message": [{"plan_id", "should_rehome"}] or a text}. One atomic group of mutations where the
  // store has them; else lock rows first, then plans, and each later call finishes what was left half done. Blocks.
  sdk::Result<boost::json::object> release(sdk::Call const& call, boost::json::value const& body);
  // For plans that wait though no lock holds them any more, or though the spin-up that they wait for has failed: goes
  // on as release() would have. The number of plans that no longer wait.
  sdk::Result<std::size_t> send_on(sdk::Call const& call, std::vector<std::string> const& plan_ids);

 private:
  struct Lock {
    sdk::Row row;
    std::map<std::string, model::order_locks::Entry> entries{};  // by plan
    bool changed = false;
  };
  using Locks = std::vector<Lock>;
  struct Decision {
    std::string plan_id;
    bool should_rehome = false;
    std::string failed_resource;  // not empty: the plan fails
    bool reported = false;        // a lock that this call releases holds the plan
  };
  struct Change {
    sdk::Row before;
    sdk::Mutation mutation{};
  };

  sdk::Result<Locks> read_locks(sdk::Call const& call);
  std::vector<Decision> decide(std::vector<Release> const& releases, Locks& locks) const;
  bool release_one(Release const& release, Lock& lock) const;
  static Decision decide(std::string const& plan_id, Locks const& all);
  static bool is_releasable(std::string const& plan_id, Locks const& locks);
  // The plans in question as changes, and `decisions` without those whose plans are gone.
  sdk::Result<std::vector<Change>> plan_changes(sdk::Call const& call, std::vector<Decision>& decisions);
  Change change_of(sdk::Row const& row, std::string_view status, sdk::Values set) const;
  static Change change_of(Lock const& lock, std::int64_t now_ms);
  sdk::MultiWritten apply(sdk::Call const& call, std::vector<Change> const& changes);

  store::Plans& plans_;
  sdk::Clock& clock_;
  sdk::Log& log_;
};

}  // namespace conductor::services::controller
