// The solver's rpc methods: a translated plan solved as a stored one would be, with nothing stored
// (core/model/plan_topics.hpp).
#pragma once
#include "core/rpc/rpc.hpp"
#include "services/solver/handler.hpp"

namespace conductor::services::solver {

// Before the bus starts; both outlive its service.
void serve(rpc::Bus& bus, SolveHandler& handler);

}  // namespace conductor::services::solver
