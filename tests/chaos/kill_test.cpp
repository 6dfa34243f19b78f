// kill -9 of each role at each of its fail-points, on each store: no acknowledged plan is lost, none is done twice,
// none is stuck, and each ends soon after its worker is back.
//
// CHAOS_STORES chooses stores, CHAOS_ROUNDS says how often each point is used (once); CHAOS_STRICT holds the time that
// a plan may take after a restart to what is promised, which needs a machine with nothing else to do.
#include "kill_lane.hpp"
#include "site.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <list>
#include <map>
#include <thread>

namespace conductor::chaos {

using namespace std::chrono_literals;

namespace {

constexpr auto patience_when_busy = 20s;
constexpr int rounds_between_reports = 10;

std::string setting(char const* name, std::string const& otherwise) {
  char const* const value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

// Prints what lanes say while they run, until all have ended or `at_most` is over.
void follow(std::list<std::pair<std::string, e2e::Process>>& lanes, std::chrono::milliseconds at_most) {
  std::map<e2e::Process const*, std::size_t> printed;
  auto const end = std::chrono::steady_clock::now() + at_most;
  for (bool running = true; running && std::chrono::steady_clock::now() < end;) {
    std::this_thread::sleep_for(1s);
    running = false;
    for (auto& [role, lane] : lanes) {
      running = lane.running() || running;
      auto const text = lane.output();
      auto const whole = text.rfind('\n') + 1;
      auto& from = printed[&lane];
      if (whole > from) BOOST_TEST_MESSAGE(text.substr(from, whole - from - 1));
      from = std::max(from, whole);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kills)

// One lane, in a process of its own; started by the case below.
BOOST_AUTO_TEST_CASE(one_role) {
  auto const role = setting("CHAOS_ROLE", "");
  if (role.empty()) return;
  auto const kind = backend_kinds().front();
  auto const backend = make_backend(kind.name);
  BOOST_TEST_REQUIRE(backend != nullptr);
  auto const limit = setting("CHAOS_STRICT", "").empty() ? std::chrono::milliseconds(patience_when_busy) : kind.restart;
  auto const rounds = std::stoi(setting("CHAOS_ROUNDS", "1"));
  auto const tell = [&](int done, LaneReport const& report) {
    if (done % rounds_between_reports == 0 && done < rounds)
      BOOST_TEST_MESSAGE("on " << kind.name << ", " << role << ": " << done << " of " << rounds << " rounds, "
                               << report.faults.size() << " faults");
  };
  auto const report = run_kill_lane(role, *backend, rounds, limit, tell);
  BOOST_TEST_MESSAGE("on " << kind.name << ", " << role << ": " << summary(report));
  if (!setting("CHAOS_VERBOSE", "").empty())
    for (auto const& end : report.ends) BOOST_TEST_MESSAGE("    " << end.took.count() << " ms at " << end.point);
  for (auto const& fault : report.faults) BOOST_ERROR(fault);
  BOOST_TEST(!report.ends.empty());
}

BOOST_AUTO_TEST_CASE(every_role_dies_at_every_point_and_nothing_is_lost_or_done_twice) {
  if (!setting("CHAOS_ROLE", "").empty()) return;
  e2e::Scratch const scratch;
  auto const self = std::filesystem::read_symlink("/proc/self/exe").string();
  auto const rounds = std::stoi(setting("CHAOS_ROUNDS", "1"));
  for (auto const& kind : backend_kinds()) {
    if (make_backend(kind.name) == nullptr) continue;
    std::list<std::pair<std::string, e2e::Process>> lanes;
    for (auto const* role : roles)
      lanes.emplace_back(role, e2e::Process({self, "--run_test=kills/one_role", "--log_level=message",
                                             "--report_level=no", "--color_output=no"},
                                            scratch.path() / (kind.name + "." + role),
                                            {{"CHAOS_ROLE", role}, {"CHAOS_STORES", kind.name}}));
    follow(lanes, 10min * rounds);
    for (auto& [role, lane] : lanes) {
      auto const status = lane.wait(0s);
      BOOST_TEST(status == 0, role << " on " << kind.name << ": " << lane.output());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::chaos
