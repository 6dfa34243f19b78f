// conductor status: what it finds in a store and hears from processes, and how people see it.
#include "core/rpc/direct_server.hpp"
#include "services/cli/status.hpp"
#include "tests/core/rpc/network.hpp"
#include "tests/core/store/test_world.hpp"
#include "tests/services/cli/fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::cli::test {

BOOST_AUTO_TEST_SUITE(cli_status)

namespace {

using namespace std::chrono_literals;
using tests::World;

// A process that has registered and answers what the test says.
struct Registered {
  Registered(World& in_world, tests::Network& on_network, std::string name, std::string const& roles, bool reachable,
             json::object answer)
      : network(on_network), id(std::move(name)), pools({}, {}) {
    own.add(rpc::own_topic, rpc::status_method,
            [answer = std::move(answer)](sdk::Call const&, json::value const&) { return json::value(answer); });
    server = std::make_unique<rpc::DirectServer>(rpc::DirectServer::Options{.worker = id}, methods, own, pools,
                                                 in_world.clock(), in_world.log());
    if (reachable)
      network.listen("/net/" + id, [this](rpc::DirectServer::Opening opening) { server->connect(std::move(opening)); });
    sdk::WorkerInfo const row{.id = id,
                              .seq = 7,
                              .ttl_ms = 30'000,
                              .info = {{"roles", roles},
                                       {"host", "here"},
                                       {"pid", "4711"},
                                       {"topics", ""},
                                       {"rpc_version", "1"},
                                       {"rpc_unix", "unix:/net/" + id}}};
    BOOST_REQUIRE(static_cast<bool>(in_world.memory.worker_register(in_world.call(), row)));
  }
  ~Registered() {
    network.unplug("/net/" + id);
    server->stop();
    pools.close();
  }
  tests::Network& network;
  std::string id;
  rpc::Methods methods, own;
  rpc::Pools pools;
  std::unique_ptr<rpc::DirectServer> server;
};

json::object ready_answer() {
  return {{"program", "conductor"},
          {"version", "1.0.0"},
          {"uptime_s", 90},
          {"ready", true},
          {"reasons", json::array()},
          {"waiting", json::object{{"data", 0}}},
          {"peers", json::array{json::object{{"worker", "fast"},
                                             {"address", "unix:/x"},
                                             {"calls", 5},
                                             {"failures", 0},
                                             {"mean_ms", 1.5},
                                             {"left_out", false},
                                             {"last_error", ""}},
                                json::object{{"worker", "slow"},
                                             {"address", "unix:/y"},
                                             {"calls", 3},
                                             {"failures", 2},
                                             {"mean_ms", 800.0},
                                             {"left_out", true},
                                             {"last_error", "it has closed the connection"}}}}};
}

struct Installed {
  World world;
  tests::Network network;
  tests::NetworkDialer dialer{network};
  sdk::Result<json::object> gather(std::vector<std::string> roles) {
    StatusSources const sources{.store = world.store,
                                .store_name = "memory",
                                .dialer = dialer,
                                .clock = world.clock(),
                                .host = "here",
                                .state_path = world.host.state_path(),
                                .roles = std::move(roles)};
    return gather_status(sources, world.call());
  }
};

std::string printed(json::object const& status) {
  std::ostringstream out;
  print_status(out, status, false);
  return out.str();
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_healthy_installation_is_said_to_be_so) {
  Installed site;
  Registered const one(site.world, site.network, "one", "api,solver", true, ready_answer());
  auto const status = site.gather({"api", "solver"});
  BOOST_REQUIRE(status.has_value());
  BOOST_TEST(status->at("healthy").as_bool(), json::serialize(*status));
  auto const& process = status->at("processes").at(0);
  BOOST_TEST(process.at("state").as_string() == "ready");
  BOOST_TEST(process.at("lease").at("beats").as_int64() == 7);
  BOOST_TEST(status->at("peers").at(0).at("to").as_string() == "slow");
  auto const table = printed(*status);
  for (auto const* part : {"store memory: healthy", "api,solver", "4711", "ready", "1 min 30 s", "no plans", "800 ms",
                           "left out", "one: slow is left out: it has closed the connection"})
    BOOST_TEST(has(table, part), table);
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_silent_or_not_ready_makes_it_unhealthy_and_is_told) {
  Installed site;
  auto tired = ready_answer();
  tired["ready"] = false;
  tired["reasons"] = json::array{"data: A&AI does not answer"};
  tired["waiting"] = json::object{{"data", 12}};
  Registered const one(site.world, site.network, "one", "data", true, tired);
  Registered const gone(site.world, site.network, "two", "solver", false, {});
  auto const status = site.gather({"api", "data", "solver"});
  BOOST_REQUIRE(status.has_value());
  BOOST_TEST(!status->at("healthy").as_bool());
  BOOST_TEST(json::serialize(status->at("missing_roles")) == "[\"api\"]");
  BOOST_TEST(status->at("processes").at(1).at("state").as_string() == "no answer");
  auto const table = printed(*status);
  for (auto const* part : {"role api: no process runs it", "one: data: A&AI does not answer",
                           "one: 12 calls wait for topic data", "two: cannot connect to unix:/net/two"})
    BOOST_TEST(has(table, part), table);
}

BOOST_AUTO_TEST_CASE(an_answer_cannot_replace_what_the_store_says_of_the_process) {
  Installed site;
  auto answer = ready_answer();
  for (auto const* name : {"worker", "roles", "host", "pid", "lease", "plans"}) answer[name] = 5;
  answer["peers"] = json::array{json::object{{"from", 5}, {"to", 5}}, 5};
  Registered const one(site.world, site.network, "one", "data", true, answer);
  auto const status = site.gather({"data"});
  BOOST_REQUIRE(status.has_value());
  auto const& process = status->at("processes").at(0);
  BOOST_TEST(process.at("worker").as_string() == "one");
  BOOST_TEST(json::serialize(process.at("roles")) == R"(["data"])");
  BOOST_TEST(process.at("lease").at("beats").as_int64() == 7);
  BOOST_TEST(status->at("healthy").as_bool());
  printed(*status);
}

BOOST_AUTO_TEST_CASE(plans_are_counted_by_status_with_the_age_of_the_oldest_and_their_holders) {
  Installed site;
  store::Plans plans(site.world.store, site.world.clock());
  for (auto const* id : {"p1", "p2", "p3"}) {
    BOOST_REQUIRE(plans.create(site.world.call(), tests::new_plan(id)).has_value());
    site.world.clock().advance(10s);
  }
  auto const row = site.world.memory.get(site.world.call(), "plans", "p2", sdk::Strength::strong).value;
  sdk::Expect same;
  same.version = row.version;
  BOOST_REQUIRE(static_cast<bool>(site.world.memory.update(
      site.world.call(), "plans", "p2", {{"status", std::string("solving")}, {"claim", std::string("one/x")}}, same,
      sdk::random_id(), sdk::Durability::full)));
  Registered const one(site.world, site.network, "one", "solver", true, ready_answer());
  auto const status = site.gather({"solver"});
  BOOST_REQUIRE(status.has_value());
  for (auto const& each : status->at("plans").as_array()) {
    auto const name = each.at("status").as_string();
    BOOST_TEST(each.at("count").to_number<int>() == (name == "template" ? 2 : name == "solving" ? 1 : 0));
    if (name == "template") BOOST_TEST(each.at("oldest_s").to_number<int>() == 30);
    if (name == "solving") BOOST_TEST(each.at("oldest_s").to_number<int>() == 20);
  }
  BOOST_TEST(status->at("processes").at(0).at("plans").to_number<int>() == 1);
}

BOOST_AUTO_TEST_CASE(a_store_that_does_not_answer_is_the_error) {
  Installed site;
  site.world.store.down = true;
  auto const status = site.gather({});
  BOOST_REQUIRE(!status.has_value());
  BOOST_TEST(has(status.error().text, "the test's store is down"), status.error().text);
}

BOOST_AUTO_TEST_CASE(nobody_there_is_said_in_words) {
  Installed site;
  auto const status = site.gather({"api"});
  BOOST_REQUIRE(status.has_value());
  BOOST_TEST(!status->at("healthy").as_bool());
  BOOST_TEST(has(printed(*status), "no process has registered with this store"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::cli::test
