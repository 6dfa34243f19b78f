// Fault: built for a newer minor version of the SDK.
#include "animal.hpp"

ZOO_LIE("newer_sdk", made.stamp.minor = 99);
