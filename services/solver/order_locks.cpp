#include "services/solver/order_locks.hpp"

#include "core/model/status.hpp"
#include "core/store/plans.hpp"
#include "services/placement/values.hpp"

#include <algorithm>

namespace conductor::services::solver {

using namespace placement;

namespace {

namespace locks = model::order_locks;

constexpr std::size_t longest_id = 255;  // that every store takes

// A lock row as it stands once entries of spin-ups that failed are forgotten. The row outlives it.
class Lock {
 public:
  explicit Lock(sdk::Row const& row) : row_(row) {
    for (auto const& [plan_id, text] : row.map("plans")) {
      auto entry = locks::entry_from(text);
      if (entry.status == locks::status::failed) continue;
      if (entry.status == locks::status::under_spin_up) spinner_ = plan_id;
      entries_[plan_id] = std::move(entry);
    }
    is_complete_ = row.boolean("is_spinup_completed") && !entries_.empty();
    // Who waits behind nobody need not wait any more.
    if (is_complete_ || !spinner_.empty()) return;
    for (auto& [plan_id, entry] : entries_)
      if (entry.status == locks::status::parked) entry.status = locks::status::rehome;
  }

  bool is_complete() const { return is_complete_; }
  bool completed_after(std::int64_t at_ms) const {
    return is_complete_ && row_.integer("spinup_completed_timestamp") > at_ms;
  }
  bool is_held_by(std::string const& plan_id) const { return !is_complete_ && spinner_ == plan_id; }
  bool is_busy_for(std::string const& plan_id) const {
    return !is_complete_ && !spinner_.empty() && spinner_ != plan_id;
  }

  // What is there stays, and the plan's entry is added.
  sdk::Mutation with(std::string const& plan_id, locks::Entry const& entry) const {
    sdk::TextMap plans;
    for (auto const& [id, each] : entries_) plans[id] = locks::to_text(each);
    plans[plan_id] = locks::to_text(entry);
    return change(std::move(plans));
  }
  // What is there is over.
  sdk::Mutation begun_by(std::string const& plan_id, locks::Entry const& entry) const {
    return change({{plan_id, locks::to_text(entry)}});
  }
  // Its id follows from what is kept: who has to do it again does not keep it twice.
  sdk::Mutation kept_in_history() const {
    auto id = row_.id + "-" + std::to_string(row_.integer("spinup_completed_timestamp"));
    return {.kind = sdk::Mutation::Kind::insert,
            .table = std::string(locks::history_table),
            .id = id.size() <= longest_id ? std::move(id) : sdk::random_id(),
            .values = {{"conflict_id", row_.id},
                       {"plans", row_.map("plans")},
                       {"is_spinup_completed", true},
                       {"spinup_completed_timestamp", row_.integer("spinup_completed_timestamp")}},
            .expect = {}};
  }

 private:
  sdk::Mutation change(sdk::TextMap plans) const {
    sdk::Mutation mutation{.kind = sdk::Mutation::Kind::update,
                           .table = std::string(locks::table),
                           .id = row_.id,
                           .values = {{"plans", std::move(plans)},
                                      {"is_spinup_completed", false},
                                      {"spinup_completed_timestamp", std::int64_t{0}}},
                           .expect = {}};
    mutation.expect.version = row_.version;
    return mutation;
  }

  sdk::Row const& row_;
  std::map<std::string, locks::Entry> entries_;  // by plan
  std::string spinner_;                          // plan that brings the region up
  bool is_complete_ = false;
};

sdk::Mutation new_lock(std::string const& conflict_id, std::string const& plan_id, locks::Entry const& entry) {
  return {.kind = sdk::Mutation::Kind::insert,
          .table = std::string(locks::table),
          .id = conflict_id,
          .values = {{"plans", sdk::TextMap{{plan_id, locks::to_text(entry)}}},
                     {"is_spinup_completed", false},
                     {"spinup_completed_timestamp", std::int64_t{0}}},
          .expect = {}};
}

locks::Entry entry_of(LockRequest const& request, std::string_view status, std::string resource) {
  return {.status = std::string(status),
          .created_ms = request.now_ms,
          .updated_ms = request.now_ms,
          .service_resource_id = std::move(resource),
          .dependencies = {}};
}

using Locks = std::map<std::string, Lock>;  // by conflict id

// An entry is written anew even when it stands there already: the release of that lock, which may be under way, must
// not pass this plan by.
LockDecision parked(LockRequest const& request, Locks const& known) {
  auto const is_busy = [&](std::string const& id) {
    auto const found = known.find(id);
    return found != known.end() && found->second.is_busy_for(request.plan_id);
  };
  std::string free;
  for (auto const& [id, resource] : request.conflicts)
    if (!is_busy(id)) free.append(free.empty() ? "" : ",").append(id);
  LockDecision decision{model::status::waiting_spinup, {}};
  for (auto const& [id, resource] : request.conflicts) {
    if (!is_busy(id)) continue;
    auto entry = entry_of(request, locks::status::parked, resource);
    entry.dependencies = free;
    decision.writes.push_back(known.at(id).with(request.plan_id, entry));
  }
  return decision;
}

LockDecision taken(LockRequest const& request, Locks const& known) {
  LockDecision decision{model::status::solved, {}};
  auto& writes = decision.writes;
  for (auto const& [id, resource] : request.conflicts) {
    auto const entry = entry_of(request, locks::status::under_spin_up, resource);
    auto const found = known.find(id);
    if (found == known.end()) {
      writes.push_back(new_lock(id, request.plan_id, entry));
    } else if (found->second.is_complete()) {
      writes.push_back(found->second.kept_in_history());
      writes.push_back(found->second.begun_by(request.plan_id, entry));
    } else if (!found->second.is_held_by(request.plan_id)) {
      writes.push_back(found->second.with(request.plan_id, entry));
    }
  }
  return decision;
}

}  // namespace

Conflicts conflicts_of(boost::json::object const& recommendation) {
  Conflicts conflicts;
  for (auto const& [demand, choice] : recommendation) {
    auto const* candidate = choice.is_object() ? member(choice.get_object(), "candidate") : nullptr;
    if (!candidate || !candidate->is_object()) continue;
    if (text_of(candidate->get_object(), "inventory_type") != "cloud") continue;
    auto id = text_of(candidate->get_object(), "conflict_id");
    if (id.empty()) return {};
    conflicts.emplace(std::move(id), text_of(choice.get_object(), "service_resource_id"));
  }
  return conflicts;
}

LockDecision decide_locks(LockRequest const& request, std::vector<sdk::Row> const& rows) {
  Locks known;
  for (auto const& row : rows) known.emplace(row.id, row);
  bool busy = false;
  for (auto const& [id, lock] : known) {
    if (lock.completed_after(request.translation_begin_ms)) return {model::status::template_, {}};
    busy = busy || lock.is_busy_for(request.plan_id);
  }
  return busy ? parked(request, known) : taken(request, known);
}

sdk::Result<LockDecision> decide_locks(sdk::Call const& call, sdk::Store& store, LockRequest const& request) {
  std::vector<std::string> ids;
  for (auto const& [id, resource] : request.conflicts) ids.push_back(id);
  auto const rows = store.get_many(call, locks::table, ids);
  if (!rows) return store::error_of(rows.outcome, rows.text, "read order locks");
  return decide_locks(request, rows.value);
}

}  // namespace conductor::services::solver
