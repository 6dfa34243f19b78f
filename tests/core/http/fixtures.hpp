// What the tests of this folder share: a real clock, a log that is kept, a server with a handler, and waiting for a
// condition.
#pragma once
#include "core/http/server.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace conductor::http::testing {

using std::chrono::milliseconds;

class RealClock final : public sdk::Clock {
 public:
  sdk::Time now() const override { return std::chrono::steady_clock::now(); }
  sdk::WallTime wall() const override { return std::chrono::system_clock::now(); }
  bool sleep_until(sdk::Time until, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait_until(lock, stop, until, [] { return false; });
    return !stop.stop_requested();
  }
};

class KeptLog final : public sdk::Log {
 public:
  void write(sdk::Level, sdk::Call const*, std::string_view text) override {
    std::lock_guard const lock(mutex_);
    text_ += text;
    text_ += '\n';
  }
  bool enabled(sdk::Level) const override { return true; }
  std::string text() const {
    std::lock_guard const lock(mutex_);
    return text_;
  }
  bool contains(std::string_view what) const { return text().find(what) != std::string::npos; }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

// True as soon as the condition holds, false after two seconds.
template <class Condition>
bool eventually(Condition const& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(2));
  }
  return condition();
}

inline Admission admit_all(Request const&) { return {}; }

// A started server on a free port.
struct Served {
  explicit Served(Handler handler, ServerConfig config = {}, Admit admit = admit_all) {
    config.port = 0;
    server = make_server(std::move(config), std::move(admit), std::move(handler), clock, log);
    auto const started = server->start();
    if (!started) throw std::runtime_error(started.error().text);
  }
  std::uint16_t port() const { return server->port(); }
  std::string url(std::string const& scheme = "http") const {
    return scheme + "://127.0.0.1:" + std::to_string(port());
  }

  RealClock clock;
  KeptLog log;
  std::unique_ptr<Server> server;
};

inline Response text_response(std::string text, int status = 200) {
  Response response;
  response.status = status;
  response.body = std::move(text);
  return response;
}

}  // namespace conductor::http::testing
