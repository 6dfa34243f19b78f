// Forgets the cluster's older history now and then: only where [etcd_api] compact_interval says so, and by one process
// of all, which is the one that makes a key that lives as long as the interval. Else the servers see to it.
#pragma once
#include "connection.hpp"

#include <deque>
#include <mutex>

namespace conductor::plugins::etcd {

class Compaction {
 public:
  // `interval` 0: never. `kept`: so much of the history stays for watches that have to resume.
  Compaction(Connection& connection, std::chrono::seconds interval, sdk::Duration kept = std::chrono::minutes(10))
      : connection_(connection), interval_(interval), kept_(kept) {}

  // Called again and again while the store is in use; does something when it is time.
  void look(sdk::Call const& call);

 private:
  std::int64_t old_revision(sdk::Call const& call);
  bool is_ours(sdk::Call const& call);

  Connection& connection_;
  std::chrono::seconds const interval_;
  sdk::Duration const kept_;
  std::mutex mutex_;
  std::deque<std::pair<sdk::Time, std::int64_t>> revisions_;  // the newest one of a time, oldest first
  sdk::Time next_{};
};

}  // namespace conductor::plugins::etcd
