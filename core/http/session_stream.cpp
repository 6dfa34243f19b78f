// Streamed replies: a thread of the reply's own writes, the I/O thread sends.
#include "core/http/session_exchange.hpp"

#include <boost/asio/post.hpp>

#include <cstdio>
#include <thread>

namespace conductor::http {

namespace {

using net::awaitable;

std::string hex(std::size_t number) {
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "%zx", number);
  return text.data();
}

// The writing thread of one reply. Its end waits for the writer to return, which a closed backlog and the stop token
// make it do.
class Producer {
 public:
  Producer(sdk::Log& log, sdk::Call call, Response const& response, Backlog& backlog,
           std::chrono::milliseconds patience)
      : backlog_(backlog), thread_([&log, call = std::move(call), &response, &backlog, patience] {
          try {
            response.stream(call, [&](std::string_view piece) { return backlog.put(piece, patience); });
            backlog.finish(false);
          } catch (std::exception const& error) {
            log.error(call, std::string("a streamed reply failed: ") + error.what());
            backlog.finish(true);
          }
        }) {}
  ~Producer() {
    backlog_.close();
    thread_.join();
  }
  Producer(Producer const&) = delete;
  Producer& operator=(Producer const&) = delete;

 private:
  Backlog& backlog_;
  std::thread thread_;
};

// One place among the streams of a server.
class Place {
 public:
  explicit Place(ServerCore& core) : core_(core), taken_(core.streams.up() < core.config.max_streams) {}
  ~Place() { core_.streams.down(); }
  Place(Place const&) = delete;
  Place& operator=(Place const&) = delete;
  explicit operator bool() const { return taken_; }

 private:
  ServerCore& core_;
  bool taken_;
};

}  // namespace

awaitable<bool> Session::write_stream(Exchange& exchange) {
  Place const place(core_);
  auto framing = framing_of(exchange, exchange.parser.keep_alive());
  auto& response = exchange.response;
  bool const body = framing.body_allowed && status_has_body(response.status);
  framing.stream = true;
  if (framing.http_1_0 && body) framing.keep_alive = false;
  if (body && !place) {
    auto refusal = core_.error(
        503, "The server has " + std::to_string(core_.config.max_streams) + " streams already; try again later.");
    refusal.headers.emplace_back("Retry-After", "5");
    co_return co_await write_reply(exchange, std::move(refusal), framing.keep_alive);
  }
  filter(exchange, response);
  within(core_.config.write_timeout);
  auto const head = reply_head(response, framing);
  if (co_await wire_->write(head)) co_return false;
  bool complete = true;
  if (body) {
    job_ = std::make_shared<Job>();
    auto call = exchange.call;
    call.deadline = sdk::Time::max();
    call.cancelled = job_->stop.get_token();
    streaming_ = true;
    // A stop that began before this stream must reach it too.
    if (core_.draining) cancel();
    Backlog backlog;
    backlog.wake = [self = shared_from_this()] {
      net::asio::post(self->wire_->executor(), [self] { self->event_.notify(); });
    };
    Producer const producer(core_.log, std::move(call), response, backlog, core_.config.write_timeout);
    complete = co_await send_stream(backlog, !framing.http_1_0);
    cancel();
    streaming_ = false;
  }
  job_.reset();
  lingering_ = complete && !framing.keep_alive;
  co_return complete&& framing.keep_alive;
}

awaitable<bool> Session::send_stream(Backlog& backlog, bool chunked) {
  for (;;) {
    watch();
    if (read_error_) co_return false;
    auto state = backlog.take();
    if (state.closed) co_return false;
    if (!state.data.empty()) {
      within(core_.config.write_timeout);
      auto const size = chunked ? hex(state.data.size()) + "\r\n" : std::string();
      if (chunked) state.data += "\r\n";
      if (co_await wire_->write(size, state.data)) co_return false;
      wire_->set_deadline(sdk::Time::max());
    } else if (state.finished) {
      if (!chunked) co_return true;
      co_return !co_await wire_->write("0\r\n\r\n");
    } else {
      wire_->set_deadline(sdk::Time::max());
      co_await event_.wait();
    }
  }
}

}  // namespace conductor::http
