// Fault: it is not healthy, and says so only when the deadline that it was given has come.
#include "animal.hpp"

#include <thread>

namespace conductor::zoo {
class Broken final : public Animal {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::cloud;
  using Animal::Animal;
  sdk::Result<void> health(sdk::Call const& call) override {
    std::this_thread::sleep_until(call.deadline);
    return sdk::Error{sdk::Errc::unavailable, "the water hole gave no answer"};
  }
};
CONDUCTOR_PLUGIN(Broken, "health_waits", "1.0.0", "an animal");
}  // namespace conductor::zoo
