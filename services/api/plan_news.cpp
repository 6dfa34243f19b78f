#include "services/api/plan_news.hpp"

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
                                       .look =
                                           [this] {
                                             std::lock_guard const lock(mutex_);
                                             for (auto const& [id, each] : listeners_) each(Kind::look, nullptr);
                                           }});
}

void PlanNews::tell(std::string const& plan_id, Kind kind, sdk::Row const* row) {
  std::lock_guard const lock(mutex_);
  auto const [first, last] = listeners_.equal_range(plan_id);
  for (auto each = first; each != last; ++each) each->second(kind, row);
}

}  // namespace conductor::services::api
