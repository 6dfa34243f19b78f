// The table of all types.
#pragma once
#include "services/constraints/type.hpp"

namespace conductor::services::constraints {

// By place, then by name. They live as long as the process.
std::span<Type const* const> types();
// Null: there is no such type.
Type const* find_type(std::string_view name);
// "a, b, c", for messages.
std::string type_names();

// "constraint 'near' (distance_to_location)", for messages.
std::string title_of(Constraint const& constraint);

}  // namespace conductor::services::constraints
