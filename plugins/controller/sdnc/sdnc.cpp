// Service controller `sdnc`: capacity checks and reservations by an SDN-C that has the module conductor-capacity. This
// file ties the parts together.
#include "capacity.hpp"
#include "reservations.hpp"

#include "conductor/sdk/abi.hpp"

namespace conductor::plugins::controller_sdnc {

using sdk::Call;
using sdk::Result;

class SdncController final : public sdk::ServiceController, public sdk::CapacityJudge {
 public:
  // A server that declares less of idempotence or queries is served within what it can do; reservations.cpp says how.
  static constexpr sdk::Capabilities capabilities = sdk::concurrent | sdk::filters | sdk::reserves |
                                                    sdk::idempotent_reserve | sdk::can_query | sdk::atomic_batch |
                                                    sdk::fences | sdk::explains;

  static void describe(sdk::Schema& schema) { Options::describe(schema); }

  SdncController(sdk::Host& host, sdk::Settings const& settings)
      : host_(host),
        options_(settings),
        connection_(host, options_),
        capacity_(host, connection_, options_),
        reservations_(host, connection_, options_) {}

  Result<void> start(Call const& call) override {
    if (auto const checked = options_.check(host_.log()); !checked) return checked.error();
    connection_.open();
    if (auto const found = connection_.abilities(call); !found) return found.error();
    return {};
  }

  // Asks the server only when the last exchange failed, or it has no module yet.
  Result<void> health(Call const& call) override {
    if (auto const found = connection_.abilities(call); !found) return found.error();
    return {};
  }

  Result<std::vector<std::size_t>> filter(Call const& call, sdk::CapacityQuestion const& question) override {
    auto const verdicts = capacity_.judge(call, question);
    if (!verdicts) return verdicts.error();
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < verdicts->size(); ++i)
      if ((*verdicts)[i].room) positions.push_back(i);
    return positions;
  }

  Result<std::vector<sdk::CapacityVerdict>> judge(Call const& call, sdk::CapacityQuestion const& question) override {
    return capacity_.judge(call, question);
  }

  Result<std::vector<sdk::HoldAnswer>> reserve(Call const& call, std::string const& service_model,
                                               std::vector<sdk::ReserveItem> const& items, std::int64_t attempt,
                                               std::int64_t fencing, sdk::WallTime expires) override {
    return reservations_.reserve(call, service_model, items, attempt, fencing, expires);
  }
  Result<std::vector<sdk::HoldAnswer>> release(Call const& call, std::vector<sdk::ReleaseItem> const& items,
                                               std::int64_t fencing, std::string const& reason) override {
    return reservations_.release(call, items, fencing, reason);
  }
  Result<std::vector<sdk::HoldAnswer>> query(Call const& call, std::vector<std::string> const& keys) override {
    return reservations_.query(call, keys);
  }

 private:
  sdk::Host& host_;
  Options const options_;
  Connection connection_;
  Capacity capacity_;
  Reservations reservations_;
};

CONDUCTOR_PLUGIN(SdncController, "sdnc", "1.0.0", "Capacity and reservations by ONAP SDN-C");

}  // namespace conductor::plugins::controller_sdnc
