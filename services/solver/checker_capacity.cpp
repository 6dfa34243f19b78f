// The checker's reading of the constraints that ask for room (solver specification 5.7, 5.8): what was answered about
// the very candidate that was chosen.
#include "services/solver/checker_parts.hpp"

namespace conductor::services::solver::checking {

Opinion Judge::vim_has_room(json::object const& properties, Party const& party) const {
  auto const& candidate = *party.candidate;
  if (text_of(candidate, "inventory_type") != "cloud") return Opinion::yes;
  auto id = text_of(candidate, "vim-id");
  if (id.empty()) id = text_of(candidate, "cloud_owner") + "_" + text_of(candidate, "location_id");
  auto const& request = properties.at("request").as_object();
  auto const quantity = [&](char const* part) {
    auto const* given = request.if_contains(part);
    return given ? number_in(given->at("quantity")).value() : 0.0;
  };
  auto const* vcpus = request.if_contains("vCPU");
  auto const count = vcpus ? number_in(*vcpus).value() : 0.0;
  for (auto const& [need, answer] : plan_.answers.vims)
    if (need.vcpus == count && need.memory_gb == quantity("Memory") && need.storage_gb == quantity("Storage"))
      return answer.ids.contains(id) ? Opinion::yes : Opinion::no;
  return Opinion::unknown;
}

Opinion Judge::controller_has_room(json::object const& constraint, Party const& party) const {
  auto const type = text_of(*party.candidate, "inventory_type");
  bool const is_instance = type == "service" || type == "vfmodule";
  if (text_of(constraint, "type") == "region_fit" ? type != "cloud" : !is_instance) return Opinion::yes;
  auto const answer = plan_.answers.fits.find({text_of(constraint, "name"), party.demand});
  if (answer == plan_.answers.fits.end()) return Opinion::unknown;
  for (auto const& [key, verdict] : answer->second.verdicts)
    if (key.first == type && key.second == text_of(*party.candidate, "candidate_id"))
      return verdict.room ? Opinion::yes : Opinion::no;
  return Opinion::unknown;
}

}  // namespace conductor::services::solver::checking
