// The caches of regions and complexes: refresh, ages, and what stays when A&AI fails.
#include "aai_under_test.hpp"

#include "complexes.hpp"
#include "regions.hpp"

#include <condition_variable>
#include <thread>

using namespace conductor;
using namespace conductor::tests::aai;
using namespace std::chrono_literals;
namespace plugin = conductor::plugins::inventory_aai;

namespace {

// The caches alone, so that a test can wait for the background refresh.
struct Caches {
  explicit Caches(sim::World world = sim::example_world()) : server(host, std::move(world)), options(settings()) {
    connection.open();
  }
  static sdk::Settings settings() {
    sdk::Schema schema("aai");
    plugin::Options::describe(schema);
    return sdk::testing::settings_of(schema);
  }
  std::size_t size() { return regions.regions(call, "test").value()->regions.size(); }
  // As a demand would, with the refresh it starts.
  void use() {
    BOOST_TEST(size() > 0U);
    regions.settle();
  }
  std::size_t lists() const { return server.count("/cloud-regions/?"); }
  std::size_t warnings(std::string_view part) const {
    auto const lines = host.lines();
    return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [&](auto const& line) {
      return line.level == sdk::Level::warning && line.text.find(part) != line.text.npos;
    }));
  }

  sdk::testing::FakeHost host;
  SimulatedAai server;
  sdk::Call call;
  plugin::Options options;
  plugin::Connection connection{host, options};
  plugin::Complexes complexes{host, connection, options};
  plugin::RegionCache regions{host, connection, complexes, options};
};

constexpr char gone_city[] = "cloud-infrastructure/complexes/complex/MDRDES01";

}  // namespace

BOOST_AUTO_TEST_SUITE(aai_caches)

BOOST_AUTO_TEST_CASE(regions_are_read_once_per_interval) {
  Caches caches;
  caches.use();
  caches.host.clock().advance(1439min);
  caches.use();
  BOOST_TEST(caches.lists() == 1U);
  caches.host.clock().advance(1min);
  caches.use();
  BOOST_TEST(caches.lists() == 2U);
  caches.use();
  BOOST_TEST(caches.lists() == 2U);
}

BOOST_AUTO_TEST_CASE(each_complex_is_asked_for_once_per_refresh) {
  sim::World world;
  auto const complex = world.complex(
      {.id = "C1", .name = "one", .city = "Lyon", .country = "FRA", .latitude = "45.7", .longitude = "4.8"});
  for (auto const* id : {"a", "b", "c"}) world.region("Own", id, complex);
  Caches caches(std::move(world));
  BOOST_TEST(caches.size() == 3U);
  BOOST_TEST(caches.server.count("/complexes/complex/C1") == 1U);
}

BOOST_AUTO_TEST_CASE(diverge_4_1_the_old_map_is_served_while_a_refresh_runs_and_only_one_runs) {
  Caches caches;
  caches.use();
  std::mutex mutex;
  std::condition_variable changed;
  bool asked = false, released = false;
  auto const world = caches.server.world;
  caches.host.fake_http().respond([&](sdk::HttpRequest const&) -> sdk::Result<sdk::HttpReply> {
    std::unique_lock lock(mutex);
    asked = true;
    changed.notify_all();
    changed.wait(lock, [&] { return released; });
    return sdk::HttpReply{500, {}, ""};
  });
  auto const before = caches.server.targets().size();
  caches.host.clock().advance(1441min);
  BOOST_TEST(caches.size() == 12U);  // starts the refresh, does not wait for it
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return asked; });
  lock.unlock();
  for (int i = 0; i < 10; ++i) BOOST_TEST(caches.size() == 12U);
  BOOST_TEST(caches.server.targets().size() == before + 1);
  lock.lock();
  released = true;
  changed.notify_all();
  lock.unlock();
  caches.regions.settle();
}

BOOST_AUTO_TEST_CASE(diverge_4_1_callers_without_a_map_share_one_reading) {
  Caches caches;
  std::vector<std::thread> callers;
  std::atomic<std::size_t> regions = 0;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&] { regions += caches.regions.regions(caches.call, "test").value()->regions.size(); });
  for (auto& caller : callers) caller.join();
  BOOST_TEST(regions == 8U * 12U);
  BOOST_TEST(caches.lists() == 1U);
}

BOOST_AUTO_TEST_CASE(a_new_map_replaces_the_old_one_and_old_readers_keep_theirs) {
  Caches caches;
  auto const old = caches.regions.regions(caches.call, "test").value();
  caches.server.world.region("NordCloud", "nice-a", "cloud-infrastructure/complexes/complex/LYONFR01");
  caches.host.clock().advance(1441min);
  caches.use();
  BOOST_TEST(old->regions.size() == 12U);
  BOOST_TEST(caches.size() == 13U);
}

BOOST_AUTO_TEST_CASE(the_old_map_stays_when_the_list_fails_and_the_next_demand_tries_again) {
  Caches caches;
  caches.use();
  caches.host.clock().advance(1441min);
  caches.server.faults.add({.kind = sim::Fault::Kind::status, .status = 503, .count = 1});
  caches.use();
  BOOST_TEST(caches.size() == 12U);
  caches.regions.settle();
  BOOST_TEST(caches.lists() == 3U);
  BOOST_TEST(caches.host.counted("conductor_aai_region_refresh_failures_total") == 1.0);
}

BOOST_AUTO_TEST_CASE(the_old_map_stays_when_the_list_is_empty) {
  Caches caches;
  caches.use();
  caches.server.world = sim::World();
  caches.host.clock().advance(1441min);
  caches.use();
  BOOST_TEST(caches.size() == 12U);
  caches.regions.settle();
}

BOOST_AUTO_TEST_CASE(diverge_4_1_a_region_keeps_its_entry_when_its_complex_fails_and_is_retried_early) {
  Caches caches;
  caches.use();
  caches.server.world.change(gone_city, {{"city", "Toledo"}});
  caches.host.clock().advance(1441min);
  caches.server.faults.add({.kind = sim::Fault::Kind::status, .status = 500, .path = "MDRDES01", .count = 1});
  caches.use();
  BOOST_TEST(caches.size() == 12U);
  auto const city = [&] {
    auto const map = caches.regions.regions(caches.call, "test").value();
    return map->find({"SudEdge", "madrid-1"})->complex->text("city");
  };
  BOOST_TEST(city() == "Madrid");
  caches.host.clock().advance(1min);
  caches.use();
  BOOST_TEST(city() == "Toledo");
  BOOST_TEST(caches.lists() == 3U);
}

BOOST_AUTO_TEST_CASE(early_retries_become_rarer_while_they_fail) {
  Caches caches;
  caches.server.faults.add({.kind = sim::Fault::Kind::status, .status = 500, .path = "MDRDES01"});
  BOOST_TEST(caches.size() == 11U);
  caches.host.clock().advance(1min);
  caches.use();
  BOOST_TEST(caches.lists() == 2U);
  caches.host.clock().advance(1min);
  caches.use();
  BOOST_TEST(caches.lists() == 2U);
  caches.host.clock().advance(1min);
  caches.use();
  BOOST_TEST(caches.lists() == 3U);
}

BOOST_AUTO_TEST_CASE(a_region_goes_when_its_complex_is_404) {
  Caches caches;
  caches.use();
  caches.server.faults.add({.kind = sim::Fault::Kind::status, .status = 404, .path = "MDRDES01"});
  caches.host.clock().advance(1441min);
  caches.use();
  BOOST_TEST(caches.size() == 11U);
  auto const map = caches.regions.regions(caches.call, "test").value();
  BOOST_TEST_REQUIRE(map->dropped.size() == 1U);
  BOOST_TEST(map->dropped[0].code == "NO_COMPLEX");
  BOOST_TEST(!map->incomplete);
}

BOOST_AUTO_TEST_CASE(diverge_4_1_the_age_is_shown_and_two_missed_intervals_are_warned_about_once_an_hour) {
  Caches caches;
  caches.use();
  caches.server.faults.add({.kind = sim::Fault::Kind::drop});
  caches.host.clock().advance(2 * 1440min - 1min);
  caches.use();
  BOOST_TEST(caches.warnings("minutes old") == 0U);
  caches.host.clock().advance(1min);
  caches.use();
  BOOST_TEST(caches.host.counted("conductor_aai_region_cache_age_seconds") == 2 * 1440 * 60.0);
  BOOST_TEST(caches.warnings("minutes old") == 1U);
  caches.host.clock().advance(59min);
  caches.use();
  BOOST_TEST(caches.warnings("minutes old") == 1U);
  caches.host.clock().advance(1min);
  caches.regions.observe();
  BOOST_TEST(caches.warnings("minutes old") == 2U);
}

BOOST_AUTO_TEST_CASE(diverge_4_2_every_complex_has_an_age_of_its_own) {
  Caches caches;
  auto const read = [&](std::string const& id) { return caches.complexes.read(caches.call, "test", id).value()->id(); };
  read("LYONFR01");
  caches.host.clock().advance(1000min);
  read("PARSFR02");
  caches.host.clock().advance(440min);
  read("LYONFR01");
  read("PARSFR02");
  BOOST_TEST(caches.server.count("/LYONFR01") == 2U);
  BOOST_TEST(caches.server.count("/PARSFR02") == 1U);
}

BOOST_AUTO_TEST_CASE(a_complex_whose_link_has_no_version_is_not_asked_for) {
  Caches caches;
  std::vector<plugin::ComplexRef> const refs{{"X", "/aai/cloud-infrastructure/complexes/complex/X"}};
  auto const answers = caches.complexes.read_all(caches.call, "test", refs);
  BOOST_TEST((answers.at(0).error().code == sdk::Errc::unsupported));
  BOOST_TEST(caches.server.targets().empty());
}

BOOST_AUTO_TEST_CASE(a_call_whose_time_is_over_does_not_publish_half_a_map) {
  Caches caches;
  sdk::Call late;
  late.deadline = caches.host.clock().now();
  auto const failed = caches.regions.regions(late, "demand vX");
  BOOST_TEST((failed.error().code == sdk::Errc::timed_out));
  BOOST_TEST(caches.size() == 12U);
}

BOOST_AUTO_TEST_SUITE_END()
