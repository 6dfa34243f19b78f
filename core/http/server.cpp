// Listening, the I/O threads, and stopping. What happens on a connection is session.hpp's.
#include "core/http/errors.hpp"
#include "core/http/listener.hpp"
#include "core/http/server.hpp"
#include "core/http/session.hpp"
#include "core/work/pool.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <deque>
#include <list>
#include <set>
#include <thread>

namespace conductor::http {

namespace {

namespace asio = net::asio;
using net::awaitable;
using net::error_code;
using net::tcp;

constexpr std::chrono::seconds grace{2};  // for the replies of cancelled calls

// One I/O thread with the connections that it serves.
struct Lane {
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  std::set<std::shared_ptr<Session>> sessions;  // on the lane's thread only
  std::thread thread;
};

class BeastServer final : public Server {
 public:
  BeastServer(ServerConfig config, Admit admit, Handler handler, sdk::Clock& clock, sdk::Log& log)
      : core_(std::move(config), std::move(admit), std::move(handler), clock, log),
        lanes_(std::max<std::size_t>(core_.config.io_threads, 1)) {}
  ~BeastServer() override { stop(core_.clock.now()); }

  sdk::Result<void> start() override;
  std::vector<Address> addresses() const override;
  std::vector<std::string> urls() const override;
  std::uint16_t port() const override;
  void stop(sdk::Time deadline) override;
  sdk::Result<void> reload_certificates() override;

 private:
  // Takes connections from one of the listeners.
  struct Door {
    explicit Door(asio::io_context& io) : listener(io), room(io.get_executor()) {}
    Listener listener;
    net::Event room;  // notified when a connection has ended
  };

  sdk::Result<void> listen();
  awaitable<void> accept(Door& door);
  void serve(Lane& lane, net::Socket socket, bool local);
  void ended();
  void each_session(void (Session::*what)());
  bool wait_for_sessions(std::chrono::steady_clock::duration time);

  ServerCore core_;
  std::deque<Lane> lanes_;
  std::list<Door> doors_;  // on the first lane's thread once started
  std::size_t turn_ = 0;   // on the first lane's thread
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t accepting_ = 0;  // under the mutex; a pending accept holds a socket of another lane
  std::vector<Address> addresses_;
  bool started_ = false, stopped_ = false;
};

sdk::Result<void> BeastServer::start() {
  if (auto const loaded = core_.tls.load(); !loaded) return loaded.error();
  if (auto const listening = listen(); !listening) {
    doors_.clear();
    return listening.error();
  }
  started_ = true;
  accepting_ = doors_.size();
  for (auto& door : doors_)
    asio::co_spawn(lanes_[0].io, accept(door), [this](std::exception_ptr) {
      std::lock_guard const lock(mutex_);
      --accepting_;
      changed_.notify_all();
    });
  for (auto& lane : lanes_)
    lane.thread = std::thread([&lane] {
      work::name_thread("http-server");
      lane.io.run();
    });
  return {};
}

sdk::Result<void> BeastServer::listen() {
  auto wanted = core_.config.listen;
  if (wanted.empty()) wanted.push_back({.host = core_.config.host, .port = core_.config.port});
  for (auto& address : wanted) {
    auto& listener = doors_.emplace_back(lanes_[0].io).listener;
    if (auto const opened = listener.open(std::move(address)); !opened) return opened.error();
    addresses_.push_back(listener.address());
  }
  return {};
}

std::vector<Address> BeastServer::addresses() const { return addresses_; }

std::vector<std::string> BeastServer::urls() const {
  std::vector<std::string> all;
  for (auto const& address : addresses_) {
    auto& url = all.emplace_back(address.text());
    if (!address.is_unix()) url.insert(0, core_.tls.enabled() ? "https://" : "http://");
  }
  return all;
}

std::uint16_t BeastServer::port() const {
  for (auto const& address : addresses_)
    if (!address.is_unix()) return address.port;
  return 0;
}

awaitable<void> BeastServer::accept(Door& door) {
  constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
  auto& acceptor = door.listener.acceptor();
  bool const local = door.listener.address().is_unix();
  while (acceptor.is_open()) {
    if (core_.connections >= core_.config.max_connections) {
      co_await door.room.wait();
      continue;
    }
    auto& lane = lanes_[turn_++ % lanes_.size()];
    auto [error, socket] = co_await acceptor.async_accept(lane.io, as_tuple);
    if (error == asio::error::operation_aborted || !acceptor.is_open()) break;
    if (error) {
      // Out of file descriptors, mostly: accepting again at once would only burn the processor.
      core_.log.warning("cannot accept a connection: " + error.message() + "; trying again in 100 ms");
      co_await door.room.wait_until(std::chrono::steady_clock::now() + std::chrono::milliseconds(100));
      continue;
    }
    core_.connections.up();
    asio::post(lane.io,
               [this, &lane, local, taken = std::move(socket)]() mutable { serve(lane, std::move(taken), local); });
  }
}

void BeastServer::serve(Lane& lane, net::Socket socket, bool local) {
  error_code ignored;
  if (!local) socket.set_option(tcp::no_delay(true), ignored);
  auto const session = std::make_shared<Session>(core_, std::move(socket), local);
  lane.sessions.insert(session);
  asio::co_spawn(lane.io, session->run(), [this, &lane, session](std::exception_ptr) {
    lane.sessions.erase(session);
    ended();
  });
}

void BeastServer::ended() {
  if (core_.connections.down() >= core_.config.max_connections)
    asio::post(lanes_[0].io, [this] {
      for (auto& door : doors_) door.room.notify();
    });
  std::lock_guard const lock(mutex_);
  changed_.notify_all();
}

void BeastServer::each_session(void (Session::*what)()) {
  for (auto& lane : lanes_)
    asio::post(lane.io, [&lane, what] {
      for (auto const& session : lane.sessions) (*session.*what)();
    });
}

bool BeastServer::wait_for_sessions(std::chrono::steady_clock::duration time) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [&] { return core_.connections == 0 && accepting_ == 0; });
}

void BeastServer::stop(sdk::Time deadline) {
  if (!started_ || stopped_) return;
  stopped_ = true;
  core_.draining = true;
  asio::post(lanes_[0].io, [this] {
    for (auto& door : doors_) {
      door.listener.close();
      door.room.notify();
    }
  });
  each_session(&Session::drain);
  auto const now = core_.clock.now();
  if (deadline > now) wait_for_sessions(std::min<sdk::Duration>(deadline - now, std::chrono::hours(1)));
  each_session(&Session::cancel);
  if (deadline > now) wait_for_sessions(grace);
  each_session(&Session::close);
  while (!wait_for_sessions(std::chrono::seconds(10)))
    core_.log.warning("the server cannot stop yet: " + std::to_string(core_.connections) +
                      " connections have handlers that do not heed their stop token");
  for (auto& lane : lanes_) {
    lane.work.reset();
    lane.io.stop();
    lane.thread.join();
  }
  core_.handlers.close();
  core_.admissions.close();
}

sdk::Result<void> BeastServer::reload_certificates() { return core_.tls.load(); }

}  // namespace

ServerCore::ServerCore(ServerConfig c, Admit a, Handler h, sdk::Clock& k, sdk::Log& l)
    : config(std::move(c)),
      admit(std::move(a)),
      handler(std::move(h)),
      clock(k),
      log(l),
      tls({config.certificate_file, config.certificate_key_file, config.client_ca_file}, clock, log),
      handlers("http-handler", config.handler_threads),
      admissions("http-admission", config.admission_threads) {
  if (config.metrics == nullptr) return;
  connections.show(config.metrics->gauge("conductor_http_connections", "Open connections to the API."));
  streams.show(config.metrics->gauge("conductor_http_streams", "Streamed replies under way."));
}

Response ServerCore::error(int status, std::string const& explanation) const {
  return config.error_response ? config.error_response(status, explanation) : make_error(status, explanation);
}

std::unique_ptr<Server> make_server(ServerConfig config, Admit admit, Handler handler, sdk::Clock& clock,
                                    sdk::Log& log) {
  return std::make_unique<BeastServer>(std::move(config), std::move(admit), std::move(handler), clock, log);
}

}  // namespace conductor::http
