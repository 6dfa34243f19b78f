// Fault: a call ignores deadline and cancellation. It must not be stopped meanwhile.
#include "animal.hpp"

#include <atomic>
#include <cstdlib>
#include <thread>

namespace conductor::zoo {
class Broken final : public Animal {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::cloud;  // one call at a time: one thread to use up
  using Animal::Animal;
  sdk::Result<sdk::CandidateList> resolve(sdk::Call const&, sdk::Demand const&) override {
    asleep_ = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    asleep_ = false;
    return sdk::CandidateList{};
  }
  void stop() noexcept override {
    if (asleep_) std::abort();
  }

 private:
  std::atomic<bool> asleep_ = false;
};
CONDUCTOR_PLUGIN(Broken, "sleeps", "1.0.0", "an animal");
}  // namespace conductor::zoo
