// Counts requests by route, method and status, and measures how long they take until the reply goes out.
#pragma once
#include "core/http/filter.hpp"
#include "core/metrics/metrics.hpp"

#include <map>
#include <mutex>
#include <tuple>

namespace conductor::http {

// Counters `conductor_http_requests_total` (method, route, status) and the histogram `conductor_http_request_seconds`
// (route). The labels come from the table of routes and a fixed list of methods, never from a client's text.
class RequestMetrics final : public Filter {
 public:
  RequestMetrics(metrics::Registry& registry, sdk::Clock& clock) : registry_(registry), clock_(clock) {}
  void after(Request const& request, Response& reply) const override;

 private:
  struct Series {
    sdk::Counter* requests = nullptr;
    metrics::Histogram* seconds = nullptr;
  };
  Series& series(Request const& request, int status) const;

  metrics::Registry& registry_;
  sdk::Clock& clock_;
  mutable std::mutex mutex_;
  mutable std::map<std::tuple<std::string_view, std::string_view, int>, Series> series_;
};

}  // namespace conductor::http
