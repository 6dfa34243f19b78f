// The version of the layout, and whose the prefix is.
#pragma once
#include "connection.hpp"

namespace conductor::plugins::etcd {

// Makes the schema key when the prefix is empty; several processes at once make one. `schema`: the prefix is used by
// something else, or by a newer major version, or the server is too old.
sdk::Read<int> ensure_schema(Connection& connection, sdk::Call const& call);

}  // namespace conductor::plugins::etcd
