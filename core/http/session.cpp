// One request after the other: admission, handler, reply. Reading them is session_read.cpp's, sockets and deadlines are
// net.hpp's.
#include "core/http/session_exchange.hpp"

#include "core/http/errors.hpp"
#include "core/http/request_id.hpp"

#include <boost/asio/post.hpp>

namespace conductor::http {

namespace {

using net::awaitable;
using net::asio::post;

constexpr std::size_t drained_after_refusal = 64U << 10U;
constexpr std::size_t max_lingering_bytes = 16U << 20U;
constexpr std::chrono::milliseconds goodbye{1000};

std::string address_of(net::Socket& socket, bool local) {
  if (local) return "unix:";
  net::error_code error;
  auto const generic = socket.remote_endpoint(error);
  net::tcp::endpoint endpoint;
  if (error || generic.size() > endpoint.capacity()) return "unknown";
  std::memcpy(endpoint.data(), generic.data(), generic.size());
  auto const address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return net::asio::ip::make_address_v4(net::asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace

Session::Session(ServerCore& core, net::Socket socket, bool local)
    : core_(core),
      wire_(std::make_shared<net::Wire>(std::move(socket))),
      event_(wire_->executor()),
      local_(local),
      remote_(address_of(wire_->socket(), local)) {}

void Session::within(std::chrono::milliseconds time) { wire_->set_deadline(std::chrono::steady_clock::now() + time); }

awaitable<void> Session::run() {
  try {
    if (auto context = local_ ? nullptr : core_.tls.current()) {
      wire_->use_tls(std::move(context));
      within(core_.config.header_timeout);
      auto const error = co_await wire_->handshake(net::asio::ssl::stream_base::server);
      if (error) {
        if (core_.log.enabled(sdk::Level::debug))
          core_.log.write(sdk::Level::debug, nullptr, "TLS handshake with " + remote_ + " failed: " + error.message());
        wire_->close();
        co_return;
      }
    }
    for (bool going_on = true; going_on;) {
      going_on = co_await await_request();
      if (going_on) going_on = co_await serve_one();
    }
    co_await finish();
  } catch (std::exception const& error) {
    core_.log.error("connection of " + remote_ + " ended by an internal error: " + error.what());
  }
  wire_->close();
  // The read under way refers to this object's buffers only through shared ownership; let it end here.
  while (reading_) co_await event_.wait();
}

// Whether a request has begun. Lets go of memory when not.
bool Session::skip_to_request() {
  // Empty lines before a request are allowed (RFC 9112 2.2).
  in_.erase(0, std::min(in_.find_first_not_of("\r\n"), in_.size()));
  if (in_.empty()) std::string().swap(in_);
  return !in_.empty();
}

awaitable<bool> Session::await_request() {
  within(core_.config.idle_timeout);
  idle_ = true;
  while (!skip_to_request()) {
    bool const filled = !core_.draining && co_await fill();
    if (!filled) co_return false;
  }
  idle_ = false;
  co_return true;
}

awaitable<bool> Session::serve_one() {
  auto const exchange = std::make_unique<Exchange>();
  exchange->request.remote_address = remote_;
  exchange->call.request_id = make_request_id();
  auto refusal = co_await read_head(*exchange);
  if (refusal.status == closed) co_return false;
  if (refusal) {
    // The head could not be read: where the next request begins is unknown.
    co_await write_reply(*exchange, core_.error(refusal.status, refusal.explanation), false);
    co_return false;
  }
  refusal = check_head(*exchange);
  auto early = refusal ? std::optional(core_.error(refusal.status, refusal.explanation)) : admit(*exchange);
  if (!early && exchange->later) early = co_await admit_later(*exchange);
  if (early) co_return co_await refuse(*exchange, std::move(*early));
  refusal = co_await read_body(*exchange);
  if (refusal.status == closed) co_return false;
  if (refusal) {
    co_await write_reply(*exchange, core_.error(refusal.status, refusal.explanation), false);
    co_return false;
  }
  if (!answer_at_once(*exchange)) co_await handle(*exchange);
  if (exchange->response.stream) co_return co_await write_stream(*exchange);
  co_return co_await write_reply(*exchange, std::move(exchange->response), exchange->parser.keep_alive());
}

std::optional<Response> Session::admit(Exchange& exchange) const {
  return admitted(exchange, [&]() -> Admission {
    for (auto const& each : core_.config.filters)
      if (auto answer = each->before(exchange.request)) return {std::make_unique<Response>(std::move(*answer)), {}};
    return core_.admit(exchange.request);
  });
}

std::optional<Response> Session::admitted(Exchange& exchange, std::function<Admission()> const& decide) const {
  try {
    auto admission = decide();
    exchange.caller = std::move(admission.caller);
    exchange.later = std::move(admission.later);
    if (admission.refused) return std::move(*admission.refused);
    return std::nullopt;
  } catch (std::exception const& error) {
    core_.log.error(exchange.call, "admission of " + exchange.request.method + " " + exchange.request.path +
                                       " failed: " + error.what());
    return core_.error(500, "Unexpected error; the log has it under request " + exchange.call.request_id + ".");
  }
}

// No request of this connection is read meanwhile; the pool is small, because those who wait in it are strangers still.
awaitable<std::optional<Response>> Session::admit_later(Exchange& exchange) {
  struct Answer {
    std::optional<Response> refused;
    bool done = false;
  };
  auto const answer = std::make_shared<Answer>();
  wire_->set_deadline(sdk::Time::max());
  core_.admissions.post([self = shared_from_this(), answer, &exchange] {
    auto const decide = std::exchange(exchange.later, {});
    answer->refused = self->admitted(exchange, decide);
    post(self->wire_->executor(), [self, answer] {
      answer->done = true;
      self->event_.notify();
    });
  });
  while (!answer->done) co_await event_.wait();
  co_return std::move(answer->refused);
}

void Session::filter(Exchange const& exchange, Response& reply) const {
  auto const& filters = core_.config.filters;
  for (auto each = filters.rbegin(); each != filters.rend(); ++each) (*each)->after(exchange.request, reply);
}

awaitable<bool> Session::refuse(Exchange& exchange, Response response) {
  auto& parser = exchange.parser;
  auto const rest = parser.content_length().value_or(drained_after_refusal + 1);
  bool const drainable = parser.is_done() || (!exchange.expects_continue && rest <= drained_after_refusal);
  bool const keep = parser.keep_alive() && exchange.framing_known && drainable;
  if (!co_await write_reply(exchange, std::move(response), keep)) co_return false;
  if (parser.is_done()) co_return true;
  // A small body is on its way already; reading it is cheaper than a new connection.
  within(core_.config.body_timeout);
  std::size_t left = rest;
  for (;;) {
    auto const part = std::min(left, in_.size());
    in_.erase(0, part);
    left -= part;
    if (left == 0) co_return true;
    if (!co_await fill()) co_return false;
  }
}

// Handing a request to another thread and back costs as much as reading a plan out of memory: what can be answered from
// there is answered here.
bool Session::answer_at_once(Exchange& exchange) const {
  if (!core_.config.at_once) return false;
  exchange.call.deadline = core_.clock.now() + core_.config.request_timeout;
  try {
    auto response = core_.config.at_once(exchange.call, exchange.request, exchange.caller);
    if (!response) return false;
    exchange.response = std::move(*response);
    return true;
  } catch (std::exception const&) {
    return false;  // the handler meets the same problem, and reports it
  }
}

awaitable<void> Session::handle(Exchange& exchange) {
  auto const job = std::make_shared<Job>();
  job_ = job;
  wire_->set_deadline(sdk::Time::max());
  exchange.call.deadline = core_.clock.now() + core_.config.request_timeout;
  exchange.call.cancelled = job->stop.get_token();
  core_.handlers.post([self = shared_from_this(), job, &exchange] {
    self->answer(exchange);
    if (exchange.response.later) return self->promise(job, exchange);
    post(self->wire_->executor(), [self, job] {
      job->done = true;
      self->event_.notify();
    });
  });
  while (!job->done) {
    watch();
    if (!job->done) co_await event_.wait();
  }
  job_.reset();
}

// On a handler thread.
void Session::answer(Exchange& exchange) {
  auto const& call = exchange.call;
  try {
    if (auto const late = call.expired(core_.clock))
      exchange.response = core_.error(503, "The request waited too long for its turn; try again later.");
    else
      exchange.response = core_.handler(call, exchange.request, exchange.caller);
  } catch (std::exception const& error) {
    core_.log.error(call, exchange.request.method + " " + exchange.request.path + " failed: " + error.what());
    exchange.response = core_.error(500, "Unexpected error; the log has it under request " + call.request_id + ".");
  }
}

ReplyFraming Session::framing_of(Exchange const& exchange, bool keep_alive) const {
  ReplyFraming framing;
  framing.http_1_0 = exchange.is_1_0();
  framing.keep_alive = keep_alive && !core_.draining && !read_error_;
  framing.body_allowed = exchange.request.method != "HEAD";
  framing.request_id = exchange.call.request_id;
  framing.date = core_.clock.wall();
  return framing;
}

awaitable<bool> Session::write_reply(Exchange& exchange, Response response, bool keep_alive) {
  filter(exchange, response);
  auto const framing = framing_of(exchange, keep_alive);
  bool const body = framing.body_allowed && status_has_body(response.status);
  auto const head = reply_head(response, framing);
  within(core_.config.write_timeout);
  auto const error = co_await wire_->write(head, body ? std::string_view(response.body) : std::string_view());
  lingering_ = !error && !framing.keep_alive;
  co_return !error && framing.keep_alive;
}

awaitable<void> Session::finish() {
  if (!lingering_) co_return;
  if (reading_) wire_->cancel();
  while (reading_) co_await event_.wait();
  co_await wire_->shut_down(std::chrono::steady_clock::now() + goodbye);
  if (wire_->secure()) co_return;
  // Closing with unread bytes would reset the connection, and the client might lose the reply.
  read_error_ = {};
  in_.clear();
  for (std::size_t rest = 0; rest < max_lingering_bytes && co_await fill(); in_.clear()) rest += in_.size();
}

void Session::drain() {
  if (streaming_ || (job_ && job_->later)) cancel();
  if (idle_) wire_->cancel();
}

void Session::cancel() {
  if (job_) job_->stop.request_stop();
}

void Session::close() { wire_->close(); }

}  // namespace conductor::http
