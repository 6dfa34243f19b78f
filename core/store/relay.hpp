// Plans that pass from hand to hand within this process: the write that brings a plan to a state claims it at once for
// a worker here that takes plans of that state and has a free thread. It saves a write, its news and the search for
// work; where nobody is free the plan waits in its state for whoever claims it. What can be done again without harm
// begins while that write is still under way.
#pragma once
#include "conductor/sdk/store.hpp"
#include "core/store/recent_documents.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace conductor::store {

// A row as a write is about to leave it: `row` with `set` put into it. Refers to both.
struct Upcoming {
  sdk::Row const& row;
  sdk::Values const& set;

  std::int64_t integer(std::string_view column) const { return std::get<std::int64_t>(value(column)); }
  std::string const& text(std::string_view column) const { return std::get<std::string>(value(column)); }

 private:
  sdk::Value const& value(std::string_view column) const {
    auto const found = set.find(column);
    return found == set.end() ? row.columns.find(column)->second : found->second;
  }
};

class Relay {
 public:
  // What the write adds so that the plan is claimed.
  struct Claim {
    sdk::Values set;          // status, claim, fencing and the rest of the claimant's columns
    std::string_view status;  // the claimant's working state
    std::string owner;        // worker id, for the history
  };

  // A worker. Thread-safe; called on the thread of the writer.
  class Runner {
   public:
    virtual ~Runner() = default;
    // Keeps a thread for the plan; nothing when none is free or the plan is not to be claimed. Paired with taken() or
    // withdrawn(). Does not block.
    virtual std::optional<Claim> offer(Upcoming const& plan) = 0;
    // The write begins. Work on the plan may begin, too: `row` as it will stand, `documents` that are written with it.
    // Nothing may come of it before taken(). Does not block.
    virtual void begin(sdk::Row row, Documents documents) = 0;
    // The write was done; `row` as written.
    virtual void taken(sdk::Row row) = 0;
    // It was not; `doubtful`: nobody knows.
    virtual void withdrawn(std::string const& id, bool doubtful) = 0;
  };

  // One plan on its way to a runner; empty when nobody takes it. Left alone, the write is in doubt.
  class Baton {
   public:
    Baton() = default;
    Baton(Runner* runner, std::string id, Claim claim)
        : runner_(runner), id_(std::move(id)), claim_(std::move(claim)) {}
    Baton(Baton&& other) noexcept
        : runner_(std::exchange(other.runner_, nullptr)), id_(std::move(other.id_)), claim_(std::move(other.claim_)) {}
    Baton& operator=(Baton&&) = delete;
    ~Baton() {
      if (runner_ != nullptr) runner_->withdrawn(id_, true);
    }
    explicit operator bool() const { return runner_ != nullptr; }
    Claim const& claim() const { return claim_; }
    // Before the write: as Runner::begin.
    void begin(sdk::Row row, Documents documents) {
      if (runner_ != nullptr) runner_->begin(std::move(row), std::move(documents));
    }
    // After the write; the baton is empty then.
    void pass(sdk::Row row) { std::exchange(runner_, nullptr)->taken(std::move(row)); }
    // The write was certainly not done.
    void drop() {
      if (runner_ != nullptr) std::exchange(runner_, nullptr)->withdrawn(id_, false);
    }

   private:
    Runner* runner_ = nullptr;
    std::string id_;
    Claim claim_;
  };

  // Plans that come to `status` are offered to `runner` until it leaves. One runner for each state.
  void join(std::string_view status, Runner& runner);
  // Offers that are under way go on; their runner must await them.
  void leave(Runner const& runner);
  // To whoever takes plans of its status.
  Baton offer(Upcoming const& plan);

 private:
  std::mutex mutex_;
  std::map<std::string, Runner*, std::less<>> runners_;
};

}  // namespace conductor::store
