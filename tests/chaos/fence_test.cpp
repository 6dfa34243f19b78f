// Workers that stand still longer than their lease, workers on several hosts, and workers that race for the same plans.
#include "backends.hpp"
#include "site.hpp"
#include "store_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <signal.h>

#include <cstdlib>
#include <map>
#include <set>
#include <thread>

namespace conductor::chaos {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

constexpr auto lease = 3s;
// Where twice of it is the limit, in which a busy machine has to start a process, too.
constexpr auto measured_lease = 5s;

// For each store that this machine has.
template <class Test>
void on_each_store(Test test) {
  for (auto const& kind : backend_kinds()) {
    auto const backend = make_backend(kind.name);
    if (backend == nullptr) continue;
    BOOST_TEST_CONTEXT("on " << kind.name) { test(kind, *backend); }
  }
}

// `ends`: status of each plan.
void judge(Site const& site, std::map<std::string, std::string> const& ends, int claims_of_each = 0) {
  auto const found = read_histories(site.configuration());
  BOOST_TEST(found.size() == ends.size());
  for (auto const& plan : found) {
    for (auto const& complaint : check_finished(plan)) BOOST_ERROR(complaint);
    auto const wanted = ends.find(plan.plan);
    BOOST_TEST((wanted != ends.end()), plan.plan);
    if (wanted != ends.end()) BOOST_TEST(plan.status == wanted->second, plan.plan << " is " << plan.status);
    if (claims_of_each > 0) BOOST_TEST(claims(plan) == claims_of_each, plan.plan);
  }
}

bool wait_for_status(Submitter& client, std::string const& id, std::string const& wanted) {
  for (auto const end = steady_clock::now() + 20s; steady_clock::now() < end; std::this_thread::sleep_for(5ms))
    if (client.status(id) == wanted) return true;
  return false;
}

struct Stopped {
  char const* role;
  char const* point;   // where it waits while it is stopped
  char const* status;  // of the plan then
};
constexpr Stopped stopped_ones[] = {{"controller", "controller.before_handle", "translating"},
                                    {"solver", "solver.before_handle", "solving"},
                                    {"reservation", "reservation.before_handle", "reserving"},
                                    {"data", "rpc.after_claim", "translating"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(fences)

BOOST_AUTO_TEST_CASE(a_worker_that_was_stopped_past_its_lease_is_fenced_when_it_goes_on) {
  on_each_store([](BackendKind const&, Backend const& backend) {
    Site site(backend.configuration(), lease);
    site.start_five();
    Submitter client(site.url());
    std::map<std::string, std::string> plans;
    for (auto const& [role, point, status] : stopped_ones) {
      BOOST_TEST_CONTEXT(role) {
        auto const errand = errand_through(role);
        site.order(role, std::string(point) + "=sleep:1000@1");
        auto const id = client.submit(errand.request);
        BOOST_TEST_REQUIRE(id.has_value());
        plans[*id] = errand.status;
        BOOST_TEST(wait_for_status(client, *id, status));
        std::this_thread::sleep_for(200ms);  // into the pause at the fail-point
        site.process(role).signal(SIGSTOP);
        auto const second = std::string(role) + "2";
        site.start(second, role);
        BOOST_TEST(client.wait_end(*id, errand, 30s) == errand.status);
        site.process(role).signal(SIGCONT);
        // The one that was stopped finds out, drops its work, and is good for more.
        site.stop(second);
        auto const next = client.submit(errand.request);
        BOOST_TEST_REQUIRE(next.has_value());
        plans[*next] = errand.status;
        BOOST_TEST(client.wait_end(*next, errand, 30s) == errand.status);
      }
    }
    site.stop_all();
    judge(site, plans);
  });
}

BOOST_AUTO_TEST_CASE(another_host_takes_over_within_twice_the_lease) {
  on_each_store([](BackendKind const& kind, Backend const& backend) {
    if (!kind.several_hosts) return;
    Site here(backend.configuration(), measured_lease), there(backend.configuration(), measured_lease);
    here.start_five();
    Submitter client(here.url());
    std::map<std::string, std::string> plans;
    for (auto const* role : {"controller", "solver", "reservation", "data"}) {
      BOOST_TEST_CONTEXT(role) {
        auto const errand = errand_through(role);
        here.order(role,
                   role == std::string("data") ? "rpc.after_claim=kill" : std::string(role) + ".after_claim=kill");
        auto const id = client.submit(errand.request);
        BOOST_TEST_REQUIRE(id.has_value());
        plans[*id] = errand.status;
        BOOST_TEST(here.process(role).wait(20s) == 128 + SIGKILL);
        auto const began = steady_clock::now();
        there.start(role, role);
        BOOST_TEST(client.wait_end(*id, errand, 30s) == errand.status);
        auto const took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began);
        BOOST_TEST_MESSAGE("on " << kind.name << ", " << role << " on another host: done " << took.count()
                                 << " ms after the death, lease " << measured_lease.count() << " s");
        BOOST_TEST((took <= 2 * measured_lease), "took " << took.count() << " ms");
        here.start(role, role);
        here.wait_ready(role);
        there.stop(role);
      }
    }
    here.stop_all();
    judge(here, plans);
  });
}

BOOST_AUTO_TEST_CASE(racing_workers_claim_each_plan_exactly_once) {
  char const* const given = std::getenv("CHAOS_PLANS");
  std::size_t const plans = given == nullptr ? 200 : std::stoul(given);
  on_each_store([plans](BackendKind const& kind, Backend const& backend) {
    // Slow machines must not look like dead workers.
    Site site(backend.configuration(), 30s);
    site.start_five();
    for (auto const* role : {"controller", "solver", "reservation"}) site.start(std::string(role) + "2", role);
    for (auto const* role : {"controller2", "solver2", "reservation2"}) site.wait_ready(role);
    Submitter client(site.url());
    auto const errand = errand_through("reservation");  // past all three
    auto const began = steady_clock::now();
    std::vector<std::string> ids;
    while (ids.size() < plans && steady_clock::now() < began + 30min) {
      if (auto id = client.submit(errand.request))
        ids.push_back(*id);
      else
        std::this_thread::sleep_for(200ms);  // the queue is full
    }
    BOOST_TEST(ids.size() == plans);
    std::map<std::string, std::string> ends;
    for (auto const& id : ids) {
      ends[id] = errand.status;
      if (auto const status = client.wait_end(id, errand, 5min); status != errand.status)
        BOOST_ERROR(id + " is " + status);
    }
    auto const took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began).count();
    site.stop_all();
    judge(site, ends, 3);
    // Who did what: a race that one worker wins always is none.
    std::map<std::string, std::map<std::string, int>> shares;
    for (auto const& plan : read_histories(site.configuration()))
      for (auto const& entry : plan.entries)
        if (!entry.owner.empty()) ++shares[entry.status][entry.owner];
    std::string text;
    for (auto const& [status, owners] : shares) {
      BOOST_TEST(owners.size() == 2U, status);
      text += " " + status;
      for (auto const& [owner, count] : owners) text += " " + std::to_string(count);
    }
    BOOST_TEST_MESSAGE("on " << kind.name << ": " << plans << " plans in " << took
                             << " ms, claims by two workers each:" << text);
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::chaos
