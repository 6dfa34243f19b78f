#include "feed.hpp"
#include "schema.hpp"

#include "conductor/sdk/waiting.hpp"

#include <pthread.h>

#include <algorithm>

namespace conductor::plugins::sqlite {

using namespace std::chrono_literals;

namespace {
constexpr auto slow_look = 30s;  // insurance
// After a write to the WAL without a bell: its writer has died, or hands its events over himself.
constexpr std::chrono::milliseconds first_pause = 50ms, last_pause = 1s;
}  // namespace

class Feed::Subscription final : public sdk::Watch {
 public:
  Subscription(std::shared_ptr<Feed> feed, sdk::WatchFilter filter, Sink sink, std::int64_t after, bool lost)
      : feed_(std::move(feed)), filter_(std::move(filter)), sink_(std::move(sink)), after_(after), lost_(lost) {
    thread_ = std::jthread([this](std::stop_token const& stop) { run(stop); });
  }
  ~Subscription() override {
    thread_.request_stop();
    thread_.join();
    feed_->leave();
  }

 private:
  void run(std::stop_token const& stop) {
    ::pthread_setname_np(::pthread_self(), "sqlite-watch");
    if (lost_) resync();
    while (!stop.stop_requested()) {
      auto batch = feed_->next(after_, stop);
      if (batch.closed) return;
      if (batch.behind && catching_up_) {
        batch.events = read_log();
        if (batch.events.empty() || batch.events.front().seq != after_ + 1) resync();
      } else if (batch.behind) {
        resync();
      } else {
        catching_up_ = false;
      }
      deliver(batch.events, stop);
    }
  }
  std::vector<LoggedEvent> read_log() {
    try {
      Connection connection(feed_->file_);
      return events_after(connection, after_, batch_size * 4);
    } catch (SqlError const& error) {
      feed_->host_.log().warning(std::string("store/sqlite: a watch cannot read the change log: ") + error.what());
      return {};
    }
  }
  void deliver(std::vector<LoggedEvent> const& events, std::stop_token const& stop) {
    for (auto const& event : events) {
      if (stop.stop_requested()) return;
      if (event.seq != after_ + 1) return;
      after_ = event.seq;
      bool const wanted = filter_.tables.empty() ||
                          std::find(filter_.tables.begin(), filter_.tables.end(), event.table) != filter_.tables.end();
      if (!wanted) continue;
      tell({event.removed ? sdk::Event::Kind::remove : sdk::Event::Kind::put, event.table, event.id, event.version,
            cursor_text(feed_->installation_, event.seq)});
    }
  }
  void resync() {
    after_ = feed_->newest();
    catching_up_ = false;
    tell({sdk::Event::Kind::resync, "", "", 0, cursor_text(feed_->installation_, after_)});
  }
  void tell(sdk::Event const& event) {
    try {
      sink_(event);
    } catch (std::exception const& error) {
      feed_->host_.log().error(std::string("store/sqlite: the sink of a watch threw: ") + error.what());
    }
  }

  std::shared_ptr<Feed> feed_;
  sdk::WatchFilter filter_;
  Sink sink_;
  std::int64_t after_;  // delivered up to here
  bool lost_;           // the cursor was too old or not ours
  bool catching_up_ = true;
  std::jthread thread_;
};

Feed::Feed(sdk::Host& host, std::filesystem::path file) : host_(host), file_(std::move(file)), bell_(file_) {}

void Feed::committed(std::vector<LoggedEvent> events) {
  bell_.ring();
  std::lock_guard const life(life_);
  if (watches_ == 0) return;
  bool next = false;
  {
    std::lock_guard const lock(mutex_);
    next = !events.empty() && keep(events, false);
  }
  // With entries of others between, the log has to be read.
  if (next)
    arrived_.notify_all();
  else
    listener_->nudge();
}

std::unique_ptr<sdk::Watch> Feed::watch(sdk::WatchFilter filter, std::string const& from, Sink sink) {
  enter();
  try {
    Connection connection(file_);
    auto const newest = newest_event(connection);
    auto const seq = from.empty() ? newest : cursor_seq(installation_, from);
    bool const lost = !seq || *seq > newest || *seq + 1 < oldest_event(connection);
    return std::make_unique<Subscription>(shared_from_this(), std::move(filter), std::move(sink), seq.value_or(0),
                                          lost);
  } catch (...) {
    leave();
    throw;
  }
}

void Feed::close() noexcept {
  {
    std::lock_guard const lock(mutex_);
    closed_ = true;
  }
  arrived_.notify_all();
  std::lock_guard const life(life_);
  if (!thread_.joinable()) return;
  thread_.request_stop();
  listener_->nudge();
  thread_.join();
}

void Feed::enter() {
  std::lock_guard const life(life_);
  if (watches_ == 0) {
    auto connection = std::make_unique<Connection>(file_);
    connection->configure();
    installation_ = installation(*connection);
    listener_ = std::make_unique<Listener>(file_);
    listener_->arm_wal();
    bell_.listen();
    data_version_ = connection->single("PRAGMA data_version");
    {
      std::lock_guard const lock(mutex_);
      recent_.clear();
      newest_ = newest_event(*connection);
    }
    connection_ = std::move(connection);
    thread_ = std::jthread([this](std::stop_token const& stop) { listen(stop); });
  }
  ++watches_;
}

void Feed::leave() {
  std::lock_guard const life(life_);
  if (--watches_ > 0) return;
  if (thread_.joinable()) {
    thread_.request_stop();
    listener_->nudge();
    thread_.join();
  }
  bell_.listen_no_more();
  connection_.reset();
  listener_.reset();
}

void Feed::listen(std::stop_token const& stop) {
  ::pthread_setname_np(::pthread_self(), "sqlite-bell");
  std::chrono::milliseconds pause{0};
  while (!stop.stop_requested()) {
    auto const heard = listener_->wait(pause == 0ms ? slow_look : pause);
    if (stop.stop_requested()) return;
    // The WAL is written before the commit can be seen: wait for the bell, or look after the pause.
    if (heard.wal && !heard.bell && !heard.nudge) {
      if (pause == 0ms) pause = first_pause;
      continue;
    }
    listener_->arm_wal();
    if (look() || heard.bell || heard.nudge || pause == 0ms)
      pause = 0ms;
    else
      pause = pause >= last_pause ? 0ms : std::min(pause * 2, last_pause);
  }
}

// True when another connection has committed since.
bool Feed::look() {
  try {
    auto const version = connection_->single("PRAGMA data_version");
    if (version == data_version_) return false;
    for (bool more = true; more;) {
      auto events = events_after(*connection_, newest(), 1000);
      if (events.empty()) break;  // the beat of a worker is in no log
      more = events.size() == 1000;
      {
        std::lock_guard const lock(mutex_);
        keep(events, true);
      }
      arrived_.notify_all();
    }
    data_version_ = version;
    return true;
  } catch (SqlError const& error) {
    host_.log().warning(std::string("store/sqlite: the change log cannot be read: ") + error.what());
    return false;
  }
}

bool Feed::keep(std::vector<LoggedEvent>& events, bool read) {
  // The other way was faster.
  std::erase_if(events, [this](LoggedEvent const& event) { return event.seq <= newest_; });
  if (events.empty()) return true;
  if (events.front().seq != newest_ + 1) {
    if (!read) return false;
    // Entries were trimmed before they were read: whoever waits for them is behind.
    recent_.clear();
  }
  newest_ = events.back().seq;
  std::move(events.begin(), events.end(), std::back_inserter(recent_));
  while (recent_.size() > kept) recent_.pop_front();
  return true;
}

std::int64_t Feed::newest() {
  std::lock_guard const lock(mutex_);
  return newest_;
}

Feed::Batch Feed::next(std::int64_t after, std::stop_token const& stop) {
  Batch batch;
  sdk::wait_until(arrived_, mutex_, stop, sdk::Time::max(), [&] { return closed_ || newest_ > after; });
  std::lock_guard const lock(mutex_);
  batch.closed = closed_ || stop.stop_requested();
  if (batch.closed) return batch;
  auto const first = recent_.empty() ? newest_ + 1 : recent_.front().seq;
  if (after + 1 < first) {
    batch.behind = true;
    return batch;
  }
  auto const begin = recent_.begin() + (after + 1 - first);
  auto const count = std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(batch_size), recent_.end() - begin);
  batch.events.assign(begin, begin + count);
  return batch;
}

}  // namespace conductor::plugins::sqlite
