// A store for a command that runs beside, or instead of, the roles: opened as the configuration says, without a lease.
#pragma once
#include "services/cli/console.hpp"
#include "services/cli/operator_commands.hpp"

#include "core/kernel/setup.hpp"
#include "core/metrics/metrics.hpp"

namespace conductor::cli {

// Which store: the configured one, or another backend with options of its own.
struct StoreChoice {
  config::Sources sources{};
  std::string backend{};               // empty: [db_options] db_backend
  std::vector<std::string> options{};  // "option=value", of the backend's section
  bool make_tables = false;            // else tables that are missing are an error
};

class OpenStore {
 public:
  // Loads the plugin and starts it. Throws Ended when the configuration is bad or the store does not
  // answer. The console outlives it.
  OpenStore(Console& console, std::span<kernel::Role const> roles, StoreChoice const& choice);
  OpenStore(OpenStore const&) = delete;
  ~OpenStore();

  sdk::Store& store() { return *plugins_->store(); }
  sdk::StoreMaintenance* maintenance() { return maintenance_; }  // null when the store has none
  bool notifies() const { return notifies_; }                    // tells of changes at once
  std::string const& name() const { return name_; }
  config::Config const& config() const { return setup_.loaded.config; }
  std::filesystem::path const& state_path() const { return state_path_; }

 private:
  kernel::Setup setup_;
  std::string name_;
  std::filesystem::path state_path_;
  metrics::Registry metrics_;
  std::unique_ptr<http::ClientPool> clients_;
  std::unique_ptr<plugin::Loaded> plugins_;
  sdk::StoreMaintenance* maintenance_ = nullptr;
  bool notifies_ = false;
};

}  // namespace conductor::cli
