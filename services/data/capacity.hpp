// Questions about room (core/model/data_topic.hpp): to VIM controllers and service controllers, as far as they are
// loaded. What a failure means is decided here: an error, or, with [PLUGIN] remote_failure = open, a note that nobody
// was checked. It is never taken for "nobody has room".
#pragma once
#include "core/plugin/registry.hpp"
#include "core/rpc/rpc.hpp"

#include <string>
#include <vector>

namespace conductor::services::data {

// Thread-safe. Methods block until the call's deadline; the checks of one request run side by side.
class Capacity {
 public:
  using Answer = sdk::Result<boost::json::value>;
  using Object = boost::json::object;

  // Registry and log outlive it.
  Capacity(plugin::Registry& registry, sdk::Log& log, std::size_t at_once);

  // Registers both methods.
  void serve(rpc::Bus& bus);

  Answer vims_with_capacity(sdk::Call const& call, Object const& args);
  Answer candidates_with_capacity(sdk::Call const& call, Object const& args);

 private:
  // Runs `check` for every object of args["checks"], side by side; the first failure fails all.
  template <class Check>
  Answer side_by_side(sdk::Call const& call, char const* method, Object const& args, Check check);
  Answer check_vims(sdk::Call const& call, Object const& check);
  Answer check_candidates(sdk::Call const& call, Object const& check);
  sdk::Result<std::vector<sdk::CapacityVerdict>> ask(sdk::Call const& call, std::string const& name,
                                                     sdk::CapacityQuestion const& question);
  // The note that goes into the answer when the plugin's option lets its failure pass; nothing when it does not.
  std::optional<std::string> pass_over(sdk::Call const& call, std::string_view kind, std::string const& name,
                                       sdk::Error const& error);

  plugin::Registry& registry_;
  sdk::Log& log_;
  std::size_t at_once_;
  std::vector<std::pair<std::string, sdk::ServiceController*>> controllers_;
  std::vector<std::pair<std::string, sdk::VimController*>> vims_;
};

}  // namespace conductor::services::data
