// Fault: needs a function that nobody has.
#include "animal.hpp"

namespace conductor::zoo {
int nobody_has_this_function();
class Broken final : public Animal {
 public:
  using Animal::Animal;
  sdk::Result<void> start(sdk::Call const&) override {
    if (nobody_has_this_function() != 0) return sdk::Error{sdk::Errc::internal, "reached"};
    return {};
  }
};
CONDUCTOR_PLUGIN(Broken, "missing_symbol", "1.0.0", "an animal");
}  // namespace conductor::zoo
