// The controller's rpc methods that change the store at a client's wish: release of orders and latency rules
// (core/model/plan_topics.hpp).
#pragma once
#include "core/rpc/rpc.hpp"
#include "services/controller/latency_loader.hpp"
#include "services/controller/order_release.hpp"

namespace conductor::services::controller {

// Before the bus starts. All outlive its service.
void serve_writes(rpc::Bus& bus, store::Plans& plans, sdk::Clock& clock, sdk::Log& log);

}  // namespace conductor::services::controller
