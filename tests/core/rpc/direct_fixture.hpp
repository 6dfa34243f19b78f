// Processes that serve and call topic `data` directly, over a network inside the test.
#pragma once
#include "core/rpc/direct_caller.hpp"
#include "tests/core/rpc/network.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::tests::direct {

using boost::json::object;
using boost::json::value;

inline sdk::Result<value> echo(sdk::Call const& call, value const& args) {
  return value(object{
      {"args", args}, {"plan", call.plan_id}, {"request", call.request_id}, {"transaction", call.transaction_id}});
}

// A method that waits until the test lets it go on, or it is stopped.
struct Gate {
  std::mutex mutex;
  std::condition_variable_any changed;
  bool open = false;
  std::atomic<int> entered = 0, stopped = 0;
  rpc::Method method() {
    return [this](sdk::Call const& call, value const& args) -> sdk::Result<value> {
      std::unique_lock lock(mutex);
      ++entered;
      if (changed.wait(lock, call.cancelled, [this] { return open; })) return args;
      ++stopped;
      return sdk::Error{sdk::Errc::cancelled, "stopped"};
    };
  }
  void let_go() {
    std::lock_guard const lock(mutex);
    open = true;
    changed.notify_all();
  }
};

// A process that serves topic `data` directly, with its row among the workers.
struct Server {
  Server(World& in_world, Network& on_network, std::string name, std::size_t max_waiting = 1000)
      : world(in_world),
        network(on_network),
        id(std::move(name)),
        pools({.workers = 2, .max_waiting = max_waiting}, {"data"}) {
    methods.add("data", "echo", echo);
  }
  ~Server() {
    network.unplug(path());
    server.stop();
    pools.close();
  }
  std::string path() const { return "/net/" + id; }
  void start(std::string const& version = "1") {
    network.listen(path(), [this](rpc::DirectServer::Opening opening) { server.connect(std::move(opening)); });
    sdk::WorkerInfo const row{
        .id = id,
        .seq = 0,
        .ttl_ms = 30'000,
        .info = {{"host", "here"}, {"topics", "data"}, {"rpc_version", version}, {"rpc_unix", "unix:" + path()}}};
    BOOST_REQUIRE(static_cast<bool>(world.memory.worker_register(world.call(), row)));
  }
  World& world;
  Network& network;
  std::string id;
  rpc::Methods methods, own;
  rpc::Pools pools;
  rpc::DirectServer server{{.worker = id}, methods, own, pools, world.clock(), world.log()};
};

struct Client {
  Client(World& world, Network& network)
      : caller({.worker = "client", .host = "here"}, world.store, std::make_unique<NetworkDialer>(network),
               world.clock(), world.log()) {}
  rpc::DirectCaller caller;
  std::optional<sdk::Result<value>> ask(sdk::Call const& call, std::string const& method, value const& args = {}) {
    return caller.call(call, sdk::random_id(), "data", method, args);
  }
};

// A peer that sends what it likes.
class Stranger {
 public:
  Stranger(Network& network, std::string const& path) : channel_(std::move(*network.dial(path))) {}
  void send(object const& frame) {
    BOOST_REQUIRE(channel_->write(*rpc::encode_frame(frame), std::chrono::seconds(1)).has_value());
  }
  object next() {
    while (true) {
      auto frame = reader_.next();
      BOOST_REQUIRE(frame.has_value());
      if (*frame) return std::move(**frame);
      auto const bytes = channel_->read();
      BOOST_REQUIRE((bytes && !bytes->empty()));
      reader_.feed(*bytes);
    }
  }

 private:
  std::unique_ptr<rpc::Channel> channel_;
  rpc::FrameReader reader_;
};

// One that serves, once it is started, and one that calls.
struct Pair {
  World world;
  Network network;
  Gate gate;
  Server server{world, network, "one"};
  Client client{world, network};
};

// With the method `work`, which waits at the gate.
struct WorkingPair : Pair {
  WorkingPair() { server.methods.add("data", "work", gate.method()); }
  // Calls it on a thread of its own; returns when the server has begun.
  std::jthread begin_work(sdk::Call const& call, value const& args = {}) {
    std::jthread thread([this, call, args] {
      answer = client.ask(call, "work", args);
      done = true;
    });
    BOOST_REQUIRE(eventually([this] { return gate.entered == 1; }));
    return thread;
  }
  std::optional<sdk::Result<value>> answer;  // once the thread has ended
  std::atomic<bool> done = false;
};

}  // namespace conductor::tests::direct
