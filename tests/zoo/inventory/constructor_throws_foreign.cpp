// Fault: its constructor throws something that is no std::exception.
#include "animal.hpp"

namespace conductor::zoo {

class Broken final : public Animal {
 public:
  Broken(sdk::Host& host, sdk::Settings const& settings) : Animal(host, settings) { throw 42; }
};
CONDUCTOR_PLUGIN(Broken, "constructor_throws_foreign", "1.0.0", "an animal");
}  // namespace conductor::zoo
