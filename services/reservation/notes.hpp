// What the solver has noted for whoever reads the plan, such as checks that could not be made: a plan says it at its
// end too.
#pragma once
#include "core/store/plans.hpp"

namespace conductor::services::reservation {

// The notes of a solved plan, as its message had them before it was claimed; usually empty. Reads the solution only of
// plans with constraints that can have notes. Errors: those of the store.
sdk::Result<std::string> notes_of(sdk::Call const& call, store::Plans& plans, store::Plan const& plan,
                                  boost::json::value const& translation);

}  // namespace conductor::services::reservation
