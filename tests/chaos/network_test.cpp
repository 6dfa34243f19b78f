// A network that is slow, loses data, or breaks connections: between roles and their store, and between the data role
// and A&AI. Each fault lasts while plans are submitted, then it ends; what was acknowledged has to end well.
#include "backends.hpp"
#include "site.hpp"
#include "store_reader.hpp"

#include "tests/simulators/aai/server.hpp"
#include "tests/support/tcp_proxy.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <thread>

namespace conductor::chaos {

using namespace std::chrono_literals;
using test::TcpProxy;
namespace json = boost::json;

namespace {

struct Weather {
  TcpProxy::Fault fault;
  char const* name;
};
constexpr Weather weathers[] = {{TcpProxy::Fault::delay, "delay"},
                                {TcpProxy::Fault::drop_requests, "drop_requests"},
                                {TcpProxy::Fault::drop_replies, "drop_replies"},
                                {TcpProxy::Fault::reset, "reset"},
                                {TcpProxy::Fault::half_reply, "half_reply"},
                                {TcpProxy::Fault::refuse, "refuse"},
                                {TcpProxy::Fault::black_hole, "black_hole"}};
constexpr auto lease = 3s;

json::object bundled() { return {{"template", e2e::sample_template()}}; }

void judge(Site const& site, std::vector<std::string> const& acknowledged) {
  std::set<std::string> missing(acknowledged.begin(), acknowledged.end());
  for (auto const& plan : read_histories(site.configuration())) {
    for (auto const& complaint : check_finished(plan)) BOOST_ERROR(complaint);
    missing.erase(plan.plan);
  }
  for (auto const& id : missing) BOOST_ERROR("plan " + id + " was acknowledged and is lost");
}

// Waits for plans that nobody was told of, too.
bool all_final(Site const& site) {
  for (int i = 0; i < 300; ++i, std::this_thread::sleep_for(100ms)) {
    auto const plans = read_histories(site.configuration());
    if (std::all_of(plans.begin(), plans.end(), [](auto const& plan) { return check_finished(plan).empty(); }))
      return true;
  }
  return false;
}

// Submits plans while a fault lasts; those that were acknowledged.
std::vector<std::string> submit_for(Submitter& client, std::chrono::milliseconds time) {
  std::vector<std::string> ids;
  for (auto const end = std::chrono::steady_clock::now() + time; std::chrono::steady_clock::now() < end;) {
    if (auto id = client.submit(bundled())) ids.push_back(*id);
    std::this_thread::sleep_for(100ms);
  }
  return ids;
}

template <class Test>
void on_each_store_with_a_network(Test test) {
  for (auto const& kind : backend_kinds()) {
    auto const backend = kind.name == "sqlite" ? nullptr : make_backend(kind.name);
    if (backend == nullptr) continue;
    BOOST_TEST_CONTEXT("on " << kind.name) { test(*backend); }
  }
}

// The place of a host is asked for each time, whatever is remembered of regions.
json::object of_aai() {
  return {{"template", json::parse(R"({
    "homing_template_version": "2018-02-01",
    "locations": {"exchange": {"host_name": "gw-paris-a"}},
    "demands": {"vG": [{"inventory_provider": "aai", "inventory_type": "cloud"}]},
    "optimization": {"minimize": {"sum": [{"distance_between": ["exchange", "vG"]}]}}})")}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(network)

BOOST_AUTO_TEST_CASE(roles_live_through_every_fault_between_them_and_the_store) {
  on_each_store_with_a_network([](Backend const& backend) {
    TcpProxy proxy(static_cast<std::uint16_t>(backend.port()));
    Site site(backend.configuration_at(proxy.port()), lease);
    Site const direct(backend.configuration(), lease);  // to read the store past the faults
    site.start_five();
    Submitter client(site.url());
    std::vector<std::string> acknowledged;
    for (auto const& [fault, name] : weathers) {
      BOOST_TEST_CONTEXT(name) {
        // One plan is under way when it begins.
        if (auto id = client.submit(bundled())) acknowledged.push_back(*id);
        proxy.set(fault);
        for (auto& id : submit_for(client, 1s)) acknowledged.push_back(std::move(id));
        proxy.set(TcpProxy::Fault::none);
        proxy.cut();
        for (auto const& id : acknowledged) BOOST_TEST(client.wait_final(id, 30s) == "done", id);
      }
    }
    BOOST_TEST(!acknowledged.empty());
    BOOST_TEST(all_final(direct));
    site.stop_all();
    judge(direct, acknowledged);
  });
}

BOOST_AUTO_TEST_CASE(a_role_that_is_cut_off_longer_than_its_lease_is_fenced_and_replaced) {
  on_each_store_with_a_network([](Backend const& backend) {
    TcpProxy proxy(static_cast<std::uint16_t>(backend.port()));
    Site here(backend.configuration(), lease), there(backend.configuration_at(proxy.port()), lease);
    std::vector<std::string> acknowledged;
    for (auto const* role : {"api", "controller", "data", "reservation"}) here.start(role, role);
    there.start("solver", "solver");
    for (auto const* role : {"api", "controller", "data", "reservation"}) here.wait_ready(role);
    there.wait_ready("solver");
    Submitter client(here.url());
    there.order("solver", "solver.before_handle=sleep:1000@1");
    auto const id = client.submit(bundled());
    BOOST_TEST_REQUIRE(id.has_value());
    acknowledged.push_back(*id);
    while (client.status(*id) != "solving") std::this_thread::sleep_for(5ms);
    proxy.set(TcpProxy::Fault::black_hole);
    here.start("solver", "solver");
    BOOST_TEST(client.wait_final(*id, 30s) == "done");
    proxy.set(TcpProxy::Fault::none);
    proxy.cut();
    here.stop("solver");
    auto const next = client.submit(bundled());
    BOOST_TEST_REQUIRE(next.has_value());
    acknowledged.push_back(*next);
    BOOST_TEST(client.wait_final(*next, 60s) == "done");  // by the one that was cut off
    there.stop_all();
    here.stop_all();
    judge(here, acknowledged);
  });
}

BOOST_AUTO_TEST_CASE(plans_live_through_every_fault_between_data_and_aai) {
  simulators::aai::Server aai(simulators::aai::example_world(), {}, {});
  TcpProxy proxy(aai.port());
  Site site(
      "[inventory_provider]\nextensions = aai\n[aai]\nserver_url = http://127.0.0.1:" + std::to_string(proxy.port()) +
          "/aai\nserver_url_version = v23\naai_rest_timeout = 1\naai_retries = 3\ncache_refresh_interval = 1000\n",
      lease);
  site.start_five();
  Submitter client(site.url());
  std::vector<std::string> acknowledged;
  for (auto const& [fault, name] : weathers) {
    BOOST_TEST_CONTEXT(name) {
      proxy.set(fault);
      auto const id = client.submit(of_aai());
      BOOST_TEST_REQUIRE(id.has_value());
      acknowledged.push_back(*id);
      std::this_thread::sleep_for(500ms);
      proxy.set(TcpProxy::Fault::none);
      proxy.cut();
      BOOST_TEST(client.wait_final(*id, 30s) == "done", json::serialize(client.plan(*id)));
    }
  }
  // One that does not end: the plan does, and says why.
  proxy.set(TcpProxy::Fault::refuse);
  auto const id = client.submit(of_aai());
  BOOST_TEST_REQUIRE(id.has_value());
  acknowledged.push_back(*id);
  BOOST_TEST(client.wait_final(*id, 60s) == "error");
  auto const plan = json::serialize(client.plan(*id));
  BOOST_TEST(plan.find("no response from A&AI") != plan.npos, plan);
  proxy.set(TcpProxy::Fault::none);
  site.stop_all();
  judge(site, acknowledged);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::chaos
