// What the gateway adds to candidates (core/model/data_topic.hpp; A&AI specification 5 to 7).
#include "tests/services/data/gateway_fixture.hpp"

namespace conductor::services::data::test {

BOOST_AUTO_TEST_SUITE(gateway_decoration)

BOOST_AUTO_TEST_CASE(every_candidate_has_the_base_fields_and_its_own) {
  World world;
  world.aai.list.candidates = {candidate("a", {{"location_id", "lyon-a"}, {"latitude", 45.75}})};
  auto const document = world.only(wish("aai", {{"service_resource_id", "r-1"}}));
  BOOST_TEST(document.at("candidate_id").as_string() == "a");
  BOOST_TEST(document.at("service_resource_id").as_string() == "r-1");
  BOOST_TEST(document.at("inventory_provider").as_string() == "aai");
  BOOST_TEST(document.at("inventory_type").as_string() == "cloud");
  BOOST_TEST(document.at("uniqueness").as_string() == "true");
  BOOST_TEST(document.at("cost").to_number<double>() == 2.0);
  BOOST_TEST(document.at("cloud_owner").as_string() == "aws");
  BOOST_TEST(document.at("latitude").as_double() == 45.75);
  BOOST_TEST(document.at("existing_placement").as_string() == "false");
  BOOST_TEST(!document.contains("conflict_id"));
  BOOST_TEST(!document.contains("passthrough_attributes"));
  BOOST_TEST(!document.contains("vlan_key"));
}

BOOST_AUTO_TEST_CASE(hardware_is_left_out_of_all_candidates_while_it_is_switched_off) {
  World world;
  json::object const hardware{{"flavors", json::object{{"flavor", json::array{}}}},
                              {"region_capabilities", json::array{}},
                              {"vim-id", "aws_a"}};
  world.file.list.candidates = {candidate("a", hardware)};
  BOOST_TEST(world.only(wish("file")).contains("flavors"));
  BOOST_TEST(world.only(wish("file")).contains("region_capabilities"));
  world.gateway.keep_hardware(false);
  auto const without = world.only(wish("file"));
  BOOST_TEST(!without.contains("flavors"));
  BOOST_TEST(!without.contains("region_capabilities"));
  BOOST_TEST(without.at("vim-id").as_string() == "aws_a");
  world.gateway.keep_hardware(true);
  BOOST_TEST(world.only(wish("file")).contains("flavors"));
}

// DIVERGE: unique was compared with the exact text "true".
BOOST_AUTO_TEST_CASE(unique_is_normalised) {
  World world;
  world.aai.list.candidates = {candidate("a")};
  for (auto const& [given, kept] : {std::pair<json::value, char const*>{true, "true"},
                                    {false, "false"},
                                    {"True", "true"},
                                    {"FALSE", "false"},
                                    {nullptr, "true"},
                                    {"", "true"}})
    BOOST_TEST(world.only(wish("aai", {{"unique", given}})).at("uniqueness").as_string() == kept);
}

// DIVERGE: costs always came from configuration.
BOOST_AUTO_TEST_CASE(the_cost_of_the_inventory_goes_before_the_default_and_that_before_the_configured_one) {
  World world;
  world.aai.list.candidates = {candidate("a")};
  BOOST_TEST(world.only(wish("aai")).at("cost").to_number<double>() == 2.0);
  BOOST_TEST(world.only(wish("aai", {{"default_cost", 7}})).at("cost").to_number<double>() == 7.0);
  world.aai.list.candidates = {candidate("a", {{"cost", 0.5}})};
  BOOST_TEST(world.only(wish("aai", {{"default_cost", 7}})).at("cost").to_number<double>() == 0.5);
}

BOOST_AUTO_TEST_CASE(the_present_placement_is_marked_and_cheap) {
  World world;
  world.aai.list.candidates = {candidate("a", {{"cost", 0.5}}), candidate("b")};
  auto const answer = world.resolve({wish("aai", {{"existing_placement", json::object{{"candidate_id", "a"}}}})});
  auto const& both = answer.at("candidates").as_array();
  BOOST_TEST(both.at(0).at("existing_placement").as_string() == "true");
  BOOST_TEST(both.at(0).at("cost").to_number<double>() == -8000.0);
  BOOST_TEST(both.at(1).at("existing_placement").as_string() == "false");
  BOOST_TEST(both.at(1).at("cost").to_number<double>() == 2.0);
}

// DIVERGE: plain texts and missing attributes aborted the demand.
// Solver specification S87
BOOST_AUTO_TEST_CASE(a_conflict_identifier_is_built_of_texts_and_fields) {
  World world;
  world.aai.list.candidates = {candidate("a", {{"location_id", "lyon-a"}, {"state", nullptr}, {"zone", 7}})};
  auto const form = [](char const* name) { return json::object{{"get_candidate_attribute", name}}; };
  auto const id = [&](json::array items) {
    return world.only(wish("aai", {{"conflict_identifier", std::move(items)}})).at("conflict_id").as_string();
  };
  BOOST_TEST(id({"e2e-77", form("location_id")}) == "e2e-77|lyon-a|");
  BOOST_TEST(id({form("candidate_id"), form("zone")}) == "a|7|");
  for (auto const* field : {"no_such", "state"}) {
    auto const text = error_of(world.resolve({wish("aai", {{"conflict_identifier", json::array{form(field)}}})}));
    BOOST_TEST(text.find("Conflict identifier of demand vG") == 0U);
    BOOST_TEST(text.find(field) != std::string::npos);
  }
  BOOST_TEST(!world.only(wish("aai", {{"conflict_identifier", nullptr}})).contains("conflict_id"));
  world.aai.list.candidates = {candidate("s", {}, "service")};
  BOOST_TEST(!world.only(wish("aai", {{"conflict_identifier", json::array{"x"}}}, "service")).contains("conflict_id"));
}

// DIVERGE: pass-through was not applied to slice types.
BOOST_AUTO_TEST_CASE(pass_through_attributes_are_copied_for_every_type) {
  World world;
  json::object const attributes{{"td-role", "td-role=A"}};
  for (std::string const type : {"cloud", "service", "nssi"}) {
    world.aai.list.candidates = {candidate("a", {}, type)};
    auto const document = world.only(wish("aai", {{"passthrough_attributes", attributes}}, type));
    BOOST_TEST(document.at("passthrough_attributes") == json::value(attributes));
    BOOST_TEST(!world.only(wish("aai", {{"passthrough_attributes", json::object()}}, type))
                    .contains("passthrough_attributes"));
  }
}

// DIVERGE: a default replaced the real inventory value.
BOOST_AUTO_TEST_CASE(default_attributes_fill_only_what_is_absent_or_null) {
  World world;
  json::object const defaults{{"model-name", "default"}, {"region", "default"}, {"zone-x", "default"}};
  world.aai.list.candidates = {candidate("a", {{"model_name", "real"}, {"region", nullptr}}, "nssi")};
  auto const document = world.only(wish("aai", {{"default_attributes", defaults}}, "nssi"));
  BOOST_TEST(document.at("model_name").as_string() == "real");
  BOOST_TEST(document.at("region").as_string() == "default");
  BOOST_TEST(document.at("zone_x").as_string() == "default");
  world.aai.list.candidates = {candidate("a")};
  BOOST_TEST(!world.only(wish("aai", {{"default_attributes", defaults}})).contains("zone_x"));
}

BOOST_AUTO_TEST_CASE(vlan_and_port_keys_stand_on_services_even_when_not_given) {
  World world;
  world.aai.list.candidates = {candidate("s", {}, "service")};
  auto const document = world.only(wish("aai", {{"vlan_key", "v1"}}, "service"));
  BOOST_TEST(document.at("vlan_key").as_string() == "v1");
  BOOST_TEST(document.at("port_key").is_null());
}

BOOST_AUTO_TEST_CASE(costs_come_from_the_options_and_vfmodules_cost_what_services_do) {
  sdk::Settings settings;
  for (auto const* type : {"cloud", "service", "transport", "nssi", "nsi", "nst", "nsst"})
    settings.set(std::string(type) + "_candidate_cost", 5.0);
  settings.set("service_candidate_cost", 3.0);
  settings.set("existing_placement_cost", -1.0);
  settings.set("vfmodule_candidate_cost", std::monostate());
  auto costs = Costs::from(settings);
  BOOST_TEST(costs.existing_placement == -1.0);
  BOOST_TEST(costs.of("cloud") == 5.0);
  BOOST_TEST(costs.of("vfmodule") == 3.0);
  BOOST_TEST(costs.of("slice_profiles") == 1.0);
  settings.set("vfmodule_candidate_cost", 9.0);
  BOOST_TEST(Costs::from(settings).of("vfmodule") == 9.0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::data::test
