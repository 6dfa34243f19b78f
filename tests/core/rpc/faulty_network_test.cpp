// Direct calls over a network that is slow, loses data or breaks connections: each call is answered, by the store when
// the network does not let it through, and the next one goes directly again once it does.
#include "tests/core/rpc/socket_fixture.hpp"
#include "tests/support/tcp_proxy.hpp"

#include <optional>

using namespace conductor;
using namespace conductor::tests;
using namespace conductor::tests::sockets;
using namespace std::chrono_literals;
using test::FaultyProxy;
using Fault = FaultyProxy::Fault;

BOOST_AUTO_TEST_SUITE(faulty_network)

namespace {

// A process that serves `data`, with the proxy at its announced address, and one that calls.
struct Between {
  Between(rpc::BusConfig of_server, rpc::BusConfig of_caller)
      : server(world, std::move(of_server)), caller(world, std::move(of_caller)) {
    server.bus->serve("data", "echo", [this](sdk::Call const&, value const& args) -> sdk::Result<value> {
      ++served;
      return args;
    });
    caller.start();
  }
  std::int64_t direct_calls() const {
    auto const peers = caller.bus->peers();
    return peers.empty() ? 0 : peers[0].calls;
  }
  bool answers_right() {
    auto const args = value(++asked);
    auto const answer = caller.bus->call(world.call(), "data", "echo", args);
    return answer.has_value() && *answer == args;
  }
  bool goes_directly() {
    auto const before = direct_calls();
    return answers_right() && direct_calls() > before;
  }
  // While the clock runs: silence is measured with it. Slowly enough for a network that is only slow.
  bool answers_right_in_time() {
    std::atomic<bool> done = false, right = false;
    std::jthread const calling([&] {
      right = answers_right();
      done = true;
    });
    return eventually_with_time(
               world, [&] { return done.load(); }, 20ms) &&
           right;
  }

  World world;
  std::atomic<int> served = 0;
  std::int64_t asked = 0;
  Site server, caller;
};

constexpr std::pair<Fault, char const*> faults[] = {
    {Fault::delay, "delay"},          {Fault::drop_requests, "drop_requests"}, {Fault::drop_replies, "drop_replies"},
    {Fault::reset, "reset"},          {Fault::half_reply, "half_reply"},       {Fault::refuse, "refuse"},
    {Fault::black_hole, "black_hole"}};

void live_through_all_faults(Between& between, FaultyProxy& proxy) {
  for (auto const& [fault, name] : faults) {
    BOOST_TEST_CONTEXT(name) {
      BOOST_REQUIRE(eventually_with_time(
          between.world, [&] { return between.goes_directly(); }, 20ms));
      auto const direct = between.direct_calls();
      between.served = 0;
      proxy.set(fault);
      BOOST_TEST(between.answers_right_in_time());
      BOOST_TEST((between.direct_calls() > direct) == (fault == Fault::delay));
      // A call whose answer is lost is served once more, by the store.
      BOOST_TEST(between.served >= (fault == Fault::drop_replies ? 2 : 1));
      BOOST_TEST(between.served <= 2);
      proxy.set(Fault::none);
      proxy.cut();
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(calls_by_a_unix_socket_are_answered_through_every_fault) {
  ShortFolder const folder;
  Between between(unix_config(folder), unix_config(folder));
  std::optional<test::UnixProxy> proxy;
  between.server.start([&](sdk::TextMap& info) {
    auto const here = folder.path() / "proxy.sock";
    proxy.emplace(here, info.at("rpc_unix").substr(std::string_view("unix:").size()));
    info["rpc_unix"] = "unix:" + here.string();
  });
  live_through_all_faults(between, *proxy);
}

BOOST_AUTO_TEST_CASE(calls_over_tls_are_answered_through_every_fault) {
  Certified const certificates;
  Between between(tls_config(certificates.files("server"), "127.0.0.1:0"),
                  tls_config(certificates.files("client"), ""));
  std::optional<test::TcpProxy> proxy;
  between.server.start([&](sdk::TextMap& info) {
    proxy.emplace(rpc::read_address(info.at("rpc_tls"))->port);
    info["rpc_tls"] = "127.0.0.1:" + std::to_string(proxy->port());
  });
  live_through_all_faults(between, *proxy);
}

BOOST_AUTO_TEST_SUITE_END()
