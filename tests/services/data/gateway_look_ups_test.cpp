// Which providers answer for locations, roles and groups, and what is made of their answers.
#include "tests/services/data/gateway_fixture.hpp"

namespace conductor::services::data::test {

BOOST_AUTO_TEST_SUITE(gateway_look_ups)

BOOST_AUTO_TEST_CASE(the_first_provider_that_knows_a_location_answers) {
  World world;
  world.aai.places = {{"LYONFR01", {.latitude = 1, .longitude = 2, .country = "FRA"}}};
  world.file.places = {{"LYONFR01", {.latitude = 3, .longitude = 4, .country = ""}},
                       {"edge9", {.latitude = 5, .longitude = 6, .country = ""}}};
  auto const answer =
      world.ask(topic::resolve_locations, {{"locations", json::object{{"a", json::object{{"clli_code", "LYONFR01"}}},
                                                                      {"b", json::object{{"host_name", "edge9"}}},
                                                                      {"c", json::object{{"host_name", "x"}}}}}});
  auto const& places = answer.at("locations").as_object();
  BOOST_TEST(places.at("a").at("latitude").as_double() == 1.0);
  BOOST_TEST(places.at("a").at("country").as_string() == "FRA");
  BOOST_TEST(places.at("b").at("longitude").as_double() == 6.0);
  BOOST_TEST(places.at("b").at("country").is_null());
  BOOST_TEST(places.at("c").at("error").at("code").as_string() == "not_found");
  BOOST_TEST(error_of(places.at("c").as_object()) == "no inventory provider knows location c (host name x)");
}

BOOST_AUTO_TEST_CASE(a_provider_that_is_down_counts_only_when_nobody_else_knows_the_place) {
  World world;
  world.aai.failure = Error{Errc::unavailable, "A&AI is down"};
  world.file.places = {{"edge9", {.latitude = 5, .longitude = 6, .country = ""}}};
  auto const answer =
      world.ask(topic::resolve_locations, {{"locations", json::object{{"b", json::object{{"host_name", "edge9"}}},
                                                                      {"c", json::object{{"host_name", "x"}}}}}});
  BOOST_TEST(answer.at("locations").at("b").at("latitude").as_double() == 5.0);
  BOOST_TEST(answer.at("locations").at("c").at("error").at("code").as_string() == "unavailable");
}

BOOST_AUTO_TEST_CASE(roles_and_groups_are_the_union_of_all_providers) {
  World world;
  world.aai.regions = {{.cloud_owner = "o", .cloud_region_id = "r1"}, {.cloud_owner = "o", .cloud_region_id = "r2"}};
  world.file.regions = {{.cloud_owner = "o", .cloud_region_id = "r2"}, {.cloud_owner = "p", .cloud_region_id = "r2"}};
  auto const regions = world.ask(topic::regions_with_roles, {{"roles", json::array{"green"}}});
  BOOST_TEST(regions.at("roles").at("green") ==
             (json::array{json::array{"o", "r1"}, json::array{"o", "r2"}, json::array{"p", "r2"}}));
  world.aai.roles = {"ACTIVE"};
  world.file.roles = {"ACTIVE", "STANDBY"};
  BOOST_TEST(world.ask(topic::roles_of_hosts, {{"host_ids", json::array{"h"}}}).at("host_ids").at("h") ==
             (json::array{"ACTIVE", "STANDBY"}));
  world.file.pairs = {{"a", "b"}};
  BOOST_TEST(world.ask(topic::pairs_of_groups, {{"descriptions", json::array{"G"}}}).at("groups").at("G") ==
             (json::array{json::array{"a", "b"}}));
}

BOOST_AUTO_TEST_CASE(an_empty_group_description_means_the_configured_one) {
  World world;
  world.file.pairs = {{"a", "b"}};
  auto const answer = world.ask(topic::pairs_of_groups, {{"descriptions", json::array{""}}});
  BOOST_TEST(answer.at("groups").as_object().contains(""));
  BOOST_TEST(world.file.asked == Names{"DHV_VVIG_PAIR"});
}

BOOST_AUTO_TEST_CASE(one_look_up_that_fails_fails_the_call_and_is_named) {
  World world;
  world.file.failure = Error{Errc::unavailable, "is down"};
  auto const error = world.refused(topic::regions_with_roles, json::object{{"roles", json::array{"green"}}});
  BOOST_TEST((error.code == Errc::unavailable));
  BOOST_TEST(error.text == "network role green: is down");
  BOOST_TEST((world.refused(topic::roles_of_hosts, json::object{{"host_ids", "h"}}).code == Errc::invalid));
}

BOOST_AUTO_TEST_CASE(a_question_nobody_can_answer_is_unsupported) {
  World world;
  world.registry.flags = {{"aai", sdk::cloud}, {"file", sdk::cloud}};
  auto const error = world.refused(topic::pairs_of_groups, json::object{{"descriptions", json::array{"G"}}});
  BOOST_TEST((error.code == Errc::unsupported));
  BOOST_TEST(world.aai.asked.empty());
  // Nothing asked is nothing missing.
  BOOST_TEST(world.ask(topic::pairs_of_groups, {{"descriptions", json::array()}}).at("groups").as_object().empty());
}

BOOST_AUTO_TEST_CASE(it_describes_what_is_loaded) {
  World world;
  world.registry.flags["file"] = sdk::cloud | sdk::nssi | sdk::locations;
  auto const answer = world.ask(topic::describe, {});
  BOOST_TEST(answer.at("inventory_providers") == (json::array{"aai", "file"}));
  BOOST_TEST(answer.at("service_controllers").as_array().size() == 1U);
  BOOST_TEST(answer.at("vim_controllers").as_array().empty());
  BOOST_TEST(answer.at("inventory_types").at("file") == (json::array{"cloud", "nssi"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::data::test
