// Sockets, TLS and timers as coroutines.
#include "core/http/net.hpp"

#include "core/work/keepalive.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace conductor::http::net {

namespace {
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
}  // namespace

awaitable<void> Event::wait() { co_await timer_.async_wait(as_tuple); }

awaitable<void> Event::wait_until(sdk::Time until) {
  timer_.expires_at(until);
  co_await timer_.async_wait(as_tuple);
  timer_.expires_at(sdk::Time::max());
}

Wire::Wire(Socket socket) : socket_(std::move(socket)), timer_(socket_.get_executor()) {}

void Wire::set_deadline(sdk::Time until) {
  deadline_ = until;
  timed_out_ = false;
  // A timer that is due earlier looks at the deadline again when it fires; only an earlier deadline needs a new one.
  if (until < armed_) arm();
}

void Wire::rest() {
  deadline_ = armed_ = sdk::Time::max();
  timed_out_ = false;
  // Asio leaves the kernel's timer as it was when a wait is cancelled; it sets it for a new one that would be the
  // first, also before the far ends of connections that live for days.
  timer_.expires_after(std::chrono::hours(1));
  timer_.async_wait([](error_code) {});
  timer_.cancel();
}

void Wire::arm() {
  armed_ = deadline_;
  timer_.expires_at(armed_);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    if (auto const self = weak.lock()) self->on_timer(error);
  });
}

void Wire::on_timer(error_code error) {
  if (error || !socket_.is_open()) return;
  armed_ = sdk::Time::max();
  if (std::chrono::steady_clock::now() >= deadline_) {
    timed_out_ = true;
    cancel();
  } else if (deadline_ != sdk::Time::max()) {
    arm();
  }
}

void Wire::use_tls(std::shared_ptr<asio::ssl::context> context) {
  context_ = std::move(context);
  tls_ = std::make_unique<asio::ssl::stream<Socket&>>(socket_, *context_);
}

awaitable<error_code> Wire::handshake(asio::ssl::stream_base::handshake_type type) {
  auto [error] = co_await tls_->async_handshake(type, as_tuple);
  co_return error;
}

awaitable<error_code> Wire::connect(tcp::resolver::results_type const& endpoints) {
  error_code error = asio::error::host_not_found;
  for (auto const& entry : endpoints) {
    error_code ignored;
    socket_.close(ignored);
    if (timed_out_) co_return asio::error::operation_aborted;
    std::tie(error) = co_await socket_.async_connect(entry.endpoint(), as_tuple);
    if (!error) break;
    if (error == asio::error::operation_aborted) co_return error;
  }
  if (!error) socket_.set_option(tcp::no_delay(true), error);
  if (!error) work::keep_alive(socket_.native_handle());
  co_return error;
}

void Wire::start_read(asio::mutable_buffer buffer, Done done) {
  if (tls_)
    tls_->async_read_some(buffer, std::move(done));
  else
    socket_.async_read_some(buffer, std::move(done));
}

awaitable<std::size_t> Wire::read_some(asio::mutable_buffer buffer, error_code& error) {
  if (timed_out_) {
    error = asio::error::operation_aborted;
    co_return 0;
  }
  std::size_t count = 0;
  if (tls_)
    std::tie(error, count) = co_await tls_->async_read_some(buffer, as_tuple);
  else
    std::tie(error, count) = co_await socket_.async_read_some(buffer, as_tuple);
  co_return count;
}

awaitable<error_code> Wire::readable() {
  if (timed_out_) co_return asio::error::operation_aborted;
  auto [error] = co_await socket_.async_wait(Socket::wait_read, as_tuple);
  co_return error;
}

void Wire::when_readable(std::function<void(error_code)> done) {
  socket_.async_wait(Socket::wait_read, std::move(done));
}

std::size_t Wire::take(asio::mutable_buffer buffer, error_code& error) {
  if (!socket_.non_blocking()) socket_.non_blocking(true, error);
  return socket_.read_some(buffer, error);
}

awaitable<error_code> Wire::write(std::string_view first, std::string_view second) {
  if (timed_out_) co_return asio::error::operation_aborted;
  std::array<asio::const_buffer, 2> const buffers{asio::buffer(first), asio::buffer(second)};
  error_code error;
  if (tls_)
    std::tie(error, std::ignore) = co_await asio::async_write(*tls_, buffers, as_tuple);
  else
    std::tie(error, std::ignore) = co_await asio::async_write(socket_, buffers, as_tuple);
  co_return error;
}

awaitable<void> Wire::shut_down(sdk::Time until) {
  set_deadline(until);
  if (tls_) co_await tls_->async_shutdown(as_tuple);
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Wire::cancel() {
  error_code ignored;
  socket_.cancel(ignored);
}

void Wire::close() {
  error_code ignored;
  timer_.cancel();
  socket_.close(ignored);
}

}  // namespace conductor::http::net
