// Service candidates: queries, customers, clouds, complexes, drops.
#include "aai_under_test.hpp"

#include "requirement.hpp"
#include "vnfs.hpp"

using namespace conductor;
using namespace conductor::tests::aai;
namespace plugin = conductor::plugins::inventory_aai;

namespace {

constexpr char lyon[] = "cloud-infrastructure/cloud-regions/cloud-region/NordCloud/lyon-a";
constexpr char paris[] = "cloud-infrastructure/cloud-regions/cloud-region/NordCloud/paris-a";
constexpr char lyon_host[] = "cloud-infrastructure/pservers/pserver/gw-lyon-a";
constexpr char paris_host[] = "cloud-infrastructure/pservers/pserver/gw-paris-a";

json::object role(std::string const& name) { return {{"vnf-name", "vnf " + name}, {"equipment-role", name}}; }

// A requirement for VNFs of a role, of customer cust-5.
json::object wanting(std::string const& name) {
  return {{"filtering_attributes", {{"global-customer-id", "cust-5"}, {"equipment-role", name}}}};
}

// The example and one more VNF of role `x`, on the given vservers' regions and hosts.
struct WithVnf {
  using Vservers = std::vector<std::pair<std::string, std::string>>;  // region, pserver
  explicit WithVnf(Vservers const& vservers) {
    std::vector<std::string> paths;
    for (auto const& [region, host] : vservers)
      paths.push_back(world.vserver(region, "t", "v" + std::to_string(paths.size()), host));
    instance = world.instance("cust-5", "vCPE", "s1");
    vnf = world.vnf("x1", role("x"), instance, paths);
  }
  sim::World world = sim::example_world();
  std::string instance, vnf;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(aai_service)

BOOST_AUTO_TEST_CASE(gives_the_customers_vnfs_with_all_fields) {
  AaiUnderTest aai;
  auto const list = aai.started().muxes().value();
  BOOST_TEST(list.candidates.size() == 6U);
  auto const* lyon_mux = find(list, "svc-mux-lyon");
  BOOST_TEST_REQUIRE(lyon_mux != nullptr);
  BOOST_TEST(lyon_mux->inventory_type == "service");
  BOOST_TEST(lyon_mux->cloud_owner == "NordCloud");
  json::object const expected{{"host_id", "vgmux-mux-lyon"},
                              {"cloud_region_version", "4.2"},
                              {"location_id", "lyon-a"},
                              {"location_type", "att_aic"},
                              {"vim-id", "NordCloud_lyon-a"},
                              {"sriov_automation", "true"},
                              {"physical_location_id", "LYONFR01"},
                              {"complex_name", "lyon-a"},
                              {"latitude", "45.7640"},
                              {"longitude", "4.8357"},
                              {"state", ""},
                              {"country", "FRA"},
                              {"city", "Lyon"},
                              {"region", "EU"}};
  BOOST_TEST(lyon_mux->fields == expected);
  for (auto const& [name, value] :
       {std::pair{"orchestration-status", "active"}, std::pair{"prov-status", "ACTIVE"},
        std::pair{"customer-id", sim::example_customer}, std::pair{"global-customer-id", sim::example_customer},
        std::pair{"cloud-region-id", "lyon-a"}, std::pair{"physical-location-id", "LYONFR01"},
        std::pair{"service-instance-id", "svc-mux-lyon"}})
    BOOST_TEST(lyon_mux->attributes.at(name) == value);
}

BOOST_AUTO_TEST_CASE(vnfs_of_other_customers_are_dropped_without_further_requests) {
  AaiUnderTest aai;
  auto const list = aai.started().muxes().value();
  BOOST_TEST(find(list, "svc-mux-foreign") == nullptr);
  BOOST_TEST(drop_code(list, "vgmux-foreign") == "OTHER_CUSTOMER");
  BOOST_TEST(aai.server.count("vs-foreign") == 0U);
}

BOOST_AUTO_TEST_CASE(model_and_role_queries_are_united_and_each_vnf_counts_once) {
  AaiUnderTest aai;
  auto const list = aai.started().muxes({{"filtering_attributes",
                                          {{"customer-id", sim::example_customer},
                                           {"equipment-role", "vG_Mux"},
                                           {"model-invariant-id", "model-vgmux"},
                                           {"model-version-id", "model-vgmux-1"}}}});
  BOOST_TEST(list.value().candidates.size() == 6U);
  BOOST_TEST(aai.server.count("model-invariant-id=model-vgmux&model-version-id=model-vgmux-1&depth=0") == 1U);
  BOOST_TEST(aai.server.count("equipment-role=vG_Mux&depth=0") == 1U);
}

BOOST_AUTO_TEST_CASE(no_matching_vnf_is_an_empty_list) {
  AaiUnderTest aai;
  BOOST_TEST(aai.started().resolve("service", wanting("unknown")).value().candidates.empty());
}

BOOST_AUTO_TEST_CASE(diverge_1_4_a_failing_list_is_an_error_that_names_the_demand) {
  AaiUnderTest aai;
  aai.started();
  aai.server.faults.add({.kind = sim::Fault::Kind::status, .status = 500, .path = "generic-vnfs"});
  auto const failed = aai.muxes();
  BOOST_TEST_REQUIRE(failed.has_error());
  BOOST_TEST((failed.error().code == sdk::Errc::unavailable));
  BOOST_TEST(failed.error().text == "demand vX: A&AI answered 500 to GET /network/generic-vnfs/");
}

BOOST_AUTO_TEST_CASE(a_malformed_list_is_an_error) {
  AaiUnderTest aai;
  aai.started();
  aai.server.faults.add({.kind = sim::Fault::Kind::truncate, .path = "generic-vnfs"});
  BOOST_TEST((aai.muxes().error().code == sdk::Errc::unavailable));
}

BOOST_AUTO_TEST_CASE(diverge_1_1_roles_with_special_characters_reach_the_server_whole) {
  WithVnf example(WithVnf::Vservers{{lyon, lyon_host}});
  std::string const odd = "v&G #1+/é";
  example.world.vnf(
      "odd", role(odd), example.instance,
      {"cloud-infrastructure/cloud-regions/cloud-region/NordCloud/lyon-a/tenants/tenant/t/vservers/vserver/v0"});
  AaiUnderTest aai({}, std::move(example.world));
  auto const list = aai.started().resolve("service", wanting(odd)).value();
  BOOST_TEST_REQUIRE(list.candidates.size() == 1U);
  BOOST_TEST(list.candidates[0].fields.at("host_id").as_string() == "vnf " + odd);
}

BOOST_AUTO_TEST_CASE(diverge_5_a_list_of_roles_is_sent_once_per_value) {
  WithVnf example(WithVnf::Vservers{{lyon, lyon_host}});
  AaiUnderTest aai({}, std::move(example.world));
  auto const list =
      aai.started().resolve("service", {{"customer_id", "cust-5"}, {"service_type", json::array{"y", "x"}}});
  BOOST_TEST(list.value().candidates.size() == 1U);
  BOOST_TEST(aai.server.count("equipment-role=y&equipment-role=x") == 1U);
}

BOOST_AUTO_TEST_CASE(diverge_5_service_id_is_matched) {
  AaiUnderTest aai;
  aai.started();
  BOOST_TEST(aai.muxes({{"service_id", "svc-9"}}).value().candidates.size() == 6U);
  BOOST_TEST(aai.muxes({{"service_id", json::array{"other", "svc-9"}}}).value().candidates.size() == 6U);
  auto const list = aai.muxes({{"service_id", "other"}}).value();
  BOOST_TEST(list.candidates.empty());
  BOOST_TEST(drop_code(list, "svc-mux-lyon") == "ATTRIBUTE_MISMATCH");
}

BOOST_AUTO_TEST_CASE(diverge_5_unmet_preconditions_name_the_demand_and_the_key) {
  AaiUnderTest aai;
  aai.started();
  auto const refused = [&](json::object requirement) {
    auto const failed = aai.resolve("service", std::move(requirement));
    BOOST_TEST_REQUIRE(failed.has_error());
    BOOST_TEST((failed.error().code == sdk::Errc::invalid));
    return failed.error().text;
  };
  BOOST_TEST(refused({{"service_type", "x"}}) == "Customer ID not specified for demand vX");
  BOOST_TEST(refused({{"customer_id", "c"}}) == "Service Type not specified for demand vX");
  BOOST_TEST(contains(refused({{"filtering_attributes", {{"customer-id", "c"}}}}),
                      "Service Type not specified for demand vX; give equipment-role"));
  BOOST_TEST(contains(
      refused({{"filtering_attributes", {{"customer-id", "c"}, {"equipment-role", {{"not", json::array{"x"}}}}}}}),
      "equipment-role of demand vX"));
}

BOOST_AUTO_TEST_CASE(the_first_spelling_of_customer_and_role_wins) {
  auto const read = [](json::object attributes) {
    return plugin::read_service_requirement({.name = "d",
                                             .inventory_type = "service",
                                             .requirement = {{"filtering_attributes", std::move(attributes)}}})
        .value();
  };
  auto const wanted = read({{"customer-id", "b"},
                            {"global-customer-id", "a"},
                            {"service-type", "s"},
                            {"equipment-role", json::object{{"any", json::array{"r", "q"}}}}});
  BOOST_TEST(wanted.customer == "a");
  BOOST_TEST((wanted.roles == std::vector<std::string>{"r", "q"}));
  BOOST_TEST((read({{"customer_id", "b"}, {"service-type", "s"}}).roles == std::vector<std::string>{"s"}));
  BOOST_TEST((read({{"customer_id", "b"}, {"equipment-role", ""}, {"service-type", "s"}}).roles ==
              std::vector<std::string>{"s"}));
}

BOOST_AUTO_TEST_CASE(diverge_9_2_a_vnf_in_two_regions_is_dropped_alone) {
  WithVnf example(WithVnf::Vservers{{lyon, lyon_host}, {paris, paris_host}});
  example.world.vnf("x2", role("x"), example.world.instance("cust-5", "vCPE", "s2"),
                    {std::string(lyon) + "/tenants/tenant/t/vservers/vserver/v0"});
  AaiUnderTest aai({}, std::move(example.world));
  auto const list = aai.started().resolve("service", wanting("x")).value();
  BOOST_TEST_REQUIRE(list.candidates.size() == 1U);
  BOOST_TEST(list.candidates[0].candidate_id == "s2");
  BOOST_TEST(drop_code(list, "s1") == "NO_CLOUD");
}

BOOST_AUTO_TEST_CASE(a_vnf_without_vservers_is_dropped) {
  WithVnf example(WithVnf::Vservers{});
  AaiUnderTest aai({}, std::move(example.world));
  BOOST_TEST(drop_code(aai.started().resolve("service", wanting("x")).value(), "s1") == "NO_VSERVER");
}

BOOST_AUTO_TEST_CASE(diverge_9_2_the_region_is_looked_up_by_owner_and_id) {
  WithVnf example(WithVnf::Vservers{});
  // The same id under another owner, with another version and without a complex: it is not in the cache.
  auto const other = example.world.region("Zeta", "lyon-a", "", {{"cloud-region-version", "aic7.5"}});
  example.world.relate(example.vnf, example.world.vserver(other, "t", "z", lyon_host));
  AaiUnderTest aai({}, std::move(example.world));
  auto const list = aai.started().resolve("service", wanting("x")).value();
  BOOST_TEST_REQUIRE(list.candidates.size() == 1U);
  BOOST_TEST(list.candidates[0].cloud_owner == "Zeta");
  BOOST_TEST(list.candidates[0].fields.at("cloud_region_version") == "7.5");
  BOOST_TEST(list.candidates[0].fields.at("vim-id") == "Zeta_lyon-a");
  BOOST_TEST(aai.server.count("/cloud-region/Zeta/lyon-a?depth=0") == 1U);
}

BOOST_AUTO_TEST_CASE(diverge_9_2_versions_are_reduced_to_digits_only_when_something_remains) {
  BOOST_TEST(plugin::version_digits("v1") == "1");
  BOOST_TEST(plugin::version_digits("aic3.0") == "3.0");
  BOOST_TEST(plugin::version_digits("2.5") == "2.5");
  BOOST_TEST(plugin::version_digits("titanium_cloud") == "titanium_cloud");
  BOOST_TEST(plugin::version_digits("a.b") == "a.b");
}

BOOST_AUTO_TEST_CASE(diverge_9_2_an_absent_version_does_not_drop_the_vnf) {
  WithVnf example(WithVnf::Vservers{{lyon, lyon_host}});
  example.world.change(lyon, {{"cloud-region-version", nullptr}});
  AaiUnderTest aai({}, std::move(example.world));
  auto const list = aai.started().resolve("service", wanting("x")).value();
  BOOST_TEST_REQUIRE(list.candidates.size() == 1U);
  BOOST_TEST(list.candidates[0].fields.at("cloud_region_version").is_null());
}

BOOST_AUTO_TEST_CASE(diverge_9_3_the_same_instance_and_host_counts_once_and_two_hosts_count_twice) {
  WithVnf example(WithVnf::Vservers{{lyon, lyon_host}});
  std::string const vserver = std::string(lyon) + "/tenants/tenant/t/vservers/vserver/v0";
  example.world.vnf("x2", role("x"), example.instance, {vserver});
  auto other = role("x");
  other["vnf-name"] = "another";
  example.world.vnf("x3", other, example.instance, {vserver});
  AaiUnderTest aai({}, std::move(example.world));
  auto const list = aai.started().resolve("service", wanting("x")).value();
  BOOST_TEST_REQUIRE(list.candidates.size() == 2U);
  BOOST_TEST(list.candidates[0].fields.at("host_id") == "vnf x");
  BOOST_TEST(list.candidates[1].fields.at("host_id") == "another");
}

BOOST_AUTO_TEST_CASE(a_vnf_of_several_instances_of_the_customer_is_dropped) {
  WithVnf example(WithVnf::Vservers{{lyon, lyon_host}});
  example.world.relate(example.vnf, example.world.instance("cust-5", "vCPE", "s2"));
  AaiUnderTest aai({}, std::move(example.world));
  auto const list = aai.started().resolve("service", wanting("x")).value();
  BOOST_TEST(list.candidates.empty());
  BOOST_TEST(drop_code(list, "vnf x") == "INVENTORY_ERROR");
}

BOOST_AUTO_TEST_CASE(diverge_9_5_without_a_pserver_the_region_says_where_the_vnf_is) {
  WithVnf example(WithVnf::Vservers{{paris, ""}});
  AaiUnderTest aai({}, std::move(example.world));
  auto const list = aai.started().resolve("service", wanting("x")).value();
  BOOST_TEST_REQUIRE(list.candidates.size() == 1U);
  BOOST_TEST(list.candidates[0].fields.at("city") == "Paris");
}

BOOST_AUTO_TEST_CASE(diverge_9_5_a_vnf_without_any_complex_is_dropped_with_the_reason) {
  WithVnf example(WithVnf::Vservers{});
  auto const nowhere = example.world.region("Zeta", "nowhere", "");
  example.world.relate(example.vnf, example.world.vserver(nowhere, "t", "z", ""));
  AaiUnderTest aai({}, std::move(example.world));
  auto const list = aai.started().resolve("service", wanting("x")).value();
  BOOST_TEST(drop_code(list, "s1") == "NO_COMPLEX");
}

BOOST_AUTO_TEST_CASE(vservers_in_different_complexes_drop_the_vnf) {
  WithVnf example(WithVnf::Vservers{{lyon, lyon_host}, {lyon, paris_host}});
  AaiUnderTest aai({}, std::move(example.world));
  BOOST_TEST(drop_code(aai.started().resolve("service", wanting("x")).value(), "s1") == "AMBIGUOUS_COMPLEX");
}

BOOST_AUTO_TEST_CASE(one_located_vserver_is_enough) {
  WithVnf example(WithVnf::Vservers{{lyon, lyon_host}, {lyon, lyon_host}});
  AaiUnderTest aai({}, std::move(example.world));
  aai.started();
  aai.server.faults.add({.kind = sim::Fault::Kind::status, .status = 500, .path = "/vserver/v0"});
  BOOST_TEST(aai.resolve("service", wanting("x")).value().candidates.size() == 1U);
  BOOST_TEST(aai.logged("A&AI answered 500 to GET /cloud-infrastructure/cloud-regions/cloud-region/NordCloud/lyon-a"));
}

BOOST_AUTO_TEST_CASE(a_vserver_on_two_pservers_says_nothing) {
  WithVnf example(WithVnf::Vservers{{lyon, lyon_host}});
  example.world.relate(std::string(lyon) + "/tenants/tenant/t/vservers/vserver/v0", paris_host);
  AaiUnderTest aai({}, std::move(example.world));
  BOOST_TEST(drop_code(aai.started().resolve("service", wanting("x")).value(), "s1") == "NO_COMPLEX");
}

BOOST_AUTO_TEST_CASE(a_failing_look_up_of_one_vnf_drops_that_vnf_only) {
  for (auto const* path : {"/vserver/vs-mux-paris", "/pserver/cmp-mux-paris"})
    for (auto const kind : {sim::Fault::Kind::status, sim::Fault::Kind::drop, sim::Fault::Kind::garbage}) {
      AaiUnderTest aai;
      aai.started();
      aai.server.faults.add({.kind = kind, .status = 503, .path = path});
      auto const list = aai.muxes().value();
      BOOST_TEST(list.candidates.size() == 5U);
      BOOST_TEST(drop_code(list, "svc-mux-paris") == "INVENTORY_ERROR");
    }
}

BOOST_AUTO_TEST_CASE(a_missing_pserver_or_complex_is_no_inventory_error) {
  AaiUnderTest aai;
  aai.started();
  aai.server.faults.add({.kind = sim::Fault::Kind::status, .status = 404, .path = "/pserver/cmp-mux-paris"});
  BOOST_TEST(drop_code(aai.muxes().value(), "svc-mux-paris") == "NO_COMPLEX");
}

BOOST_AUTO_TEST_CASE(diverge_2_3_a_vserver_link_without_version_drops_the_vnf) {
  WithVnf example(WithVnf::Vservers{{lyon, lyon_host}});
  AaiUnderTest aai({}, std::move(example.world));
  aai.started();
  aai.server.rules.link_version = "unversioned";
  auto const list = aai.resolve("service", wanting("x")).value();
  BOOST_TEST(drop_code(list, "s1") == "NO_COMPLEX");
  BOOST_TEST(contains(list.dropped.at(0).text, "has no schema version"));
}

BOOST_AUTO_TEST_CASE(diverge_9_6_cheap_filters_come_before_further_requests) {
  auto const asked = [](json::object requirement) {
    AaiUnderTest aai;
    aai.started();
    auto const list = aai.muxes(std::move(requirement)).value();
    return std::tuple(list.candidates.size(), aai.server.count("/vserver/"), drop_code(list, "svc-mux-denver"));
  };
  auto const attributes = [](json::value status) {
    return json::object{{"filtering_attributes",
                         {{"customer-id", sim::example_customer},
                          {"equipment-role", "vG_Mux"},
                          {"orchestration-status", std::move(status)}}}};
  };
  json::array const denver{
      json::object{{"inventory_type", "service"}, {"candidate_id", json::array{"svc-mux-denver"}}}};
  using Answer = std::tuple<std::size_t, std::size_t, std::string>;
  BOOST_TEST((asked(attributes("active")) == Answer{5, 5, "ATTRIBUTE_MISMATCH"}));
  BOOST_TEST((asked(attributes(json::object{{"not", json::array{"planned"}}})) == Answer{5, 5, "ATTRIBUTE_MISMATCH"}));
  BOOST_TEST((asked({{"excluded_candidates", denver}}) == Answer{5, 5, "EXCLUDED"}));
  BOOST_TEST((asked({{"required_candidates", denver}}) == Answer{1, 1, ""}));
  BOOST_TEST((asked({{"region", "lyon-a"}}) == Answer{1, 1, "REGION_MISMATCH"}));
}

BOOST_AUTO_TEST_CASE(cheap_filters_leave_doubtful_values_to_the_data_service) {
  auto const out = [](json::value wanted, json::value have) {
    return plugin::ruled_out({{"filtering_attributes", {{"a", std::move(wanted)}}}}, "c", "l", {{"a", std::move(have)}})
        .has_value();
  };
  BOOST_TEST(out("inactive", "active"));
  BOOST_TEST(out(json::array{"x", "y"}, "z"));
  BOOST_TEST(!out("active", "active"));
  BOOST_TEST(!out("1.0", "1"));
  BOOST_TEST(!out(true, "true"));
  BOOST_TEST(!out("true", true));
  BOOST_TEST(!out("x", ""));
  BOOST_TEST(!out(json::array(), "x"));
  BOOST_TEST(!out(json::object{{"not", "y"}}, "x"));
  BOOST_TEST(!out(json::object{{"some", "y"}}, "x"));
  BOOST_TEST(!plugin::ruled_out({{"filtering_attributes", {{"b", "y"}}}}, "c", "l", {{"a", "x"}}).has_value());
}

BOOST_AUTO_TEST_CASE(services_are_found_although_the_region_list_fails) {
  AaiUnderTest aai;
  aai.server.faults.add({.kind = sim::Fault::Kind::status, .status = 500, .path = "/cloud-regions/?"});
  BOOST_TEST(aai.provider->start(aai.call).has_error());
  BOOST_TEST(aai.muxes().value().candidates.size() == 6U);
}

BOOST_AUTO_TEST_SUITE_END()
