#include "services/data/pool.hpp"

#include "services/data/filters.hpp"

namespace conductor::services::data {

namespace json = boost::json;

namespace {

json::object drop_object(sdk::Drop const& drop, json::storage_ptr const& storage) {
  json::object object(storage);
  object.reserve(4);
  object.emplace("candidate_id", drop.candidate_id);
  object.emplace("code", drop.code);
  object.emplace("reason", drop.text);
  if (drop.location_id.empty())
    object.emplace("location_id", nullptr);
  else
    object.emplace("location_id", drop.location_id);
  return object;
}

}  // namespace

sdk::Result<void> Pool::take(std::string const& demand, json::object const& requirement, std::string provider,
                             sdk::KeptCandidates found) {
  auto const filter = Filter::from(demand, requirement);
  if (!filter) return filter.error();
  auto decoration = Decoration::from(demand, requirement);
  if (!decoration) return decoration.error();
  Part part{std::move(provider), std::move(*decoration), std::move(found.owner), {}};
  part.chosen.reserve(found.candidates.size());
  std::move(found.dropped.begin(), found.dropped.end(), std::back_inserter(dropped_));
  for (auto const* candidate : found.candidates) {
    auto dropped = filter->judge(*candidate, part.provider.empty());
    if (!dropped) return dropped.error();
    if (*dropped)
      dropped_.push_back(std::move(**dropped));
    else
      part.chosen.push_back({candidate, filter->is_existing(*candidate).value_or(false)});
  }
  parts_.push_back(std::move(part));
  return {};
}

std::size_t Pool::kept() const {
  std::size_t count = 0;
  for (auto const& part : parts_) count += part.chosen.size();
  return count;
}

sdk::Result<json::object> Pool::document(Costs const& costs, bool hardware, json::storage_ptr const& storage) const {
  json::array candidates(storage), dropped(storage);
  candidates.reserve(kept());
  dropped.reserve(dropped_.size());
  for (auto const& part : parts_)
    for (auto const& [candidate, existing] : part.chosen) {
      auto document = part.decoration.document(*candidate, {part.provider, existing, hardware}, costs, storage);
      if (!document) return document.error();
      candidates.push_back(std::move(*document));
    }
  for (auto const& drop : dropped_) dropped.push_back(drop_object(drop, storage));
  json::object object(storage);
  object.reserve(2);
  object.emplace("candidates", std::move(candidates));
  object.emplace("dropped", std::move(dropped));
  return object;
}

}  // namespace conductor::services::data
