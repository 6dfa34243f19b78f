// The caller's side of direct calls: finds peers through the store's worker rows, keeps connections to them, asks one
// after the other.
#pragma once
#include "core/rpc/link.hpp"
#include "core/rpc/peers.hpp"

#include "conductor/sdk/host.hpp"

namespace conductor::rpc {

// Thread-safe; any number of calls at once.
class DirectCaller {
 public:
  // How old what is known of the workers may be: when a peer is known, and when none is.
  static constexpr std::chrono::seconds known_for{10}, unknown_for{1};

  struct Options {
    std::string worker, host;  // this process's lease and machine
    Link::Patience patience{};
  };
  // Store, clock and log outlive it.
  DirectCaller(Options options, sdk::Store& store, std::unique_ptr<Dialer> dialer, sdk::Clock& clock, sdk::Log& log);

  // Nothing: no peer answered, and the message may be sent another way under the same id, which `method` must allow
  // (rpc.hpp). Blocks until then, until the answer, or until call.deadline or call.cancelled.
  std::optional<sdk::Result<boost::json::value>> call(sdk::Call const& call, std::string const& id,
                                                      std::string const& topic, std::string const& method,
                                                      boost::json::value const& args);
  std::vector<PeerReport> report() const { return peers_.report(clock_.now()); }

 private:
  struct Slot {
    std::mutex opening;
    std::shared_ptr<Link> link;
  };
  using Answer = std::optional<sdk::Result<boost::json::value>>;

  void refresh(sdk::Call const& call, std::string const& topic);
  bool is_fresh(std::string const& topic, sdk::Time now) const;
  sdk::Result<std::shared_ptr<Link>> link_to(PeerPlace const& place);
  Answer ask(sdk::Call const& call, std::string const& id, PeerPlace const& place, boost::json::object const& request);
  void leave_out(PeerPlace const& place, std::string const& why);

  Options const options_;
  sdk::Store& store_;
  std::unique_ptr<Dialer> const dialer_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  Peers peers_;
  std::mutex reading_;  // held by the one that reads the rows of workers; before mutex_
  mutable std::mutex mutex_;
  std::optional<sdk::Time> read_at_;
  std::map<std::string, std::shared_ptr<Slot>> slots_;  // by worker
};

// One call to the process of this row, over a connection of its own: for who looks at processes and is none itself.
sdk::Result<boost::json::value> ask_worker(Dialer& dialer, sdk::WorkerInfo const& row, std::string const& own_host,
                                           sdk::Call const& call, std::string const& topic, std::string const& method,
                                           sdk::Clock& clock);

}  // namespace conductor::rpc
