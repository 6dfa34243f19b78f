// Memory for JSON documents that are built once, passed on by moving and dropped as a whole.
#pragma once
#include <boost/json.hpp>

namespace conductor::text {

// A resource whose values take their memory in sequence and give it back all together, when the last of them is gone.
// Values move between each other without a copy when they have the same storage: whoever goes on with a document puts
// it into containers made with `document.storage()`. Thread-safe, unlike Boost.JSON's monotonic_resource: copying a
// part of a document takes memory of the document's own, and readers on several threads do so.
boost::json::storage_ptr make_arena();

}  // namespace conductor::text
