// One connection of the server: reads requests in order, asks for admission, has them handled, writes the replies.
// Internal to the server. All members but the core's run on the connection's I/O thread.
#pragma once
#include "core/http/backlog.hpp"
#include "core/http/net.hpp"
#include "core/http/reply.hpp"
#include "core/http/server.hpp"
#include "core/http/server_tls.hpp"
#include "core/work/pool.hpp"

#include <atomic>

namespace conductor::http {

// How many there are, shown as a gauge when somebody wants one.
class Level {
 public:
  void show(sdk::Gauge& gauge) { gauge_ = &gauge; }  // before the first change
  // Both return the number before.
  std::size_t up() { return shown(count_.fetch_add(1), 1); }
  std::size_t down() { return shown(count_.fetch_sub(1), -1); }
  operator std::size_t() const { return count_; }

 private:
  std::size_t shown(std::size_t before, int change) {
    if (gauge_ != nullptr) gauge_->set(static_cast<double>(before) + change);
    return before;
  }
  std::atomic<std::size_t> count_{0};
  sdk::Gauge* gauge_ = nullptr;
};

// What all connections of one server share; outlives them. Members never change or are safe to use from any thread.
struct ServerCore {
  ServerCore(ServerConfig c, Admit a, Handler h, sdk::Clock& k, sdk::Log& l);

  Response error(int status, std::string const& explanation) const;

  ServerConfig const config;
  Admit const admit;
  Handler const handler;
  sdk::Clock& clock;
  sdk::Log& log;
  ServerTls tls;
  work::Pool handlers, admissions;
  std::atomic<bool> draining{false};
  Level connections, streams;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  // `local`: the peer came over a Unix socket.
  Session(ServerCore& core, net::Socket socket, bool local);

  // Serves until the connection ends; never throws.
  net::awaitable<void> run();
  // The server begins to stop: ends now when no request is under way, else after it. Streams are cancelled.
  void drain();
  // Fires the stop token of the call under way.
  void cancel();
  // Ends the connection without regard to what is under way.
  void close();

 private:
  struct Exchange;  // one request and its reply
  struct Job {      // what a handler thread works on
    std::stop_source stop{};
    bool done = false;
    std::atomic<bool> later = false;  // no thread is at it; the reply comes by itself
  };
  class Promised;
  struct Refusal {
    int status = 0;  // 0: no refusal; closed: nobody to answer
    std::string explanation{};
    explicit operator bool() const { return status != 0; }
  };
  static constexpr int closed = -1;

  using Chunk = std::array<char, 16U << 10U>;

  // Idle connections wait in this one alone, so that they hold no more than they must.
  bool skip_to_request();
  net::awaitable<bool> await_request();
  net::awaitable<bool> serve_one();
  net::awaitable<Refusal> read_head(Exchange& exchange);
  net::awaitable<Refusal> read_body(Exchange& exchange);
  net::awaitable<bool> refuse(Exchange& exchange, Response response);
  bool answer_at_once(Exchange& exchange) const;
  net::awaitable<void> handle(Exchange& exchange);
  void answer(Exchange& exchange);
  void promise(std::shared_ptr<Job> const& job, Exchange& exchange);
  net::awaitable<bool> write_reply(Exchange& exchange, Response response, bool keep_alive);
  net::awaitable<bool> write_stream(Exchange& exchange);
  net::awaitable<bool> send_stream(Backlog& backlog, bool chunked);
  ReplyFraming framing_of(Exchange const& exchange, bool keep_alive) const;
  net::awaitable<void> finish();
  Refusal check_head(Exchange& exchange) const;
  // What filters or admission answer instead of the handler; nothing when the request may go on.
  std::optional<Response> admit(Exchange& exchange) const;
  std::optional<Response> admitted(Exchange& exchange, std::function<Admission()> const& decide) const;
  net::awaitable<std::optional<Response>> admit_later(Exchange& exchange);
  void filter(Exchange const& exchange, Response& reply) const;

  void received(net::error_code const& error, std::string_view bytes);
  bool take(net::error_code error);  // what a plain socket has; false: nothing came, wait on
  void start_read();
  net::awaitable<bool> fill();
  void watch();  // keeps a read under way, to notice that the client goes away
  void within(std::chrono::milliseconds time);
  Refusal ended(std::string const& waiting_for) const;

  ServerCore& core_;
  std::shared_ptr<net::Wire> wire_;
  net::Event event_;  // a read or a handler is done, or there is something to stream
  bool const local_;
  std::string const remote_;
  std::string in_;                // received, not yet parsed
  std::unique_ptr<Chunk> chunk_;  // of a read with TLS under way
  std::uint64_t received_ = 0;
  bool reading_ = false, idle_ = false, streaming_ = false;
  bool lingering_ = false;  // a reply was just sent: the client must be able to read it before the connection goes
  net::error_code read_error_;
  std::shared_ptr<Job> job_;
};

}  // namespace conductor::http
