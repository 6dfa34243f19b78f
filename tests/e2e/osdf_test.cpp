// A deployed client, ONAP OSDF, as the specification describes it (API specification, WIRE lines): what it sends, which
// answers it refuses, what it reads. Written from that text alone; it stands for every client that must work unchanged.
#include "tests/e2e/harness.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <thread>

namespace conductor::e2e {
namespace {

using namespace std::chrono_literals;

// Throws std::runtime_error where the real one gives up.
class Osdf {
 public:
  explicit Osdf(std::string url) : url_(std::move(url)), client_(url_) {}

  // Always exactly these five fields, the number of solutions as digits in a text, and the transaction id under a name
  // with an underscore. Returns the path of the plan.
  std::string submit(std::string const& request_id, json::object content) {
    json::object const body{{"name", request_id},
                            {"files", json::object()},
                            {"timeout", 600},
                            {"num_solution", "2"},
                            {"template", std::move(content)}};
    auto const reply = client_.send("POST", "/v1/plans", json::serialize(body),
                                    {{"Content-Type", "application/json"}, {"transaction_id", request_id}});
    if (reply.status != 201) throw std::runtime_error("refused: " + std::to_string(reply.status) + " " + reply.body);
    accepted_ = json::parse(reply.body).as_object();
    if (accepted_.at("status").as_string() != "template") throw std::runtime_error("not accepted: " + reply.body);
    // A list inside a list.
    std::string const link(accepted_.at("links").as_array().at(0).as_array().at(0).at("href").as_string());
    if (!link.starts_with(url_)) throw std::runtime_error("the link leads elsewhere: " + link);
    return link.substr(url_.size());
  }

  // Asks until a status that it takes as the end. `solved` is one, it does not wait for the reservation.
  json::object poll(std::string const& path) {
    auto const give_up = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < give_up) {
      auto const reply = client_.send("GET", path);
      if (reply.status != 200) throw std::runtime_error("cannot read: " + reply.body);
      auto const plan = json::parse(reply.body).as_object().at("plans").as_array().at(0).as_object();
      auto const& status = plan.at("status").as_string();
      if (status == "solved" || status == "done" || status == "not found" || status == "error") return plan;
      std::this_thread::sleep_for(20ms);
    }
    throw std::runtime_error("no final status");
  }

  // Slice selection: whether an ended plan means that there is no solution, rather than that something failed.
  static bool no_solution(json::object const& plan) {
    auto const* message = plan.if_contains("message");
    if (message == nullptr || !message->is_array()) return false;
    return std::string_view(message->as_array().at(0).as_string()).find("Unable to find any") != std::string_view::npos;
  }

  json::object const& accepted() const { return accepted_; }

 private:
  std::string url_;
  Client client_;
  json::object accepted_;
};

struct Running {
  explicit Running(std::string const& more = "") : installation(more) {
    installation.start();
    installation.wait_ready();
  }
  ~Running() { installation.stop(); }
  Installation installation;
};

std::string text(json::value const& value) { return json::serialize(value); }

}  // namespace

BOOST_AUTO_TEST_SUITE(osdf_test)

BOOST_AUTO_TEST_CASE(it_submits_polls_and_reads_what_it_copies_onward) {
  Running const running;
  Osdf osdf(running.installation.url());
  auto const plan = osdf.poll(osdf.submit("osdf-7", sample_template()));
  BOOST_REQUIRE_MESSAGE(plan.contains("recommendations"), text(plan));
  BOOST_TEST(plan.at("name").as_string() == "osdf-7");
  BOOST_TEST(plan.at("transaction_id").as_string() == "osdf-7");
  BOOST_TEST(plan.at("id") == osdf.accepted().at("id"));
  for (auto const& solution : plan.at("recommendations").as_array()) {
    for (auto const& [demand, choice] : solution.as_object()) {
      auto const& candidate = choice.at("candidate").as_object();
      BOOST_TEST(!candidate.at("candidate_id").as_string().empty());
      BOOST_TEST(!candidate.at("inventory_type").as_string().empty());
      BOOST_TEST(candidate.at("is_rehome").is_string());
      // Unknown values are null, never absent.
      for (auto const* key : {"cloud_owner", "location_type", "location_id"})
        BOOST_TEST(candidate.contains(key), demand << " has no " << key);
      for (auto const* key : {"physical-location-id", "cloud_owner", "aic_version"})
        BOOST_TEST(choice.at("attributes").as_object().contains(key), demand << " has no " << key);
      BOOST_TEST(choice.as_object().contains("service_resource_id"));
      BOOST_TEST(!choice.at("inventory_provider").as_string().empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_demand_without_candidates_is_no_solution_and_not_a_failure) {
  Running const running;
  Osdf osdf(running.installation.url());
  auto nowhere = sample_template();
  nowhere["demands"].at("mux").as_array().at(0).as_object()["region"] = "region-that-is-not-there";
  auto const plan = osdf.poll(osdf.submit("osdf-8", std::move(nowhere)));
  BOOST_TEST(plan.at("status").as_string() == "error");
  BOOST_TEST(Osdf::no_solution(plan), text(plan));
  auto wrong = sample_template();
  wrong["constraints"].at("near").as_object()["type"] = "nearness";
  auto const failed = osdf.poll(osdf.submit("osdf-9", std::move(wrong)));
  BOOST_TEST(failed.at("status").as_string() == "error");
  BOOST_TEST(!Osdf::no_solution(failed), text(failed));
}

BOOST_AUTO_TEST_CASE(documented_forms_are_an_option) {
  Running const running("[api]\nwire_compat = documented\n");
  Osdf osdf(running.installation.url());
  BOOST_CHECK_THROW(osdf.submit("osdf-10", sample_template()), std::exception);
  auto const& link = osdf.accepted().at("links").as_array().at(0);
  BOOST_TEST(link.at("rel").as_string() == "self");
}

BOOST_AUTO_TEST_CASE(its_transaction_id_is_in_the_log_of_everything_that_touched_the_plan) {
  Running running;
  Osdf osdf(running.installation.url());
  auto const plan = osdf.poll(osdf.submit("osdf-transaction-11", reserving_template()));
  Client client(running.installation.url());
  client.wait_final(std::string(plan.at("id").as_string()));
  auto const log = running.installation.process("").output();
  for (auto const* role : {"api", "controller", "solver", "reservation"}) {
    bool found = false;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);)
      found = found || (line.find("osdf-transaction-11") != std::string::npos &&
                        line.find(" " + std::string(role)) != std::string::npos);
    BOOST_TEST(found, "no line of " << role << " has the transaction id");
  }
}

// What the integration tests of the same release send: only name and template, or limit and num_solution together.
BOOST_AUTO_TEST_CASE(the_shorter_requests_of_the_integration_suite_work_too) {
  Running const running;
  Client client(running.installation.url());
  auto const check = [&](json::object const& request, std::size_t most) {
    auto const plan = client.wait_final(client.submit(request));
    BOOST_REQUIRE_MESSAGE(plan.at("status").as_string() == "done", text(plan));
    BOOST_TEST(plan.at("recommendations").as_array().size() <= most);
  };
  check({{"name", "a name with spaces"}, {"template", sample_template()}}, 1);
  check({{"limit", 10}, {"num_solution", "1"}, {"name", "both"}, {"template", sample_template()}}, 1);
  auto const health = client.send("GET", "/v1/plans/healthcheck");
  BOOST_TEST(health.status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
