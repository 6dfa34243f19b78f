// Fault: its descriptor has another magic word.
#include "animal.hpp"

ZOO_LIE("wrong_magic", made.magic[0] = 'X');
