// Fault: start() says that its configuration is bad.
#include "animal.hpp"

namespace conductor::zoo {

class Broken final : public Animal {
 public:
  using Animal::Animal;
  sdk::Result<void> start(sdk::Call const&) override {
    return sdk::Error{sdk::Errc::invalid, "food 'hay' is not for lions"};
  }
};
CONDUCTOR_PLUGIN(Broken, "start_refuses", "1.0.0", "an animal");
}  // namespace conductor::zoo
