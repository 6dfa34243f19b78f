// Fault: built for another major version of the SDK.
#include "animal.hpp"

ZOO_LIE("other_sdk", made.stamp.major = 2);
