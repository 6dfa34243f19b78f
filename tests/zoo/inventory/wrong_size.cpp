// Fault: its descriptor says it has another size.
#include "animal.hpp"

ZOO_LIE("wrong_size", made.size = 12);
