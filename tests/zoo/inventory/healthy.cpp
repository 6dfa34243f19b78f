// Fault: none; the animal that all others are compared with.
#include "animal.hpp"

namespace conductor::zoo {

class Broken final : public Animal {
 public:
  using Animal::Animal;
};
CONDUCTOR_PLUGIN(Broken, "healthy", "1.0.0", "an animal");
}  // namespace conductor::zoo
