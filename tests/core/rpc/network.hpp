// A network inside the test: connections are pairs of queues, addresses lead to servers, and cables can be cut.
#pragma once
#include "core/rpc/channel.hpp"
#include "core/rpc/direct_server.hpp"

#include <deque>

namespace conductor::tests {

// One direction of a connection.
class Pipe {
 public:
  void put(std::string_view bytes) {
    std::lock_guard const lock(mutex_);
    if (!closed_ && !swallows_) bytes_.emplace_back(bytes);
    some_.notify_all();
  }
  // Empty: closed.
  std::string take() {
    std::unique_lock lock(mutex_);
    some_.wait(lock, [this] { return closed_ || !bytes_.empty(); });
    if (bytes_.empty()) return {};
    auto bytes = std::move(bytes_.front());
    bytes_.pop_front();
    return bytes;
  }
  void close() {
    std::lock_guard const lock(mutex_);
    closed_ = true;
    some_.notify_all();
  }
  void swallow() {
    std::lock_guard const lock(mutex_);
    swallows_ = true;
  }
  bool closed() {
    std::lock_guard const lock(mutex_);
    return closed_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable some_;
  std::deque<std::string> bytes_;
  bool closed_ = false, swallows_ = false;
};

class PipeChannel final : public rpc::Channel {
 public:
  PipeChannel(std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out) : in_(std::move(in)), out_(std::move(out)) {}
  ~PipeChannel() override { PipeChannel::close(); }
  sdk::Result<void> write(std::string_view bytes, std::chrono::milliseconds) override {
    if (out_->closed()) return sdk::Error{sdk::Errc::unavailable, "closed"};
    out_->put(bytes);
    return {};
  }
  sdk::Result<std::string> read() override { return in_->take(); }
  void close() override {
    in_->close();
    out_->close();
  }

 private:
  std::shared_ptr<Pipe> in_, out_;
};

// Where Unix paths lead.
class Network {
 public:
  using Accept = std::function<void(rpc::DirectServer::Opening)>;
  void listen(std::string const& path, Accept accept) {
    std::lock_guard const lock(mutex_);
    servers_[path] = std::move(accept);
  }
  void unplug(std::string const& path) {
    std::lock_guard const lock(mutex_);
    servers_.erase(path);
  }
  // Ends all connections there are, as the death of a process does.
  void cut() {
    std::lock_guard const lock(mutex_);
    for (auto const& pipe : pipes_) pipe->close();
    pipes_.clear();
  }
  // From now on nothing arrives over the connections there are, and nobody is told.
  void swallow() {
    std::lock_guard const lock(mutex_);
    for (auto const& pipe : pipes_) pipe->swallow();
  }
  std::atomic<int> dialled = 0;

  sdk::Result<std::unique_ptr<rpc::Channel>> dial(std::string const& path) {
    ++dialled;
    Accept accept;
    auto up = std::make_shared<Pipe>(), down = std::make_shared<Pipe>();
    {
      std::lock_guard const lock(mutex_);
      auto const found = servers_.find(path);
      if (found == servers_.end()) return sdk::Error{sdk::Errc::unavailable, "cannot connect to unix:" + path};
      accept = found->second;
      pipes_.push_back(up);
      pipes_.push_back(down);
    }
    auto server = std::make_shared<std::unique_ptr<rpc::Channel>>(std::make_unique<PipeChannel>(up, down));
    accept([server]() -> sdk::Result<std::unique_ptr<rpc::Channel>> { return std::move(*server); });
    return std::make_unique<PipeChannel>(down, up);
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Accept> servers_;
  std::vector<std::shared_ptr<Pipe>> pipes_;
};

class NetworkDialer final : public rpc::Dialer {
 public:
  explicit NetworkDialer(Network& network) : network_(network) {}
  bool can_reach(rpc::PeerAddress const& address) const override { return address.is_unix(); }
  sdk::Result<std::unique_ptr<rpc::Channel>> dial(rpc::PeerAddress const& address, std::chrono::milliseconds) override {
    return network_.dial(address.path);
  }

 private:
  Network& network_;
};

}  // namespace conductor::tests
