// Changes of rows, told to whoever waits for them: one watch on the store per process, shared by all workers, callers
// and waiters. Changes made in this process are told at once, on the thread that made them, without asking the store.
// What a change means is left to the subscribers; a lost change too: every subscriber lists again when told to look.
#pragma once
#include "core/work/alarm.hpp"

#include "conductor/sdk/store.hpp"

#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <thread>

namespace conductor::store {

// Called on the notifier's thread or on that of a writer in this process, one call at a time per subscription; must be
// quick and must not call the store, nor subscribe or unsubscribe.
struct Subscriber {
  std::function<void(sdk::Row const&)> changed{};  // the row as it stood at or after the change
  std::function<void(std::string const& id)> removed{};
  // Something changed; for who does not need the row. Rows are only read when somebody has `changed`.
  std::function<void()> touched{};
  // Changes may have been missed: at the start, after a gap in the watch, and now and then when the store cannot
  // notify.
  std::function<void()> look{};
  // Between two looks on a store that cannot notify, where this subscriber wants them more often than others do.
  std::chrono::milliseconds longest_pause = std::chrono::milliseconds::max();
};

class Notifier {
 public:
  // Both outlive it. `longest_pause`: between two looks on a store that cannot notify. The watch begins with the first
  // subscription.
  Notifier(sdk::Store& store, sdk::Clock& clock, std::chrono::milliseconds longest_pause = std::chrono::seconds(2));
  ~Notifier();
  Notifier(Notifier const&) = delete;
  Notifier& operator=(Notifier const&) = delete;

  // Destroying it ends the subscription; it waits for a call that is under way (on another thread).
  class Subscription {
   public:
    Subscription() = default;
    Subscription(Subscription&& other) noexcept;
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription();

   private:
    friend class Notifier;
    struct Entry;
    Notifier* owner_ = nullptr;
    std::shared_ptr<Entry> entry_;
  };
  // Thread-safe, does not block. A first `look` follows as soon as the watch stands.
  [[nodiscard]] Subscription subscribe(std::string table, Subscriber subscriber);

  // Around a mutation made in this process: its own echo from the store is not told again. done() tells the subscribers
  // the row as written; without done() (a refused or doubtful mutation) the row is read again and told.
  class Writing {
   public:
    Writing(Notifier& notifier, std::string table, std::string id, std::int64_t number);
    ~Writing();
    Writing(Writing const&) = delete;
    Writing& operator=(Writing const&) = delete;
    void done(sdk::Row const& row);
    // Not applied, and nothing to tell.
    void refused();

   private:
    Notifier& notifier_;
    std::string table_, id_;
    std::int64_t number_;
    bool settled_ = false;
  };
  // A row of this process's making was removed.
  void removed(std::string const& table, std::string const& id);
  // Whether the store tells of changes; else looks come by the clock.
  bool watching() const;
  // From now on, instead of what the constructor was given.
  void set_longest_pause(std::chrono::milliseconds pause);
  // A look of the subscriber found something: on a store that cannot notify the next looks come sooner.
  void found();

 private:
  struct Key {
    std::string table, id;
    auto operator<=>(Key const&) const = default;
  };
  struct Change {
    bool gone = false, put = false;
    std::int64_t number = 0;
  };
  struct Told {
    std::string id;
    std::int64_t number = 0;
  };
  struct Own {
    Key key;
    std::int64_t number = 0;
    bool echoed = false;  // the store has told it already
    bool operator==(Own const& other) const { return number == other.number && key == other.key; }
  };
  using Entries = std::vector<std::shared_ptr<Subscription::Entry>>;
  struct Work {
    std::map<Key, Change> changes;
    std::set<std::string> look;
    sdk::Time next = sdk::Time::max();
    bool open_watch = false;
  };

  void run(std::stop_token const& stop);
  Work collect();
  void open_watch(std::stop_token const& stop);
  void on_event(sdk::Event const& event);
  void tell(std::map<Key, Change> const& changes, std::stop_token const& stop);
  void tell_rows(std::string const& table, std::span<Told const> told, std::stop_token const& stop);
  void tell_newest(sdk::Call const& call, std::string const& table, std::vector<std::string> const& ids);
  void tell_row(std::string const& table, sdk::Row const& row);
  void tell_removed(std::string const& table, std::string const& id);
  void tell_look(std::string const& table);
  bool wants_rows(std::string const& table) const;
  Entries entries(std::string const& table) const;
  bool own_echo(Key const& key, std::int64_t number);
  void look_sooner();
  std::chrono::milliseconds longest_pause() const;

  sdk::Store& store_;
  sdk::Clock& clock_;

  mutable std::mutex mutex_;
  std::chrono::milliseconds longest_pause_;
  work::Alarm alarm_;
  std::map<std::string, Entries> subscribers_;
  std::set<std::string> look_;     // tables whose subscribers must list
  std::map<Key, Change> changes_;  // told by the store, not yet passed on
  std::list<Own> writing_;         // our mutations under way
  std::list<Own> written_;         // our latest mutations, whose echo may still come
  bool watching_ = false;
  std::chrono::milliseconds pause_, retry_pause_;
  sdk::Time next_look_{}, next_try_{};
  std::unique_ptr<sdk::Watch> watch_;  // touched by the thread alone
  std::jthread thread_;
};

}  // namespace conductor::store
