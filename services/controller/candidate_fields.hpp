// Constraints that go by a field of candidates that not every inventory supplies: their types name it in the translated
// properties, as `needs_field`.
#pragma once
#include "services/controller/draft.hpp"

namespace conductor::services::controller {

// Reports each constraint (a member of a group, too) of which some demand has no candidate with the field: nobody could
// be chosen. `demands`: as in the translated document; those that are not there are passed over.
void check_candidate_fields(Template const& given, json::object const& constraints, json::object const& demands,
                            Report& report);

}  // namespace conductor::services::controller
