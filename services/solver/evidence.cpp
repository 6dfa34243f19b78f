// The funnel, the drops and the counts of a demand as JSON.
#include "services/solver/evidence.hpp"

#include "services/constraints/table.hpp"

namespace conductor::services::solver {

using namespace placement;

namespace {

constexpr char translation_step[] = "translation";

json::value text_or_null(json::object const& object, std::string_view name) {
  auto const text = text_of(object, name);
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object const& candidate_of(DroppedCandidate const& dropped) {
  static json::object const nothing;
  return dropped.document                              ? *dropped.document
         : dropped.value && dropped.value->is_object() ? dropped.value->get_object()
                                                       : nothing;
}

}  // namespace

json::array const* dropped_by_translation(json::value const& translated, std::string_view demand) {
  auto const* all = translated.is_object() ? member(translated.get_object(), "translation_dropped") : nullptr;
  auto const* list = all && all->is_object() ? member(all->get_object(), demand) : nullptr;
  return list ? list->if_array() : nullptr;
}

json::object drop_document(json::object const& candidate, std::string_view constraint, Drop const& drop) {
  json::object out;
  out.reserve(7);
  out.emplace("inventory_type", text_or_null(candidate, "inventory_type"));
  out.emplace("candidate_id", text_or_null(candidate, "candidate_id"));
  out.emplace("constraint", constraint);
  out.emplace("reason", drop.reason);
  out.emplace("text", drop.text);
  if (drop.value) out.emplace("value", *drop.value);
  if (drop.limit) out.emplace("limit", *drop.limit);
  return out;
}

json::object drop_document(json::value const& dropped_by_translation) {
  static json::object const nothing;
  auto const& dropped = dropped_by_translation.is_object() ? dropped_by_translation.get_object() : nothing;
  auto const reason = text_of(dropped, "reason");
  return drop_document(dropped, translation_step, {.reason = reason, .text = reason});
}

json::object explain_demands(Plan const& plan, std::vector<DemandEvidence> const& evidence, std::size_t most_dropped) {
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
    auto const* before = dropped_by_translation(*plan.document, plan.demands[d].name);
    if (before && !before->empty()) {
      // They do not count as resolved.
      step(translation_step, translation_step, 0);
      counts[translation_step] = before->size();
      std::map<std::string, std::size_t> listed;  // by code
      for (auto const& each : *before)
        if (listed[each.is_object() ? text_of(each.get_object(), "code") : ""]++ < most_dropped)
          dropped.push_back(drop_document(each));
    }
    if (of.unusable > 0) step(input_step, "input", of.unusable);
    for (auto const& each : of.steps) {
      step(each.constraint->name, each.constraint->type->name, each.dropped);
      if (!each.note.empty()) funnel.back().get_object()["note"] = each.note;
    }
    for (auto const& each : of.dropped)
      dropped.push_back(
          drop_document(candidate_of(each), each.constraint ? each.constraint->name : input_step, each.drop));
    demands[plan.demands[d].name] = json::object{{"resolved", of.resolved},
                                                 {"funnel", std::move(funnel)},
                                                 {"dropped", std::move(dropped)},
                                                 {"counts", std::move(counts)}};
  }
  return demands;
}

}  // namespace conductor::services::solver
