// Counters, gauges and histograms of this process, kept by prometheus-cpp and shown in its text format. Serving the
// text is the management listener's.
#pragma once
#include "conductor/sdk/host.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::metrics {

// A distribution over fixed buckets. Of core only: plugins count and gauge.
class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void observe(double value) = 0;
};

// Thread-safe. What it returns lives as long as the registry. A name that is not a Prometheus name, or is already used
// for another type, is a programming error (std::logic_error).
class Registry {
 public:
  Registry();
  ~Registry();
  // The same name and labels give the same object. At most 1000 label sets per name; further ones share one with value
  // "other".
  sdk::Counter& counter(std::string_view name, std::string_view help, sdk::Labels const& labels = {});
  sdk::Gauge& gauge(std::string_view name, std::string_view help, sdk::Labels const& labels = {});
  // `bounds`: upper bounds of the buckets, rising; those of the name's first use hold for all its label sets.
  Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> const& bounds,
                       sdk::Labels const& labels = {});
  // The Prometheus text format 0.0.4.
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace conductor::metrics
