// The handler of solved plans: what a plan asks to have reserved, and how it ends. Reserving itself, with its journal,
// is not part of this release: a plan that asks for it ends in `error` and says so, never in a `done` that holds
// nothing.
#pragma once
#include "core/rpc/rpc.hpp"
#include "core/workflow/handler.hpp"

#include <string>
#include <vector>

namespace conductor::services::reservation {

// Thread-safe. Asks topic `data` which service controllers are configured.
class Reserve final : public workflow::Handler {
 public:
  // Both outlive it.
  Reserve(store::Plans& plans, rpc::Bus& bus) : plans_(plans), bus_(bus) {}

  sdk::Result<workflow::Finish> handle(sdk::Call const& call, store::Plan const& plan) override;

 private:
  sdk::Result<std::vector<std::string>> controllers(sdk::Call const& call);

  store::Plans& plans_;
  rpc::Bus& bus_;
};

}  // namespace conductor::services::reservation
