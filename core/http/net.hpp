// What server and client share of Asio: one connection with or without TLS, deadlines on it, and waking a coroutine.
// Internal to this folder; everything here lives on one I/O thread and is not thread-safe.
#pragma once
#include "conductor/sdk/clock.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace conductor::http::net {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;
// TCP or Unix: what is done with an open connection is the same for both.
using Socket = asio::generic::stream_protocol::socket;

// Lets one coroutine sleep until others have something for it. Check the condition, then wait: nothing runs in between.
class Event {
 public:
  explicit Event(asio::any_io_executor executor) : timer_(std::move(executor), sdk::Time::max()) {}
  // Returns after the next notify(), or for any other reason: the caller checks its condition again.
  awaitable<void> wait();
  // As wait(), but not longer than `until`.
  awaitable<void> wait_until(sdk::Time until);
  void notify() { timer_.cancel(); }

 private:
  asio::steady_timer timer_;
};

// One connection. Its deadline holds for whatever is under way or begins later, until it is set anew; when it
// passes, operations end with operation_aborted and timed_out() is true. At most one read and one write at a time.
class Wire : public std::enable_shared_from_this<Wire> {
 public:
  using Done = std::function<void(error_code, std::size_t)>;

  explicit Wire(Socket socket);

  Socket& socket() { return socket_; }
  asio::any_io_executor executor() { return socket_.get_executor(); }

  void set_deadline(sdk::Time until);
  bool timed_out() const { return timed_out_; }
  // Nothing is under way and nothing will be for a while: no timer either, which would wake the process for nothing.
  void rest();

  // TLS starts here: what follows goes through it. The context is kept alive.
  void use_tls(std::shared_ptr<asio::ssl::context> context);
  bool secure() const { return tls_ != nullptr; }
  asio::ssl::stream<Socket&>& tls() { return *tls_; }
  awaitable<error_code> handshake(asio::ssl::stream_base::handshake_type type);

  awaitable<error_code> connect(tcp::resolver::results_type const& endpoints);
  awaitable<std::size_t> read_some(asio::mutable_buffer buffer, error_code& error);
  awaitable<error_code> write(std::string_view first, std::string_view second = {});
  // The same as callbacks, for a read that goes on while a coroutine does something else.
  void start_read(asio::mutable_buffer buffer, Done done);

  // Without TLS one can wait without a buffer: until there is something to read, then take it without waiting. `take`
  // gives would_block when there is nothing after all, and eof at the end.
  awaitable<error_code> readable();
  void when_readable(std::function<void(error_code)> done);
  std::size_t take(asio::mutable_buffer buffer, error_code& error);

  // Says goodbye (TLS close_notify, FIN) before `until`.
  awaitable<void> shut_down(sdk::Time until);
  // Ends operations under way; the connection stays open.
  void cancel();
  void close();

 private:
  void arm();
  void on_timer(error_code error);

  Socket socket_;
  std::shared_ptr<asio::ssl::context> context_;
  std::unique_ptr<asio::ssl::stream<Socket&>> tls_;  // not part of us: most connections have none
  asio::steady_timer timer_;
  sdk::Time deadline_ = sdk::Time::max(), armed_ = sdk::Time::max();
  bool timed_out_ = false;
};

}  // namespace conductor::http::net
