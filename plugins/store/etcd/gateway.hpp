// Requests to the members of the cluster: one member until it fails, then the next; login and its renewal; repetition
// until the answer is known or the call ends. What is sent must be harmless when it is applied twice.
#pragma once
#include "conductor/sdk/host.hpp"
#include "failure.hpp"

#include <boost/json.hpp>

#include <condition_variable>
#include <mutex>
#include <random>

namespace conductor::plugins::etcd {

struct GatewayConfig {
  std::vector<std::string> endpoints;  // base URLs, at least one
  std::string username{}, password{};
  std::string ca_file{}, cert_file{}, key_file{}, server_name{};
  std::chrono::milliseconds connect_timeout{1000}, request_timeout{2000};
  std::string probe;  // the key that is read to see whether a member answers
};

struct Reply {
  Verdict verdict = Verdict::elsewhere;
  sdk::Outcome outcome = sdk::Outcome::unavailable;
  std::string text;
  boost::json::value body;
  // An earlier try of the same request may have been applied.
  bool doubted = false;
  explicit operator bool() const { return verdict == Verdict::done; }
};

class Gateway {
 public:
  enum class Use { read, write };

  Gateway(sdk::Host& host, GatewayConfig config);

  // Never `doubtful` or `login`: what stays in doubt at the end of the call is refused with `ambiguous`, what certainly
  // was not applied with `unavailable`. Patience with a cluster that does not answer ends before the call's deadline.
  Reply post(sdk::Call const& call, std::string_view path, std::string const& body, Use use);
  // One question to the member in use, without credentials.
  sdk::Result<sdk::HttpReply> get(sdk::Call const& call, std::string const& path);

  // --- for watches
  // The member to use now.
  std::size_t pick();
  // An endless request to this member; the error's text says why it could not begin. Blocks.
  sdk::Result<sdk::HttpReply> stream(sdk::Call const& call, std::size_t member, std::string const& body,
                                     std::function<bool(std::string_view)> const& sink);
  // Sleeps until the member has been silent for `silence` or has failed since `failures` were counted; true: it answers
  // after all. False also when stopped.
  bool answers_when_silent(std::size_t member, std::uint64_t failures, sdk::Duration silence,
                           std::stop_token const& stop);
  std::uint64_t failures(std::size_t member) const;
  void heard(std::size_t member);
  void failed(std::size_t member, std::string const& why);
  // The token is not, or no longer, good. Empty: whatever it is.
  void forget_token(std::string const& used);
  std::string url(std::size_t member) const { return members_[member].url; }

 private:
  struct Member {
    std::string url;
    sdk::HttpClient* client = nullptr;
    bool introduced = false;
    sdk::Time rest_until{}, heard{};
    std::chrono::milliseconds pause{0};
    std::uint64_t failures = 0;
  };
  struct Progress;  // of one post

  Reply attempt(sdk::Call const& call, std::size_t member, std::string_view path, std::string const& body);
  Reply send(sdk::Call const& call, std::size_t member, std::string_view path, std::string const& body,
             std::string const& token);
  std::optional<Reply> introduce(sdk::Call const& call, std::size_t member, std::string const& token);
  std::optional<Reply> log_in(sdk::Call const& call, std::size_t member, std::string& token);
  Reply ask_for_token(sdk::Call const& call, std::size_t member, std::unique_lock<std::mutex>& lock);
  sdk::HttpRequest request(sdk::Call const& call, std::string_view path, std::string const& body,
                           std::string const& token) const;
  bool pause(sdk::Call const& call, Progress& progress);
  static Reply give_up(Reply last, bool doubted);

  sdk::Host& host_;
  GatewayConfig const config_;
  std::string const probe_body_;
  sdk::Counter& failovers_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Member> members_;
  std::size_t current_ = 0;
  std::string cluster_;
  std::minstd_rand random_{std::random_device{}()};

  std::mutex login_;  // of what follows; not held while a login is under way
  std::condition_variable_any login_over_;
  bool logging_in_ = false;  // one at a time, the others wait for it
  std::string token_;
  bool auth_off_ = false;
};

}  // namespace conductor::plugins::etcd
