// The lease as a beating thread. How a death is judged: liveness.hpp.
#include "core/work/lease.hpp"

#include "core/work/alarm.hpp"
#include "core/work/liveness.hpp"
#include "core/work/lock_file.hpp"
#include "core/work/pool.hpp"

#include "conductor/sdk/claims.hpp"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>

namespace conductor::work {

namespace {

using namespace std::chrono_literals;

constexpr auto idle_beat = 1min;
constexpr auto store_patience = 5s;  // for one beat or registration

// Host names take part in file names and claim tokens.
std::string host_name() {
  char name[256] = {};
  ::gethostname(name, sizeof(name) - 1);
  std::string host(name);
  std::replace_if(
      host.begin(), host.end(),
      [](char c) { return !(std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '_'); }, '_');
  return host.substr(0, 64);
}

class BeatingLease final : public Lease {
 public:
  BeatingLease(LeaseConfig config, sdk::Store& store, sdk::Clock& clock, sdk::Log& log)
      : config_(std::move(config)),
        store_(store),
        clock_(clock),
        log_(log),
        id_(config_.program + "-" + host_name() + "-" + std::to_string(::getpid()) + "-" +
            sdk::random_id().substr(0, 12)),
        liveness_(config_.state_path, id_, store, clock) {
    take_lock();
    if (!config_.announced) begin();
  }

  ~BeatingLease() override {
    if (thread_.joinable()) {
      thread_.request_stop();
      alarm_.ring();
      thread_.join();
    }
    if (registered_) store_.worker_close({.deadline = clock_.now() + store_patience}, id_);
  }

  std::string const& id() const override { return id_; }

  void announce(sdk::TextMap const& info) override {
    if (thread_.joinable()) return;
    config_.info.insert(info.begin(), info.end());
    begin();
  }

  void held() override {
    bool sooner = false;
    {
      std::lock_guard const lock(mutex_);
      bool const first = claims_++ == 0;
      if (first) held_since_ = clock_.now();
      // Where claims come and go the thread wakes soon enough by itself.
      sooner = first && due() < planned_;
    }
    if (sooner) alarm_.ring();
  }

  void released() override {
    std::lock_guard const lock(mutex_);
    --claims_;
  }

  // A claim written at `held_since_` can be taken over no earlier than ttl after it, as the observer counts from what
  // it sees.
  bool may_act() const override {
    std::lock_guard const lock(mutex_);
    if (!registered_) return false;
    auto const since = claims_ > 0 ? std::max(last_beat_, held_since_) : clock_.now();
    return clock_.now() - since < config_.ttl - margin();
  }

  std::stop_token lost() const override {
    std::lock_guard const lock(mutex_);
    return lost_.get_token();
  }

  bool is_dead(sdk::Call const& call, std::string_view claim_token) override {
    return liveness_.is_dead(call, claim_token);
  }

 private:
  static constexpr auto first_retry = 500ms;

  std::chrono::milliseconds margin() const { return std::max<std::chrono::milliseconds>(config_.ttl / 6, 200ms); }

  void begin() {
    if (!try_register({})) retry_ = clock_.now() + first_retry;
    thread_ = std::jthread([this](std::stop_token const& stop) { run(stop); });
  }

  void take_lock() {
    if (config_.state_path.empty()) return;
    auto taken = LockFile::acquire(lock_file_path(config_.state_path, id_));
    if (taken)
      lock_ = std::move(*taken);
    else
      log_.warning(taken.error().text + "; the death of this process will only be noticed after lease_ttl");
  }

  bool try_register(std::stop_token const& stop) {
    sdk::WorkerInfo const worker{.id = id_, .seq = 0, .ttl_ms = config_.ttl.count(), .info = config_.info};
    auto const asked = clock_.now();
    auto const written = store_.worker_register({.deadline = asked + store_patience, .cancelled = stop}, worker);
    std::lock_guard const lock(mutex_);
    if (!written && written.outcome != sdk::Outcome::exists) {
      failure_ = written.text;
      return false;
    }
    registered_ = true;
    last_beat_ = asked;
    return true;
  }

  // When the thread has something to do next. While claims are held every ttl/3; a claim that ends sooner costs no beat
  // at all.
  sdk::Time next_due() {
    std::lock_guard const lock(mutex_);
    return planned_ = due();
  }

  // Under the lock.
  sdk::Time due() const {
    if (!registered_ || failing_) return retry_;
    auto const third = config_.ttl / 3;
    if (claims_ == 0) return next_idle_beat(last_beat_, third);
    return std::max<sdk::Time>(last_beat_ + third, held_since_ + config_.ttl / 6);
  }

  void run(std::stop_token const& stop) {
    name_thread("lease");
    liveness_.sweep({.deadline = clock_.now() + store_patience, .cancelled = stop});
    while (!stop.stop_requested()) {
      if (auto const when = next_due(); clock_.now() < when) {
        alarm_.wait_until(clock_, when, stop);
        continue;
      }
      if (!registered())
        settle(try_register(stop), "cannot register with the store");
      else
        beat(stop);
    }
  }

  void beat(std::stop_token const& stop) {
    auto const asked = clock_.now();
    auto const beaten = store_.worker_beat({.deadline = asked + store_patience, .cancelled = stop}, id_);
    if (beaten) {
      {
        std::lock_guard const lock(mutex_);
        last_beat_ = asked;
      }
      settle(true, {});
    } else if (beaten.outcome == sdk::Outcome::conflict || beaten.outcome == sdk::Outcome::not_found) {
      lose(stop);
    } else {
      {
        std::lock_guard const lock(mutex_);
        failure_ = beaten.text;
      }
      settle(false, "cannot renew the lease");
    }
  }

  void settle(bool worked, std::string_view what) {
    std::string text;
    {
      std::lock_guard const lock(mutex_);
      if (worked == !failing_ && worked) return;
      bool const again = failing_;
      failing_ = !worked;
      retry_pause_ = worked ? first_retry : std::min<std::chrono::milliseconds>(retry_pause_ * 2, config_.ttl / 6);
      retry_ = clock_.now() + retry_pause_;
      if (!worked && again) return;  // said once
      text = worked ? "the lease is renewed again" : std::string(what) + " (" + failure_ + "), trying again";
    }
    worked ? log_.info(text) : log_.warning(text);
  }

  // Others may have taken our claims. The tokens of running work are worthless; what is claimed from now on is not.
  void lose(std::stop_token const& stop) {
    log_.error("the lease " + id_ + " was lost; running work is given up");
    std::stop_source lost{std::nostopstate};
    {
      std::lock_guard const lock(mutex_);
      registered_ = false;
      lost = std::exchange(lost_, std::stop_source());
    }
    lost.request_stop();
    settle(try_register(stop), "cannot register with the store");
  }

  bool registered() const {
    std::lock_guard const lock(mutex_);
    return registered_;
  }

  LeaseConfig config_;  // as it is once the thread runs
  sdk::Store& store_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  std::string const id_;
  Liveness liveness_;
  std::unique_ptr<LockFile> lock_;
  Alarm alarm_;

  mutable std::mutex mutex_;
  bool registered_ = false, failing_ = false;
  std::int64_t claims_ = 0;
  sdk::Time held_since_{}, last_beat_{}, retry_{};
  sdk::Time planned_ = sdk::Time::max();  // until when the thread sleeps
  std::chrono::milliseconds retry_pause_ = first_retry;
  std::string failure_;
  std::stop_source lost_;
  std::jthread thread_;
};

}  // namespace

sdk::Time next_idle_beat(sdk::Time last, std::chrono::milliseconds third) {
  sdk::Duration const period = std::max<sdk::Duration>(idle_beat, third);
  return sdk::Time((last.time_since_epoch() / period + 1) * period);
}

std::unique_ptr<Lease> make_lease(LeaseConfig config, sdk::Store& store, sdk::Clock& clock, sdk::Log& log) {
  return std::make_unique<BeatingLease>(std::move(config), store, clock, log);
}

}  // namespace conductor::work
