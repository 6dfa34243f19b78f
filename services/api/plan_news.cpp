#include "services/api/plan_news.hpp"

#include <limits>

namespace conductor::services::api {

PlanNews::Listener::~Listener() {
  if (owner_ == nullptr) return;
  std::lock_guard const lock(owner_->mutex_);
  owner_->listeners_.erase(at_);
}

PlanNews::Listener PlanNews::listen(std::string const& plan_id, Tell tell) {
  Listener listener;
  {
    std::lock_guard const lock(mutex_);
    listener.at_ = listeners_.emplace(plan_id, std::move(tell));
    listener.owner_ = this;
  }
  // The first listener is told to look as soon as the watch stands, so nothing is lost before it does.
  std::call_once(subscribed_, [this] { subscribe(); });
  return listener;
}

void PlanNews::subscribe() {
  subscription_ = notifier_.subscribe(std::string(sdk::tables::plans.name),
                                      {.changed = [this](sdk::Row const& row) { tell(row.id, Kind::changed, &row); },
                                       .removed = [this](std::string const& id) { tell(id, Kind::removed, nullptr); },
                                       .look = [this] { look(); }});
}

bool PlanNews::is_living(std::string const& plan_id) const {
  std::lock_guard const lock(mutex_);
  auto const known = known_.find(plan_id);
  return known != known_.end() && known->second.living;
}

// Rows may be told out of order.
void PlanNews::note(sdk::Row const& row) {
  auto const [known, is_new] = known_.try_emplace(row.id);
  if (is_new) known_order_.push_back(row.id);
  if (!is_new && known->second.number > row.version.number) return;
  known->second = {row.version.number, !has_ended(row)};
  if (known_order_.size() <= most_known) return;
  known_.erase(known_order_.front());
  known_order_.pop_front();
}

void PlanNews::look() {
  std::lock_guard const lock(mutex_);
  known_.clear();
  known_order_.clear();
  for (auto const& [id, each] : listeners_) each(Kind::look, nullptr);
}

void PlanNews::tell(std::string const& plan_id, Kind kind, sdk::Row const* row) {
  std::lock_guard const lock(mutex_);
  if (row != nullptr)
    note(*row);
  else if (auto const known = known_.find(plan_id); known != known_.end())
    known->second = {std::numeric_limits<std::int64_t>::max(), false};  // whatever is told late
  auto const [first, last] = listeners_.equal_range(plan_id);
  for (auto each = first; each != last; ++each) each->second(kind, row);
}

}  // namespace conductor::services::api
