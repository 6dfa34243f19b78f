// Workers: a key each, attached to a lease, so that a dead one's goes away by itself; every beat writes the key, which
// is what observers count. The lease is renewed with every other thing that keeps it alive long enough: it lasts
// longer than the pause between two beats of an idle process.
#pragma once
#include "connection.hpp"

#include <map>

namespace conductor::plugins::etcd {

class Workers {
 public:
  explicit Workers(Connection& connection) : connection_(connection) {}

  sdk::Written add(sdk::Call const& call, sdk::WorkerInfo const& worker);
  sdk::Written beat(sdk::Call const& call, std::string_view id);
  sdk::Written close(sdk::Call const& call, std::string_view id);
  sdk::Read<std::vector<sdk::WorkerInfo>> all(sdk::Call const& call);

 private:
  struct Own {
    std::int64_t lease = 0;
    std::chrono::seconds ttl{0};
    sdk::Time renewed{};
    std::string value;
  };

  Reply grant(sdk::Call const& call, std::chrono::seconds ttl, std::int64_t& lease);
  bool recall(sdk::Call const& call, std::string_view id, Own& own, Reply& problem);
  bool renew(sdk::Call const& call, Own& own, Reply& problem);
  std::optional<Own> known(std::string_view id) const;
  void remember(std::string_view id, Own own);
  void forget(std::string_view id);

  Connection& connection_;
  mutable std::mutex mutex_;
  std::map<std::string, Own, std::less<>> own_;
};

}  // namespace conductor::plugins::etcd
