#include "core/store/relay.hpp"

namespace conductor::store {

void Relay::join(std::string_view status, Runner& runner) {
  std::lock_guard const lock(mutex_);
  runners_.insert_or_assign(std::string(status), &runner);
}

void Relay::leave(Runner const& runner) {
  std::lock_guard const lock(mutex_);
  std::erase_if(runners_, [&](auto const& each) { return each.second == &runner; });
}

Relay::Baton Relay::offer(Upcoming const& plan) {
  // Held over the runner's answer, so that it cannot be gone meanwhile.
  std::lock_guard const lock(mutex_);
  auto const found = runners_.find(plan.text("status"));
  if (found == runners_.end()) return {};
  auto claim = found->second->offer(plan);
  if (!claim) return {};
  return {found->second, plan.row.id, std::move(*claim)};
}

}  // namespace conductor::store
