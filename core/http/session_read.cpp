// Requests as they arrive: bytes from the socket, then heads and bodies, which Beast parses.
#include "core/http/session_exchange.hpp"

#include "core/http/target.hpp"

namespace conductor::http {

namespace {

using net::awaitable;

constexpr std::size_t kept_while_handling = 64U << 10U;  // of pipelined requests; beyond, the socket is not read

}  // namespace

// Connections are idle most of the time, and there may be thousands. One without TLS holds no buffer then: it waits
// until there is something to read, and reads it through the one buffer that its thread has.
void Session::received(net::error_code const& error, std::string_view bytes) {
  in_.append(bytes);
  received_ += bytes.size();
  read_error_ = error;
}

bool Session::take(net::error_code error) {
  static thread_local Chunk chunk;
  std::size_t const count = error ? 0 : wire_->take(net::asio::buffer(chunk), error);
  if (error == net::asio::error::would_block) return false;
  received(error, {chunk.data(), count});
  return true;
}

void Session::start_read() {
  if (reading_ || read_error_) return;
  reading_ = true;
  if (!wire_->secure())
    return wire_->when_readable([self = shared_from_this()](net::error_code error) {
      self->reading_ = false;
      if (!self->take(error)) return self->start_read();
      self->event_.notify();
    });
  if (!chunk_) chunk_ = std::make_unique<Chunk>();
  wire_->start_read(net::asio::buffer(*chunk_), [self = shared_from_this()](net::error_code error, std::size_t count) {
    self->reading_ = false;
    self->received(error, {self->chunk_->data(), count});
    self->event_.notify();
  });
}

awaitable<bool> Session::fill() {
  auto const before = received_;
  if (wire_->timed_out()) co_return false;
  if (!reading_ && !read_error_ && !wire_->secure()) {
    for (bool taken = false; !taken;) {
      auto const error = co_await wire_->readable();
      taken = take(error);
    }
    co_return received_ > before;
  }
  start_read();
  while (reading_) co_await event_.wait();
  co_return received_ > before;
}

void Session::watch() {
  if (in_.size() < kept_while_handling) start_read();
  if (read_error_ && job_) job_->stop.request_stop();
}

Session::Refusal Session::ended(std::string const& waiting_for) const {
  if (!wire_->timed_out()) return {closed};
  return {408, "The server waited too long for " + waiting_for + "."};
}

awaitable<Session::Refusal> Session::read_head(Exchange& exchange) {
  auto& parser = exchange.parser;
  within(core_.config.header_timeout);
  parser.header_limit(static_cast<std::uint32_t>(core_.config.max_header_bytes));
  parser.body_limit(boost::none);
  parser.eager(false);
  for (;;) {
    net::error_code error;
    in_.erase(0, parser.put(net::asio::buffer(in_), error));
    if (parser.is_header_done()) {
      exchange.request.received = core_.clock.now();
      co_return Refusal{};
    }
    if (error == boost::beast::http::error::header_limit)
      co_return Refusal{
          431, "The head of the request is larger than " + std::to_string(core_.config.max_header_bytes) + " bytes."};
    if (error && error != boost::beast::http::error::need_more)
      co_return Refusal{400, "The request is not well-formed HTTP: " + error.message() + "."};
    if (!co_await fill()) co_return ended("the rest of the request's head");
  }
}

Session::Refusal Session::check_head(Exchange& exchange) const {
  auto const& head = exchange.parser.get();
  auto& request = exchange.request;
  request.method = head.method_string();
  request.target = head.target();
  request.secure = wire_->secure();
  std::size_t hosts = 0;
  request.headers.reserve(16);
  for (auto const& field : head) {
    request.headers.emplace_back(field.name_string(), field.value());
    if (field.name() == boost::beast::http::field::host) ++hosts;
  }
  if (head.version() >= 11 && hosts != 1) return {400, "The request needs exactly one Host header."};
  if (request.has_header("Transfer-Encoding") && !exchange.parser.chunked()) {
    exchange.framing_known = false;
    return {501, "The only transfer coding that the server knows is chunked."};
  }
  if (auto const expectation = request.header("Expect"); !expectation.empty()) {
    if (!same_name(expectation, "100-continue"))
      return {417, "The only expectation that the server can meet is 100-continue."};
    exchange.expects_continue = head.version() >= 11;
  }
  if (exchange.parser.content_length().value_or(0) > core_.config.max_body_bytes)
    return {413, "The body of the request is larger than " + std::to_string(core_.config.max_body_bytes) + " bytes."};
  if (auto const parsed = parse_target(request); !parsed) return {400, parsed.error().text};
  return {};
}

awaitable<Session::Refusal> Session::read_body(Exchange& exchange) {
  auto& parser = exchange.parser;
  if (parser.is_done()) co_return Refusal{};
  within(core_.config.body_timeout);
  if (exchange.expects_continue && in_.empty())
    if (co_await wire_->write("HTTP/1.1 100 Continue\r\n\r\n")) co_return Refusal{closed};
  parser.body_limit(core_.config.max_body_bytes);
  parser.eager(true);
  for (;;) {
    net::error_code error;
    std::size_t used = 0;
    if (!in_.empty()) in_.erase(0, used = parser.put(net::asio::buffer(in_), error));
    if (parser.is_done()) break;
    if (error == boost::beast::http::error::body_limit)
      co_return Refusal{
          413, "The body of the request is larger than " + std::to_string(core_.config.max_body_bytes) + " bytes."};
    if ((error && error != boost::beast::http::error::need_more) ||
        in_.size() > core_.config.max_header_bytes + sizeof(Chunk))
      co_return Refusal{400, "The body of the request is not well-formed: " + error.message() + "."};
    if (used > 0 && !in_.empty() && !error) continue;
    if (!co_await fill()) co_return ended("the rest of the request's body");
  }
  exchange.request.body = std::move(parser.get().body());
  co_return Refusal{};
}

}  // namespace conductor::http
