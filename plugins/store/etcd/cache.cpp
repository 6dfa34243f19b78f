#include "cache.hpp"

namespace conductor::plugins::etcd {

void Cache::put(std::string const& key, Stored const& row, sdk::Time now) {
  if (!row.exists()) return drop(key);
  std::lock_guard const lock(mutex_);
  auto const found = by_key_.find(key);
  if (found != by_key_.end()) {
    if (found->second->second.row.mod > row.mod) return;
    entries_.erase(found->second);
    by_key_.erase(found);
  }
  if (row.value.size() > longest_value) return;
  entries_.emplace_front(key, Seen{row, now});
  by_key_[key] = entries_.begin();
  if (entries_.size() <= most_rows) return;
  by_key_.erase(entries_.back().first);
  entries_.pop_back();
}

std::optional<Cache::Seen> Cache::find(std::string const& key) const {
  std::lock_guard const lock(mutex_);
  auto const found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  return found->second->second;
}

void Cache::drop(std::string const& key) {
  std::lock_guard const lock(mutex_);
  auto const found = by_key_.find(key);
  if (found == by_key_.end()) return;
  entries_.erase(found->second);
  by_key_.erase(found);
}

}  // namespace conductor::plugins::etcd
