// What happened to the candidates of each demand while constraints were applied: recorded then, not reconstructed
// later.
#pragma once
#include "services/placement/model.hpp"

namespace conductor::services::solver {

using namespace placement;

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
    std::string note{};  // what was not checked; usually empty
  };
  std::vector<Step> steps;
  std::vector<DroppedCandidate> dropped;  // at most triage_limit for each reason
};

// What translation dropped of a demand, as its document tells: {"candidate_id", "location_id", "reason"} each. Null
// when nothing is known.
json::array const* dropped_by_translation(json::value const& translated, std::string_view demand);

// An entry of `dropped`: {"inventory_type", "candidate_id", "constraint", "reason", "text", "value"?, "limit"?}.
json::object drop_document(json::object const& candidate, std::string_view constraint, Drop const& drop);
// For one that translation dropped.
json::object drop_document(json::value const& dropped_by_translation);

inline constexpr char input_step[] = "usable data";  // the "constraint" of candidates that came unusable

// The member `demands` of the explanation document (solver specification 21.5). Of those that translation
// dropped at most `most_dropped` are listed for each code.
json::object explain_demands(Plan const& plan, std::vector<DemandEvidence> const& evidence, std::size_t most_dropped);

}  // namespace conductor::services::solver
