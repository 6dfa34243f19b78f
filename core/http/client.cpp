// The blocking side: a call posts its requests to the I/O thread and waits for them, its deadline, or its stop token.
#include "core/http/client.hpp"

#include "core/http/client_io.hpp"
#include "core/http/connections.hpp"

#include "conductor/sdk/waiting.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <random>

namespace conductor::http {

namespace {

namespace asio = net::asio;
using net::awaitable;
using std::chrono::steady_clock;

// Whether another process acted on it is unknown, so a request that must not be repeated takes no connection that may
// be about to end.
constexpr std::chrono::seconds max_idle{50}, max_idle_unrepeatable{2};
// A peer that asks for a longer pause gets its reply handed on instead.
constexpr std::chrono::seconds longest_retry_after{60};

class Client final : public sdk::HttpClient {
 public:
  Client(Io& io, sdk::HttpConfig config, Reach reach);

  sdk::Result<sdk::HttpReply> send(sdk::Call const& call, sdk::HttpRequest const& request) override;
  std::vector<sdk::Result<sdk::HttpReply>> send_all(sdk::Call const& call, std::span<sdk::HttpRequest const> requests,
                                                    std::size_t at_once) override;
  sdk::Result<sdk::HttpReply> stream(sdk::Call const& call, sdk::HttpRequest const& request,
                                     std::chrono::milliseconds idle,
                                     std::function<bool(std::string_view)> const& sink) override;

 private:
  sdk::Result<void> prepare(Batch& batch);
  sdk::Result<void> prepare_tls();
  void warn_of_insecurity();
  std::shared_ptr<Batch> begin(sdk::Call const& call, std::span<sdk::HttpRequest const> requests);
  void report(std::exception_ptr const& error);
  void launch(std::shared_ptr<Batch> const& batch, std::size_t lanes);
  void abandon(std::shared_ptr<Batch> const& batch);
  sdk::Result<sdk::HttpReply> outcome(Batch& batch, std::size_t which);
  sdk::Result<sdk::HttpReply> feed(std::shared_ptr<Batch> const& batch,
                                   std::function<bool(std::string_view)> const& sink);
  awaitable<void> lane(std::shared_ptr<Batch> batch);
  awaitable<sdk::Result<sdk::HttpReply>> perform(Batch& batch, std::size_t which);
  awaitable<Attempt> attempt(Batch& batch, std::size_t which);
  std::optional<sdk::Time> retry_at(Attempt const& attempt, int number);
  std::string name_of(Batch const& batch, std::size_t which) const { return describe(peer_, batch.requests[which]); }

  Io& io_;
  sdk::HttpConfig const config_;
  sdk::Result<Peer> const parsed_;
  Peer const peer_;
  std::optional<Proxy> const proxy_;
  Connections connections_;
  std::mutex mutex_;
  bool tls_ready_ = false;
  std::optional<sdk::Time> warned_;
};

Client::Client(Io& io, sdk::HttpConfig config, Reach reach)
    : io_(io),
      config_(std::move(config)),
      parsed_(parse_peer(config_.base_url)),
      peer_(parsed_ ? *parsed_ : Peer{}),
      proxy_(reach == Reach::anywhere ? io.proxies.for_peer(peer_) : std::nullopt),
      connections_(io.context.get_executor(), peer_, config_, proxy_, reach, io.breakers[peer_.name()]) {}

// --- on the calling thread
// ---------------------------------------------------------------------------------------------------------------

sdk::Result<sdk::HttpReply> Client::send(sdk::Call const& call, sdk::HttpRequest const& request) {
  return std::move(send_all(call, std::span(&request, 1), 1).front());
}

std::vector<sdk::Result<sdk::HttpReply>> Client::send_all(sdk::Call const& call,
                                                          std::span<sdk::HttpRequest const> requests,
                                                          std::size_t at_once) {
  auto const batch = begin(call, requests);
  auto const ready = prepare(*batch);
  if (!ready) return std::vector<sdk::Result<sdk::HttpReply>>(requests.size(), ready.error());
  launch(batch, std::clamp<std::size_t>(at_once, 1, std::max<std::size_t>(requests.size(), 1)));
  sdk::wait_until(batch->changed, batch->mutex, call.cancelled, batch->until, [&] { return batch->lanes == 0; });
  abandon(batch);
  std::vector<sdk::Result<sdk::HttpReply>> results;
  results.reserve(requests.size());
  std::lock_guard const lock(batch->mutex);
  for (std::size_t i = 0; i < requests.size(); ++i) results.push_back(outcome(*batch, i));
  return results;
}

sdk::Result<sdk::HttpReply> Client::stream(sdk::Call const& call, sdk::HttpRequest const& request,
                                           std::chrono::milliseconds idle,
                                           std::function<bool(std::string_view)> const& sink) {
  auto const batch = begin(call, std::span(&request, 1));
  if (auto const ready = prepare(*batch); !ready) return ready.error();
  batch->idle = idle;
  batch->pipe = std::make_unique<Pipe>(io_.context.get_executor());
  batch->pipe->changed = [weak = std::weak_ptr(batch)] {
    if (auto const self = weak.lock()) {
      { std::lock_guard const lock(self->mutex); }  // who waits has looked, or will
      self->changed.notify_all();
    }
  };
  launch(batch, 1);
  try {
    auto result = feed(batch, sink);
    abandon(batch);
    return result;
  } catch (...) {
    abandon(batch);
    throw;
  }
}

sdk::Result<sdk::HttpReply> Client::feed(std::shared_ptr<Batch> const& batch,
                                         std::function<bool(std::string_view)> const& sink) {
  auto& pipe = *batch->pipe;
  auto const take = [&pipe] {
    std::lock_guard const lock(pipe.mutex);
    return std::exchange(pipe.data, {});
  };
  for (;;) {
    std::string data;
    bool ended = false;
    sdk::wait_until(batch->changed, batch->mutex, batch->call.cancelled, batch->until, [&] {
      ended = batch->lanes == 0;
      data += take();
      return ended || !data.empty();
    });
    if (!data.empty()) {
      asio::post(io_.context, [batch] { batch->pipe->drained().notify(); });
      if (!sink(data)) {
        std::lock_guard const lock(pipe.mutex);
        return *pipe.head;
      }
    }
    if (ended || batch->call.cancelled.stop_requested() || steady_clock::now() >= batch->until) {
      std::lock_guard const lock(batch->mutex);
      return outcome(*batch, 0);
    }
  }
}

std::shared_ptr<Batch> Client::begin(sdk::Call const& call, std::span<sdk::HttpRequest const> requests) {
  auto const remaining = call.remaining(io_.clock);
  auto const now = steady_clock::now();
  return std::make_shared<Batch>(call, requests,
                                 remaining < sdk::Time::max() - now ? now + remaining : sdk::Time::max());
}

sdk::Result<void> Client::prepare(Batch& batch) {
  if (!parsed_) return parsed_.error();
  if (!batch.requests.empty())
    if (auto const expired = batch.call.expired(io_.clock))
      return sdk::Error{expired->code, name_of(batch, 0) + ": not sent, " + expired->text};
  for (std::size_t i = 0; i < batch.requests.size(); ++i) {
    auto head = request_head(peer_, config_, batch.requests[i], proxy_ && !peer_.secure ? &*proxy_ : nullptr);
    if (!head) return head.error();
    batch.heads[i] = std::move(*head);
  }
  if (peer_.secure) {
    if (auto const tls = prepare_tls(); !tls) return tls.error();
    if (config_.insecure_skip_verify) warn_of_insecurity();
  }
  io_.start();
  return {};
}

sdk::Result<void> Client::prepare_tls() {
  std::lock_guard const lock(mutex_);
  if (tls_ready_) return {};
  auto context = make_client_tls(config_, peer_);
  if (!context) return context.error();
  asio::post(io_.context, [this, tls = std::move(*context)] { connections_.set_tls(tls); });
  tls_ready_ = true;
  return {};
}

void Client::warn_of_insecurity() {
  std::lock_guard const lock(mutex_);
  auto const now = io_.clock.now();
  if (warned_ && now - *warned_ < std::chrono::hours(1)) return;
  warned_ = now;
  io_.log.warning(
      "the certificate of " + peer_.name() +
      " is not verified because insecure_skip_verify is set; set the authority file or server_name_override instead");
}

void Client::launch(std::shared_ptr<Batch> const& batch, std::size_t lanes) {
  batch->lanes = lanes;
  asio::post(io_.context, [this, batch, lanes] {
    io_.batches.insert(batch);
    for (std::size_t i = 0; i < lanes; ++i) {
      auto& signal = batch->signals.emplace_back();
      asio::co_spawn(io_.context, lane(batch),
                     asio::bind_cancellation_slot(signal.slot(), [this, batch](std::exception_ptr error) {
                       report(error);
                       {
                         std::lock_guard const lock(batch->mutex);
                         if (--batch->lanes > 0) return;
                       }
                       batch->changed.notify_all();
                       io_.ended(batch);
                     }));
    }
  });
}

// A cancelled coroutine ends with operation_aborted; anything else is a mistake of ours.
void Client::report(std::exception_ptr const& error) {
  try {
    if (error) std::rethrow_exception(error);
  } catch (boost::system::system_error const& failed) {
    if (failed.code() != asio::error::operation_aborted)
      io_.log.error("HTTP client of " + peer_.name() + ": " + failed.what());
  } catch (std::exception const& failed) {
    io_.log.error("HTTP client of " + peer_.name() + ": " + failed.what());
  }
}

// Nobody waits any more; what is still under way ends at once on the I/O thread.
void Client::abandon(std::shared_ptr<Batch> const& batch) {
  {
    std::lock_guard const lock(batch->mutex);
    if (batch->lanes == 0) return;
  }
  asio::post(io_.context, [batch] { batch->cancel(); });
}

sdk::Result<sdk::HttpReply> Client::outcome(Batch& batch, std::size_t which) {
  if (batch.results[which]) return std::move(*batch.results[which]);
  auto const& note = batch.notes[which];
  auto const last = note.empty() ? std::string() : " (last attempt: " + note + ")";
  if (batch.call.cancelled.stop_requested() || batch.until > steady_clock::now())
    return sdk::Error{sdk::Errc::cancelled, name_of(batch, which) + ": the call was cancelled" + last};
  return sdk::Error{sdk::Errc::timed_out, name_of(batch, which) + ": the call's deadline has passed" + last};
}

// --- on the I/O thread
// -------------------------------------------------------------------------------------------------------------------

awaitable<void> Client::lane(std::shared_ptr<Batch> batch) {
  while (batch->next < batch->requests.size()) {
    auto const which = batch->next++;
    auto result = co_await perform(*batch, which);
    std::lock_guard const lock(batch->mutex);
    batch->results[which] = std::move(result);
  }
}

awaitable<sdk::Result<sdk::HttpReply>> Client::perform(Batch& batch, std::size_t which) {
  auto const& request = batch.requests[which];
  int const attempts = std::max(config_.attempts, 1);
  net::Event pause(io_.context.get_executor());
  bool seen_500 = false;
  for (int number = 1;; ++number) {
    auto done = co_await attempt(batch, which);
    bool const again = number < attempts && is_retryable(done, request, seen_500) && !(batch.pipe && batch.pipe->head);
    auto const at = again ? retry_at(done, number) : std::nullopt;
    if (!at || *at >= batch.until) {
      if (done.failure == Failure::none) co_return std::move(done.reply);
      co_return to_error(done, name_of(batch, which), number, attempts);
    }
    seen_500 = seen_500 || done.reply.status == 500;
    auto const why = done.failure == Failure::none ? "status " + std::to_string(done.reply.status) : done.cause;
    if (io_.log.enabled(sdk::Level::debug))
      io_.log.debug(batch.call, name_of(batch, which) + ": attempt " + std::to_string(number) + " of " +
                                    std::to_string(attempts) + " failed, trying again: " + why);
    {
      std::lock_guard const lock(batch.mutex);
      batch.notes[which] = why;
    }
    while (steady_clock::now() < *at) co_await pause.wait_until(*at);
  }
}

std::optional<sdk::Time> Client::retry_at(Attempt const& attempt, int number) {
  std::chrono::milliseconds wait = backoff(number, std::uniform_real_distribution<>(0, 1)(io_.random));
  if (attempt.failure == Failure::none)
    if (auto const asked = retry_after(attempt.reply, io_.clock.wall())) {
      if (*asked > longest_retry_after) return std::nullopt;
      wait = std::max(wait, *asked);
    }
  return steady_clock::now() + wait;
}

awaitable<Attempt> Client::attempt(Batch& batch, std::size_t which) {
  auto const& request = batch.requests[which];
  bool const repeatable = is_idempotent(request);
  Connections::Wanted wanted;
  wanted.uncounted = batch.pipe != nullptr;
  wanted.max_idle = repeatable ? max_idle : max_idle_unrepeatable;
  for (;;) {
    Attempt failed;
    auto const lease = co_await connections_.acquire(wanted, failed);
    if (!lease) {
      // The kept connection before this one may have brought the request to the peer.
      if (wanted.fresh && (failed.failure == Failure::connect || failed.failure == Failure::resting))
        failed.failure = Failure::broken;
      co_return failed;
    }
    Transfer transfer;
    transfer.head = batch.heads[which];
    transfer.body = request.body;
    transfer.is_head = request.method == "HEAD";
    transfer.deadline = std::min(batch.until, steady_clock::now() + config_.read_timeout);
    transfer.max_reply_bytes = config_.max_reply_bytes;
    transfer.pipe = batch.pipe.get();
    transfer.idle = batch.idle;
    bool reusable = false;
    auto done = co_await exchange(lease->wire(), transfer, reusable);
    if (reusable) lease->keep();
    // The peer closed a kept connection just when we used it: that says nothing about the peer.
    bool const stale = lease->reused() && done.failure == Failure::broken && done.silent && repeatable;
    if (!stale) co_return done;
    wanted.fresh = true;
  }
}

// --- the pool
// ----------------------------------------------------------------------------------------------------------------------------

std::string key_of(sdk::HttpConfig const& config) {
  std::string key;
  auto const add = [&key](std::string_view text) {
    key += std::to_string(text.size()) + ':';
    key += text;
  };
  for (auto const* text :
       {&config.base_url, &config.username, &config.password, &config.bearer_token, &config.certificate_file,
        &config.certificate_key_file, &config.ca_file, &config.server_name_override})
    add(*text);
  for (auto const number :
       {static_cast<std::int64_t>(config.insecure_skip_verify), config.connect_timeout.count(),
        config.read_timeout.count(), static_cast<std::int64_t>(config.attempts),
        static_cast<std::int64_t>(config.max_reply_bytes), static_cast<std::int64_t>(config.max_connections)})
    add(std::to_string(number));
  for (auto const& [name, value] : config.headers) {
    add(name);
    add(value);
  }
  return key;
}

class BeastPool final : public ClientPool {
 public:
  BeastPool(sdk::Clock& clock, sdk::Log& log) : io_(clock, log) {}
  ~BeastPool() override { io_.stop(); }

  using ClientPool::client;
  sdk::HttpClient& client(sdk::HttpConfig const& config, Reach reach) override {
    std::lock_guard const lock(mutex_);
    auto& client = clients_[{key_of(config), reach}];
    if (!client) client = std::make_unique<Client>(io_, config, reach);
    return *client;
  }

 private:
  Io io_;
  std::mutex mutex_;
  std::map<std::pair<std::string, Reach>, std::unique_ptr<Client>>
      clients_;  // gone before io_, whose sockets they hold
};

}  // namespace

std::unique_ptr<ClientPool> make_client_pool(sdk::Clock& clock, sdk::Log& log) {
  return std::make_unique<BeastPool>(clock, log);
}

}  // namespace conductor::http
