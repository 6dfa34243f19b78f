// Fault: built for another Boost.
#include "animal.hpp"

ZOO_LIE("other_boost", made.stamp.boost = 108300);
