// Watches: one thread reads the change log when the bell rings and keeps the latest entries in memory, beside those
// that the writer of this process has handed over; one thread per watch takes them from there to its sink, so that a
// slow sink holds up nobody. A watch that falls behind what is kept in memory gets one resync. Without watches there is
// no thread and no file is listened to.
#pragma once
#include "bell.hpp"
#include "conductor/sdk/host.hpp"
#include "events.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace conductor::plugins::sqlite {

using Sink = std::function<void(sdk::Event const&)>;

class Feed : public std::enable_shared_from_this<Feed> {
 public:
  // The notify file exists. Throws std::system_error.
  Feed(sdk::Host& host, std::filesystem::path file);

  // What the writer has committed; none: it does not know. Watches of this process get it without a look at the log,
  // and other processes are told.
  void committed(std::vector<LoggedEvent> events);
  // `from` empty: from now on. Throws SqlError and std::system_error. The handle must not be destroyed by its sink.
  std::unique_ptr<sdk::Watch> watch(sdk::WatchFilter filter, std::string const& from, Sink sink);
  // Ends all delivery; handles may be destroyed later.
  void close() noexcept;

 private:
  class Subscription;
  friend class Subscription;
  struct Batch {
    std::vector<LoggedEvent> events;
    bool behind = false;  // the next entry is no more in memory
    bool closed = false;
  };
  static constexpr std::size_t kept = 4'000, batch_size = 256;

  void enter();
  void leave();
  void listen(std::stop_token const& stop);
  bool look();
  // With mutex_ held. `read`: from the log, so that entries which are missing before them are there no more.
  bool keep(std::vector<LoggedEvent>& events, bool read);
  Batch next(std::int64_t after, std::stop_token const& stop);
  std::int64_t newest();

  sdk::Host& host_;
  std::filesystem::path const file_;
  Bell bell_;
  std::string installation_;

  std::mutex life_;  // of the thread: held by enter() and leave()
  std::size_t watches_ = 0;
  std::unique_ptr<Listener> listener_;
  std::jthread thread_;

  // Of the listening thread.
  std::unique_ptr<Connection> connection_;
  std::int64_t data_version_ = -1;

  std::mutex mutex_;  // of what follows
  std::condition_variable arrived_;
  std::deque<LoggedEvent> recent_;
  std::int64_t newest_ = 0;  // number of the last entry read, in recent_ or before it
  bool closed_ = false;
};

}  // namespace conductor::plugins::sqlite
