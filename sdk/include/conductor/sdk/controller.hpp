// Service controllers: who says whether a candidate has capacity, and who holds it for us (reservation specification
// B4).
#pragma once
#include "conductor/sdk/plugin.hpp"

namespace conductor::sdk {

inline constexpr Capabilities filters = 1U << 8U, reserves = 1U << 9U, idempotent_reserve = 1U << 10U,
                              can_query = 1U << 11U, atomic_batch = 1U << 12U, fences = 1U << 13U, explains = 1U << 14U;

struct CapacityQuestion {
  std::string constraint_name, constraint_type;  // instance_fit or region_fit
  std::string demand, request_type;
  boost::json::object request;                  // the constraint's `request`, unchanged
  std::vector<boost::json::object> candidates;  // candidate documents, without flavors and region_capabilities
};

// Whether one candidate has room and, when not, why: text for people, may be empty.
struct CapacityVerdict {
  bool room = false;
  std::string reason{};
};

// What a controller with the capability `explains` implements beside ServiceController.
class CapacityJudge {
 public:
  virtual ~CapacityJudge() = default;
  // Asked instead of ServiceController::filter, whose rules hold here too. One verdict for each candidate of the
  // question, in its order.
  virtual Result<std::vector<CapacityVerdict>> judge(Call const& call, CapacityQuestion const& question) = 0;
};

struct ReserveItem {
  std::string key;  // the same for reserve, query and release; never used for another item
  boost::json::object candidate;
  std::string type, name;
  boost::json::object request;
};

enum class Hold { held, refused, released, absent, failed, pending };

struct HoldAnswer {
  std::string key;
  Hold outcome = Hold::failed;
  std::string reference;   // the controller's own, for held
  std::string reason;      // for refused and failed
  bool temporary = false;  // refused, but worth another try
};

struct ReleaseItem {
  std::string key, reference;
};

// Rules: a repeated reserve with a known key gives the first outcome without a side effect; release of an absent key is
// a success (absent); a reserve that arrives after `expires` is not executed; with `fences`, a number lower than the
// highest seen for the plan is refused with `conflict`. An error of the whole call leaves the outcome of every item
// unknown, unless it is `invalid`, `denied` or `unsupported`, which say that nothing was done.
class ServiceController : public Plugin {
 public:
  static constexpr char kind[] = "controller";

  // Positions of the candidates that have room. Reads only, may be asked again. Capability `filters`: without it nobody
  // asks. An error is never taken for "nobody has room": it fails the plan, unless the plugin declares option
  // `remote_failure` (checked_peer.hpp) and it is set to `open`. `unsupported` always fails the plan.
  virtual Result<std::vector<std::size_t>> filter(Call const& call, CapacityQuestion const& question) = 0;
  virtual Result<std::vector<HoldAnswer>> reserve(Call const& call, std::string const& service_model,
                                                  std::vector<ReserveItem> const& items, std::int64_t attempt,
                                                  std::int64_t fencing, WallTime expires) = 0;
  virtual Result<std::vector<HoldAnswer>> release(Call const& call, std::vector<ReleaseItem> const& items,
                                                  std::int64_t fencing, std::string const& reason) = 0;
  virtual Result<std::vector<HoldAnswer>> query(Call const&, std::vector<std::string> const& /*keys*/) {
    return Error{Errc::unsupported, "this service controller cannot be asked what it holds"};
  }
};

}  // namespace conductor::sdk
