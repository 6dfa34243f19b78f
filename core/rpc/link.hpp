// The caller's side of one connection to a peer: many calls at once over it, each waiting for its own answer.
#pragma once
#include "core/rpc/channel.hpp"
#include "core/rpc/frame.hpp"
#include "core/work/alarm.hpp"

#include "conductor/sdk/call.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

namespace conductor::rpc {

// Thread-safe.
class Link {
 public:
  struct Patience {
    std::chrono::milliseconds connect{1000};  // until the connection stands and hello is there
    std::chrono::milliseconds write{5000};
    // A sign of life must follow a request or ping within this; while a call waits, a ping goes out every this long.
    std::chrono::milliseconds silence{5000};
  };

  // Connects to the first address that leads to `worker`, a process of our protocol version.
  static sdk::Result<std::shared_ptr<Link>> open(Dialer& dialer, std::vector<PeerAddress> const& addresses,
                                                 std::string const& worker, sdk::Clock& clock,
                                                 Patience const& patience);
  ~Link();
  Link(Link const&) = delete;
  Link& operator=(Link const&) = delete;

  struct Outcome {
    enum class Kind {
      answered,  // `answer` is the method's
      refused,   // not begun: another may be asked
      lost,      // sent or not, begun or not, nobody knows: the connection broke or the peer fell silent
      given_up,  // the call's deadline or cancellation; the peer was told
    };
    Kind kind = Kind::lost;
    sdk::Result<boost::json::value> answer = sdk::Error{};
    std::string why{};  // of refused and lost
  };
  Outcome ask(sdk::Call const& call, std::string const& id, boost::json::object const& request);

  // False once it broke or the peer is stopping: no new calls over it.
  bool is_open() const;
  std::string const& address() const { return address_; }

 private:
  struct Waiter {
    work::Alarm alarm;
    std::optional<boost::json::object> frame;  // answer or refused
  };
  Link(std::unique_ptr<Channel> channel, std::string address, sdk::Clock& clock, Patience const& patience);

  sdk::Result<void> await_hello(std::string const& worker);
  void read_all();
  void on_frame(boost::json::object frame);
  void broke(std::string const& why);
  Outcome wait(sdk::Call const& call, std::string const& id, Waiter& waiter);
  sdk::Result<void> send(boost::json::object const& frame);

  std::unique_ptr<Channel> const channel_;
  std::string const address_;
  sdk::Clock& clock_;
  Patience const patience_;
  mutable std::mutex mutex_;
  work::Alarm hello_rings_;
  std::optional<boost::json::object> hello_;
  bool draining_ = false, broken_ = false;
  std::string why_;
  sdk::Time heard_{};
  std::map<std::string, std::shared_ptr<Waiter>> waiters_;
  std::jthread reader_;
};

}  // namespace conductor::rpc
