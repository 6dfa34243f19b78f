// Leases: who counts as dead, who does not, and what a worker may do while its store is silent.
#include "core/work/failpoint.hpp"
#include "core/work/lock_file.hpp"
#include "core/work/pool.hpp"
#include "core/work/system_clock.hpp"
#include "core/work/timers.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

using namespace conductor;
using namespace conductor::tests;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<work::Lease> lease_of(World& world, bool with_lock_file, std::chrono::milliseconds ttl = 30s) {
  work::LeaseConfig config{.program = "test", .ttl = ttl};
  if (with_lock_file) config.state_path = world.host.state_path();
  return work::make_lease(config, world.store, world.clock(), world.log());
}

std::int64_t beats_of(World& world, std::string const& id) {
  for (auto const& worker : world.memory.workers(world.call()).value)
    if (worker.id == id) return worker.seq;
  return -1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lease)

BOOST_AUTO_TEST_CASE(two_leases_never_share_an_id) {
  World world;
  BOOST_TEST(lease_of(world, false)->id() != lease_of(world, false)->id());
}

BOOST_AUTO_TEST_CASE(a_lease_that_is_announced_registers_then_and_with_all_it_was_told) {
  World world;
  auto const own = work::make_lease({.program = "test", .info = {{"pid", "1"}}, .announced = true}, world.store,
                                    world.clock(), world.log());
  BOOST_TEST(beats_of(world, own->id()) == -1);
  BOOST_TEST(!own->may_act());
  own->announce({{"topics", "data"}});
  BOOST_TEST(own->may_act());
  auto const workers = world.memory.workers(world.call()).value;
  BOOST_REQUIRE(workers.size() == 1U);
  BOOST_TEST(workers[0].info.at("pid") == "1");
  BOOST_TEST(workers[0].info.at("topics") == "data");
}

BOOST_AUTO_TEST_CASE(the_own_claim_is_never_dead) {
  World world;
  auto const own = lease_of(world, true);
  BOOST_TEST(!own->is_dead(world.call(), own->id() + "/1"));
}

BOOST_AUTO_TEST_CASE(a_closed_lease_is_dead_at_once) {
  World world;
  auto const own = lease_of(world, true);
  auto other = lease_of(world, true);
  auto const token = other->id() + "/1";
  BOOST_TEST(!own->is_dead(world.call(), token));
  other.reset();
  BOOST_TEST(own->is_dead(world.call(), token));
}

BOOST_AUTO_TEST_CASE(a_killed_process_is_dead_at_once_by_its_lock_file) {
  World world;
  auto const own = lease_of(world, true);
  std::string const id = "test-killed";
  BOOST_REQUIRE(world.memory.worker_register(world.call(), {.id = id, .seq = 0, .ttl_ms = 30'000, .info = {}}));
  int pipe_ends[2];
  BOOST_REQUIRE(::pipe(pipe_ends) == 0);
  auto const child = ::fork();
  if (child == 0) {
    auto const lock = work::LockFile::acquire(work::lock_file_path(world.host.state_path(), id));
    char const ready = lock ? 'y' : 'n';
    if (::write(pipe_ends[1], &ready, 1) != 1) ::_exit(1);
    while (true) ::pause();
  }
  char ready = 0;
  BOOST_REQUIRE(::read(pipe_ends[0], &ready, 1) == 1);
  BOOST_REQUIRE(ready == 'y');
  BOOST_TEST(!own->is_dead(world.call(), id + "/1"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
  BOOST_TEST(own->is_dead(world.call(), id + "/1"));
}

BOOST_AUTO_TEST_CASE(a_silent_holder_is_dead_after_its_ttl_and_not_before) {
  World world;
  auto const own = lease_of(world, false);
  BOOST_REQUIRE(world.memory.worker_register(world.call(), {.id = "remote", .seq = 0, .ttl_ms = 30'000, .info = {}}));
  BOOST_TEST(!own->is_dead(world.call(), "remote/1"));
  world.clock().advance(29s);
  BOOST_TEST(!own->is_dead(world.call(), "remote/1"));
  world.clock().advance(2s);
  BOOST_TEST(own->is_dead(world.call(), "remote/1"));
}

BOOST_AUTO_TEST_CASE(silence_before_the_claim_does_not_count) {
  World world;
  auto const own = lease_of(world, false);
  BOOST_REQUIRE(world.memory.worker_register(world.call(), {.id = "remote", .seq = 0, .ttl_ms = 30'000, .info = {}}));
  BOOST_TEST(!own->is_dead(world.call(), "remote/1"));
  world.clock().advance(50s);  // idle: it beats once a minute
  BOOST_TEST(!own->is_dead(world.call(), "remote/2"));
}

BOOST_AUTO_TEST_CASE(a_beating_holder_lives_whatever_the_wall_clocks_say) {
  World world;
  auto const own = lease_of(world, false);
  BOOST_REQUIRE(world.memory.worker_register(world.call(), {.id = "remote", .seq = 0, .ttl_ms = 30'000, .info = {}}));
  for (int i = 0; i < 10; ++i) {
    world.clock().shift_wall(i % 2 == 0 ? 1h : -2h);
    BOOST_TEST(!own->is_dead(world.call(), "remote/1"));
    world.clock().advance(20s);
    BOOST_REQUIRE(world.memory.worker_beat(world.call(), "remote"));
  }
}

BOOST_AUTO_TEST_CASE(an_unreadable_list_of_workers_proves_no_death) {
  World world;
  auto const own = lease_of(world, false);
  world.store.down = true;
  BOOST_TEST(!own->is_dead(world.call(), "nobody/1"));
  world.store.down = false;
  BOOST_TEST(own->is_dead(world.call(), "nobody/1"));
}

BOOST_AUTO_TEST_CASE(a_list_of_workers_that_is_behind_proves_no_death) {
  World world;
  auto const own = lease_of(world, false);
  sdk::WorkerInfo const remote{.id = "remote", .seq = 0, .ttl_ms = 30'000, .info = {}};
  BOOST_REQUIRE(world.memory.worker_register(world.call(), remote));
  // Of a replica that has not heard of the worker, and of one that has not heard of its beats.
  for (auto const& shown : {std::vector<sdk::WorkerInfo>{}, std::vector<sdk::WorkerInfo>{remote}}) {
    world.store.workers_shown = shown;
    auto const token = "remote/" + std::to_string(shown.size());
    for (int i = 0; i < 4; ++i) {
      BOOST_TEST(!own->is_dead(world.call(), token));
      world.clock().advance(20s);
      BOOST_REQUIRE(world.memory.worker_beat(world.call(), "remote"));
    }
    BOOST_TEST(!own->is_dead(world.call(), token));
    world.clock().advance(31s);
    BOOST_TEST(own->is_dead(world.call(), token));
  }
}

BOOST_AUTO_TEST_CASE(beats_come_every_third_while_a_claim_is_held_and_each_minute_when_idle) {
  World world;
  auto const own = lease_of(world, false);
  auto const first = beats_of(world, own->id());
  for (int i = 0; i < 59; ++i) world.clock().advance(1s);
  std::this_thread::sleep_for(20ms);
  BOOST_TEST(beats_of(world, own->id()) == first);
  world.clock().advance(2s);
  BOOST_REQUIRE(eventually([&] { return beats_of(world, own->id()) == first + 1; }));
  own->held();
  for (int third = 1; third <= 5; ++third) {
    for (int i = 0; i < 11; ++i) {
      world.clock().advance(1s);
      std::this_thread::sleep_for(1ms);
    }
    BOOST_TEST(eventually([&] { return beats_of(world, own->id()) >= first + 1 + third; }));
  }
  own->released();
}

BOOST_AUTO_TEST_CASE(idle_leases_beat_at_the_same_moment_whenever_they_began) {
  World world;
  world.clock().advance(13s);
  auto const first = lease_of(world, false);
  world.clock().advance(31s);
  auto const second = lease_of(world, false);
  world.clock().advance(16s - 1ns);
  auto const both = [&](std::int64_t beats) {
    return beats_of(world, first->id()) == beats && beats_of(world, second->id()) == beats;
  };
  BOOST_TEST(both(0));
  world.clock().advance(1ns);
  BOOST_TEST(eventually([&] { return both(1); }));
}

BOOST_AUTO_TEST_CASE(an_idle_beat_comes_within_a_period_and_never_at_once) {
  sdk::Time const minute{10min};
  BOOST_CHECK(work::next_idle_beat(minute, 10s) == minute + 1min);
  BOOST_CHECK(work::next_idle_beat(minute + 1ns, 10s) == minute + 1min);
  BOOST_CHECK(work::next_idle_beat(minute + 1min - 1ns, 10s) == minute + 1min);
  // Of a ttl of six minutes.
  BOOST_CHECK(work::next_idle_beat(minute + 1ns, 2min) == minute + 2min);
}

BOOST_AUTO_TEST_CASE(a_worker_that_cannot_beat_stops_acting_before_others_may_take_over) {
  World world;
  auto const own = lease_of(world, false);
  own->held();
  BOOST_TEST(own->may_act());
  world.store.down = true;
  world.clock().advance(20s);
  BOOST_TEST(own->may_act());
  world.clock().advance(6s);
  BOOST_TEST(!own->may_act());
  world.store.down = false;
  BOOST_TEST(eventually_with_time(world, [&] { return own->may_act(); }));
  own->released();
}

BOOST_AUTO_TEST_CASE(a_lost_lease_is_told_and_a_new_one_follows) {
  World world;
  auto const own = lease_of(world, false);
  own->held();
  auto const lost = own->lost();
  BOOST_REQUIRE(world.memory.worker_close(world.call(), own->id()));
  BOOST_REQUIRE(eventually_with_time(
      world, [&] { return lost.stop_requested(); }, 1s));
  BOOST_TEST(eventually_with_time(world, [&] { return own->may_act(); }));
  BOOST_TEST(!own->lost().stop_requested());
  own->released();
}

BOOST_AUTO_TEST_CASE(a_store_that_is_down_at_the_start_is_registered_with_later) {
  World world;
  world.store.down = true;
  auto const own = lease_of(world, false);
  BOOST_TEST(!own->may_act());
  world.store.down = false;
  BOOST_TEST(eventually_with_time(world, [&] { return own->may_act(); }));
}

BOOST_AUTO_TEST_CASE(rows_and_lock_files_of_dead_workers_are_swept_at_the_start) {
  World world;
  auto const path = work::lock_file_path(world.host.state_path(), "test-dead");
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << "";
  BOOST_REQUIRE(
      world.memory.worker_register(world.call(), {.id = "test-dead", .seq = 0, .ttl_ms = 30'000, .info = {}}));
  auto const own = lease_of(world, true);
  BOOST_TEST(eventually([&] { return !std::filesystem::exists(path); }));
  BOOST_TEST(beats_of(world, "test-dead") == -1);
  BOOST_TEST(beats_of(world, own->id()) >= 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tools)

BOOST_AUTO_TEST_CASE(timers_run_in_order_of_time_and_not_when_cancelled) {
  sdk::testing::FakeClock clock;
  std::mutex mutex;
  std::string order;
  work::Timers timers(clock);
  auto const note = [&](char c) {
    return [&, c] {
      std::lock_guard const lock(mutex);
      order += c;
    };
  };
  timers.at(clock.now() + 3s, note('c'));
  timers.at(clock.now() + 1s, note('a'));
  auto const dropped = timers.at(clock.now() + 2s, note('x'));
  timers.at(clock.now() + 2s, note('b'));
  BOOST_TEST(timers.cancel(dropped));
  BOOST_TEST(!timers.cancel(dropped));
  clock.advance(5s);
  BOOST_TEST(eventually([&] {
    std::lock_guard const lock(mutex);
    return order == "abc";
  }));
}

BOOST_AUTO_TEST_CASE(a_pool_runs_at_most_so_many_tasks_at_once_and_drains) {
  work::Pool pool("test", 3);
  std::atomic<int> now = 0, most = 0, done = 0;
  for (int i = 0; i < 30; ++i)
    BOOST_TEST(pool.post([&] {
      int const mine = ++now;
      for (int seen = most; mine > seen && !most.compare_exchange_weak(seen, mine);) {
      }
      std::this_thread::sleep_for(1ms);
      --now;
      ++done;
    }));
  BOOST_TEST(pool.drain(std::chrono::steady_clock::now() + 20s));
  BOOST_TEST(done == 30);
  BOOST_TEST(most <= 3);
  pool.close();
  BOOST_TEST(!pool.post([] {}));
}

BOOST_AUTO_TEST_CASE(the_real_clock_sleeps_until_its_time_or_a_stop) {
  work::SystemClock clock;
  auto const until = clock.now() + 5ms;
  BOOST_TEST(clock.sleep_until(until, {}));
  BOOST_TEST((clock.now() >= until));
  std::stop_source stop;
  std::jthread const stopper([&] { stop.request_stop(); });
  BOOST_TEST(!clock.sleep_until(sdk::Time::max(), stop.get_token()));
}

#ifdef CONDUCTOR_FAILPOINTS
BOOST_AUTO_TEST_CASE(fail_points_act_on_the_pass_they_name_and_are_recorded) {
  work::set_failpoints("solver.before_commit=error@2;rpc.x=sleep:0");
  BOOST_TEST(!work::failpoint("solver", "before_commit"));
  BOOST_TEST(work::failpoint("solver", "before_commit"));
  BOOST_TEST(!work::failpoint("solver", "before_commit"));
  BOOST_TEST(!work::failpoint("rpc", "x"));
  BOOST_TEST(work::passed_failpoints().size() == 4U);
  BOOST_CHECK_THROW(work::set_failpoints("solver.before_commit=explode"), std::invalid_argument);
  work::set_failpoints("");
}
#endif

BOOST_AUTO_TEST_SUITE_END()
