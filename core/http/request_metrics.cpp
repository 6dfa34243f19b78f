#include "core/http/request_metrics.hpp"

#include <array>

namespace conductor::http {

namespace {

constexpr std::string_view other = "other";

std::string_view method_label(std::string_view method) {
  constexpr std::array<std::string_view, 7> known{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  for (auto const name : known)
    if (name == method) return name;
  return other;
}

// From a read out of memory to a long poll.
std::vector<double> const bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                 0.25,   0.5,   1,      2.5,   5,    10,    30,   120};

}  // namespace

RequestMetrics::Series& RequestMetrics::series(Request const& request, int status) const {
  auto const route = request.match && !request.match->pattern.empty() ? request.match->pattern : other;
  auto const method = method_label(request.method);
  auto& found = series_[{route, method, status}];
  if (found.requests == nullptr) {
    found.requests = &registry_.counter(
        "conductor_http_requests_total", "Requests answered by the API.",
        {{"method", std::string(method)}, {"route", std::string(route)}, {"status", std::to_string(status)}});
    found.seconds = &registry_.histogram("conductor_http_request_seconds",
                                         "Time from a request's head to the beginning of its reply.", bounds,
                                         {{"route", std::string(route)}});
  }
  return found;
}

void RequestMetrics::after(Request const& request, Response& reply) const {
  Series of;
  {
    std::lock_guard const lock(mutex_);
    of = series(request, reply.status);
  }
  of.requests->add(1);
  if (request.received == sdk::Time{}) return;
  of.seconds->observe(std::chrono::duration<double>(clock_.now() - request.received).count());
}

}  // namespace conductor::http
