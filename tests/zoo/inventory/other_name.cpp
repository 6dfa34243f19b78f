// Fault: calls itself by another name than its file.
#include "animal.hpp"

namespace conductor::zoo {
CONDUCTOR_PLUGIN(Animal, "somebody_else", "1.0.0", "an animal");
}  // namespace conductor::zoo
