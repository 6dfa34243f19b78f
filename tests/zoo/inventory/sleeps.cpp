// Fault: a call ignores deadline and cancellation.
#include "animal.hpp"

#include <thread>

namespace conductor::zoo {
class Broken final : public Animal {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::cloud;  // one call at a time: one thread to use up
  using Animal::Animal;
  sdk::Result<sdk::CandidateList> resolve(sdk::Call const&, sdk::Demand const&) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    return sdk::CandidateList{};
  }
};
CONDUCTOR_PLUGIN(Broken, "sleeps", "1.0.0", "an animal");
}  // namespace conductor::zoo
