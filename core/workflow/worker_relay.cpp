// Plans that come to the worker with the write that brings them to its state, claimed already (core/store/relay.hpp).
#include "core/workflow/worker.hpp"

#include "core/work/failpoint.hpp"

namespace conductor::workflow {

// No plan is taken before those that wait already.
std::optional<store::Relay::Claim> Worker::offer(store::Upcoming const& plan) {
  if (!lease_.may_act() || !refusal(plan).empty()) return std::nullopt;
  if (work::failpoint(stage_.role, "before_claim")) return std::nullopt;
  auto const token = sdk::claim_token(lease_.id());
  {
    std::lock_guard const lock(mutex_);
    if (!started_ || draining_ || !waiting_.empty() || held_.size() >= thread_count()) return std::nullopt;
    if (!held_.emplace(plan.row.id, std::make_shared<Held>(plan.row, token)).second) return std::nullopt;
    ++offered_;
  }
  lease_.held();
  return transitions_.claim_values(plan, token);
}

void Worker::taken(sdk::Row row) {
  if (work::failpoint(stage_.role, "after_claim")) return withdrawn(row.id, true);
  bool late = false;
  {
    std::lock_guard const lock(mutex_);
    late = draining_;
    if (!late) {
      rows_held_[row.id] = row;
      claimed_.push_back(std::move(row));
      --offered_;
      work_.notify_one();
    }
  }
  if (!late) return;
  // The threads have gone.
  transitions_.hand_back(row, false, {});
  withdrawn(row.id, false);
}

void Worker::withdrawn(std::string const& id, bool doubtful) {
  lease_.released();
  // What bears our claim and is in nobody's hands is found as left behind.
  if (doubtful) look_again_later();
  let_go(id);
  std::lock_guard const lock(mutex_);
  --offered_;
  idle_.notify_all();
}

void Worker::await_offers() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return offered_ == 0; });
}

}  // namespace conductor::workflow
