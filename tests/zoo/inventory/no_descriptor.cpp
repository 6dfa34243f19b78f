// Fault: exports no descriptor.
#include "animal.hpp"

ZOO_EXPORT int unrelated() { return 1; }
