// The stores that chaos runs are made on. A new one is a line in backends.cpp.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace conductor::chaos {

class Backend {
 public:
  virtual ~Backend() = default;  // ends what serves the store
  // Lines for a configuration file, sections included.
  virtual std::string configuration() const = 0;
  // Where the store can be reached by TCP, for a faulty network in between; 0: it has no network.
  virtual unsigned short port() const { return 0; }
  // The same with the store at another port.
  virtual std::string configuration_at(unsigned short) const { return configuration(); }
};

struct BackendKind {
  std::string name;
  bool several_hosts = false;           // processes of several hosts may share it
  std::chrono::milliseconds restart{};  // a plan ends within this time after its worker is back on the same host
};

// All kinds. The environment variable CHAOS_STORES, names separated by commas, chooses some.
std::vector<BackendKind> backend_kinds();
// A new, empty store of this kind. Null, and a line on standard output, when this machine lacks what it needs.
std::unique_ptr<Backend> make_backend(std::string const& name);

}  // namespace conductor::chaos
