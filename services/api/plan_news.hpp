// Changes of plans, told to those who wait for one plan: one subscription to the notifier for all waiting requests and
// event streams of the API.
#pragma once
#include "core/model/status.hpp"
#include "core/store/notifier.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace conductor::services::api {

// Deleted, or in a status that it never leaves.
inline bool has_ended(sdk::Row const& row) {
  return row.boolean("deleted") || model::status::is_final(row.text("status"));
}

// Thread-safe.
class PlanNews {
 public:
  // Outlives it. Nothing is subscribed to before the first listener.
  explicit PlanNews(store::Notifier& notifier) : notifier_(notifier) {}
  PlanNews(PlanNews const&) = delete;
  PlanNews& operator=(PlanNews const&) = delete;

  enum class Kind {
    changed,  // the row as it stood at or after the change comes along
    removed,
    look  // changes may have been missed: read the plan
  };
  // Called on the notifier's thread or a writer's, one call at a time; must be quick, and must not call the store, nor
  // listen or stop listening.
  using Tell = std::function<void(Kind, sdk::Row const*)>;

  // Destroying it ends the listening; it waits for a call under way.
  class Listener {
   public:
    Listener() = default;
    Listener(Listener&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)), at_(other.at_) {}
    Listener& operator=(Listener&& other) noexcept {
      std::swap(owner_, other.owner_);
      std::swap(at_, other.at_);
      return *this;
    }
    ~Listener();

   private:
    friend class PlanNews;
    PlanNews* owner_ = nullptr;
    std::multimap<std::string, Tell>::iterator at_;
  };
  // A change that began after this returned is told. Read the plan afterwards, or what happened before is missed -
  // unless is_living() says that there is nothing to read yet.
  [[nodiscard]] Listener listen(std::string const& plan_id, Tell tell);
  // Whether the plan, by the latest that was told of it, is not final. False also when nothing is known.
  bool is_living(std::string const& plan_id) const;

 private:
  static constexpr std::size_t most_known = 2'000;
  struct Known {
    std::int64_t number = 0;  // version
    bool living = false;
  };

  void subscribe();
  void tell(std::string const& plan_id, Kind kind, sdk::Row const* row);
  void note(sdk::Row const& row);
  void look();

  store::Notifier& notifier_;
  mutable std::mutex mutex_;
  std::multimap<std::string, Tell> listeners_;    // by plan
  std::unordered_map<std::string, Known> known_;  // plans told of lately
  std::deque<std::string> known_order_;           // the oldest first
  std::once_flag subscribed_;
  store::Notifier::Subscription subscription_;  // last: ends first
};

}  // namespace conductor::services::api
