// The simulator keeps A&AI's contract: what it refuses, what it serves, and its certificates.
#include "handler.hpp"

#include "tests/simulators/certificates/certificates.hpp"

#include <boost/test/unit_test.hpp>

#include <openssl/ssl.h>

#include <fstream>

using namespace conductor;
using namespace conductor::simulators;
namespace json = boost::json;

namespace {

sdk::HttpHeaders const good{{"X-FromAppId", "test"}, {"X-TransactionId", "1"}, {"Accept", "application/json"}};

sdk::HttpReply ask(std::string const& path, sdk::HttpHeaders const& headers = good, aai::Rules const& rules = {},
                   std::string const& method = "GET", std::string const& body = "") {
  static aai::World const world = aai::example_world();
  return aai::answer(world, rules, {.method = method, .target = "/aai/v23/" + path, .headers = headers, .body = body});
}

std::string message_id(sdk::HttpReply const& reply) {
  return std::string(json::parse(reply.body).at("requestError").at("serviceException").at("messageId").as_string());
}

sdk::HttpHeaders without(std::string const& name) {
  auto headers = good;
  std::erase_if(headers, [&](auto const& header) { return header.first == name; });
  return headers;
}

std::string read(std::filesystem::path const& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simulated_aai)

BOOST_AUTO_TEST_CASE(requests_without_application_or_transaction_are_refused) {
  for (auto const* name : {"X-FromAppId", "X-TransactionId"}) {
    auto const reply = ask("network/generic-vnfs", without(name));
    BOOST_TEST(reply.status == 400);
    BOOST_TEST(message_id(reply) == "SVC3000");
  }
  auto other = without("X-TransactionId");
  other.emplace_back("x-onap-requestid", "1");
  BOOST_TEST(ask("network/generic-vnfs", other).status == 200);
  BOOST_TEST(ask("network/generic-vnfs", without("Accept")).status == 406);
}

BOOST_AUTO_TEST_CASE(basic_authentication_is_checked_when_it_is_configured) {
  aai::Rules rules;
  rules.username = "conductor";
  rules.password = "pass1";
  BOOST_TEST(ask("network/generic-vnfs", good, rules).status == 401);
  auto headers = good;
  headers.emplace_back("Authorization", "Basic Y29uZHVjdG9yOnBhc3Mx");
  BOOST_TEST(ask("network/generic-vnfs", headers, rules).status == 200);
}

BOOST_AUTO_TEST_CASE(versions_that_are_not_served_are_gone) {
  aai::Rules rules;
  rules.versions = {"v30"};
  BOOST_TEST(ask("network/generic-vnfs", good, rules).status == 410);
}

BOOST_AUTO_TEST_CASE(unknown_query_properties_and_bad_encodings_are_refused) {
  auto const reply = ask("network/generic-vnfs?colour=red");
  BOOST_TEST(reply.status == 400);
  BOOST_TEST(message_id(reply) == "SVC3000");
  BOOST_TEST(reply.body.find("property: colour not found on generic-vnf") != std::string::npos);
  for (auto const* path : {"network/generic-vnfs?vnf-name=%zz", "network/generic-vnfs?vnf-name=a b",
                           "network/generic-vnfs?vnf-name=%", "network/generic-vnfs?depth=deep", "network/unknown"})
    BOOST_TEST(ask(path).status == 400, path);
}

BOOST_AUTO_TEST_CASE(a_collection_without_members_is_404_svc3001) {
  auto const reply = ask("network/generic-vnfs/?equipment-role=none&depth=0");
  BOOST_TEST(reply.status == 404);
  BOOST_TEST(message_id(reply) == "SVC3001");
}

BOOST_AUTO_TEST_CASE(names_are_anded_and_values_of_one_name_ored) {
  auto const count = [](std::string const& query) {
    return json::parse(ask("cloud-infrastructure/cloud-regions?" + query).body).at("cloud-region").as_array().size();
  };
  BOOST_TEST(count("cloud-owner=NordCloud") == 5U);
  BOOST_TEST(count("cloud-owner=NordCloud&cloud-owner=SudEdge") == 8U);
  BOOST_TEST(count("cloud-owner=NordCloud&cloud-region-id=lyon-a") == 1U);
  BOOST_TEST(count("sriov-automation=true") == 6U);
}

BOOST_AUTO_TEST_CASE(pages_are_numbered_from_one_and_counted_in_headers) {
  auto const page = ask("cloud-infrastructure/cloud-regions?resultIndex=3&resultSize=5");
  BOOST_TEST(page.header("total-results") == "12");
  BOOST_TEST(page.header("total-pages") == "3");
  BOOST_TEST(json::parse(page.body).at("cloud-region").as_array().size() == 2U);
  BOOST_TEST(ask("cloud-infrastructure/cloud-regions?resultIndex=4&resultSize=5").status == 404);
  BOOST_TEST(ask("cloud-infrastructure/cloud-regions").header("total-pages").empty());
}

BOOST_AUTO_TEST_CASE(depth_decides_about_children_and_nodes_only_about_relationships) {
  std::string const lyon = "cloud-infrastructure/cloud-regions/cloud-region/NordCloud/lyon-a";
  auto const plain = json::parse(ask(lyon).body).as_object();
  BOOST_TEST(!plain.contains("tenants"));
  BOOST_TEST(plain.contains("relationship-list"));
  auto const one = json::parse(ask(lyon + "?depth=1").body);
  auto const& tenant = one.at("tenants").at("tenant").at(0).as_object();
  BOOST_TEST(!tenant.contains("vservers"));
  auto const all = json::parse(ask(lyon + "?depth=all&nodes-only=true").body);
  BOOST_TEST(all.at("tenants").at("tenant").at(0).as_object().contains("vservers"));
  BOOST_TEST(!all.as_object().contains("relationship-list"));
}

BOOST_AUTO_TEST_CASE(relationships_name_all_keys_of_the_other_object) {
  auto const vnf = json::parse(ask("network/generic-vnfs/generic-vnf/vnf-mux-lyon").body);
  auto const& list = vnf.at("relationship-list").at("relationship").as_array();
  BOOST_TEST_REQUIRE(list.size() == 2U);
  BOOST_TEST(list[1].at("related-to") == "vserver");
  BOOST_TEST(list[1].at("related-link") ==
             "/aai/v23/cloud-infrastructure/cloud-regions/cloud-region/NordCloud/lyon-a/tenants/tenant/residential/"
             "vservers/vserver/vs-mux-lyon");
  json::value const data = json::parse(
      R"([{"relationship-key":"cloud-region.cloud-owner","relationship-value":"NordCloud"},
          {"relationship-key":"cloud-region.cloud-region-id","relationship-value":"lyon-a"},
          {"relationship-key":"tenant.tenant-id","relationship-value":"residential"},
          {"relationship-key":"vserver.vserver-id","relationship-value":"vs-mux-lyon"}])");
  BOOST_TEST(list[1].at("relationship-data") == data);
}

BOOST_AUTO_TEST_CASE(the_stored_query_leads_to_vertices_that_are_wrapped) {
  auto const body = R"({"start":["network/pnfs/pnf/gw-lyon-a","cloud-infrastructure/pservers/pserver/gw-lyon-a"],
                        "query":"query/ucpe-instance"})";
  auto const reply = ask("query?format=id", good, {}, "PUT", body);
  BOOST_TEST_REQUIRE(reply.status == 200);
  auto const answer = json::parse(reply.body);
  auto const& results = answer.at("results").as_array();
  BOOST_TEST_REQUIRE(results.size() == 2U);
  BOOST_TEST(results[1].at("resource-type") == "complex");
  auto const link = std::string(results[1].at("resource-link").as_string()).substr(std::string("/aai/v23/").size());
  BOOST_TEST(json::parse(ask(link).body).at("complex").at("physical-location-id") == "LYONFR01");
  BOOST_TEST(ask("query?format=id&depth=2", good, {}, "PUT", body).status == 403);
  BOOST_TEST(ask("query?format=id", good, {}, "PUT", "{}").status == 400);
  BOOST_TEST(
      json::parse(ask("query?format=id", good, {}, "PUT",
                      R"({"start":["cloud-infrastructure/pservers/pserver/nobody"],"query":"query/ucpe-instance"})")
                      .body)
          .at("results")
          .as_array()
          .empty());
}

BOOST_AUTO_TEST_CASE(only_reading_is_allowed_and_a_body_on_get_is_ignored) {
  BOOST_TEST(ask("network/generic-vnfs", good, {}, "POST", "{}").status == 405);
  BOOST_TEST(ask("network/generic-vnfs/generic-vnf/vnf-mux-lyon", good, {}, "DELETE").status == 405);
  BOOST_TEST(
      ask("network/l3-networks?network-role=residential_public", good, {}, "GET", "{\"named-query\":1}").status == 200);
}

BOOST_AUTO_TEST_CASE(flavors_and_capabilities_lie_below_their_region_and_lists_need_depth) {
  std::string const denver = "cloud-infrastructure/cloud-regions/cloud-region/WestRim/denver-2";
  auto const flavors = json::parse(ask(denver + "/flavors/?depth=all&nodes-only=true").body).at("flavor").as_array();
  BOOST_TEST_REQUIRE(flavors.size() == 2U);
  auto const& capabilities = flavors[0].at("hpa-capabilities").at("hpa-capability").as_array();
  BOOST_TEST(capabilities.at(0).at("hpa-feature-attributes").as_array().size() == 2U);
  auto const flat = json::parse(ask(denver + "/flavors?depth=0").body).at("flavor").at(0).as_object();
  BOOST_TEST(flat.at("flavor-name") == "m1.small");
  BOOST_TEST(!flat.contains("hpa-capabilities"));
  auto const own = json::parse(ask(denver + "/hpa-capabilities?depth=all").body).at("hpa-capability").as_array();
  BOOST_TEST_REQUIRE(own.size() == 1U);  // not those of the flavors
  BOOST_TEST(own[0].at("hpa-feature") == "dedicatedCluster");
  auto const bare = json::parse(ask(denver + "/hpa-capabilities?depth=0").body).at("hpa-capability").at(0).as_object();
  BOOST_TEST(!bare.contains("hpa-feature-attributes"));
  BOOST_TEST(ask("cloud-infrastructure/cloud-regions/cloud-region/NordCloud/lyon-a/flavors").status == 404);
  BOOST_TEST(ask(denver + "/flavor").status == 400);
  BOOST_TEST(ask(denver + "/flavors?colour=red").status == 400);
  BOOST_TEST(ask("cloud-infrastructure/flavors").status == 400);
}

BOOST_AUTO_TEST_CASE(a_collection_holds_nothing_of_a_parent_whose_name_only_begins_alike) {
  aai::World world;
  world.flavor(world.region("Own", "r10", ""), "f1");
  world.region("Own", "r1", "");
  auto const reply = aai::answer(
      world, {},
      {.target = "/aai/v23/cloud-infrastructure/cloud-regions/cloud-region/Own/r1/flavors", .headers = good});
  BOOST_TEST(reply.status == 404);
}

BOOST_AUTO_TEST_CASE(a_world_can_be_read_from_json) {
  auto const world = aai::World::from_json(json::parse(
      R"({"objects":[{"path":"cloud-infrastructure/complexes/complex/A","properties":{"city":"Lyon"}},
                     {"path":"cloud-infrastructure/pservers/pserver/p"}],
          "relations":[{"from":"cloud-infrastructure/pservers/pserver/p","to":"cloud-infrastructure/complexes/complex/A"}]})"));
  BOOST_TEST(world.nodes().size() == 2U);
  BOOST_TEST(world.find("cloud-infrastructure/complexes/complex/A")->properties.at("city") == "Lyon");
  BOOST_CHECK_THROW(aai::World().put("network/nonsense/x"), std::invalid_argument);
  BOOST_CHECK_THROW(aai::World().relate("a", "b"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(faults_are_counted_down_and_bound_to_paths) {
  aai::Faults faults;
  faults.add(aai::Fault::from_json(json::parse(R"({"kind":"status","status":503,"path":"/complexes","count":2})")));
  BOOST_TEST(!faults.next("/network").has_value());
  BOOST_TEST(faults.next("/complexes/1")->status == 503);
  BOOST_TEST(faults.next("/complexes/2").has_value());
  BOOST_TEST(!faults.next("/complexes/3").has_value());
  for (auto const* bad : {R"({"kind":"odd"})", R"({"kind":"status"})", R"({"colour":1})", "[]"})
    BOOST_CHECK_THROW(aai::Fault::from_json(json::parse(bad)), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(certificates_fit_their_keys_and_stay_between_runs) {
  std::string pattern = (std::filesystem::temp_directory_path() / "certificates-XXXXXX").string();
  std::filesystem::path const directory = ::mkdtemp(pattern.data());
  auto const files = certificates::ensure(directory / "new", {"aai.example.org"});
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> const context(SSL_CTX_new(TLS_method()), SSL_CTX_free);
  for (auto const& [certificate, key] :
       {std::pair{files.server, files.server_key}, std::pair{files.client, files.client_key},
        std::pair{files.stranger, files.stranger_key}}) {
    BOOST_TEST(SSL_CTX_use_certificate_file(context.get(), certificate.c_str(), SSL_FILETYPE_PEM) == 1);
    BOOST_TEST(SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) == 1);
    BOOST_TEST(SSL_CTX_check_private_key(context.get()) == 1);
  }
  BOOST_TEST(SSL_CTX_load_verify_locations(context.get(), files.authority.c_str(), nullptr) == 1);
  BOOST_TEST((std::filesystem::status(files.server_key).permissions() ==
              (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)));
  auto const before = read(files.server);
  certificates::ensure(directory / "new");
  BOOST_TEST(read(files.server) == before);
  std::filesystem::remove(files.client);
  certificates::ensure(directory / "new");
  BOOST_TEST(read(files.server) != before);
  std::filesystem::remove_all(directory);
}

BOOST_AUTO_TEST_SUITE_END()
