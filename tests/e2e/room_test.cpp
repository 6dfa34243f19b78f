// Plans that ask whether there is room, by MultiCloud and by SDN-C, through the whole product; and what becomes of them
// when nobody answers. What the plugins make of answers in detail is their unit tests' business.
#include "tests/e2e/harness.hpp"

#include "tests/simulators/certificates/certificates.hpp"
#include "tests/simulators/multicloud/server.hpp"
#include "tests/simulators/sdnc/server.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::e2e {
namespace {

namespace certificates = simulators::certificates;
namespace multicloud = simulators::multicloud;
namespace peer = simulators::peer;
namespace sdnc = simulators::sdnc;

constexpr char login[] = "username = conductor\npassword = hush-7r2Q:x\n";

// Regions near Brussels in the order of their distance: Saint-Ghislain, Amsterdam, Paris.
json::object gateway_near_brussels(std::string const& constraint) {
  auto content = json::parse(R"({
    "homing_template_version": "2018-02-01",
    "locations": {"customer": {"latitude": 50.85, "longitude": 4.35}},
    "demands": {"gateway": [{"inventory_type": "cloud", "candidates": [
      {"candidate_id": "ghislain", "cloud_owner": "Nord", "location_id": "ghislain", "latitude": 50.45, "longitude": 3.82},
      {"candidate_id": "amsterdam", "cloud_owner": "Nord", "location_id": "amsterdam", "latitude": 52.37, "longitude": 4.9},
      {"candidate_id": "paris", "cloud_owner": "Nord", "location_id": "paris", "latitude": 48.86, "longitude": 2.35}]}]},
    "optimization": {"minimize": {"sum": [{"distance_between": ["customer", "gateway"]}]}}
  })")
                     .as_object();
  content["constraints"] = json::object{{"room", json::parse(constraint)}};
  return content;
}

std::string const vim_fit = R"({"type": "vim_fit", "demands": ["gateway"], "properties": {"controller": "multicloud",
  "request": {"vCPU": 10, "Memory": {"quantity": "10240", "unit": "MB"}, "Storage": {"quantity": 100, "unit": "GB"}}}})";
std::string const region_fit = R"({"type": "region_fit", "demands": ["gateway"],
  "properties": {"controller": "SDN-C", "request": {"bw_up": 200}}})";

// A MultiCloud behind TLS, where Saint-Ghislain is full.
struct Broker {
  Scratch scratch;
  certificates::Files files = certificates::ensure(scratch.path() / "trusted");
  multicloud::Server server{
      {{{"Nord", "ghislain"}, {.vcpus = 10, .memory_gb = 9, .storage_gb = 100}},
       {{"Nord", "amsterdam"}, {.vcpus = 10, .memory_gb = 10, .storage_gb = 100}},
       {{"Nord", "paris"}, {.vcpus = 90, .memory_gb = 90, .storage_gb = 900}}},
      {.username = "conductor", .password = "hush-7r2Q:x"},
      {.certificate = files.server, .key = files.server_key, .client_authority = files.authority}};

  std::string configuration(std::string const& more = "") const {
    return "[vim_controller]\nextensions = multicloud\n[multicloud]\nserver_url = http://127.0.0.1:" +
           std::to_string(server.port()) + "/api/multicloud\nenable_https_mode = true\n" + login +
           "multicloud_rest_timeout = 1\nmulticloud_retries = 1\ncertificate_file = " + files.client.string() +
           "\ncertificate_key_file = " + files.client_key.string() +
           "\ncertificate_authority_bundle_file = " + files.authority.string() + "\n" + more +
           "[solver]\nmax_solver_counter = 1\n";
  }
};

json::object place(Installation const& installation, json::object content) {
  Client client(installation.url());
  return client.wait_final(client.submit({{"template", std::move(content)}}));
}

std::string text_of(json::object const& plan) { return json::serialize(plan); }

std::string chosen(json::object const& plan) {
  BOOST_REQUIRE_MESSAGE(plan.at("status").as_string() == "done", text_of(plan));
  return std::string(plan.at("recommendations").at(0).at("gateway").at("candidate").at("candidate_id").as_string());
}

json::object explanation(Installation const& installation, json::object const& plan) {
  auto const reply =
      Client(installation.url()).send("GET", "/v1/plans/" + std::string(plan.at("id").as_string()) + "/explanation");
  return json::parse(reply.body).as_object();
}

json::object first_drop(json::object const& explained) {
  return explained.at("demands").at("gateway").at("dropped").as_array().at(0).as_object();
}

using conductor::tests::has;

}  // namespace

BOOST_AUTO_TEST_SUITE(room)

BOOST_AUTO_TEST_CASE(a_full_cloud_is_passed_over_and_a_broken_broker_is_not_a_full_one) {
  Broker broker;
  Installation installation(broker.configuration());
  installation.start();
  installation.wait_ready();
  auto const plan = place(installation, gateway_near_brussels(vim_fit));
  BOOST_TEST(chosen(plan) == "amsterdam");
  auto const drop = first_drop(explanation(installation, plan));
  BOOST_TEST(drop.at("candidate_id").as_string() == "ghislain");
  BOOST_TEST(drop.at("text").as_string() ==
             "Nord_ghislain has no room for 10 vCPU, 10 GB of memory and 100 GB of storage");
  BOOST_TEST(broker.server.requests() == std::vector<std::string>{"POST /api/multicloud/v0/check_vim_capacity"},
             boost::test_tools::per_element());

  broker.server.faults().add({.kind = peer::Fault::Kind::garbage});
  auto const failed = place(installation, gateway_near_brussels(vim_fit));
  BOOST_TEST(failed.at("status").as_string() == "error");
  BOOST_TEST(has(text_of(failed),
                 "constraint room: VIM controller multicloud: MultiCloud answered 200 to POST "
                 "/v0/check_vim_capacity with a body that is no JSON object"),
             text_of(failed));
  installation.stop();
}

BOOST_AUTO_TEST_CASE(a_broker_whose_failures_may_pass_keeps_everybody_and_the_plan_says_so) {
  Broker broker;
  Installation installation(broker.configuration("remote_failure = open\n"));
  // Over the store from role to role.
  installation.start_five();
  broker.server.faults().add({.kind = peer::Fault::Kind::status, .status = 503});
  auto const plan = place(installation, gateway_near_brussels(vim_fit));
  BOOST_TEST(chosen(plan) == "ghislain");
  std::string const note =
      "constraint 'room' (vim_fit): not checked, multicloud could not be asked: MultiCloud answered 503 to POST "
      "/v0/check_vim_capacity";
  BOOST_TEST(plan.at("message").as_string() == note);
  BOOST_TEST(explanation(installation, plan).at("notes") == json::array{json::value(note)});
  installation.stop();
}

BOOST_AUTO_TEST_CASE(a_region_without_bandwidth_is_passed_over_with_the_controllers_reason) {
  sdnc::Sdnc network({.username = "conductor", .password = "hush-7r2Q:x"});
  network.set_room("cloud", "ghislain", {.upstream = 80});
  network.set_room("cloud", "paris", {.upstream = 1000});
  sdnc::Server server(network, {});
  Installation installation("[service_controller]\nextensions = sdnc\n[sdnc]\nserver_url = http://127.0.0.1:" +
                            std::to_string(server.port()) + "/rests\n" + login);
  installation.start();
  installation.wait_ready();
  auto const plan = place(installation, gateway_near_brussels(region_fit));
  BOOST_TEST(chosen(plan) == "paris");
  auto const drop = first_drop(explanation(installation, plan));
  BOOST_TEST(drop.at("candidate_id").as_string() == "ghislain");
  BOOST_TEST(std::string_view(drop.at("text").as_string()).starts_with("sdnc finds no capacity: "));

  // What the network cannot check at all fails the plan; it is not "nothing fits".
  network.fail_inside_200("500", 9);
  BOOST_TEST(place(installation, gateway_near_brussels(region_fit)).at("status").as_string() == "error");
  installation.stop();
}

BOOST_AUTO_TEST_CASE(instances_are_asked_about_by_instance_fit_and_regions_are_not) {
  sdnc::Sdnc network;
  network.set_room("service", "svc-b", {.upstream = 1000});
  sdnc::Server server(network, {});
  Installation installation("[service_controller]\nextensions = sdnc\n[sdnc]\nserver_url = http://127.0.0.1:" +
                            std::to_string(server.port()) + "/rests\n");
  installation.start();
  installation.wait_ready();
  auto content = gateway_near_brussels(R"({"type": "instance_fit", "demands": ["gateway"],
      "properties": {"controller": "sdn-c", "request": {"bw_up": 200}}})");
  content["parameters"] = json::object{{"request_type", "initial"}};
  content["demands"] = json::parse(R"({"gateway": [
      {"inventory_type": "service", "candidates": [
        {"candidate_id": "svc-a", "latitude": 50.8, "longitude": 4.3}, {"candidate_id": "svc-b", "latitude": 48.86, "longitude": 2.35}]},
      {"inventory_type": "cloud", "candidates": [{"candidate_id": "far", "latitude": 0, "longitude": 0}]}]})");
  BOOST_TEST(chosen(place(installation, content)) == "svc-b");
  auto const inputs = network.inputs();
  BOOST_REQUIRE(inputs.size() == 1U);
  auto const& asked = inputs[0].at("candidate").as_array();
  BOOST_REQUIRE(asked.size() == 2U);
  BOOST_TEST(asked[0].at("change-type").as_string() == "new-start");

  network.set_room("service", "svc-b", {.upstream = 100});
  BOOST_TEST(chosen(place(installation, content)) == "far");
  installation.stop();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
