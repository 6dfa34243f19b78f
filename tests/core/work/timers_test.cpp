// Timers run when they are due, and their thread sleeps until it has to look.
#include "core/work/timers.hpp"

#include "sdk/testing/fake_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <latch>

using namespace conductor;
using namespace std::chrono_literals;

namespace {

// Counts how often somebody has gone to sleep on it.
class WatchedClock final : public sdk::Clock {
 public:
  sdk::testing::FakeClock clock;

  sdk::Time now() const override { return clock.now(); }
  sdk::WallTime wall() const override { return clock.wall(); }
  bool sleep_until(sdk::Time until, std::stop_token stop) override {
    ++sleeps_;
    sleeps_.notify_all();
    return clock.sleep_until(until, std::move(stop));
  }
  int sleeps() const { return sleeps_; }
  void wait_for_sleep(int number) const {
    for (int now = sleeps_; now < number; now = sleeps_) sleeps_.wait(now);
  }

 private:
  std::atomic<int> sleeps_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(timers)

BOOST_AUTO_TEST_CASE(timers_run_in_the_order_of_their_times) {
  WatchedClock clock;
  work::Timers timers(clock);
  std::vector<int> ran;
  std::latch done(3);
  auto const note = [&](int number) {
    return [&ran, &done, number] {
      ran.push_back(number);
      done.count_down();
    };
  };
  timers.at(clock.now() + 30s, note(30));
  clock.wait_for_sleep(1);
  timers.at(clock.now() + 10s, note(10));
  clock.wait_for_sleep(2);
  timers.at(clock.now() + 20s, note(20));
  clock.clock.advance(60s);
  done.wait();
  std::vector const expected{10, 20, 30};
  BOOST_TEST(ran == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(watchdogs_that_come_and_go_do_not_wake_the_thread) {
  WatchedClock clock;
  work::Timers timers(clock);
  std::atomic<bool> barked = false;
  auto const bark = [&] { barked = true; };
  {
    work::Watchdog const first(timers, clock.now() + 10s, bark);
    clock.wait_for_sleep(1);
  }
  for (int i = 0; i < 100; ++i) {
    clock.clock.advance(10ms);
    work::Watchdog const next(timers, clock.now() + 10s, bark);
  }
  BOOST_TEST(clock.sleeps() == 1);
  std::latch done(1);
  timers.at(clock.now() + 15s, [&] { done.count_down(); });
  clock.clock.advance(10s);
  clock.wait_for_sleep(2);
  clock.clock.advance(5s);
  done.wait();
  BOOST_TEST(!barked);
}

BOOST_AUTO_TEST_SUITE_END()
