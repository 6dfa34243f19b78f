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
    if (!waiting_.empty() || !has_room() || held_.contains(plan.row.id) || !has_free_thread()) return std::nullopt;
    held_.emplace(plan.row.id, std::make_shared<Held>(plan.row, token));
    ++offered_;
  }
  lease_.held();
  return transitions_.claim_values(plan, token);
}

void Worker::begin(sdk::Row row, store::Documents documents) {
  if (!stage_.without_effects) return;
  std::lock_guard const lock(mutex_);
  if (draining_) return;
  held_.at(row.id)->await();
  claimed_.push_back({std::move(row), true, std::move(documents)});
  work_.notify_one();
}

// Whether the write that was under way when the work began has brought the plan, and how its row stands then. Nothing
// of the work is kept when not.
bool Worker::has_arrived(sdk::Call const& call, Held& held, sdk::Row& row) {
  auto const arrival = held.arrival();
  if (arrival == Arrival::before) return true;
  if (arrival == Arrival::stored) {
    std::lock_guard const lock(mutex_);
    row = rows_held_.at(held.id);
    return true;
  }
  log_.info(call, "the plan was not stored as it was to be; the work on it is dropped");
  // What bears our claim is found as left behind once this thread has let it go.
  if (arrival == Arrival::doubtful) look_again_later();
  return false;
}

void Worker::taken(sdk::Row row) {
  if (work::failpoint(stage_.role, "after_claim")) return withdrawn(row.id, true);
  bool late = false;
  {
    std::lock_guard const lock(mutex_);
    auto const held = held_.at(row.id);
    late = draining_ && !held->is_awaited();
    if (!late) {
      rows_held_[row.id] = row;
      --offered_;
      if (held->is_awaited()) {
        idle_.notify_all();
        return held->arrive(Arrival::stored);
      }
      claimed_.push_back({std::move(row), true});
      work_.notify_one();
    }
  }
  if (!late) return;
  // The threads have gone.
  transitions_.hand_back(row, false, {});
  withdrawn(row.id, false);
}

void Worker::withdrawn(std::string const& id, bool doubtful) {
  HeldPlan held;
  {
    std::lock_guard const lock(mutex_);
    held = held_.at(id);
  }
  if (held->is_awaited()) {
    held->end(Ended::lost);
    held->arrive(doubtful ? Arrival::doubtful : Arrival::refused);
    std::lock_guard const lock(mutex_);
    --offered_;
    return idle_.notify_all();
  }
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
