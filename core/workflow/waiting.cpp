#include "core/workflow/waiting.hpp"

namespace conductor::workflow {

bool Waiting::is_old_news(sdk::Row const& row) const {
  auto const place = places_.find(row.id);
  return place != places_.end() && is_older(row, rows_.at(place->second));
}

void Waiting::put(sdk::Row row) {
  if (is_old_news(row)) return;
  drop(row.id);
  Place place{row.created_ms, row.id};
  places_[row.id] = place;
  rows_.emplace(std::move(place), std::move(row));
  if (rows_.size() <= limit_) return;
  places_.erase(rows_.rbegin()->second.id);
  rows_.erase(std::prev(rows_.end()));
  overflowed_ = true;
}

void Waiting::drop(sdk::Row const& row) {
  if (!is_old_news(row)) drop(row.id);
}

void Waiting::drop(std::string const& id) {
  auto const place = places_.find(id);
  if (place == places_.end()) return;
  rows_.erase(place->second);
  places_.erase(place);
}

}  // namespace conductor::workflow
