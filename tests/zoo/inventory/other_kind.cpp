// Fault: is of another kind than its directory.
#include "animal.hpp"

namespace conductor::zoo {
struct Impostor : Animal {
  static constexpr char kind[] = "vim";
  using Animal::Animal;
};
CONDUCTOR_PLUGIN(Impostor, "other_kind", "1.0.0", "an animal");
}  // namespace conductor::zoo
