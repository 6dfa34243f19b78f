// Fault: exports a descriptor but no entry.
#include "animal.hpp"

ZOO_EXPORT constinit const conductor::sdk::Descriptor conductor_plugin_descriptor =
    conductor::sdk::detail::describe("inventory", "no_entry", "1.0.0", "an animal", 0);
