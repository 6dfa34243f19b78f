// Fault: built with a sanitizer that this host may not have.
#include "animal.hpp"

ZOO_LIE("other_sanitizer", made.stamp.sanitizer = 7);
