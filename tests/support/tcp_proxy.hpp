// A faulty network between a client and a server of a test: passes bytes on, or swallows them, or drops connections.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace conductor::test {

// Thread-safe. What is under way when the fault changes is passed on by the new rule.
class FaultyProxy {
 public:
  enum class Fault {
    none,
    drop_requests,  // what clients send is swallowed: the server never sees it
    drop_replies,   // the server acts, its answers are swallowed
    black_hole,     // both
    refuse,         // connections are closed as soon as they come, and those that exist
    delay,          // each piece takes 20 ms longer
    half_reply,     // the server acts; half of its answer arrives, then the connection ends
    reset           // connections are reset as soon as the client has sent something
  };

  FaultyProxy(FaultyProxy const&) = delete;
  FaultyProxy& operator=(FaultyProxy const&) = delete;

  void set(Fault fault);
  // Closes all connections; new ones are served.
  void cut();
  // Bytes that clients have sent so far, swallowed ones too.
  std::uint64_t requested() const;

 protected:
  // `connect`: a new connection to the server, -1 when there is none.
  FaultyProxy(int listener, std::function<int()> connect);
  ~FaultyProxy();

 private:
  struct Link {
    int client = -1, server = -1;
    bool dead = false;
  };
  void run(std::stop_token const& stop);
  void admit();
  bool forward(int from, int to, bool request);
  void wake() const;
  static void close(Link& link);

  int const listener_;
  std::function<int()> const connect_;
  int bell_[2] = {-1, -1};
  mutable std::mutex mutex_;
  Fault fault_ = Fault::none;
  bool cut_ = false;
  std::uint64_t requested_ = 0;
  std::list<Link> links_;  // of the thread alone
  std::jthread thread_;
};

// On loopback, before a port there.
class TcpProxy : public FaultyProxy {
 public:
  explicit TcpProxy(std::uint16_t target_port);
  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  TcpProxy(int listener, std::uint16_t target_port);
  std::uint16_t const port_;
};

// At the path `here`, before the Unix socket `target`.
class UnixProxy : public FaultyProxy {
 public:
  UnixProxy(std::filesystem::path const& here, std::filesystem::path const& target);
};

}  // namespace conductor::test
