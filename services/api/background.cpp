#include "services/api/background.hpp"

#include "core/http/errors.hpp"

namespace conductor::services::api {

namespace {

http::Response busy() {
  return http::make_error(503, "Too many requests of this kind wait already; try again later.", {{"Retry-After", "5"}});
}

}  // namespace

http::Response Background::response(Work work) {
  http::Response response;
  response.later = [this, work = std::move(work)](sdk::Call const& call, http::Reply const& reply) {
    if (waiting_.fetch_add(1) >= longest_) {
      waiting_.fetch_sub(1);
      return reply(busy());
    }
    bool const taken = pool_.post([this, work, call, reply] {
      waiting_.fetch_sub(1);
      reply(run(call, work));
    });
    if (!taken) reply(busy());
  };
  return response;
}

http::Response Background::run(sdk::Call const& call, Work const& work) const {
  try {
    if (call.expired(clock_)) return busy();
    return work(call);
  } catch (std::exception const& error) {
    log_.error(call, std::string("a request failed: ") + error.what());
    return http::make_error(500, "Unexpected error; the log has it under request " + call.request_id + ".");
  }
}

}  // namespace conductor::services::api
