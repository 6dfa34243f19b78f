// A strategy's shared object as it is deployed, without the host's guard and on the machine's clock. It stays loaded
// until the process ends.
#pragma once
#include "tests/plugins/solver/steady_host.hpp"

#include <dlfcn.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace conductor::bench {

class LoadedStrategy {
 public:
  // Throws std::runtime_error when the folder holds no such strategy.
  LoadedStrategy(std::string const& folder, std::string const& name) {
    auto const path = folder + "/" + name + ".so";
    auto* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) throw std::runtime_error(std::string(::dlerror()) + "; build the target solver_" + name);
    auto const* entry = static_cast<sdk::Entry const*>(::dlsym(library, sdk::entry_symbol));
    if (!entry) throw std::runtime_error(path + " has no " + sdk::entry_symbol + "; it is not a plugin");
    sdk::Schema schema;
    entry->describe(schema);
    plugin_.reset(entry->create(host_, sdk::testing::settings_of(schema)));
    strategy_ = dynamic_cast<sdk::SolverStrategy*>(plugin_.get());
    if (!strategy_) throw std::runtime_error(path + " is no solver strategy");
  }

  sdk::SolverStrategy& operator*() { return *strategy_; }
  sdk::SolverStrategy* operator->() { return strategy_; }
  sdk::Clock& clock() { return host_.clock(); }

 private:
  tests::solver::SteadyHost host_;
  std::unique_ptr<sdk::Plugin> plugin_;
  sdk::SolverStrategy* strategy_ = nullptr;
};

}  // namespace conductor::bench
