// Who may come in, put together from the configuration: the users, AAF, the gate (admission.hpp), and how much they may
// ask for. role.cpp needs no more than this.
#pragma once
#include "core/kernel/role.hpp"
#include "services/api/admission.hpp"
#include "services/api/queue_limit.hpp"

namespace conductor::services::api {

// [aaf_api], and of [api] users_file, max_requests_per_user and max_queue.
void declare_access(config::Catalogue& catalogue);
// Adds what is wrong with options of AAF taken together.
void check_access(config::Config const& config, std::vector<config::Problem>& errors);

// Thread-safe but for start(), reload() and stop(), which are the component's.
class Access {
 public:
  // Context and log outlive it. `routes` are those of the API; the ones that queue plans get the limit of the queue.
  Access(kernel::Context& context, std::vector<http::Route> routes, sdk::Log& log);

  http::Router const& router() const { return router_; }
  http::Admission operator()(http::Request const& head) const { return gate_(head); }

  // Reads the users; says what is missing. An error stops the start.
  sdk::Result<void> start();
  // Reads the users anew and forgets what AAF said.
  void reload();
  // Ends a question to AAF under way.
  void stop();

 private:
  void warn_of_missing_login() const;

  config::Config const& config_;
  sdk::Log& log_;
  Users users_;
  std::optional<Aaf> aaf_;
  QueueLimit queue_;
  http::Router router_;
  Gate gate_;
};

}  // namespace conductor::services::api
