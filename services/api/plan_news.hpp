// Changes of plans, told to those who wait for one plan: one subscription to the notifier for all waiting requests and
// event streams of the API.
#pragma once
#include "core/store/notifier.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace conductor::services::api {

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
  // A change that began after this returned is told. Read the plan afterwards, or what happened before is missed.
  [[nodiscard]] Listener listen(std::string const& plan_id, Tell tell);

 private:
  void subscribe();
  void tell(std::string const& plan_id, Kind kind, sdk::Row const* row);

  store::Notifier& notifier_;
  std::mutex mutex_;
  std::multimap<std::string, Tell> listeners_;  // by plan
  std::once_flag subscribed_;
  store::Notifier::Subscription subscription_;  // last: ends first
};

}  // namespace conductor::services::api
