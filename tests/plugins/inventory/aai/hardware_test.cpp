// Flavors and hardware capabilities of cloud regions: what is asked, what becomes of it, and what stays when A&AI
// fails.
#include "aai_under_test.hpp"

#include "complexes.hpp"
#include "hardware.hpp"
#include "regions.hpp"

using namespace conductor;
using namespace conductor::tests::aai;
using namespace std::chrono_literals;
namespace plugin = conductor::plugins::inventory_aai;

namespace {

constexpr char flavors_path[] = "/cloud-infrastructure/cloud-regions/cloud-region/Own/r1/flavors/";
constexpr char capabilities_path[] = "/cloud-infrastructure/cloud-regions/cloud-region/Own/r1/hpa-capabilities";

// Region r1 with one enabled and one disabled flavor and a capability of its own, region r2 with nothing.
sim::World two_regions() {
  sim::World world;
  auto const complex = world.complex(
      {.id = "C1", .name = "one", .city = "Lyon", .country = "FRA", .latitude = "45.7", .longitude = "4.8"});
  auto const region = world.region("Own", "r1", complex);
  world.region("Own", "r2", complex);
  auto const large = world.flavor(region, "f-large", {{"flavor-name", "m1.large"}});
  world.capability(large, "cpu", "basicCapabilities", {{"numVirtualCpu", {{"value", "8"}}}});
  world.flavor(region, "f-old", {{"flavor-name", "m0.old"}, {"flavor-disabled", true}});
  world.capability(region, "isolation", "dedicatedCluster", {{"tenancy", {{"value", "single"}}}});
  return world;
}

sdk::Candidate region(AaiUnderTest& aai, std::string_view id) {
  auto const list = aai.clouds().value();
  auto const* found = find(list, id);
  BOOST_TEST_REQUIRE(found != nullptr);
  return *found;
}

json::array const& flavors_of(sdk::Candidate const& candidate) {
  return candidate.fields.at("flavors").at("flavor").as_array();
}

// The cache alone, so that a test can wait for the background refresh.
struct Cache {
  Cache() : server(host, two_regions()), options(settings()) { connection.open(); }
  static sdk::Settings settings() {
    sdk::Schema schema("aai");
    plugin::Options::describe(schema);
    return sdk::testing::settings_of(schema);
  }
  // What r1 offers, after the refresh that is due.
  plugin::Hardware r1() {
    BOOST_TEST(regions.regions(call, "test").has_value());
    regions.settle();
    return *regions.regions(call, "test").value()->find({"Own", "r1"})->hardware;
  }
  std::string first_flavor() {
    auto const hardware = r1();
    return hardware.flavors.is_null() ? ""
                                      : std::string(hardware.flavors.at("flavor").at(0).at("flavor-name").as_string());
  }
  void rename(char const* name) {
    server.world.change("cloud-infrastructure/cloud-regions/cloud-region/Own/r1/flavors/flavor/f-large",
                        {{"flavor-name", name}});
  }

  sdk::testing::FakeHost host;
  SimulatedAai server;
  sdk::Call call;
  plugin::Options options;
  plugin::Connection connection{host, options};
  plugin::Complexes complexes{host, connection, options};
  plugin::RegionCache regions{host, connection, complexes, options};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(aai_hardware)

BOOST_AUTO_TEST_CASE(candidates_have_the_whole_flavor_answer_of_their_region) {
  AaiUnderTest aai({}, two_regions());
  auto const r1 = region(aai.started(), "r1");
  BOOST_TEST_REQUIRE(flavors_of(r1).size() == 2U);
  auto const& large = flavors_of(r1)[0].as_object();
  BOOST_TEST(large.at("flavor-name") == "m1.large");
  auto const& capability = large.at("hpa-capabilities").at("hpa-capability").at(0);
  BOOST_TEST(capability.at("hpa-feature") == "basicCapabilities");
  BOOST_TEST(capability.at("hpa-feature-attributes").at(0).at("hpa-attribute-value") == R"({"value":"8"})");
  BOOST_TEST(!large.contains("relationship-list"));
}

BOOST_AUTO_TEST_CASE(diverge_4_4_capabilities_of_the_region_itself_are_read) {
  AaiUnderTest aai({}, two_regions());
  auto const r1 = region(aai.started(), "r1");
  auto const& list = r1.fields.at("region_capabilities").as_array();
  BOOST_TEST_REQUIRE(list.size() == 1U);
  BOOST_TEST(list[0].at("hpa-feature") == "dedicatedCluster");
  BOOST_TEST(list[0].at("hpa-feature-attributes").at(0).at("hpa-attribute-key") == "tenancy");
}

BOOST_AUTO_TEST_CASE(a_region_without_hardware_has_neither_field_and_is_no_failure) {
  AaiUnderTest aai({}, two_regions());
  auto const r2 = region(aai.started(), "r2");
  BOOST_TEST(!r2.fields.contains("flavors"));
  BOOST_TEST(!r2.fields.contains("region_capabilities"));
  BOOST_TEST(aai.host.counted("conductor_aai_region_refresh_failures_total") == 0.0);
}

BOOST_AUTO_TEST_CASE(each_region_is_asked_once_for_each_with_all_levels_and_without_relationships) {
  AaiUnderTest aai({}, two_regions());
  aai.started();
  BOOST_TEST(aai.clouds().has_value());
  for (auto const* path : {flavors_path, capabilities_path})
    BOOST_TEST(aai.server.count(std::string(path) + "?depth=all&nodes-only=true") == 1U, path);
  BOOST_TEST(aai.server.count("/flavors/?") == 2U);
  BOOST_TEST(aai.server.count("/hpa-capabilities?") == 2U);
}

BOOST_AUTO_TEST_CASE(diverge_8_without_hpa_nothing_is_asked_and_only_the_hardware_is_missing) {
  AaiUnderTest with({}, two_regions()), without({{"HPA_enabled", false}}, two_regions());
  auto all = region(with.started(), "r1").fields;
  all.erase("flavors");
  all.erase("region_capabilities");
  auto const r1 = region(without.started(), "r1");
  BOOST_TEST(r1.fields == all);
  BOOST_TEST(r1.fields.at("vim-id") == "Own_r1");
  BOOST_TEST(without.server.count("flavors") == 0U);
  BOOST_TEST(without.server.count("hpa-capabilities") == 0U);
}

BOOST_AUTO_TEST_CASE(diverge_4_3_an_answer_without_the_list_or_with_an_empty_one_is_empty) {
  for (auto const* body : {"{}", R"({"flavor":[]})", R"({"flavor":null})"}) {
    AaiUnderTest aai({}, two_regions());
    aai.server.scripted[flavors_path] = {200, {}, body};
    auto const r1 = region(aai.started(), "r1");
    BOOST_TEST(!r1.fields.contains("flavors"), body);
    BOOST_TEST(r1.fields.contains("region_capabilities"), body);
    BOOST_TEST(aai.host.counted("conductor_aai_region_refresh_failures_total") == 0.0, body);
  }
}

BOOST_AUTO_TEST_CASE(disabled_flavors_are_kept_as_they_are) {
  AaiUnderTest aai({}, two_regions());
  auto const r1 = region(aai.started(), "r1");
  BOOST_TEST(flavors_of(r1)[1].at("flavor-disabled") == true);
}

BOOST_AUTO_TEST_CASE(old_schema_versions_are_not_asked_for_capabilities_of_regions) {
  AaiUnderTest aai({{"server_url_version", std::string("v12")}}, two_regions());
  BOOST_TEST(region(aai.started(), "r1").fields.contains("flavors"));
  BOOST_TEST(aai.server.count("/hpa-capabilities?") == 0U);
}

BOOST_AUTO_TEST_CASE(diverge_4_1_a_region_keeps_its_flavors_when_asking_fails_and_is_retried_early) {
  for (auto const& fault : {sim::Fault{.kind = sim::Fault::Kind::status, .status = 500, .path = "/r1/flavors"},
                            sim::Fault{.kind = sim::Fault::Kind::drop, .path = "/r1/flavors"},
                            sim::Fault{.kind = sim::Fault::Kind::garbage, .path = "/r1/flavors"}}) {
    Cache cache;
    BOOST_TEST(cache.first_flavor() == "m1.large");
    cache.rename("m2.large");
    cache.host.clock().advance(1441min);
    cache.server.faults.add(fault);
    BOOST_TEST(cache.first_flavor() == "m1.large");
    BOOST_TEST(!cache.r1().capabilities.is_null());
    cache.server.faults.clear();
    cache.host.clock().advance(1min);
    BOOST_TEST(cache.first_flavor() == "m2.large");
  }
}

BOOST_AUTO_TEST_CASE(diverge_4_1_capabilities_stay_when_asking_fails) {
  Cache cache;
  BOOST_TEST(!cache.r1().capabilities.is_null());
  cache.rename("m2.large");
  cache.host.clock().advance(1441min);
  cache.server.faults.add({.kind = sim::Fault::Kind::status, .status = 503, .path = "/r1/hpa-capabilities"});
  BOOST_TEST(!cache.r1().capabilities.is_null());
  BOOST_TEST(cache.first_flavor() == "m2.large");
}

BOOST_AUTO_TEST_CASE(a_region_whose_flavors_could_never_be_read_is_offered_without_them_and_retried_early) {
  Cache cache;
  cache.server.faults.add({.kind = sim::Fault::Kind::status, .status = 500, .path = "/r1/flavors"});
  BOOST_TEST(cache.first_flavor().empty());
  cache.server.faults.clear();
  cache.host.clock().advance(1min);
  BOOST_TEST(cache.first_flavor() == "m1.large");
}

BOOST_AUTO_TEST_CASE(flavors_go_when_they_are_404) {
  Cache cache;
  BOOST_TEST(cache.first_flavor() == "m1.large");
  cache.server.faults.add({.kind = sim::Fault::Kind::status, .status = 404, .path = "/r1/flavors"});
  cache.host.clock().advance(1441min);
  BOOST_TEST(cache.first_flavor().empty());
  BOOST_TEST(!cache.regions.regions(cache.call, "test").value()->incomplete);
}

BOOST_AUTO_TEST_CASE(a_refusal_that_asking_again_does_not_change_is_told_and_not_retried_early) {
  Cache cache;
  cache.server.faults.add({.kind = sim::Fault::Kind::status, .status = 400, .path = "/hpa-capabilities"});
  BOOST_TEST(cache.first_flavor() == "m1.large");
  BOOST_TEST(!cache.regions.regions(cache.call, "test").value()->incomplete);
  auto const lines = cache.host.lines();
  BOOST_TEST(std::any_of(lines.begin(), lines.end(), [](auto const& line) {
    return line.level == sdk::Level::warning && contains(line.text, "2 requests for the hardware") &&
           contains(line.text, "400");
  }));
}

BOOST_AUTO_TEST_CASE(regions_without_owner_have_no_path_and_are_not_asked) {
  Cache cache;
  std::vector<sdk::RegionKey> const keys{{"", "r1"}, {"Own", "r1"}};
  auto const answers = plugin::read_hardware(cache.connection, cache.options, cache.call, "test", keys);
  BOOST_TEST(answers.at(0).flavors->is_null());
  BOOST_TEST(answers.at(1).flavors->is_object());
  BOOST_TEST(cache.server.targets().size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
