// Clocks that are wrong: of this host, and of this host against the servers.
#include "music_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <ctime>

using namespace conductor;
using namespace std::chrono_literals;
using sdk::Outcome;
using test::full;
using Fixture = test::MusicFixture;

namespace {

// The real time, as a server writes it.
std::string real_date() {
  auto const now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

std::size_t lines_about_clocks(test::RealHost const& host) {
  auto const lines = host.lines();
  return static_cast<std::size_t>(std::count_if(
      lines.begin(), lines.end(), [](std::string const& line) { return line.find("clock") != std::string::npos; }));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(music_clocks)

BOOST_AUTO_TEST_CASE(updated_ms_grows_though_the_wall_clock_jumps_back) {
  for (auto const* const layout : {"native", "compat"}) {
    Fixture test({}, {{"layout", layout}});
    auto const before = test.plan("p");
    test.host.clock().shift = -1h;
    sdk::Expect expect;
    expect.version = before.version;
    auto const update = [&](std::string const& name) {
      return test.store->update(test.call(), "plans", "p", {{"name", name}}, expect, sdk::random_id(), full).outcome;
    };
    BOOST_TEST((update("first") == Outcome::ok), layout);
    BOOST_TEST(test.row("p").updated_ms == before.updated_ms + 1, layout);
    BOOST_TEST((test.row("p").version != before.version), layout);
    BOOST_TEST((update("second") == Outcome::conflict), layout);
  }
}

// Changes lie in slots of time, which all hosts must count alike.
BOOST_AUTO_TEST_CASE(hosts_whose_clock_is_wrong_hear_of_each_other_by_the_time_of_the_servers) {
  Fixture test({}, {{"polling_interval", 0.1}});
  test::SimulatedHost wrong(test.music);
  wrong.clock().shift = -1h;
  auto const other = test::open_music(wrong, {{"polling_interval", 0.1}});
  test.host.client().date = real_date;
  wrong.client().date = real_date;
  // Any answer tells.
  test.row("x");
  BOOST_TEST(static_cast<bool>(other->count(test::call_of(wrong.clock()), "plans", {})));
  BOOST_TEST(lines_about_clocks(wrong) == 1U);
  BOOST_TEST(lines_about_clocks(test.host) == 0U);
  std::atomic<bool> here = false, there = false;
  auto const watch_here = test.store->watch(test.call(), {{"plans"}}, "",
                                            [&](sdk::Event const& event) { here = here || event.id == "theirs"; });
  auto const watch_there = other->watch(test::call_of(wrong.clock()), {{"plans"}}, "",
                                        [&](sdk::Event const& event) { there = there || event.id == "ours"; });
  test.plan("ours");
  BOOST_TEST(static_cast<bool>(other->insert(test::call_of(wrong.clock()), "plans", "theirs", {}, "op", full)));
  for (int i = 0; i < 500 && !(here && there); ++i) test.host.clock().sleep_for(10ms, {});
  BOOST_TEST(here, "the right one hears of the wrong one's change");
  BOOST_TEST(there, "the wrong one hears of the right one's change");
  other->stop();
}

BOOST_AUTO_TEST_SUITE_END()
