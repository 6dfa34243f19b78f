// The clock of the product: the machine's monotonic and wall clock.
#pragma once
#include "conductor/sdk/clock.hpp"

namespace conductor::work {

class SystemClock final : public sdk::Clock {
 public:
  sdk::Time now() const override { return std::chrono::steady_clock::now(); }
  sdk::WallTime wall() const override { return std::chrono::system_clock::now(); }
  bool sleep_until(sdk::Time until, std::stop_token stop) override;
};

}  // namespace conductor::work
