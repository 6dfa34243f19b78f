// Order locks in the store (solver specification 14): which plans wait for which spin-up of a cloud region. One place
// for the form of the rows, for who locks (the solver) and who releases (the controller).
//
// order_locks          one row per conflict id, which is the row's id. `plans`: plan id -> an Entry as text.
//                      `is_spinup_completed`, `spinup_completed_timestamp` (ms): set by the release.
// order_locks_history  rows of ended spin-ups, with ids of their own and `conflict_id`.
#pragma once
#include "conductor/sdk/store.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>

namespace conductor::model::order_locks {

inline constexpr std::string_view table = "order_locks", history_table = "order_locks_history";

namespace status {
inline constexpr std::string_view parked = "parked", under_spin_up = "under-spin-up", completed = "completed",
                                  rehome = "rehome", failed = "failed";
// The plan need not wait for this lock any more.
constexpr bool is_releasable(std::string_view s) { return s == rehome || s == completed; }
}  // namespace status

// What a lock row knows of one plan.
struct Entry {
  std::string status;
  std::int64_t created_ms = 0, updated_ms = 0;
  std::string service_resource_id;
  std::string dependencies;  // the plan's other conflict ids, separated by commas; for people
  bool operator==(Entry const&) const = default;
};

inline std::string to_text(Entry const& entry) {
  boost::json::object object{{"status", entry.status},
                             {"created", entry.created_ms},
                             {"updated", entry.updated_ms},
                             {"service_resource_id", entry.service_resource_id}};
  if (!entry.dependencies.empty()) object["dependencies"] = entry.dependencies;
  return boost::json::serialize(object);
}

// What cannot be read is empty.
inline Entry entry_from(std::string const& text) {
  Entry entry;
  boost::system::error_code failed;
  auto const value = boost::json::parse(text, failed);
  auto const* object = failed ? nullptr : value.if_object();
  if (object == nullptr) return entry;
  auto const take_text = [&](char const* key, std::string& into) {
    if (auto const* found = object->if_contains(key); found != nullptr && found->is_string())
      into = std::string(found->as_string());
  };
  auto const take_number = [&](char const* key, std::int64_t& into) {
    if (auto const* found = object->if_contains(key); found != nullptr && found->is_int64()) into = found->as_int64();
  };
  take_text("status", entry.status);
  take_number("created", entry.created_ms);
  take_number("updated", entry.updated_ms);
  take_text("service_resource_id", entry.service_resource_id);
  take_text("dependencies", entry.dependencies);
  return entry;
}

}  // namespace conductor::model::order_locks
