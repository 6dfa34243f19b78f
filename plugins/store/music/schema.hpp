// Keyspace and tables: made when they are missing, checked when they are there. The number of the schema lies in the
// table `installation`, with which an installation is told from a keyspace of something else.
#pragma once
#include "wire.hpp"

namespace conductor::plugins::music {

// The version that is there afterwards. Any number of processes may do it at once.
sdk::Read<int> ensure_native_schema(sdk::Call const& call, Wire& wire);
sdk::Read<int> ensure_compat_schema(sdk::Call const& call, Wire& wire);

}  // namespace conductor::plugins::music
