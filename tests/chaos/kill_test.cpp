// kill -9 of each role at each of its fail-points, on each store: no acknowledged plan is lost, none is done twice,
// none is stuck, and each ends soon after its worker is back.
//
// CHAOS_STORES chooses stores, CHAOS_ROUNDS says how often each point is used (once); CHAOS_STRICT holds the time that
// a plan may take after a restart to what is promised, which needs a machine with nothing else to do.
#include "kill_lane.hpp"
#include "site.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <list>

namespace conductor::chaos {

using namespace std::chrono_literals;

namespace {

constexpr auto patience_when_busy = 20s;

std::string setting(char const* name, std::string const& otherwise) {
  char const* const value = std::getenv(name);
  return value == nullptr ? otherwise : value;
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
  auto const report = run_kill_lane(role, *backend, std::stoi(setting("CHAOS_ROUNDS", "1")), limit);
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
      lanes.emplace_back(
          role,
          e2e::Process({self, "--run_test=kills/one_role", "--log_level=message", "--color_output=no"},
                       scratch.path() / (kind.name + "." + role), {{"CHAOS_ROLE", role}, {"CHAOS_STORES", kind.name}}));
    for (auto& [role, lane] : lanes) {
      auto const status = lane.wait(10min * rounds);
      BOOST_TEST(status == 0, role << " on " << kind.name << ": " << lane.output());
      BOOST_TEST_MESSAGE(lane.output());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::chaos
