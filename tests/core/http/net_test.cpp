// What a connection costs while nothing happens.
#include "core/http/net.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <fstream>
#include <future>
#include <thread>

using namespace conductor::http;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(net_test)

namespace {

// How often the thread has begun to wait.
long waits_of(pid_t thread) {
  std::ifstream status("/proc/self/task/" + std::to_string(thread) + "/status");
  constexpr std::string_view name = "voluntary_ctxt_switches:";
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name)) return std::stol(line.substr(name.size()));
  return -1;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_connection_at_rest_wakes_nobody_at_the_deadline_that_it_had) {
  net::asio::io_context context{1};
  auto const work = net::asio::make_work_guard(context);
  std::promise<pid_t> resting;
  auto const wire = std::make_shared<net::Wire>(net::Socket(context));
  auto const stream = std::make_shared<net::Wire>(net::Socket(context));
  net::asio::post(context, [&] {
    stream->set_deadline(std::chrono::steady_clock::now() + 24h);
    wire->set_deadline(std::chrono::steady_clock::now() + 300ms);
    wire->rest();
    net::asio::post(context, [&] { resting.set_value(::gettid()); });
  });
  std::thread io([&] { context.run(); });
  auto const thread = resting.get_future().get();
  std::this_thread::sleep_for(100ms);
  auto const before = waits_of(thread);
  std::this_thread::sleep_for(500ms);
  BOOST_TEST(before >= 0);
  BOOST_TEST(waits_of(thread) == before);
  context.stop();
  io.join();
}

BOOST_AUTO_TEST_SUITE_END()
