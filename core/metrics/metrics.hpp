// Counters and gauges of this process, kept by prometheus-cpp and shown in its text format.
#pragma once
#include "conductor/sdk/host.hpp"

#include <memory>
#include <string>

namespace conductor::metrics {

class Registry {
 public:
  Registry();
  ~Registry();
  // The same name and labels give the same object. At most 1000 label sets per name; further ones share one with value "other".
  sdk::Counter& counter(std::string_view name, std::string_view help, sdk::Labels const& labels = {});
  sdk::Gauge& gauge(std::string_view name, std::string_view help, sdk::Labels const& labels = {});
  // The Prometheus text format 0.0.4.
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace conductor::metrics
