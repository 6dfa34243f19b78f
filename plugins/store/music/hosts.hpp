// The way to MUSIC: servers in turn, one that cannot be reached is left alone for a while. One request, one answer;
// what an answer means is wire.hpp's.
#pragma once
#include "conductor/sdk/host.hpp"
#include "options.hpp"
#include "retry_budget.hpp"

#include <atomic>
#include <mutex>

namespace conductor::plugins::music {

struct Sent {
  std::optional<sdk::HttpReply> reply;
  bool may_have_acted = false;  // without a reply: whether the server may have seen the request
  sdk::Errc code = sdk::Errc::unavailable;
  std::string text;  // without a reply: what went wrong
  std::chrono::milliseconds took{0};
};

// Thread-safe.
class Hosts {
 public:
  Hosts(sdk::Host& host, Options const& options);

  // The server for the next operation.
  std::size_t pick(sdk::Call const& call);
  // To this server alone: for the steps of an operation under one lock.
  Sent send_to(sdk::Call const& call, std::size_t server, sdk::HttpRequest const& request);
  // To any server: the next one when one has certainly not seen it; with `repeatable` also when that is open. One is
  // asked twice, when the budget allows it.
  Sent send(sdk::Call const& call, sdk::HttpRequest const& request, bool repeatable);
  // Reads side by side, from one server.
  std::vector<Sent> read_all(sdk::Call const& call, std::span<sdk::HttpRequest const> requests, std::size_t at_once);

  // Milliseconds since 1970 by this host's clock, put right by the servers' when it is off by more than two seconds.
  std::int64_t now_ms() const;
  std::string const& url(std::size_t server) const { return servers_[server]->url; }
  std::size_t count() const { return servers_.size(); }
  RetryBudget& budget() { return budget_; }

 private:
  struct Server {
    std::string url;
    sdk::HttpClient* client = nullptr;
    std::mutex mutex;
    sdk::Time down_until{};
    std::chrono::milliseconds pause{0};  // 0: well
    bool probing = false;
  };
  Sent sent(sdk::Call const& call, std::size_t server, sdk::Time begin, sdk::Result<sdk::HttpReply> result,
            sdk::HttpRequest const& request);
  void note(sdk::Call const& call, sdk::HttpRequest const& request, Sent const& sent);
  bool is_well(sdk::Call const& call, Server& server);
  void set_down(Server& server);
  void set_well(Server& server);
  void compare_clocks(sdk::HttpReply const& reply);

  sdk::Host& host_;
  bool const debug_;
  std::vector<std::unique_ptr<Server>> servers_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::int64_t> offset_ms_{0};
  RetryBudget budget_;
  sdk::Counter& requests_;
  sdk::Counter& failures_;
};

}  // namespace conductor::plugins::music
