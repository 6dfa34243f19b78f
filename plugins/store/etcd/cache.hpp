// Rows as this process saw them last: what lets an update be one transaction without a question before it. A row here
// may be old; the compare of the transaction finds out.
#pragma once
#include "conductor/sdk/clock.hpp"

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace conductor::plugins::etcd {

// A row as it stands in etcd; or its absence, with the operations of the row that was removed.
struct Stored {
  std::string value;
  std::int64_t create = 0, mod = 0, version = 0;  // version 0: absent
  std::int64_t removal_mod = 0;                   // of the key with the removed row's operations, 0: none
  std::string removal;
  std::string aside{};  // the generation of the parts that `value` was put together from; empty: it lies in its key
  bool exists() const { return version > 0; }
};

// Thread-safe.
class Cache {
 public:
  struct Seen {
    Stored row;
    sdk::Time at{};
  };
  // By the row's key; keeps the newer of two. The oldest go when there are too many.
  void put(std::string const& key, Stored const& row, sdk::Time now);
  std::optional<Seen> find(std::string const& key) const;
  void drop(std::string const& key);

 private:
  static constexpr std::size_t most_rows = 2048, most_bytes = 4U << 20U, longest_value = 16U << 10U;

  using Entries = std::list<std::pair<std::string, Seen>>;
  mutable std::mutex mutex_;
  void erase(Entries::iterator entry);

  Entries entries_;        // the latest first
  std::size_t bytes_ = 0;  // of their values
  std::unordered_map<std::string, Entries::iterator> by_key_;
};

}  // namespace conductor::plugins::etcd
