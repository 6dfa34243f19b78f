// Operations reserve and release, and the state of what is held.
//
// Outcomes beyond the plain ones: `failed` in an answer to reserve says that it is open whether the item is held (ask,
// or release the key); `refused` with `temporary` that nothing is held and the same key may be used again.
#pragma once
#include "connection.hpp"

#include "conductor/sdk/controller.hpp"

#include <span>

namespace conductor::plugins::controller_sdnc {

class Reservations {
 public:
  using Answers = std::vector<sdk::HoldAnswer>;

  Reservations(sdk::Host& host, Connection& connection, Options const& options)
      : host_(host), connection_(connection), options_(options) {}

  // As in ServiceController. All are bounded by [sdnc] reservation_timeout.
  sdk::Result<Answers> reserve(sdk::Call const& call, std::string const& service_model,
                               std::vector<sdk::ReserveItem> const& items, std::int64_t attempt, std::int64_t fencing,
                               sdk::WallTime expires);
  sdk::Result<Answers> release(sdk::Call const& call, std::vector<sdk::ReleaseItem> const& items, std::int64_t fencing,
                               std::string const& reason);
  sdk::Result<Answers> query(sdk::Call const& call, std::vector<std::string> const& keys);

 private:
  struct Part;  // items that travel in one request
  sdk::Result<Abilities> ready(sdk::Call const& call);
  sdk::Result<Answers> reserve_part(sdk::Call const& call, Part const& part);
  sdk::Result<Answers> reserve_with_care(sdk::Call const& call, Part const& part);
  sdk::Result<Answers> release_part(sdk::Call const& call, std::span<sdk::ReleaseItem const> items,
                                    std::int64_t fencing, std::string const& reason, bool can_query);
  sdk::Result<sdk::HoldAnswer> state_of(sdk::Call const& call, std::string const& key);
  // Asks for the state of all that is pending, 1 s to 10 s apart, until `settles` has taken it over or the time is up.
  using Settles = bool (*)(sdk::HoldAnswer& answer, sdk::HoldAnswer const& found);
  void await(sdk::Call const& call, Answers& answers, Settles settles);

  sdk::Host& host_;
  Connection& connection_;
  Options const& options_;
};

}  // namespace conductor::plugins::controller_sdnc
