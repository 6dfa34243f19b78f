// The plugins of this process: found by configuration, checked, loaded, started, watched over. What it hands out are
// guards (guard.hpp): exceptions and overrun deadlines of a plugin end there.
#pragma once
#include "conductor/sdk/abi.hpp"
#include "conductor/sdk/sdk.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace conductor::plugin {

// A guarded strategy. It shares ownership of problem and sink, because a plugin that overruns its deadline may go on
// reading them after the caller has left.
class Strategy {
 public:
  virtual ~Strategy() = default;
  virtual sdk::Result<sdk::Solved> solve(sdk::Call const& call, std::shared_ptr<sdk::Problem const> problem,
                                         std::shared_ptr<sdk::ProgressSink> progress) = 0;
};

class Registry {
 public:
  virtual ~Registry() = default;  // stops and destroys in reverse order of start
  // In configured order; empty when the kind was not asked for. Owned by the registry.
  virtual std::vector<std::pair<std::string, sdk::InventoryProvider*>> inventory() = 0;
  virtual std::vector<std::pair<std::string, sdk::ServiceController*>> controllers() = 0;
  virtual std::vector<std::pair<std::string, sdk::VimController*>> vims() = 0;
  virtual sdk::Store* store() = 0;
  // A strategy by name; null when it is not loaded.
  virtual Strategy* strategy(std::string const& name) = 0;
  virtual std::vector<std::string> strategies() = 0;
  virtual sdk::Capabilities capabilities(std::string_view kind, std::string_view name) = 0;
  // What the plugin was made with; empty for one that is not loaded.
  virtual sdk::Settings settings(std::string_view /*kind*/, std::string_view /*name*/) { return {}; }
};

}  // namespace conductor::plugin
