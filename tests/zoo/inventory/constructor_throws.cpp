// Fault: its constructor throws.
#include "animal.hpp"

namespace conductor::zoo {

class Broken final : public Animal {
 public:
  Broken(sdk::Host& host, sdk::Settings const& settings) : Animal(host, settings) {
    throw std::runtime_error("born dead");
  }
};
CONDUCTOR_PLUGIN(Broken, "constructor_throws", "1.0.0", "an animal");
}  // namespace conductor::zoo
