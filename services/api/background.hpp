// Requests whose answer takes long because another role or much reading is behind it: they are answered later, from a
// few threads of their own, so that they never take the threads that plain reads need.
#pragma once
#include "core/http/message.hpp"
#include "core/work/pool.hpp"

#include "conductor/sdk/host.hpp"

#include <functional>

namespace conductor::services::api {

// Thread-safe.
class Background {
 public:
  // Both outlive it. `longest`: requests waiting for a thread; more get 503.
  Background(sdk::Clock& clock, sdk::Log& log, std::size_t threads = 4, std::size_t longest = 256)
      : clock_(clock), log_(log), longest_(longest), pool_("api-later", threads) {}
  Background(Background const&) = delete;
  Background& operator=(Background const&) = delete;

  using Work = std::function<http::Response(sdk::Call const&)>;
  // A response that comes from `work`, run with the call it is given or, once that has expired, not at all (503). What
  // it throws is logged and becomes 500.
  http::Response response(Work work);

 private:
  http::Response run(sdk::Call const& call, Work const& work) const;

  sdk::Clock& clock_;
  sdk::Log& log_;
  std::size_t const longest_;
  std::atomic<std::size_t> waiting_ = 0;
  work::Pool pool_;
};

}  // namespace conductor::services::api
