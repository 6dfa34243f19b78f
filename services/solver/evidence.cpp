// The funnel, the drops and the counts of a demand as JSON.
#include "services/solver/constraint.hpp"
#include "services/solver/evidence.hpp"

namespace conductor::services::solver {
namespace {

constexpr char input_step[] = "usable data";  // for candidates that no constraint dropped

json::value text_or_null(json::object const& object, std::string_view name) {
  auto const text = text_of(object, name);
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object drop_document(DroppedCandidate const& dropped) {
  static json::object const nothing;
  auto const& candidate = dropped.document                              ? *dropped.document
                          : dropped.value && dropped.value->is_object() ? dropped.value->get_object()
                                                                        : nothing;
  json::object out;
  out["inventory_type"] = text_or_null(candidate, "inventory_type");
  out["candidate_id"] = text_or_null(candidate, "candidate_id");
  out["constraint"] = dropped.constraint ? dropped.constraint->name : input_step;
  out["reason"] = dropped.drop.reason;
  out["text"] = dropped.drop.text;
  if (dropped.drop.value) out["value"] = *dropped.drop.value;
  if (dropped.drop.limit) out["limit"] = *dropped.drop.limit;
  return out;
}

}  // namespace

json::object explain_demands(Plan const& plan, std::vector<DemandEvidence> const& evidence) {
  json::object demands;
  for (std::size_t d = 0; d < plan.demands.size(); ++d) {
    auto const& of = evidence[d];
    json::array funnel, dropped;
    json::object counts;
    auto left = of.resolved;
    auto const step = [&](std::string_view name, std::string_view type, std::size_t gone) {
      left -= gone;
      funnel.push_back(json::object{{"constraint", name}, {"type", type}, {"left", left}});
      auto& count = counts[name];
      count = gone + (count.is_uint64() ? count.get_uint64() : 0U);
    };
    if (of.unusable > 0) step(input_step, "input", of.unusable);
    for (auto const& each : of.steps) step(each.constraint->name, each.constraint->type->name, each.dropped);
    for (auto const& each : of.dropped) dropped.push_back(drop_document(each));
    demands[plan.demands[d].name] = json::object{{"resolved", of.resolved},
                                                 {"funnel", std::move(funnel)},
                                                 {"dropped", std::move(dropped)},
                                                 {"counts", std::move(counts)}};
  }
  return demands;
}

}  // namespace conductor::services::solver
