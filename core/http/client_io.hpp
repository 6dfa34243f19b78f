// Requests of the client under way, and the I/O thread that all clients of a pool share. Internal to the client.
#pragma once
#include "core/http/exchange.hpp"
#include "core/http/peer.hpp"
#include "core/http/retry.hpp"

#include "conductor/sdk/host.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <span>
#include <thread>

namespace conductor::http {

// The requests of one call, shared by the thread that waits and the coroutines at work; whoever lets go last frees it.
struct Batch {
  Batch(sdk::Call const& c, std::span<sdk::HttpRequest const> r, sdk::Time u)
      : call(c), requests(r.begin(), r.end()), heads(r.size()), until(u), results(r.size()), notes(r.size()) {}

  sdk::Call const call;
  std::vector<sdk::HttpRequest> const requests;
  std::vector<std::string> heads;
  sdk::Time const until;  // of the steady clock, whatever the host's clock is
  std::unique_ptr<Pipe> pipe;
  std::chrono::milliseconds idle{};

  // On the I/O thread.
  std::size_t next = 0;
  std::deque<net::asio::cancellation_signal> signals;
  void cancel() {
    next = requests.size();
    for (auto& signal : signals) signal.emit(net::asio::cancellation_type::terminal);
  }

  // Under the mutex.
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::optional<sdk::Result<sdk::HttpReply>>> results;
  std::vector<std::string> notes;  // why the last attempt failed
  std::size_t lanes = 0;           // coroutines at work
};

struct Io {
  Io(sdk::Clock& c, sdk::Log& l) : clock(c), log(l), proxies(environment_value) {}
  sdk::Clock& clock;
  sdk::Log& log;
  Proxies const proxies;
  net::asio::io_context context{1};
  std::map<std::string, Breaker> breakers;   // by peer; made with the client, used on the I/O thread
  std::set<std::shared_ptr<Batch>> batches;  // on the I/O thread
  std::mt19937_64 random{std::random_device{}()};

  void start();
  // Cancels what is under way and returns when it has ended.
  void stop();
  void ended(std::shared_ptr<Batch> const& batch);  // on the I/O thread

 private:
  bool stopping_ = false;  // on the I/O thread
  std::mutex mutex_;
  std::optional<net::asio::executor_work_guard<net::asio::io_context::executor_type>> work_;
  std::thread thread_;
};

}  // namespace conductor::http
