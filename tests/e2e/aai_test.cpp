// Plans whose candidates come from A&AI, over TLS with certificates on both sides, and what happens when A&AI is not
// there, not the right one, or not well. What the plug-in makes of answers in detail is its unit tests' business.
#include "tests/e2e/harness.hpp"

#include "tests/simulators/aai/server.hpp"
#include "tests/simulators/certificates/certificates.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <optional>

namespace conductor::e2e {
namespace {

namespace aai = simulators::aai;
namespace certificates = simulators::certificates;
using namespace std::chrono_literals;
using Kind = aai::Fault::Kind;

// The controller's own attempts, each of which would fail like the first.
std::string const one_try = "[controller]\nmax_translation_counter = 1\n";
constexpr char password[] = "hush-7r2Q:x";
constexpr char password_in_base64[] = "Y29uZHVjdG9yOmh1c2gtN3IyUTp4";  // with the user's name, as the header has it

// An A&AI that can come and go: the port stays.
class Peer {
 public:
  Peer() : files_(certificates::ensure(scratch_.path() / "trusted")) {}

  // The server of `files`, which lets in clients of the trusted authority.
  aai::Server& up(certificates::Files const& files) {
    server_.emplace(
        aai::example_world(), aai::Rules{.username = "conductor", .password = password},
        aai::ServerConfig{
            .port = port_, .certificate = files.server, .key = files.server_key, .client_authority = files_.authority});
    port_ = server_->port();
    return *server_;
  }
  aai::Server& up() { return up(files_); }
  // Answers nothing from now on. The first time it chooses the port.
  void down() {
    if (!server_) up();
    server_.reset();
  }
  aai::Server& server() { return *server_; }
  certificates::Files const& files() const { return files_; }
  // A server certificate that looks like the trusted one, by an authority of the same name that nobody knows.
  certificates::Files others() const { return certificates::ensure(scratch_.path() / "other"); }

  // Lines of the configuration for it; later ones win.
  std::string configuration(std::string const& more = "") const {
    return "[inventory_provider]\nextensions = aai\n[DEFAULT]\ndebug = true\n[aai]\nserver_url = https://127.0.0.1:" +
           std::to_string(port_) + "/aai\nserver_url_version = v23\naai_rest_timeout = 1\naai_retries = 3\n" +
           "username = conductor\npassword = " + password + "\ncertificate_file = " + files_.client.string() +
           "\ncertificate_key_file = " + files_.client_key.string() +
           "\ncertificate_authority_bundle_file = " + files_.authority.string() + "\n" + more;
  }

 private:
  Scratch scratch_;
  certificates::Files files_;
  std::optional<aai::Server> server_;
  unsigned short port_ = 0;
};

// A household in Paris, known by a host there; its gateway is wanted near Lyon, known by the complex.
json::object household() {
  return json::parse(R"({
    "homing_template_version": "2018-02-01",
    "locations": {"customer_loc": {"host_name": "gw-paris-a"}, "exchange": {"clli_code": "LYONFR01"}},
    "demands": {
      "vGMuxInfra": [{"inventory_provider": "aai", "inventory_type": "service",
        "filtering_attributes": {"equipment-role": "vG_Mux", "global-customer-id": "residential-7",
                                 "orchestration-status": ["active"], "prov-status": "ACTIVE"}}],
      "vG": [{"inventory_provider": "aai", "inventory_type": "cloud"}]},
    "constraints": {
      "near": {"type": "distance_to_location", "demands": ["vGMuxInfra"], "properties": {"distance": "< 600 km", "location": "customer_loc"}}},
    "optimization": {"minimize": {"sum": [{"distance_between": ["customer_loc", "vGMuxInfra"]}, {"distance_between": ["exchange", "vG"]}]}}
  })")
      .as_object();
}

// The same without a question about locations, so that demands are the first to need A&AI.
json::object household_with_coordinates() {
  auto content = household();
  content["locations"] = json::parse(R"({"customer_loc": {"latitude": 48.86, "longitude": 2.35},
                                         "exchange": {"latitude": 45.76, "longitude": 4.84}})");
  return content;
}

json::object place(Client& client, json::object content = household()) {
  return client.wait_final(client.submit({{"template", std::move(content)}}));
}

std::string text_of(json::object const& plan) { return json::serialize(plan); }

using conductor::tests::has;

json::object const& chosen(json::object const& plan, char const* demand) {
  BOOST_REQUIRE_MESSAGE(plan.at("status").as_string() == "done", text_of(plan));
  return plan.at("recommendations").as_array().at(0).at(demand).as_object();
}

// The multiplexer in Paris and the region in Lyon, with all that a client gets to know about them.
void check_household(json::object const& plan) {
  auto const& mux = chosen(plan, "vGMuxInfra");
  BOOST_TEST(mux == json::parse(R"({
    "inventory_provider": "aai", "service_resource_id": null,
    "candidate": {"candidate_id": "svc-mux-paris", "inventory_type": "service", "cloud_owner": "NordCloud",
                  "location_type": "att_aic", "location_id": "paris-a", "is_rehome": "false",
                  "vim-id": "NordCloud_paris-a", "host_id": "vgmux-mux-paris"},
    "attributes": {"physical-location-id": "PARSFR02", "cloud_owner": "NordCloud", "aic_version": "4.2",
                   "host_id": "vgmux-mux-paris", "service_instance_id": "svc-mux-paris"}})")
                        .as_object());
  auto const& gateway = chosen(plan, "vG");
  BOOST_TEST(gateway == json::parse(R"({
    "inventory_provider": "aai", "service_resource_id": null,
    "candidate": {"candidate_id": "lyon-a", "inventory_type": "cloud", "cloud_owner": "NordCloud",
                  "location_type": "att_aic", "location_id": "lyon-a", "is_rehome": "false",
                  "vim-id": "NordCloud_lyon-a"},
    "attributes": {"physical-location-id": "LYONFR01", "cloud_owner": "NordCloud", "aic_version": "4.2"}})")
                            .as_object());
}

// An error that names the demand or location `subject` and contains `words`; no candidate.
void check_failed(json::object const& plan, std::string const& subject, std::string const& words) {
  auto const text = text_of(plan);
  BOOST_TEST(plan.at("status").as_string() == "error", text);
  BOOST_TEST(has(text, subject), text);
  BOOST_TEST(has(text, "A&AI"), text);
  BOOST_TEST(has(text, words), text);
  auto const* recommendations = plan.if_contains("recommendations");
  BOOST_TEST((recommendations == nullptr || recommendations->as_array().empty()), text);
}

std::ptrdiff_t requests_with(aai::Server const& server, std::string_view part) {
  auto const requests = server.requests();
  return std::count_if(requests.begin(), requests.end(), [&](auto const& request) { return has(request, part); });
}

void check_no_password(std::string const& output) {
  BOOST_TEST(!has(output, password));
  BOOST_TEST(!has(output, password_in_base64));
}

// All roles in one process.
class OneProcess : public Installation {
 public:
  explicit OneProcess(std::string const& more) : Installation(more) {
    start();
    wait_ready();
    client_.emplace(url());
  }
  // Whatever happened, the log has all of it but no password.
  ~OneProcess() {
    BOOST_TEST(has(output(), " DEBUG "));
    check_no_password(output());
  }
  Client& client() { return *client_; }
  std::string output() { return process("").output(); }

 private:
  std::optional<Client> client_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(aai_test)

BOOST_AUTO_TEST_CASE(services_clouds_and_locations_of_aai_are_placed_over_two_way_tls) {
  Peer peer;
  auto& server = peer.up();
  OneProcess conductor(peer.configuration());
  check_household(place(conductor.client()));
  BOOST_TEST(requests_with(server, "PUT /aai/v23/query?format=id") == 1);
  BOOST_TEST(requests_with(server, "GET /aai/v23/network/generic-vnfs") == 1);
  auto const requests = server.requests();
  BOOST_TEST(
      std::all_of(requests.begin(), requests.end(), [](auto const& request) { return has(request, " /aai/v23/"); }));
  conductor.stop();
}

BOOST_AUTO_TEST_CASE(five_processes_place_with_aai) {
  Peer peer;
  auto& server = peer.up();
  Installation installation(peer.configuration());
  installation.start_five();
  Client client(installation.url());
  check_household(place(client));
  // Only the data service talks to A&AI: one probe, however many processes.
  BOOST_TEST(requests_with(server, "resultSize=1") == 1);
  installation.stop();
  for (auto const* role : {"api", "controller", "data", "solver", "reservation"})
    check_no_password(installation.process(role).output());
}

BOOST_AUTO_TEST_CASE(a_server_certificate_of_another_authority_stops_the_start) {
  Peer peer;
  auto& server = peer.up(peer.others());
  Installation installation(peer.configuration());
  auto& process = installation.start();
  BOOST_TEST(process.wait(20s) > 0);
  auto const output = process.output();
  BOOST_TEST(has(output, "plugin inventory/aai refuses to start"), output);
  BOOST_TEST(has(output, "certificate of the peer is not accepted"), output);
  BOOST_TEST(has(output, "certificate_authority_bundle_file"), output);
  BOOST_TEST(has(output, "127.0.0.1"), output);
  BOOST_TEST(!has(output, "API listens on"), output);
  BOOST_TEST(server.requests().empty());
  check_no_password(output);
}

BOOST_AUTO_TEST_CASE(an_aai_that_comes_up_with_another_authority_gets_no_request_and_gives_no_candidate) {
  Peer peer;
  peer.down();
  OneProcess conductor(peer.configuration());
  auto& impostor = peer.up(peer.others());
  check_failed(place(conductor.client(), household_with_coordinates()), "vGMuxInfra",
               "certificate of the peer is not accepted");
  BOOST_TEST(impostor.requests().empty());
  conductor.stop();
}

BOOST_AUTO_TEST_CASE(a_name_that_the_server_certificate_does_not_have_stops_the_start) {
  Peer peer;
  auto& server = peer.up();
  Installation installation(peer.configuration("server_name_override = aai.example.org\n"));
  auto& process = installation.start();
  BOOST_TEST(process.wait(20s) > 0);
  BOOST_TEST(has(process.output(), "aai.example.org"), process.output());
  BOOST_TEST(server.requests().empty());
}

BOOST_AUTO_TEST_CASE(without_a_client_certificate_aai_refuses_and_the_log_says_which) {
  Peer peer;
  auto& server = peer.up();
  Installation installation(peer.configuration("certificate_file =\ncertificate_key_file =\n"));
  auto& process = installation.start();
  BOOST_TEST(process.wait(20s) > 0);
  auto const output = process.output();
  BOOST_TEST(has(output, "client certificate"), output);
  BOOST_TEST(has(output, "[aai] certificate_file"), output);
  BOOST_TEST(server.requests().empty());
  check_no_password(output);
}

BOOST_AUTO_TEST_CASE(a_client_certificate_of_a_stranger_is_refused_and_the_log_says_so) {
  Peer peer;
  auto& server = peer.up();
  Installation installation(peer.configuration("certificate_file = " + peer.files().stranger.string() +
                                               "\ncertificate_key_file = " + peer.files().stranger_key.string() +
                                               "\n"));
  auto& process = installation.start();
  BOOST_TEST(process.wait(20s) > 0);
  BOOST_TEST(has(process.output(), "[aai] certificate_file"), process.output());
  BOOST_TEST(server.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_wrong_password_stops_the_start_and_is_not_shown) {
  Peer peer;
  peer.up();
  Installation installation(peer.configuration("password = not-it-9Zk\n"));
  auto& process = installation.start();
  BOOST_TEST(process.wait(20s) > 0);
  BOOST_TEST(has(process.output(), "A&AI answered 401"), process.output());
  BOOST_TEST(has(process.output(), "check [aai] username, password and certificate_file"), process.output());
  BOOST_TEST(!has(process.output(), "not-it-9Zk"));
  BOOST_TEST(!has(process.output(), "Y29uZHVjdG9yOm5vdC1pdC05Wms"));
}

BOOST_AUTO_TEST_CASE(aai_may_come_up_after_the_service) {
  Peer peer;
  peer.down();
  OneProcess conductor(peer.configuration(one_try));
  BOOST_TEST(has(conductor.output(), "not ready, will be started again"), conductor.output());
  check_failed(place(conductor.client()), "location customer_loc", "no response from A&AI");
  check_failed(place(conductor.client(), household_with_coordinates()), "demand v", "no response from A&AI");
  peer.up();
  BOOST_REQUIRE_MESSAGE(conductor.process("").wait_for_output("inventory/aai [-] ready", 20s), conductor.output());
  check_household(place(conductor.client()));
  conductor.stop();
}

BOOST_AUTO_TEST_CASE(passing_failures_of_aai_are_tried_again) {
  Peer peer;
  auto& server = peer.up();
  server.faults().add({.kind = Kind::status, .status = 503, .count = 2});
  OneProcess conductor(peer.configuration());
  BOOST_TEST(requests_with(server, "resultSize=1") == 3);
  BOOST_TEST(!has(conductor.output(), "not ready"), conductor.output());
  server.faults().add({.kind = Kind::status, .status = 503, .path = "/network/generic-vnfs", .count = 2});
  server.faults().add({.kind = Kind::status, .status = 503, .path = "/query", .count = 1});
  server.faults().add({.kind = Kind::drop, .path = "/complexes/complex/LYONFR01", .count = 1});
  check_household(place(conductor.client()));
  BOOST_TEST(requests_with(server, "/network/generic-vnfs") == 3);
  BOOST_TEST(requests_with(server, "PUT /aai/v23/query") == 2);
  conductor.stop();
}

BOOST_AUTO_TEST_CASE(failures_that_last_end_the_plan_with_demand_and_status_and_the_next_one_is_placed) {
  Peer peer;
  auto& server = peer.up();
  OneProcess conductor(peer.configuration("aai_retries = 1\naai_rest_timeout = 0.4\n" + one_try));
  struct Case {
    aai::Fault fault;
    char const* words;
  };
  for (auto const& [fault, words] :
       {Case{{.kind = Kind::status, .status = 500, .path = "/network/generic-vnfs"},
             "demand vGMuxInfra: A&AI answered 500 to GET /network/generic-vnfs"},
        Case{{.kind = Kind::garbage, .path = "/network/generic-vnfs"}, "that is not a JSON object"},
        Case{{.kind = Kind::truncate, .path = "/network/generic-vnfs"}, "no response from A&AI"},
        Case{{.kind = Kind::none, .delay = 1s, .path = "/network/generic-vnfs"}, "no response from A&AI"}})
    BOOST_TEST_CONTEXT(words) {
      server.faults().add(fault);
      check_failed(place(conductor.client()), "demand vGMuxInfra", words);
      server.faults().clear();
      check_household(place(conductor.client()));
    }
  conductor.stop();
}

BOOST_AUTO_TEST_CASE(hardware_of_regions_decides_where_a_plan_needs_it_unless_hpa_is_switched_off) {
  auto const needing_cpus = json::parse(R"({
    "homing_template_version": "2018-02-01",
    "demands": {"vFW": [{"inventory_provider": "aai", "inventory_type": "cloud"}]},
    "constraints": {"hardware": {"type": "hpa", "demands": ["vFW"], "properties": {"evaluate": [
      {"id": "vdu", "type": "vnfc",
       "directives": [{"type": "flavor_directives", "attributes": [{"attribute_name": "label", "attribute_value": ""}]}],
       "flavorProperties": [
         {"hpa-feature": "basicCapabilities", "hpa-version": "v1", "architecture": "generic", "mandatory": "True",
          "directives": [], "hpa-feature-attributes": [
            {"hpa-attribute-key": "numVirtualCpu", "hpa-attribute-value": "4", "operator": ">=", "unit": ""}]},
         {"hpa-feature": "dedicatedCluster", "hpa-version": "v1", "architecture": "generic", "mandatory": "True",
          "directives": [], "hpa-feature-attributes": [
            {"hpa-attribute-key": "tenancy", "hpa-attribute-value": "single", "operator": "=", "unit": ""}]}]}]}}}
  })")
                                .as_object();
  Peer peer;
  auto& server = peer.up();
  {
    OneProcess conductor(peer.configuration());
    auto const plan = place(conductor.client(), needing_cpus);
    BOOST_TEST(chosen(plan, "vFW").at("candidate").at("candidate_id") == "denver-2");
    BOOST_TEST(has(text_of(plan), "m1.large"), text_of(plan));
    BOOST_TEST(requests_with(server, "/denver-2/flavors/?depth=all&nodes-only=true") == 1);
    conductor.stop();
  }
  OneProcess conductor(peer.configuration("[DEFAULT]\nHPA_enabled = false\n"));
  auto const plan = place(conductor.client(), needing_cpus);
  BOOST_TEST(plan.at("status").as_string() == "not found", text_of(plan));
  BOOST_TEST(requests_with(server, "/flavors/") == 12);  // none more
  conductor.stop();
}

BOOST_AUTO_TEST_CASE(a_location_that_aai_cannot_tell_ends_the_plan_with_its_name) {
  Peer peer;
  auto& server = peer.up();
  OneProcess conductor(peer.configuration("aai_retries = 1\n"));
  server.faults().add({.kind = Kind::status, .status = 500, .path = "/query"});
  check_failed(place(conductor.client()), "host_name gw-paris-a", "A&AI answered 500 to PUT /query");
  server.faults().clear();
  auto content = household();
  content["locations"].at("customer_loc").as_object()["host_name"] = "gw-atlantis";
  auto const unknown = place(conductor.client(), std::move(content));
  BOOST_TEST(unknown.at("status").as_string() == "error");
  BOOST_TEST(has(text_of(unknown), "knows location customer_loc (host name gw-atlantis)"), text_of(unknown));
  conductor.stop();
}

BOOST_AUTO_TEST_CASE(a_machine_that_cannot_be_looked_up_takes_only_its_own_candidate_away) {
  Peer peer;
  auto& server = peer.up();
  OneProcess conductor(peer.configuration("aai_retries = 1\n"));
  server.faults().add({.kind = Kind::status, .status = 500, .path = "/vserver/vs-mux-paris"});
  auto const plan = place(conductor.client());
  BOOST_TEST(chosen(plan, "vGMuxInfra").at("candidate").at("candidate_id").as_string() == "svc-mux-lyon");
  BOOST_TEST(chosen(plan, "vG").at("candidate").at("candidate_id").as_string() == "lyon-a");
  server.faults().clear();
  check_household(place(conductor.client()));
  conductor.stop();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
