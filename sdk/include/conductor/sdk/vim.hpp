// VIM controllers: which virtual infrastructure managers have room for a VM profile.
#pragma once
#include "conductor/sdk/plugin.hpp"

namespace conductor::sdk {

struct VimQuestion {
  double vcpus = 0, memory_gb = 0, storage_gb = 0;
  std::vector<std::string> vim_ids;
};

class VimController : public Plugin {
 public:
  static constexpr char kind[] = "vim";
  // The ids among the question's that have room. An empty answer means that none has; no answer is an error. It fails
  // the plan, unless the plugin declares option `remote_failure` (checked_peer.hpp) and it is set to `open`.
  virtual Result<std::vector<std::string>> with_capacity(Call const& call, VimQuestion const& question) = 0;
};

}  // namespace conductor::sdk
