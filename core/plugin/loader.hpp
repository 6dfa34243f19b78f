// From the names that configuration gives to running plugins: all or none.
#pragma once
#include "core/config/config.hpp"
#include "core/http/client.hpp"
#include "core/metrics/metrics.hpp"
#include "core/plugin/library.hpp"
#include "core/plugin/registry.hpp"

#include <memory>
#include <string>
#include <vector>

namespace conductor::plugin {

// One plugin that configuration chose, and the option that did.
struct Choice {
  std::string kind, name, option;  // option: "[solver] strategy", for messages
};

// Finds and loads the libraries, in order; nothing is created yet. The first failure ends it, naming the option and the
// file.
sdk::Result<std::vector<Library>> load_all(std::vector<std::filesystem::path> const& directories,
                                           std::vector<Choice> const& choices);

struct LoaderContext {
  config::Config const& config;  // complete, with the sections of these plugins
  sdk::Clock& clock;
  http::ClientPool& clients;
  metrics::Registry& metrics;
  std::filesystem::path state_path;
};

class Loaded : public Registry {
 public:
  // Calls start() of each plugin in order. A peer that is down (unavailable, timed_out) does not refuse the start: the
  // plugin is reported not ready and started again in the background, with growing pauses. Any other error is returned;
  // the caller gives up.
  virtual sdk::Result<void> start(sdk::Call const& call) = 0;
  // Whether all are started and have threads left; the first that has not is named.
  virtual sdk::Result<void> health(sdk::Call const& call) = 0;
};

// Creates the plugins with their settings. A constructor that throws refuses the start.
sdk::Result<std::unique_ptr<Loaded>> create_all(std::vector<Library> const& libraries, LoaderContext const& context);

}  // namespace conductor::plugin
