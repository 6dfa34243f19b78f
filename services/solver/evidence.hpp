// What happened to the candidates of each demand while constraints were applied: recorded then, not reconstructed
// later.
#pragma once
#include "services/solver/model.hpp"

namespace conductor::services::solver {

struct DroppedCandidate {
  json::value const* value = nullptr;  // the candidate as it stands in the document; or
  json::object const* document = nullptr;
  Constraint const* constraint = nullptr;  // null: unusable as it came
  Drop drop;
};

struct DemandEvidence {
  std::size_t resolved = 0, unusable = 0;
  // By constraint of the demand, in the order of section 6.
  struct Step {
    Constraint const* constraint = nullptr;
    std::size_t dropped = 0;
  };
  std::vector<Step> steps;
  std::vector<DroppedCandidate> dropped;  // at most triage_limit
};

// The member `demands` of the explanation document (solver specification 21.5).
json::object explain_demands(Plan const& plan, std::vector<DemandEvidence> const& evidence);

}  // namespace conductor::services::solver
