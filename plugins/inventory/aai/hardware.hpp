// Hardware features of cloud regions: the flavors that a region offers, and the capabilities of the region itself.
#pragma once
#include "connection.hpp"

#include "conductor/sdk/inventory.hpp"

#include <boost/json.hpp>

#include <memory>
#include <span>
#include <vector>

namespace conductor::plugins::inventory_aai {

// What one region offers; never changed once it is published. Null: nothing, or nothing known.
struct Hardware {
  boost::json::value flavors;       // {"flavor": [...]}, all of A&AI's answer, disabled flavors included
  boost::json::value capabilities;  // the list of "hpa-capability"
};
using HardwarePtr = std::shared_ptr<Hardware const>;

// What asking for the hardware of one region gave.
struct HardwareAnswer {
  sdk::Result<boost::json::value> flavors = boost::json::value();
  sdk::Result<boost::json::value> capabilities = boost::json::value();
};

// One answer per region, in order; all requests side by side. 404, and 200 without the list, are null. Other errors as
// Connection::read. A region without owner has no path in A&AI, and schema versions before v13 have no capabilities of
// regions: what cannot be asked for is null. Thread-safe; blocks.
std::vector<HardwareAnswer> read_hardware(Connection& connection, Options const& options, sdk::Call const& call,
                                          std::string const& asker, std::span<sdk::RegionKey const> regions);

// What is known afterwards: each part of the answer, or in place of a failed one that of `previous` (null: none). Pure.
Hardware merge(HardwareAnswer answer, Hardware const* previous);

}  // namespace conductor::plugins::inventory_aai
