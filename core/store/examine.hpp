// The check of a whole store: what the storage says of itself, and whether rows, documents and claims agree.
#pragma once
#include "core/store/entry.hpp"

#include <filesystem>

namespace conductor::store {

enum class Severity {
  error,   // something is lost or damaged
  warning  // will not end by itself, or takes space
};

struct Finding {
  Severity severity = Severity::error;
  std::string place;  // "plans 'f5…'"; of the store as a whole: empty
  std::string text;   // what is wrong, and what helps
};

struct Examination {
  std::vector<Finding> findings;  // the first thousand
  std::int64_t rows = 0, documents = 0, document_bytes = 0;
  std::map<std::string, std::int64_t> tables;    // rows, by table
  std::map<std::string, std::int64_t> statuses;  // plans, by status
};

struct ExamineOptions {
  std::filesystem::path state_path;  // for the lock files of workers on this host
  std::function<void(Examination const&)> progress{};
};

// Reads everything and changes nothing; a service may be running. `maintenance`: null when the store has none. Blocks.
// An error means that the store could not be read.
sdk::Result<Examination> examine_store(sdk::Store& store, sdk::StoreMaintenance* maintenance, sdk::Clock& clock,
                                       std::stop_token stop, ExamineOptions const& options);

// Workers that are, or may be, alive: a held lock file, or a row whose lock file is not on this host. Ids with hosts.
sdk::Result<std::vector<std::string>> living_workers(sdk::Store& store, sdk::Call const& call,
                                                     std::filesystem::path const& state_path);
// The same from lock files alone, for a store that cannot be read.
std::vector<std::string> held_lock_files(std::filesystem::path const& state_path);

}  // namespace conductor::store
