// Families of prometheus-cpp behind small adapters; the cap on label sets is here.
#include "core/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <stdexcept>

namespace conductor::metrics {
namespace {

constexpr std::size_t most_label_sets = 1000;

class CounterOf final : public sdk::Counter {
 public:
  explicit CounterOf(prometheus::Counter& counter) : counter_(counter) {}
  void add(double amount) override { counter_.Increment(amount); }

 private:
  prometheus::Counter& counter_;
};

class GaugeOf final : public sdk::Gauge {
 public:
  explicit GaugeOf(prometheus::Gauge& gauge) : gauge_(gauge) {}
  void set(double value) override { gauge_.Set(value); }

 private:
  prometheus::Gauge& gauge_;
};

class HistogramOf final : public Histogram {
 public:
  explicit HistogramOf(prometheus::Histogram& histogram) : histogram_(histogram) {}
  void observe(double value) override { histogram_.Observe(value); }

 private:
  prometheus::Histogram& histogram_;
};

// All label sets of one name, for one of the three types.
template <class Metric, class Adapter>
struct Family {
  prometheus::Family<Metric>* family = nullptr;
  std::map<sdk::Labels, std::unique_ptr<Adapter>> members;

  // `arguments` are the metric's own, e.g. bucket bounds.
  template <class... Arguments>
  Adapter& get(sdk::Labels labels, Arguments const&... arguments) {
    if (auto const known = members.find(labels); known != members.end()) return *known->second;
    if (members.size() >= most_label_sets)
      for (auto& [name, value] : labels) value = "other";
    auto& member = members[labels];
    if (!member) member = std::make_unique<Adapter>(family->Add(labels, arguments...));
    return *member;
  }
};

}  // namespace

struct Registry::Impl {
  std::mutex mutex;
  prometheus::Registry registry;
  std::map<std::string, char const*, std::less<>> types;
  std::map<std::string, Family<prometheus::Counter, CounterOf>, std::less<>> counters;
  std::map<std::string, Family<prometheus::Gauge, GaugeOf>, std::less<>> gauges;
  std::map<std::string, std::pair<Family<prometheus::Histogram, HistogramOf>, std::vector<double>>, std::less<>>
      histograms;

  void claim(std::string const& name, char const* type) {
    auto const [known, fresh] = types.emplace(name, type);
    if (!fresh && std::string_view(known->second) != type)
      throw std::logic_error("metric '" + name + "' is a " + known->second + " and cannot also be a " + type);
  }

  template <class Builder, class FamilyOf>
  void register_once(FamilyOf& family, Builder builder, std::string const& name, std::string_view help) {
    if (!family.family) family.family = &builder.Name(name).Help(std::string(help)).Register(registry);
  }
};

Registry::Registry() : impl_(std::make_unique<Impl>()) {}
Registry::~Registry() = default;

sdk::Counter& Registry::counter(std::string_view name, std::string_view help, sdk::Labels const& labels) {
  std::lock_guard const lock(impl_->mutex);
  std::string const key(name);
  impl_->claim(key, "counter");
  auto& family = impl_->counters[key];
  impl_->register_once(family, prometheus::BuildCounter(), key, help);
  return family.get(labels);
}

sdk::Gauge& Registry::gauge(std::string_view name, std::string_view help, sdk::Labels const& labels) {
  std::lock_guard const lock(impl_->mutex);
  std::string const key(name);
  impl_->claim(key, "gauge");
  auto& family = impl_->gauges[key];
  impl_->register_once(family, prometheus::BuildGauge(), key, help);
  return family.get(labels);
}

Histogram& Registry::histogram(std::string_view name, std::string_view help, std::vector<double> const& bounds,
                               sdk::Labels const& labels) {
  std::lock_guard const lock(impl_->mutex);
  std::string const key(name);
  impl_->claim(key, "histogram");
  auto& [family, first_bounds] = impl_->histograms[key];
  if (!family.family) first_bounds = bounds;
  impl_->register_once(family, prometheus::BuildHistogram(), key, help);
  return family.get(labels, first_bounds);
}

std::string Registry::text() const { return prometheus::TextSerializer().Serialize(impl_->registry.Collect()); }

}  // namespace conductor::metrics
