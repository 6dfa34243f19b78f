// The main job from request to recommendation, in one process and in five.
#include "tests/e2e/harness.hpp"

#include <boost/test/unit_test.hpp>

#include <signal.h>

namespace conductor::e2e {
namespace {

using namespace std::chrono_literals;

std::string text_of(json::object const& plan) { return json::serialize(plan); }

void check_sample(json::object const& plan) {
  BOOST_REQUIRE_MESSAGE(plan.at("status").as_string() == "done", text_of(plan));
  auto const& first = plan.at("recommendations").as_array().at(0).as_object();
  BOOST_REQUIRE(first.size() == 2U);
  auto const& mux = first.at("mux").as_object();
  auto const& gateway = first.at("gateway").as_object();
  BOOST_TEST(mux.at("candidate").at("cloud_owner").as_string() == "aws");
  BOOST_TEST(mux.at("inventory_provider").as_string() == "file");
  BOOST_TEST(mux.at("candidate").at("is_rehome").as_string() == "false");
  // Saint-Ghislain is the nearest region to Brussels of all; of aws it is Paris.
  BOOST_TEST(gateway.at("candidate").at("candidate_id").as_string() == "europe-west1");
  BOOST_TEST(mux.at("candidate").at("candidate_id").as_string() == "eu-west-3");
  BOOST_TEST(plan.at("solver_info").as_array().at(0).at("status").as_string() == "optimal");
}

double value_of(json::object const& plan, std::size_t solution = 0) {
  return plan.at("solver_info").as_array().at(solution).at("value").to_number<double>();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(placement_test)

BOOST_AUTO_TEST_CASE(one_process_places_the_sample_and_keeps_it_over_a_restart) {
  Installation installation;
  installation.start();
  installation.wait_ready();
  std::string id;
  json::object before;
  {
    Client client(installation.url());
    id = client.submit({{"name", "sample"}, {"template", sample_template()}});
    before = client.wait_final(id);
    check_sample(before);
  }
  installation.stop();
  installation.start();
  installation.wait_ready();
  Client client(installation.url());
  auto after = client.plan(id);
  before.erase("links");  // the port is another one
  after.erase("links");
  BOOST_TEST(text_of(after) == text_of(before));
  installation.stop();
}

BOOST_AUTO_TEST_CASE(five_processes_on_one_store_place_the_sample) {
  Installation installation;
  installation.start_five();
  Client client(installation.url());
  check_sample(client.wait_final(client.submit({{"template", sample_template()}})));
  installation.stop();
}

BOOST_AUTO_TEST_CASE(the_worked_example_has_the_values_of_the_specification) {
  Installation installation;
  installation.start();
  installation.wait_ready();
  Client client(installation.url());
  auto const optimal = client.wait_final(client.submit({{"template", worked_example()}}));
  BOOST_REQUIRE_MESSAGE(optimal.at("status").as_string() == "done", text_of(optimal));
  BOOST_TEST(value_of(optimal) == 308.106194, boost::test_tools::tolerance(1e-8));
  auto const first =
      client.wait_final(client.submit({{"template", worked_example()}, {"solver", {{"strategy", "fit_first"}}}}));
  BOOST_TEST(value_of(first) == 435.671599, boost::test_tools::tolerance(1e-8));
  // Candidates are unique unless the demand says otherwise: each is offered once, and the third has no partner left.
  auto const unique = client.wait_final(client.submit({{"template", worked_example()}, {"num_solution", "3"}}));
  BOOST_REQUIRE(unique.at("recommendations").as_array().size() == 2U);
  BOOST_TEST(value_of(unique, 1) == 435.671599, boost::test_tools::tolerance(1e-8));
  auto shared = worked_example();
  for (auto const* demand : {"edge", "core"})
    shared["demands"].at(demand).as_array().at(0).as_object()["unique"] = "false";
  auto const three = client.wait_final(client.submit({{"template", std::move(shared)}, {"num_solution", "3"}}));
  BOOST_REQUIRE(three.at("recommendations").as_array().size() == 3U);
  BOOST_TEST(value_of(three, 1) == 327.284688, boost::test_tools::tolerance(1e-8));
  BOOST_TEST(value_of(three, 2) == 335.152744, boost::test_tools::tolerance(1e-8));
  installation.stop();
}

BOOST_AUTO_TEST_CASE(bad_templates_end_in_error_with_a_message_and_the_service_keeps_running) {
  Installation installation;
  installation.start();
  installation.wait_ready();
  Client client(installation.url());
  struct Case {
    char const* change;  // JSON merged over the sample's top level
    char const* words;
  };
  for (
      auto const& [change, words] :
      {Case{R"({"homing_template_version": "2015-01-01"})", "conductor_template_version must be one of"},
       Case{R"({"demands": {}})", "demand is not provided in the template"},
       Case{R"({"constraints": {"c": {"demands": ["mux"]}}})", "Unsupported type 'None' found in constraint named 'c'"},
       Case{R"({"constraints": {"c": {"type": "hpa", "demands": ["mux"], "properties": {"evaluate": []}}}})",
            "No value specified for property 'evaluate' in constraint named 'c'"},
       Case{R"({"locations": {"customer": {"latitude": 91, "longitude": 0}}})", "91"},
       Case{
           R"({"demands": {"mux": [{"inventory_provider": "nobody", "inventory_type": "cloud"}], "gateway": [{"inventory_provider": "file", "inventory_type": "cloud"}]}})",
           "Unsupported inventory provider nobody in demand mux"},
       Case{R"({"optimization": {"maximize": {}}})", "Optimization must contain a single goal of 'minimize'."}}) {
    auto content = sample_template();
    auto const changes = json::parse(change).as_object();
    for (auto const& [key, value] : changes) content[key] = value;
    auto const plan = client.wait_final(client.submit({{"template", std::move(content)}}));
    BOOST_TEST_CONTEXT(change) {
      BOOST_TEST(plan.at("status").as_string() == "error");
      BOOST_TEST(text_of(plan).find(words) != std::string::npos, text_of(plan));
    }
  }
  check_sample(client.wait_final(client.submit({{"template", sample_template()}})));
  installation.stop();
}

BOOST_AUTO_TEST_CASE(nothing_that_fits_is_not_found) {
  Installation installation;
  installation.start();
  installation.wait_ready();
  Client client(installation.url());
  auto content = sample_template();
  content["constraints"].at("near").at("properties").as_object()["distance"] = "< 1 km";
  auto const plan = client.wait_final(client.submit({{"template", std::move(content)}}));
  BOOST_TEST(plan.at("status").as_string() == "not found");
  BOOST_TEST(text_of(plan).find("search failed, no recommendations found by machine") != std::string::npos,
             text_of(plan));
  installation.stop();
}

BOOST_AUTO_TEST_CASE(a_plan_that_asks_for_reservations_without_a_controller_ends_in_error) {
  Installation installation;
  installation.start();
  installation.wait_ready();
  Client client(installation.url());
  auto const plan = client.wait_final(client.submit({{"template", reserving_template()}}));
  BOOST_TEST(plan.at("status").as_string() == "error");
  BOOST_TEST(text_of(plan).find("controller") != std::string::npos, text_of(plan));
  installation.stop();
}

BOOST_AUTO_TEST_CASE(clients_are_let_in_by_password_and_a_deleted_plan_is_gone) {
  Installation installation;
  installation.start();
  installation.wait_ready();
  Client stranger(installation.url(), "tester", "wrong");
  BOOST_TEST(stranger.send("GET", "/v1/plans").status == 401);
  BOOST_TEST(stranger.send("GET", "/v1/plans/healthcheck").status == 200);
  Client client(installation.url());
  auto const id = client.submit({{"template", sample_template()}});
  BOOST_TEST(client.send("DELETE", "/v1/plans/" + id).status == 204);
  BOOST_TEST(client.send("GET", "/v1/plans/" + id).status == 404);
  BOOST_TEST(client.send("DELETE", "/v1/plans/" + id).status == 404);
  BOOST_TEST(installation.process("").output().find("pass:word") == std::string::npos);
  installation.stop();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
