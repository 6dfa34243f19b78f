// Operation check-capacity: which candidates have room.
#pragma once
#include "connection.hpp"

#include "conductor/sdk/controller.hpp"

namespace conductor::plugins::controller_sdnc {

class Capacity {
 public:
  Capacity(sdk::Host& host, Connection& connection, Options const& options)
      : host_(host), connection_(connection), options_(options) {}

  // One verdict per candidate, in order; candidates of types that the constraint does not concern have room. Errors:
  // `unsupported` when SDN-C has no such operation; `invalid` for a request that cannot be sent.
  sdk::Result<std::vector<sdk::CapacityVerdict>> judge(sdk::Call const& call, sdk::CapacityQuestion const& question);

 private:
  sdk::Result<boost::json::array> candidates(sdk::CapacityQuestion const& question) const;
  sdk::Result<void> ask(sdk::Call const& call, boost::json::object input, std::vector<sdk::CapacityVerdict>& verdicts);

  sdk::Host& host_;
  Connection& connection_;
  Options const& options_;
};

// What an operation that needs the module fails with when it is not there.
sdk::Error not_installed(Options const& options);

}  // namespace conductor::plugins::controller_sdnc
