// Fault: start() finds its peer down twice, then up.
#include "animal.hpp"

namespace conductor::zoo {

class Broken final : public Animal {
 public:
  using Animal::Animal;
  sdk::Result<void> start(sdk::Call const&) override {
    if (++tries_ < 2) return sdk::Error{sdk::Errc::unavailable, "the water hole is dry"};
    return {};
  }

 private:
  int tries_ = 0;
};
CONDUCTOR_PLUGIN(Broken, "start_later", "1.0.0", "an animal");
}  // namespace conductor::zoo
