#include "core/work/liveness.hpp"

#include "core/work/lock_file.hpp"

#include "conductor/sdk/claims.hpp"

#include <algorithm>

namespace conductor::work {

namespace {

// Ids come from the store; one that is no plain file name names no lock file.
bool plain(std::string_view worker) {
  return !worker.empty() && worker.find('/') == std::string_view::npos && worker != "." && worker != "..";
}

}  // namespace

bool Liveness::is_dead(sdk::Call const& call, std::string_view claim_token) {
  auto const owner = sdk::claim_owner(claim_token);
  if (!plain(owner) || owner == own_id_) return false;
  if (!state_path_.empty()) {
    switch (probe_lock(lock_file_path(state_path_, owner), false)) {
      case LockState::free:
        return true;
      case LockState::held:
        // It lives, but may hang: then it is judged by its silence like any other.
      case LockState::absent:
      case LockState::unknown:
        break;
    }
  }
  auto const workers = store_.workers(call);
  if (!workers) return false;
  auto const found = std::find_if(workers.value.begin(), workers.value.end(),
                                  [&](sdk::WorkerInfo const& worker) { return worker.id == owner; });
  if (found != workers.value.end() && !silent(std::string(claim_token), *found)) return false;
  return is_confirmed(call, std::string(claim_token));
}

// A list may be that of a replica which is behind: neither its gaps nor its silence prove a death.
bool Liveness::is_confirmed(sdk::Call const& call, std::string const& token) {
  auto const row = store_.get(call, sdk::tables::workers.name, sdk::claim_owner(token), sdk::Strength::strong);
  // A store with leases of its own keeps no row, and its list is exact.
  if (row.outcome == sdk::Outcome::not_found) return true;
  if (!row) return false;
  return silent(token, {row.value.id, row.value.integer("seq"), row.value.integer("ttl_ms"), {}});
}

bool Liveness::silent(std::string const& token, sdk::WorkerInfo const& worker) {
  auto const ttl = std::chrono::milliseconds(worker.ttl_ms);
  auto const now = clock_.now();
  std::lock_guard const lock(mutex_);
  std::erase_if(observed_, [&](auto const& entry) { return now - entry.second.asked > 10 * ttl; });
  auto const [place, fresh] = observed_.try_emplace(token, Observed{worker.seq, now, now});
  auto& seen = place->second;
  seen.asked = now;
  // A smaller one is of a replica that is behind.
  if (fresh || worker.seq > seen.seq) {
    seen.seq = worker.seq;
    seen.since = now;
    return false;
  }
  return now - seen.since > ttl;
}

void Liveness::sweep(sdk::Call const& call) {
  if (state_path_.empty()) return;
  auto const workers = store_.workers(call);
  if (!workers) return;
  for (auto const& worker : workers.value) {
    if (worker.id == own_id_ || !plain(worker.id)) continue;
    if (probe_lock(lock_file_path(state_path_, worker.id), false) != LockState::free) continue;
    // The row goes first: without row and without file the worker counts as dead, too.
    if (store_.worker_close(call, worker.id)) probe_lock(lock_file_path(state_path_, worker.id), true);
  }
}

}  // namespace conductor::work
