// What a caller knows of the processes it can call directly: who serves which topic at which address, who is asked
// next, and who is left out for a while because it was dead or slow. It does no I/O.
#pragma once
#include "core/rpc/channel.hpp"

#include "conductor/sdk/clock.hpp"
#include "conductor/sdk/store.hpp"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace conductor::rpc {

// Where the row of a worker says that it can be called: names of its `info`.
namespace peer_info {
inline constexpr char version[] = "rpc_version", unix_socket[] = "rpc_unix", tls[] = "rpc_tls", topics[] = "topics",
                      host[] = "host";
}

// A peer as told to operators.
struct PeerReport {
  std::string worker, address, last_error;  // address: last used; empty before the first connection
  std::int64_t calls = 0, failures = 0;
  double mean_ms = 0;  // of the last calls, newer ones weigh more
  bool left_out = false;
};

struct PeerPlace {
  std::string worker, host;
  std::vector<PeerAddress> addresses;  // in the order they are tried
  std::set<std::string> topics;
};
// From a worker's row; nothing when it cannot be called directly, or speaks another version. `own_host`: Unix sockets
// of other hosts are left out.
std::optional<PeerPlace> place_of(sdk::WorkerInfo const& row, std::string const& own_host);

// Thread-safe.
class Peers {
 public:
  static constexpr std::chrono::milliseconds first_pause{1000}, longest_pause{60'000};

  explicit Peers(std::string own_host) : own_host_(std::move(own_host)) {}

  // The rows as the store has them; the workers that are gone.
  std::vector<std::string> update(std::vector<sdk::WorkerInfo> const& rows, std::string_view own_worker);
  // Who is asked next: of those that serve the topic and are not left out or in `tried`, the one with the fewest calls
  // under way, of equal ones the one asked longest ago. It counts as asked until ended() or failed().
  std::optional<PeerPlace> pick(std::string const& topic, sdk::Time now, std::set<std::string> const& tried);
  bool knows(std::string const& topic, sdk::Time now) const;
  // A call picked before has ended with an answer.
  void ended(std::string const& worker, sdk::Duration took);
  // It has not: the peer is left out for a pause that doubles with each failure in a row.
  void failed(std::string const& worker, sdk::Time now, std::string const& why);
  // It has not, for no fault of the peer: stopping, overloaded, given up. `pause`: for which it is left out.
  void passed(std::string const& worker, sdk::Time now, sdk::Duration pause, std::string const& why);
  void connected(std::string const& worker, std::string const& address);
  std::vector<PeerReport> report(sdk::Time now) const;  // the slowest first

 private:
  struct Peer {
    PeerPlace place;
    std::size_t under_way = 0;
    std::uint64_t asked = 0;  // a number that grows with each pick
    sdk::Time not_before{};
    std::chrono::milliseconds pause{first_pause};
    PeerReport report{};
  };
  bool usable(Peer const& peer, std::string const& topic, sdk::Time now) const;

  std::string const own_host_;
  mutable std::mutex mutex_;
  std::uint64_t picks_ = 0;
  std::map<std::string, Peer> peers_;
};

}  // namespace conductor::rpc
