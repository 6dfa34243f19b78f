// Plans whose cloud region is brought up by the order of another plan wait, and go on when it is released.
#include "tests/e2e/harness.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::e2e {

BOOST_AUTO_TEST_SUITE(order_locks)

namespace {

using namespace std::chrono_literals;

json::object gateway(std::string const& resource) {
  auto content = json::parse(R"({
    "homing_template_version": "2018-02-01",
    "locations": {"customer": {"latitude": 50.85, "longitude": 4.35}},
    "demands": {"gateway": [{"inventory_type": "cloud",
      "conflict_identifier": [{"get_candidate_attribute": "location_id"}, "gateway"], "candidates": [
      {"candidate_id": "ghislain", "cloud_owner": "Nord", "location_id": "ghislain", "latitude": 50.45, "longitude": 3.82},
      {"candidate_id": "paris", "cloud_owner": "Nord", "location_id": "paris", "latitude": 48.86, "longitude": 2.35}]}]},
    "optimization": {"minimize": {"sum": [{"distance_between": ["customer", "gateway"]}]}}
  })")
                     .as_object();
  content["demands"].at("gateway").at(0).as_object()["service_resource_id"] = resource;
  return {{"template", std::move(content)}};
}

std::string status_of(json::object const& plan) { return std::string(plan.at("status").as_string()); }

std::string wait_for(Client& client, std::string const& id, std::string const& status) {
  std::string seen;
  auto const until = std::chrono::steady_clock::now() + 20s;
  while (std::chrono::steady_clock::now() < until && (seen = status_of(client.plan(id))) != status)
    std::this_thread::sleep_for(10ms);
  return seen;
}

json::value release(Client& client, std::string const& word, std::string const& resource) {
  json::object const body{{"release-locks", {{{"status", word}, {"service-resource-id", resource}}}}};
  auto const reply = client.send("POST", "/v1/release-orders", json::serialize(body));
  BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.body);
  return json::parse(reply.body);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_plan_waits_for_the_spin_up_of_another_and_is_done_after_its_release) {
  Installation installation;
  installation.start_five();
  installation.wait_ready();
  Client client(installation.url());
  auto const first = client.submit(gateway("res-1"));
  BOOST_TEST(status_of(client.wait_final(first)) == "done");
  auto const second = client.submit(gateway("res-2"));
  BOOST_TEST(wait_for(client, second, "waiting spinup") == "waiting spinup");
  auto const waiting = client.plan(second);
  BOOST_TEST(waiting.at("solver_info").at(0).at("provisional").as_bool());

  auto const answer = release(client, "completed", "res-1");
  BOOST_TEST(answer.at("message").as_array().size() == 1U);
  auto const done = client.wait_final(second);
  BOOST_TEST(status_of(done) == "done");
  BOOST_TEST(!done.at("solver_info").at(0).as_object().contains("provisional"));
  installation.stop();
}

BOOST_AUTO_TEST_CASE(a_plan_that_waits_for_a_spin_up_that_fails_ends_in_error) {
  Installation installation;
  installation.start();
  installation.wait_ready();
  Client client(installation.url());
  BOOST_TEST(status_of(client.wait_final(client.submit(gateway("res-1")))) == "done");
  auto const second = client.submit(gateway("res-2"));
  BOOST_TEST(wait_for(client, second, "waiting spinup") == "waiting spinup");
  release(client, "failed", "res-1");
  auto const failed = client.wait_final(second);
  BOOST_TEST(status_of(failed) == "error");
  BOOST_TEST(std::string(failed.at("message").as_string()) ==
             "Error due to failed cloud candidate spin-up in MSO (service_resource_id: res-1).");
  // The region is free again.
  BOOST_TEST(status_of(client.wait_final(client.submit(gateway("res-3")))) == "done");
  installation.stop();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
