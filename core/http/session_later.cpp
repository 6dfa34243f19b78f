// Replies that come later: no thread waits for them, the connection does.
#include "core/http/session_exchange.hpp"

#include <boost/asio/post.hpp>

#include <iterator>

namespace conductor::http {

// A reply that comes later. It lives in the copies of the Reply; the exchange waits for it.
class Session::Promised {
 public:
  Promised(std::shared_ptr<Session> session, std::shared_ptr<Job> job, Exchange& exchange)
      : session_(std::move(session)),
        job_(std::move(job)),
        exchange_(exchange),
        request_id_(exchange.call.request_id) {}
  ~Promised() {
    if (!given_)
      give(session_->core_.error(500, "Unexpected error; the log has it under request " + request_id_ + "."));
  }
  Promised(Promised const&) = delete;
  Promised& operator=(Promised const&) = delete;

  void give(Response response) {
    if (given_.exchange(true)) return;
    auto& headers = exchange_.response.headers;
    std::move(headers.begin(), headers.end(), std::back_inserter(response.headers));
    exchange_.response = std::move(response);
    exchange_.response.later = nullptr;
    // Copies of the Reply may stay when connection and server are long gone.
    auto const executor = session_->wire_->executor();
    net::asio::post(executor, [session = std::move(session_), job = std::move(job_)] {
      job->done = true;
      session->event_.notify();
    });
  }

 private:
  std::shared_ptr<Session> session_;
  std::shared_ptr<Job> job_;
  Exchange& exchange_;  // stays until the job is done
  std::string const request_id_;
  std::atomic<bool> given_ = false;
};

// On a handler thread.
void Session::promise(std::shared_ptr<Job> const& job, Exchange& exchange) {
  // Copies, since the exchange may be gone before this returns.
  auto const call = exchange.call;
  auto const later = std::exchange(exchange.response.later, nullptr);
  auto const promised = std::make_shared<Promised>(shared_from_this(), job, exchange);
  job->later = true;
  // A stop that began before the line above must reach it too.
  if (core_.draining) job->stop.request_stop();
  try {
    later(call, [promised](Response response) { promised->give(std::move(response)); });
  } catch (std::exception const& error) {
    core_.log.error(call, std::string("a request to be answered later failed: ") + error.what());
  }
}

}  // namespace conductor::http
