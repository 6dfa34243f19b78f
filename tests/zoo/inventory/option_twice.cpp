// Fault: declares an option twice.
#include "animal.hpp"

namespace conductor::zoo {

class Broken final : public Animal {
 public:
  using Animal::Animal;
  static void describe(sdk::Schema& schema) {
    schema.text("food", "What it eats.");
    schema.text("food", "What it eats, again.");
  }
};
CONDUCTOR_PLUGIN(Broken, "option_twice", "1.0.0", "an animal");
}  // namespace conductor::zoo
