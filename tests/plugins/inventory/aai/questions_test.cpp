// Locations, network roles, replication roles, instance groups.
#include "aai_under_test.hpp"

using namespace conductor;
using namespace conductor::tests::aai;

namespace {

sdk::LocationQuery host(std::string name) { return {.host_name = std::move(name), .clli_code = ""}; }
sdk::LocationQuery clli(std::string code) { return {.host_name = "", .clli_code = std::move(code)}; }

constexpr char mux_instance[] =
    "business/customers/customer/residential-7/service-subscriptions/service-subscription/vCPE/service-instances/"
    "service-instance/svc-mux-lyon";

}  // namespace

BOOST_AUTO_TEST_SUITE(aai_questions)

BOOST_AUTO_TEST_CASE(a_pserver_is_located_by_the_stored_query) {
  AaiUnderTest aai;
  auto const place = aai.started().provider->locate(aai.call, host("gw-berlin-a")).value();
  BOOST_TEST(place.latitude == 52.52);
  BOOST_TEST(place.longitude == 13.405);
  BOOST_TEST(place.country == "DEU");
  auto const requests = aai.host.fake_http().requests();
  auto const query = std::find_if(requests.begin(), requests.end(), [](auto const& r) { return r.method == "PUT"; });
  BOOST_TEST_REQUIRE((query != requests.end()));
  BOOST_TEST(query->target == "/query?format=id");
  BOOST_TEST(query->idempotent);
  json::value const body{
      {"start", json::array{"network/pnfs/pnf/gw-berlin-a", "cloud-infrastructure/pservers/pserver/gw-berlin-a"}},
      {"query", "query/ucpe-instance"}};
  BOOST_TEST(json::parse(query->body) == body);
}

BOOST_AUTO_TEST_CASE(diverge_14_1_a_pnf_is_located_by_its_own_relationship) {
  AaiUnderTest aai;
  BOOST_TEST(aai.started().provider->locate(aai.call, host("router-madrid-1")).value().country == "ESP");
}

BOOST_AUTO_TEST_CASE(without_a_stored_query_the_host_itself_is_asked) {
  AaiUnderTest aai({{"host_query_name", std::string()}});
  BOOST_TEST(aai.started().provider->locate(aai.call, host("gw-berlin-a")).value().country == "DEU");
  BOOST_TEST(aai.server.count("/query") == 0U);
}

BOOST_AUTO_TEST_CASE(host_names_with_special_characters_are_encoded) {
  AaiUnderTest aai;
  aai.server.world.pserver("gw 1/a#é", "cloud-infrastructure/complexes/complex/LYONFR01");
  aai.server.world.pnf("pnf 1/a#é", "cloud-infrastructure/complexes/complex/LYONFR01");
  aai.started();
  BOOST_TEST(aai.provider->locate(aai.call, host("gw 1/a#é")).value().country == "FRA");
  BOOST_TEST(aai.provider->locate(aai.call, host("pnf 1/a#é")).value().country == "FRA");
}

BOOST_AUTO_TEST_CASE(diverge_14_1_of_several_complexes_the_hosts_own_is_taken) {
  AaiUnderTest aai;
  auto const region = "cloud-infrastructure/cloud-regions/cloud-region/NordCloud/paris-a";
  aai.server.world.relate("cloud-infrastructure/pservers/pserver/gw-lyon-a", region);
  BOOST_TEST(aai.started().provider->locate(aai.call, host("gw-lyon-a")).value().latitude == 45.764);
}

BOOST_AUTO_TEST_CASE(diverge_14_1_several_complexes_without_an_own_one_are_ambiguous) {
  AaiUnderTest aai;
  auto const bare = aai.server.world.pserver("bare", "");
  for (auto const* id : {"lyon-a", "paris-a"})
    aai.server.world.relate(bare, std::string("cloud-infrastructure/cloud-regions/cloud-region/NordCloud/") + id);
  auto const failed = aai.started().provider->locate(aai.call, host("bare"));
  BOOST_TEST((failed.error().code == sdk::Errc::invalid));
  BOOST_TEST(contains(failed.error().text, "host_name bare: ambiguous"));
}

BOOST_AUTO_TEST_CASE(diverge_4_2_a_host_needs_no_city) {
  AaiUnderTest aai;
  aai.started();
  aai.server.world.change("cloud-infrastructure/complexes/complex/LYONFR01", {{"city", ""}, {"country", nullptr}});
  auto const place = aai.provider->locate(aai.call, host("gw-lyon-a")).value();
  BOOST_TEST(place.latitude == 45.764);
  BOOST_TEST(place.country.empty());
}

BOOST_AUTO_TEST_CASE(a_clli_code_is_the_complexs_id) {
  AaiUnderTest aai;
  BOOST_TEST(aai.started().provider->locate(aai.call, clli("DLLSUS02")).value().longitude == -96.797);
}

BOOST_AUTO_TEST_CASE(diverge_14_2_a_clli_code_may_be_a_data_center_code) {
  AaiUnderTest aai;
  BOOST_TEST(aai.started().provider->locate(aai.call, clli("DC-Lisbon")).value().country == "PRT");
}

BOOST_AUTO_TEST_CASE(diverge_14_2_not_found_incomplete_ambiguous_and_unreachable_are_told_apart) {
  AaiUnderTest aai;
  aai.server.world.complex(
      {.id = "BAD1", .name = "x", .city = "x", .country = "FRA", .latitude = "", .longitude = "1"});
  for (auto const* id : {"T1", "T2"})
    aai.server.world.complex({.id = id,
                              .name = "x",
                              .city = "x",
                              .country = "FRA",
                              .latitude = "1",
                              .longitude = "1",
                              .data_center_code = "twice"});
  aai.started();
  auto const code = [&](std::string const& value) { return aai.provider->locate(aai.call, clli(value)).error().code; };
  BOOST_TEST((code("NOWHERE") == sdk::Errc::not_found));
  BOOST_TEST((code("BAD1") == sdk::Errc::invalid));
  BOOST_TEST((code("twice") == sdk::Errc::invalid));
  BOOST_TEST((aai.provider->locate(aai.call, host("nobody")).error().code == sdk::Errc::not_found));
  aai.server.faults.add({.kind = sim::Fault::Kind::drop});
  BOOST_TEST((code("NOWHERE") == sdk::Errc::unavailable));
  auto const failed = aai.provider->locate(aai.call, host("gw-berlin-a"));
  BOOST_TEST((failed.error().code == sdk::Errc::unavailable));
  BOOST_TEST(contains(failed.error().text, "host_name gw-berlin-a: no response from A&AI to PUT /query"));
}

BOOST_AUTO_TEST_CASE(diverge_15_network_roles_give_owner_and_region_once_each) {
  AaiUnderTest aai;
  aai.server.world.network("again", "residential_public",
                           {"cloud-infrastructure/cloud-regions/cloud-region/NordCloud/lyon-a"});
  auto const regions = aai.started().provider->regions_with_role(aai.call, "residential_public").value();
  std::vector<sdk::RegionKey> const expected{{"NordCloud", "lyon-a"},
                                             {"NordCloud", "paris-a"},
                                             {"NordCloud", "berlin-a"},
                                             {"WestRim", "dallas-2"},
                                             {"WestRim", "denver-2"}};
  BOOST_TEST((regions == expected));
}

BOOST_AUTO_TEST_CASE(diverge_15_no_body_is_sent_and_the_depth_is_given) {
  AaiUnderTest aai;
  aai.started();
  BOOST_TEST(aai.provider->regions_with_role(aai.call, "a&b").value().empty());
  auto const request = aai.host.fake_http().requests().back();
  BOOST_TEST(request.target == "/network/l3-networks?network-role=a%26b&depth=0");
  BOOST_TEST(request.body.empty());
}

BOOST_AUTO_TEST_CASE(diverge_15_a_failing_role_look_up_is_an_error_that_names_the_role) {
  AaiUnderTest aai;
  aai.started();
  aai.server.faults.add({.kind = sim::Fault::Kind::status, .status = 502, .path = "l3-networks"});
  auto const failed = aai.provider->regions_with_role(aai.call, "oam");
  BOOST_TEST((failed.error().code == sdk::Errc::unavailable));
  BOOST_TEST(contains(failed.error().text, "network role oam"));
}

BOOST_AUTO_TEST_CASE(a_vnf_has_the_role_of_its_allotted_resource) {
  AaiUnderTest aai;
  auto const roles = aai.started().provider->roles_of_host(aai.call, "vgmux-mux-lyon").value();
  BOOST_TEST((roles == std::vector<std::string>{"ACTIVE"}));
  BOOST_TEST(aai.server.count("/allotted-resources?depth=all") == 1U);
}

BOOST_AUTO_TEST_CASE(diverge_16_no_resource_is_no_role_and_several_roles_are_all_given) {
  AaiUnderTest aai;
  aai.server.world.allotted_resource(mux_instance, "second", "STANDBY");
  aai.server.world.allotted_resource(mux_instance, "third", "ACTIVE");
  aai.started();
  BOOST_TEST((aai.provider->roles_of_host(aai.call, "vgmux-mux-lyon").value() ==
              std::vector<std::string>{"ACTIVE", "STANDBY"}));
  BOOST_TEST(aai.provider->roles_of_host(aai.call, "vgmux-foreign").value().empty());
  BOOST_TEST(aai.provider->roles_of_host(aai.call, "unknown").value().empty());
}

BOOST_AUTO_TEST_CASE(a_vnf_of_two_instances_has_no_role) {
  AaiUnderTest aai;
  aai.server.world.relate("network/generic-vnfs/generic-vnf/vnf-mux-lyon",
                          aai.server.world.instance("residential-7", "vCPE", "second"));
  BOOST_TEST(aai.started().provider->roles_of_host(aai.call, "vgmux-mux-lyon").value().empty());
  BOOST_TEST(aai.logged("role of VNF vgmux-mux-lyon: it belongs to 2 service instances"));
}

BOOST_AUTO_TEST_CASE(groups_of_two_are_pairs_and_others_are_logged) {
  AaiUnderTest aai;
  aai.server.world.group("single", "DHV_VVIG_PAIR", {mux_instance});
  auto const pairs = aai.started().provider->pairs_of_group(aai.call, "DHV_VVIG_PAIR").value();
  BOOST_TEST_REQUIRE(pairs.size() == 1U);
  BOOST_TEST((pairs[0] == std::pair<std::string, std::string>{"svc-mux-lyon", "svc-mux-paris"}));
  BOOST_TEST(aai.logged("group single has 1 service instances, expected 2"));
}

BOOST_AUTO_TEST_CASE(an_unknown_group_has_no_pairs_and_a_failure_is_an_error) {
  AaiUnderTest aai;
  aai.started();
  BOOST_TEST(aai.provider->pairs_of_group(aai.call, "no such group").value().empty());
  BOOST_TEST(aai.server.count("description=no%20such%20group") == 1U);
  aai.server.faults.add({.kind = sim::Fault::Kind::garbage});
  BOOST_TEST((aai.provider->pairs_of_group(aai.call, "x").error().code == sdk::Errc::unavailable));
}

BOOST_AUTO_TEST_SUITE_END()
