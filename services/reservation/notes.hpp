// What the solver has noted for whoever reads the plan, such as checks that could not be made: a plan says it at its
// end too.
#pragma once
#include "core/store/plans.hpp"

namespace conductor::services::reservation {

// The notes of a solved plan, as its message has them; usually empty. Reads the solution only when the plan has a
// message. Errors: those of the store.
sdk::Result<std::string> notes_of(sdk::Call const& call, store::Plans& plans, store::Plan const& plan);

}  // namespace conductor::services::reservation
