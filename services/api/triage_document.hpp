// The triage data of a plan (API specification 13, solver specification 15) from its stored documents. Pure.
//
// What is read of them:
//   translation  conductor_solver.demands {NAME: {candidates: [{candidate_id, inventory_type, location_id, ...}]}} in
//   the
//                template's order; conductor_solver.constraints {NAME: {type, demands: [NAME]}};
//                conductor_solver.objective {operands: [{function}]};
//                translation_dropped {NAME: [{candidate_id, location_id, reason}]}
//   explanation  demands {NAME: {funnel: [{constraint, type}], dropped: [{inventory_type, candidate_id, constraint,
//                reason, text}], counts {CONSTRAINT: number}}}; present once the solver has finished
//   solution     recommendations [{NAME: {candidate: {candidate_id, inventory_type}}}], best first
#pragma once
#include "core/store/plans.hpp"

#include <boost/json.hpp>

namespace conductor::services::api {

struct TriageInput {
  boost::json::value translation, explanation, solution;  // null: not there (yet)
};

// `limit`: nodes per demand that were neither chosen nor dropped, in each list of children; dropped ones are as many as
// the explanation has, which the solver cuts by the same number. How many each constraint dropped in truth stands in
// solver_triage.counts.
boost::json::object triage_document(store::Plan const& plan, TriageInput const& input, std::size_t limit);

}  // namespace conductor::services::api
