// GET /v1/plans/healthcheck (API specification 6.3): a virtual plan. Each answer comes from a live round trip to the
// controller and to the store, never from a row in a queue.
#pragma once
#include "services/api/context.hpp"

#include "core/work/pool.hpp"

#include <mutex>
#include <vector>

namespace conductor::services::api {

// Thread-safe.
class HealthApi {
 public:
  explicit HealthApi(ApiContext const& context) : context_(context) {}  // outlives it
  HealthApi(HealthApi const&) = delete;
  HealthApi& operator=(HealthApi const&) = delete;
  // The handlers refer to this object.
  std::vector<http::Route> routes();

 private:
  struct Asked {
    http::Request request;
    http::Reply reply;
  };
  void ask(sdk::Call const& call, Asked asked);
  void check(sdk::Call const& call);
  std::string trouble(sdk::Call const& call) const;
  http::Response healthy(http::Request const& request) const;

  ApiContext const& context_;
  std::mutex mutex_;
  std::vector<Asked> asked_;  // whoever asks while a round trip is under way gets its answer
  bool checking_ = false;
  work::Pool pool_{"api-health", 1};
};

}  // namespace conductor::services::api
