// The management listener of a process: /metrics for Prometheus, /healthz and /readyz for whoever starts and stops
// services. Without authentication, hence on loopback unless configured otherwise.
#pragma once
#include "core/config/config.hpp"
#include "core/http/router.hpp"
#include "core/http/server.hpp"
#include "core/metrics/metrics.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace conductor::kernel {

class Management {
 public:
  // Why the process cannot work now, one sentence each with what it concerns in front ("store: ..."); empty: it can.
  // Called on handler threads, one call at a time; may block until call.deadline.
  using Readiness = std::function<std::vector<std::string>(sdk::Call const&)>;

  // `entry`: which of [prometheus] metrics_port is this process's. Everything outlives it.
  Management(config::Config const& config, std::size_t entry, metrics::Registry& metrics, sdk::Clock& clock);
  ~Management();

  // Opens the listener when [prometheus] enabled says so.
  sdk::Result<void> start();
  // Once started: where it listens; 0 when it is off.
  std::uint16_t port() const;
  // From now on /readyz answers from this. Returns when no earlier one is running any more, so what that one refers to
  // may go. Until the first call the process is starting.
  void set_readiness(Readiness readiness);

 private:
  http::Response metrics(sdk::Call const&, http::Request const&, http::Caller const&) const;
  http::Response ready(sdk::Call const& call, http::Request const&, http::Caller const&);

  sdk::Settings const& settings_;
  std::size_t const entry_;
  metrics::Registry& metrics_;
  sdk::Clock& clock_;
  std::mutex mutex_;
  Readiness readiness_;
  std::unique_ptr<http::Router> router_;
  std::unique_ptr<http::Server> server_;
};

// The port at `entry` of a [prometheus] metrics_port list; `invalid` says what is missing.
sdk::Result<std::uint16_t> metrics_port(std::vector<std::string> const& ports, std::size_t entry);

}  // namespace conductor::kernel
