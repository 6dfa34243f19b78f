// Fault: describe() throws.
#include "animal.hpp"

namespace conductor::zoo {

class Broken final : public Animal {
 public:
  using Animal::Animal;
  static void describe(sdk::Schema&) { throw std::runtime_error("no words for it"); }
};
CONDUCTOR_PLUGIN(Broken, "describe_throws", "1.0.0", "an animal");
}  // namespace conductor::zoo
