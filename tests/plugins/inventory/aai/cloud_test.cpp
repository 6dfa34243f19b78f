// Cloud candidates, and the start of the plugin.
#include "aai_under_test.hpp"

#include <fstream>
#include <set>

using namespace conductor;
using namespace conductor::tests::aai;

namespace {

constexpr char regions_path[] = "/cloud-infrastructure/cloud-regions/";

sim::World one_region(json::object properties = {{"cloud-region-version", "v1"}}) {
  sim::World world;
  auto const complex = world.complex({.id = "C1",
                                      .name = "one",
                                      .city = "Lyon",
                                      .country = "FRA",
                                      .latitude = "45.7640",
                                      .longitude = "4.8357",
                                      .region = "EU"});
  world.region("Own", "r1", complex, std::move(properties));
  return world;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(aai_cloud)

BOOST_AUTO_TEST_CASE(gives_a_candidate_for_each_region_with_all_fields) {
  AaiUnderTest aai;
  auto const list = aai.started().clouds().value();
  BOOST_TEST(list.candidates.size() == 12U);
  auto const* lyon = find(list, "lyon-a");
  BOOST_TEST_REQUIRE(lyon != nullptr);
  BOOST_TEST(lyon->inventory_type == "cloud");
  BOOST_TEST(lyon->cloud_owner == "NordCloud");
  json::object const expected{{"cloud_region_version", "4.2"},
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
  BOOST_TEST(lyon->fields == expected);
}

BOOST_AUTO_TEST_CASE(diverge_8_every_scalar_property_of_region_and_complex_can_be_filtered) {
  AaiUnderTest aai;
  auto const list = aai.started().clouds().value();
  auto const& attributes = list.candidates.front().attributes;
  for (auto const* name : {"cloud-owner", "cloud-region-version", "cloud-type", "cloud-zone", "complex-name",
                           "physical-location-id", "cloud-region-id", "owner-defined-type", "sriov-automation", "city",
                           "state", "country", "region", "data-center-code", "physical-location-type"})
    BOOST_TEST(attributes.contains(name), name << " is missing");
}

BOOST_AUTO_TEST_CASE(the_complex_name_is_the_complexs_own) {
  AaiUnderTest aai({}, one_region({{"complex-name", "stale"}}));
  auto const list = aai.started().clouds().value();
  BOOST_TEST(list.candidates.at(0).fields.at("complex_name") == "one");
  BOOST_TEST(list.candidates.at(0).attributes.at("complex-name") == "one");
}

BOOST_AUTO_TEST_CASE(sends_the_headers_of_the_contract_with_a_fresh_transaction_id) {
  AaiUnderTest aai;
  aai.started();
  std::set<std::string> ids;
  for (auto const& request : aai.host.fake_http().requests())
    ids.insert(sdk::HttpReply{0, request.headers, {}}.header("x-transactionid"));
  BOOST_TEST(ids.size() == aai.server.targets().size());
  for (auto const& id : ids) BOOST_TEST((id.size() == 36 && id[14] == '4'));
  auto const shared = sdk::HttpReply{0, aai.host.http_config().headers, {}};
  BOOST_TEST(shared.header("X-FromAppId") == "CONDUCTOR");
  BOOST_TEST(shared.header("Accept") == "application/json");
  BOOST_TEST(shared.header("Content-Type") == "application/json");
  BOOST_TEST(aai.host.http_config().base_url == "https://controller:8443/aai/v23");
}

BOOST_AUTO_TEST_CASE(diverge_4_1_two_owners_may_have_the_same_region_id) {
  auto world = one_region();
  world.region("Other", "r1", "cloud-infrastructure/complexes/complex/C1");
  AaiUnderTest aai({}, std::move(world));
  auto const list = aai.started().clouds().value();
  BOOST_TEST_REQUIRE(list.candidates.size() == 2U);
  BOOST_TEST(list.candidates[0].cloud_owner == "Own");
  BOOST_TEST(list.candidates[1].cloud_owner == "Other");
}

BOOST_AUTO_TEST_CASE(diverge_4_1_a_region_without_version_is_kept) {
  AaiUnderTest aai({}, one_region({}));
  auto const list = aai.started().clouds().value();
  BOOST_TEST(list.candidates.at(0).fields.at("cloud_region_version").is_null());
}

BOOST_AUTO_TEST_CASE(regions_without_or_with_several_complexes_are_dropped_with_the_reason) {
  auto world = one_region();
  world.region("Own", "nowhere", "");
  auto const second = world.complex(
      {.id = "C2", .name = "two", .city = "Nice", .country = "FRA", .latitude = "43.7", .longitude = "7.2"});
  world.relate(world.region("Own", "everywhere", "cloud-infrastructure/complexes/complex/C1"), second);
  auto const bad = world.complex(
      {.id = "C3", .name = "three", .city = "Nice", .country = "FRA", .latitude = "north", .longitude = "7.2"});
  world.region("Own", "unplaced", bad);
  auto const nameless =
      world.complex({.id = "C4", .name = "", .city = "Nice", .country = "FRA", .latitude = "43.7", .longitude = "7.2"});
  world.region("Own", "nameless", nameless);
  AaiUnderTest aai({}, std::move(world));
  auto const list = aai.started().clouds().value();
  BOOST_TEST(list.candidates.size() == 1U);
  BOOST_TEST(drop_code(list, "nowhere") == "NO_COMPLEX");
  BOOST_TEST(drop_code(list, "everywhere") == "AMBIGUOUS_COMPLEX");
  BOOST_TEST(drop_code(list, "unplaced") == "NO_COMPLEX");
  BOOST_TEST(drop_code(list, "nameless") == "NO_COMPLEX");
}

BOOST_AUTO_TEST_CASE(state_and_region_of_a_complex_may_be_missing) {
  auto world = one_region();
  world.change("cloud-infrastructure/complexes/complex/C1", {{"state", nullptr}, {"region", nullptr}});
  AaiUnderTest aai({}, std::move(world));
  auto const list = aai.started().clouds().value();
  BOOST_TEST(list.candidates.at(0).fields.at("state").is_null());
  BOOST_TEST(list.candidates.at(0).fields.at("region").is_null());
}

BOOST_AUTO_TEST_CASE(diverge_7_10_sriov_follows_the_regions_property) {
  AaiUnderTest aai;
  auto const list = aai.started().clouds().value();
  BOOST_TEST(find(list, "lyon-a")->fields.at("sriov_automation") == "true");
  BOOST_TEST(find(list, "stockholm-a")->fields.at("sriov_automation") == "false");
}

BOOST_AUTO_TEST_CASE(diverge_7_12_the_location_type_is_an_option) {
  AaiUnderTest aai({{"location_type", std::string("site")}});
  BOOST_TEST(aai.started().clouds().value().candidates.at(0).fields.at("location_type") == "site");
}

BOOST_AUTO_TEST_CASE(diverge_4_2_a_wrapped_complex_answer_serves_every_later_hit) {
  AaiUnderTest aai({}, one_region());
  aai.server.scripted["/cloud-infrastructure/complexes/complex/C1"] = {
      200, {}, R"({"complex":{"physical-location-id":"C1","complex-name":"one","city":"Lyon","country":"FRA",
                   "latitude":"1.5","longitude":"2.5"}})"};
  BOOST_TEST(aai.started().clouds().value().candidates.at(0).fields.at("latitude") == "1.5");
  BOOST_TEST(aai.provider->locate(aai.call, {.host_name = "", .clli_code = "C1"}).value().latitude == 1.5);
  BOOST_TEST(aai.server.count("/complexes/complex/C1") == 1U);
}

// Solver specification S24.
BOOST_AUTO_TEST_CASE(zones_of_a_complex_are_given_when_it_has_them) {
  AaiUnderTest aai({}, one_region());
  aai.server.scripted["/cloud-infrastructure/complexes/complex/C1"] = {
      200, {}, R"({"physical-location-id":"C1","complex-name":"one","city":"Lyon","country":"FRA",
                   "latitude":"1.5","longitude":"2.5","time-zone":"CET","disaster-zone":"rhone","maintenance-zone":""})"};
  auto const fields = aai.started().clouds().value().candidates.at(0).fields;
  BOOST_TEST(fields.at("time_zone") == "CET");
  BOOST_TEST(fields.at("disaster_zone") == "rhone");
  BOOST_TEST(!fields.contains("maintenance_zone"));
}

BOOST_AUTO_TEST_CASE(diverge_2_3_links_of_old_servers_are_followed_under_the_configured_version) {
  AaiUnderTest aai;
  aai.server.rules.full_urls = true;
  aai.server.rules.link_version = "v11";
  BOOST_TEST(aai.started().clouds().value().candidates.size() == 12U);
  for (auto const& target : aai.server.targets()) BOOST_TEST(target.starts_with("/cloud-infrastructure/"));
}

BOOST_AUTO_TEST_CASE(diverge_1_5_pages_are_followed_until_the_last) {
  AaiUnderTest aai({{"page_size", std::int64_t{5}}});
  BOOST_TEST(aai.started().clouds().value().candidates.size() == 12U);
  BOOST_TEST(aai.server.count("resultIndex=3&resultSize=5") == 1U);
  BOOST_TEST(aai.server.count("resultIndex=4") == 0U);
}

BOOST_AUTO_TEST_CASE(an_answer_without_total_pages_is_complete) {
  AaiUnderTest aai({{"page_size", std::int64_t{1}}}, one_region());
  auto reply =
      sim::answer(aai.server.world, {},
                  {.target = "/aai/v23/cloud-infrastructure/cloud-regions",
                   .headers = {{"X-FromAppId", "x"}, {"X-TransactionId", "x"}, {"Accept", "application/json"}}});
  BOOST_TEST_REQUIRE(reply.status == 200);
  aai.server.scripted[regions_path] = reply;
  BOOST_TEST(aai.started().clouds().value().candidates.size() == 1U);
  BOOST_TEST(aai.server.count("resultIndex=2") == 0U);
}

BOOST_AUTO_TEST_CASE(page_size_zero_asks_for_the_whole_list) {
  AaiUnderTest aai({{"page_size", std::int64_t{0}}});
  BOOST_TEST(aai.started().clouds().value().candidates.size() == 12U);
  BOOST_TEST(aai.server.count("resultSize=500") == 0U);
}

BOOST_AUTO_TEST_CASE(an_empty_inventory_is_no_error_and_is_asked_again_by_the_next_demand) {
  AaiUnderTest aai({}, sim::World());
  BOOST_TEST(aai.started().clouds().value().candidates.empty());
  aai.server.world = one_region();
  BOOST_TEST(aai.clouds().value().candidates.size() == 1U);
}

BOOST_AUTO_TEST_CASE(diverge_1_4_an_unreachable_inventory_is_an_error_and_never_an_empty_list) {
  AaiUnderTest aai;
  aai.server.faults.add({.kind = sim::Fault::Kind::drop});
  BOOST_TEST((aai.provider->start(aai.call).error().code == sdk::Errc::unavailable));
  auto const list = aai.clouds();
  BOOST_TEST_REQUIRE(list.has_error());
  BOOST_TEST((list.error().code == sdk::Errc::unavailable));
  BOOST_TEST(
      contains(list.error().text, "demand vX: no response from A&AI to GET /cloud-infrastructure/cloud-regions/"));
  BOOST_TEST(!contains(list.error().text, "depth"));
  aai.server.faults.clear();
  BOOST_TEST(aai.clouds().value().candidates.size() == 12U);
}

BOOST_AUTO_TEST_CASE(diverge_1_4_a_wrong_password_is_denied) {
  AaiUnderTest aai;
  aai.server.rules.username = "conductor";
  BOOST_TEST((aai.provider->start(aai.call).error().code == sdk::Errc::denied));
}

BOOST_AUTO_TEST_CASE(unreadable_region_lists_are_failures) {
  for (auto const kind : {sim::Fault::Kind::garbage, sim::Fault::Kind::truncate}) {
    AaiUnderTest aai;
    aai.server.faults.add({.kind = kind});
    BOOST_TEST((aai.provider->start(aai.call).error().code == sdk::Errc::unavailable));
    BOOST_TEST((aai.clouds().error().code == sdk::Errc::unavailable));
  }
}

BOOST_AUTO_TEST_CASE(diverge_1_1_a_version_that_is_not_served_is_a_configuration_error) {
  AaiUnderTest aai({{"server_url_version", std::string("v19")}});
  auto const failed = aai.provider->start(aai.call);
  BOOST_TEST_REQUIRE(failed.has_error());
  BOOST_TEST((failed.error().code == sdk::Errc::invalid));
  BOOST_TEST(contains(failed.error().text, "configuration"));
  BOOST_TEST(contains(failed.error().text, "server_url_version is v19"));
}

BOOST_AUTO_TEST_CASE(versions_below_v9_and_other_texts_are_refused) {
  for (auto const* version : {"v8", "9", "", "v", "v1x", "latest"}) {
    AaiUnderTest aai({{"server_url_version", std::string(version)}});
    auto const failed = aai.provider->start(aai.call);
    BOOST_TEST_REQUIRE(failed.has_error(), "version " << version);
    BOOST_TEST((failed.error().code == sdk::Errc::invalid));
    BOOST_TEST(aai.server.targets().empty());
  }
}

BOOST_AUTO_TEST_CASE(a_trailing_slash_of_the_server_url_does_not_matter) {
  AaiUnderTest aai({{"server_url", std::string("https://aai.example.org:8443/aai/")}});
  aai.started();
  BOOST_TEST(aai.host.http_config().base_url == "https://aai.example.org:8443/aai/v23");
}

BOOST_AUTO_TEST_CASE(diverge_1_3_an_empty_bundle_means_the_systems_anchors_with_verification) {
  AaiUnderTest aai({{"certificate_authority_bundle_file", std::string()}});
  aai.started();
  BOOST_TEST(aai.host.http_config().ca_file.empty());
  BOOST_TEST(!aai.host.http_config().insecure_skip_verify);
}

BOOST_AUTO_TEST_CASE(diverge_1_3_verification_is_only_turned_off_explicitly_and_with_a_warning) {
  AaiUnderTest aai({{"insecure_skip_verify", true}});
  aai.started();
  BOOST_TEST(aai.host.http_config().insecure_skip_verify);
  BOOST_TEST(aai.logged("insecure_skip_verify is set"));
}

BOOST_AUTO_TEST_CASE(a_configured_file_that_is_missing_refuses_the_start) {
  for (auto const* option : {"certificate_file", "certificate_key_file", "certificate_authority_bundle_file"}) {
    AaiUnderTest aai({{option, std::string("/nonexistent/mine.pem")}});
    auto const failed = aai.provider->start(aai.call);
    BOOST_TEST_REQUIRE(failed.has_error());
    BOOST_TEST((failed.error().code == sdk::Errc::invalid));
    BOOST_TEST(contains(failed.error().text, std::string("[aai] ") + option + " names /nonexistent/mine.pem"));
  }
}

BOOST_AUTO_TEST_CASE(a_default_file_that_is_missing_is_left_out_with_a_warning) {
  AaiUnderTest aai;
  aai.started();
  BOOST_TEST(aai.host.http_config().certificate_file.empty());
  BOOST_TEST(aai.host.http_config().ca_file.empty());
  BOOST_TEST(aai.logged("certificate_authority_bundle.pem does not exist"));
}

BOOST_AUTO_TEST_CASE(a_certificate_without_its_key_refuses_the_start) {
  AaiUnderTest made;
  auto const file = made.host.state_path() / "mine.pem";
  std::ofstream(file) << "x";
  AaiUnderTest aai({{"certificate_file", file.string()}, {"certificate_key_file", std::string()}});
  auto const failed = aai.provider->start(aai.call);
  BOOST_TEST_REQUIRE(failed.has_error());
  BOOST_TEST(contains(failed.error().text, "certificate_key_file is not"));
}

BOOST_AUTO_TEST_CASE(options_reach_the_http_client) {
  AaiUnderTest aai({{"aai_rest_timeout", 1.5},
                    {"aai_retries", std::int64_t{5}},
                    {"username", std::string("u")},
                    {"password", std::string("p")},
                    {"server_name_override", std::string("aai.internal")},
                    {"max_parallel_requests", std::int64_t{3}}});
  aai.started();
  auto const& config = aai.host.http_config();
  BOOST_TEST(config.read_timeout.count() == 1500);
  BOOST_TEST(config.attempts == 5);
  BOOST_TEST(config.username == "u");
  BOOST_TEST(config.password == "p");
  BOOST_TEST(config.server_name_override == "aai.internal");
  BOOST_TEST(config.max_connections == 3U);
  BOOST_TEST(config.max_reply_bytes == 64U << 20U);
}

BOOST_AUTO_TEST_CASE(health_asks_the_server_only_after_a_failure) {
  AaiUnderTest aai;
  aai.started();
  auto const before = aai.server.targets().size();
  BOOST_TEST(!aai.provider->health(aai.call).has_error());
  BOOST_TEST(aai.server.targets().size() == before);
  aai.server.faults.add({.kind = sim::Fault::Kind::status, .status = 503, .count = 2});
  BOOST_TEST(aai.provider->regions_with_role(aai.call, "x").has_error());
  BOOST_TEST(aai.provider->health(aai.call).has_error());
  BOOST_TEST(!aai.provider->health(aai.call).has_error());
}

BOOST_AUTO_TEST_CASE(other_inventory_types_are_unsupported_and_the_demand_is_named) {
  AaiUnderTest aai;
  auto const failed = aai.started().resolve("nst", {});
  BOOST_TEST((failed.error().code == sdk::Errc::unsupported));
  BOOST_TEST(contains(failed.error().text, "vX"));
}

BOOST_AUTO_TEST_SUITE_END()
