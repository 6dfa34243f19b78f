#include "core/http/client_io.hpp"

#include "core/work/pool.hpp"

#include <boost/asio/post.hpp>

namespace conductor::http {

void Io::start() {
  std::lock_guard const lock(mutex_);
  if (thread_.joinable()) return;
  work_.emplace(context.get_executor());
  thread_ = std::thread([this] {
    work::name_thread("http-client");
    context.run();
  });
  if (auto const text = proxies.description(); !text.empty()) log.info("HTTP proxies of the environment: " + text);
  if (auto const text = proxies.problems(); !text.empty()) log.warning("HTTP proxies of the environment: " + text);
}

void Io::stop() {
  std::lock_guard const lock(mutex_);
  if (!thread_.joinable()) return;
  net::asio::post(context, [this] {
    stopping_ = true;
    for (auto const& batch : batches) batch->cancel();
    if (batches.empty()) context.stop();
  });
  thread_.join();
}

void Io::ended(std::shared_ptr<Batch> const& batch) {
  batches.erase(batch);
  if (stopping_ && batches.empty()) context.stop();
}

}  // namespace conductor::http
