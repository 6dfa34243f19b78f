// Which processes use a store; see examine.hpp.
#include "core/store/examine.hpp"
#include "core/store/plans.hpp"
#include "core/work/lock_file.hpp"

#include <algorithm>

namespace conductor::store {

std::vector<std::string> held_lock_files(std::filesystem::path const& state_path) {
  std::vector<std::string> ids;
  std::error_code ignored;
  auto const folder = work::lock_file_path(state_path, "any").parent_path();
  for (auto const& file : std::filesystem::directory_iterator(folder, ignored))
    if (file.path().extension() == ".lock" && work::probe_lock(file.path(), false) == work::LockState::held)
      ids.push_back(file.path().stem().string());
  std::sort(ids.begin(), ids.end());
  return ids;
}

sdk::Result<std::vector<std::string>> living_workers(sdk::Store& store, sdk::Call const& call,
                                                     std::filesystem::path const& state_path) {
  auto living = held_lock_files(state_path);
  auto const workers = store.workers(call);
  if (!workers) return error_of(workers.outcome, workers.text, "listing the workers");
  for (auto const& worker : workers.value) {
    if (std::find(living.begin(), living.end(), worker.id) != living.end()) continue;
    bool const plain = worker.id.find('/') == std::string::npos;
    auto const state =
        plain ? work::probe_lock(work::lock_file_path(state_path, worker.id), false) : work::LockState::unknown;
    if (state == work::LockState::free) continue;
    auto const host = worker.info.find("host");
    living.push_back(worker.id + (host == worker.info.end() ? std::string() : " on host " + host->second));
  }
  return living;
}

}  // namespace conductor::store
