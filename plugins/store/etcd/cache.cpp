#include "cache.hpp"

#include "record.hpp"

namespace conductor::plugins::etcd {

void Cache::put(std::string const& key, Stored const& row, sdk::Time now) {
  if (!row.exists() || aside_at(row.value)) return drop(key);
  std::lock_guard const lock(mutex_);
  if (auto const found = by_key_.find(key); found != by_key_.end()) {
    if (found->second->second.row.mod > row.mod) return;
    erase(found->second);
  }
  if (row.value.size() > longest_value) return;
  entries_.emplace_front(key, Seen{row, now});
  by_key_[key] = entries_.begin();
  bytes_ += row.value.size();
  while (entries_.size() > most_rows || bytes_ > most_bytes) erase(std::prev(entries_.end()));
}

// With the lock held.
void Cache::erase(Entries::iterator entry) {
  bytes_ -= entry->second.row.value.size();
  by_key_.erase(entry->first);
  entries_.erase(entry);
}

std::optional<Cache::Seen> Cache::find(std::string const& key) const {
  std::lock_guard const lock(mutex_);
  auto const found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  return found->second->second;
}

void Cache::drop(std::string const& key) {
  std::lock_guard const lock(mutex_);
  if (auto const found = by_key_.find(key); found != by_key_.end()) erase(found->second);
}

}  // namespace conductor::plugins::etcd
