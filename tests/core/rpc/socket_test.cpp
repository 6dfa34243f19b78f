// Real sockets of direct calls: who may connect, what is left behind, and TLS with certificates on both sides.
#include "core/rpc/listener.hpp"
#include "tests/core/rpc/socket_fixture.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <fstream>

using namespace conductor;
using namespace conductor::tests;
using namespace conductor::tests::sockets;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(sockets)

namespace {

std::string last_error(Site const& site) {
  auto const peers = site.bus->peers();
  return peers.empty() ? "" : peers[0].last_error;
}

// After how many seconds without a word the kernel asks the peers of this process's TCP connections, both ends.
std::vector<int> idle_times() {
  std::vector<int> seconds;
  for (int each = 0; each < 1024; ++each) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(each, reinterpret_cast<sockaddr*>(&peer), &size) != 0 || peer.ss_family != AF_INET) continue;
    int idle = 0;
    socklen_t length = sizeof idle;
    if (::getsockopt(each, IPPROTO_TCP, TCP_KEEPIDLE, &idle, &length) == 0) seconds.push_back(idle);
  }
  return seconds;
}

}  // namespace

BOOST_AUTO_TEST_CASE(processes_of_a_host_call_each_other_by_a_socket_that_only_their_user_may_open) {
  World world;
  ShortFolder const folder;
  Site server(world, unix_config(folder)), caller(world, unix_config(folder));
  server.bus->serve("data", "echo", echo);
  server.start();
  caller.start();
  value const args(object{{"big", std::string(3U << 20U, 'x')}});
  auto const answer = caller.bus->call(world.call(), "data", "echo", args);
  BOOST_REQUIRE_MESSAGE(answer.has_value(), answer.error().text);
  BOOST_TEST((*answer == args));
  BOOST_TEST(caller.counted("direct"));
  auto const socket = server.bus->announcement().at("rpc_unix").substr(5);
  struct stat found {};
  BOOST_REQUIRE(::stat(socket.c_str(), &found) == 0);
  BOOST_TEST((found.st_mode & 0777U) == 0600U);
  BOOST_REQUIRE(::stat((folder.path() / "rpc").c_str(), &found) == 0);
  BOOST_TEST((found.st_mode & 0777U) == 0700U);
  server.bus.reset();
  BOOST_TEST(!std::filesystem::exists(socket));
}

BOOST_AUTO_TEST_CASE(nothing_is_opened_unless_it_is_asked_for) {
  World world;
  ShortFolder const folder;
  auto config = unix_config(folder);
  config.direct.state_path.clear();
  Site site(world, std::move(config));
  site.bus->serve("data", "echo", echo);
  site.start();
  BOOST_TEST(!site.bus->announcement().contains("rpc_unix"));
  BOOST_TEST(!site.bus->announcement().contains("rpc_tls"));
  BOOST_TEST(!site.bus->announcement().contains("rpc_version"));
}

BOOST_AUTO_TEST_CASE(without_a_peer_the_call_goes_by_the_store) {
  World world;
  ShortFolder const folder;
  auto off = unix_config(folder);
  Site server(world, {}), caller(world, unix_config(folder));
  server.bus->serve("data", "echo", echo);
  server.start();
  caller.start();
  auto const answer = caller.bus->call(world.call(), "data", "echo", value(1));
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST(caller.counted("store"));
}

BOOST_AUTO_TEST_CASE(a_server_that_dies_is_replaced_by_the_store_under_the_same_id) {
  World world;
  ShortFolder const folder;
  auto first = std::make_unique<Site>(world, unix_config(folder));
  Site caller(world, unix_config(folder)), second(world, {});
  std::atomic<int> entered = 0;
  first->bus->serve("data", "work", [&](sdk::Call const& call, value const&) -> sdk::Result<value> {
    ++entered;
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, call.cancelled, [] { return false; });
    return sdk::Error{sdk::Errc::cancelled, "stopped"};
  });
  first->start();
  caller.start();
  sdk::Result<value> answer = sdk::Error{};
  std::jthread thread([&] { answer = caller.bus->call(world.call(), "data", "work", value(7)); });
  BOOST_REQUIRE(eventually([&] { return entered == 1; }));
  second.bus->serve("data", "work", echo);
  second.start();
  first.reset();
  thread.join();
  BOOST_REQUIRE_MESSAGE(answer.has_value(), answer.error().text);
  BOOST_TEST((*answer == 7));
}

BOOST_AUTO_TEST_CASE(sockets_of_dead_processes_are_removed_and_other_files_are_not) {
  World world;
  ShortFolder const folder;
  auto const directory = folder.path() / "rpc";
  std::string left;
  {
    rpc::Listener dead([](rpc::DirectServer::Opening) {}, nullptr, world.log());
    BOOST_REQUIRE(dead.open_unix(folder.path(), "1-dead").has_value());
    left = dead.socket_file();
    // As after kill -9: the file stays.
    std::filesystem::rename(left, directory / "kept");
  }
  std::filesystem::rename(directory / "kept", left);
  std::ofstream(directory / "notes.txt") << "mine";
  rpc::Listener early([](rpc::DirectServer::Opening) {}, nullptr, world.log());
  BOOST_REQUIRE(early.open_unix(folder.path(), "2-early").has_value());
  BOOST_TEST(std::filesystem::exists(left));  // too young to be sure
  timeval const old[2] = {{.tv_sec = 1'000'000'000, .tv_usec = 0}, {.tv_sec = 1'000'000'000, .tv_usec = 0}};
  BOOST_REQUIRE(::utimes(left.c_str(), old) == 0);
  BOOST_REQUIRE(::utimes(early.socket_file().c_str(), old) == 0);
  early.start();
  rpc::Listener living([](rpc::DirectServer::Opening) {}, nullptr, world.log());
  BOOST_REQUIRE(living.open_unix(folder.path(), "3-living").has_value());
  BOOST_TEST(!std::filesystem::exists(left));
  BOOST_TEST(std::filesystem::exists(early.socket_file()));
  BOOST_TEST(std::filesystem::exists(directory / "notes.txt"));
}

BOOST_AUTO_TEST_CASE(a_peer_that_no_thread_can_be_had_for_is_dropped_and_the_next_one_is_served) {
  World world;
  ShortFolder const folder;
  std::atomic<int> asked = 0;
  rpc::Listener listener(
      [&](rpc::DirectServer::Opening const&) {
        if (++asked == 1) throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
      },
      nullptr, world.log());
  BOOST_REQUIRE(listener.open_unix(folder.path(), "1-busy").has_value());
  listener.start();
  auto const dialer = rpc::make_socket_dialer(nullptr);
  for (int i = 1; i <= 2; ++i) {
    BOOST_REQUIRE(dialer->dial({.path = listener.socket_file().string()}, 5s).has_value());
    BOOST_TEST(eventually([&] { return asked == i; }));
  }
}

BOOST_AUTO_TEST_CASE(a_path_that_is_too_long_leaves_the_store_and_a_warning) {
  World world;
  ShortFolder const folder;
  rpc::BusConfig config;
  config.direct.state_path = folder.path() / std::string(100, 'x');
  std::filesystem::create_directory(config.direct.state_path);
  Site site(world, std::move(config));
  site.bus->serve("data", "echo", echo);
  site.start();
  BOOST_TEST(!site.bus->announcement().contains("rpc_unix"));
}

BOOST_AUTO_TEST_CASE(hosts_call_each_other_over_tls_with_certificates_on_both_sides) {
  World world;
  Certified const certificates;
  Site server(world, tls_config(certificates.files("server"), "127.0.0.1:0"));
  Site caller(world, tls_config(certificates.files("client"), ""));
  server.bus->serve("data", "echo", echo);
  server.start();
  caller.start();
  value const args(object{{"big", std::string(5U << 20U, 'x')}});
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        auto const answer = caller.bus->call(world.call(), "data", "echo", args);
        right += answer.has_value() && *answer == args ? 1 : 0;
      });
  }
  BOOST_TEST(right == 4);
  auto const reports = caller.bus->peers();
  BOOST_REQUIRE(reports.size() == 1U);
  BOOST_TEST(reports[0].calls == 4, reports[0].last_error);
  // A host that the network has swallowed is found out by both: neither keeps the connection for hours.
  BOOST_TEST(idle_times() == (std::vector<int>{15, 15}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stranger_without_our_authoritys_certificate_is_turned_away) {
  World world;
  Certified const ours, theirs;
  Site server(world, tls_config(ours.files("server"), "127.0.0.1:0"));
  auto stranger = theirs.files("client");
  stranger.authority = ours.file("ca.pem");
  Site caller(world, tls_config(stranger, ""));
  server.bus->serve("data", "echo", echo);
  server.start();
  caller.start();
  // It is served all the same, by the store that both may use.
  BOOST_REQUIRE(caller.bus->call(world.call(), "data", "echo", value(1)).has_value());
  BOOST_TEST(caller.counted("store"));
  BOOST_TEST(last_error(caller).starts_with("127.0.0.1:"), last_error(caller));
}

BOOST_AUTO_TEST_CASE(a_server_whose_certificate_is_for_another_name_or_of_another_authority_is_not_talked_to) {
  World world;
  Certified const ours, theirs;
  for (auto const& files : {ours.files("elsewhere"), theirs.files("server")}) {
    World other;
    Site server(other, tls_config(files, "127.0.0.1:0"));
    Site caller(other, tls_config(ours.files("client"), ""));
    server.bus->serve("data", "echo", echo);
    server.start();
    caller.start();
    BOOST_REQUIRE(caller.bus->call(other.call(), "data", "echo", value(1)).has_value());
    BOOST_TEST(caller.counted("store"));
    BOOST_TEST(last_error(caller).starts_with("TLS handshake: "), last_error(caller));
  }
}

BOOST_AUTO_TEST_CASE(certificates_that_cannot_be_used_refuse_the_start) {
  World world;
  Certified const certificates;
  auto files = certificates.files("server");
  files.key = certificates.file("client.key");
  Site site(world, tls_config(files, "127.0.0.1:0"));
  auto const started = site.bus->start();
  BOOST_REQUIRE(!started.has_value());
  BOOST_TEST(started.error().text.starts_with("[messaging_server]: cannot use the private key "), started.error().text);
  Site bare(world, tls_config({}, "127.0.0.1:0"));
  BOOST_TEST((bare.bus->start().error().code == sdk::Errc::invalid));
}

BOOST_AUTO_TEST_SUITE_END()
