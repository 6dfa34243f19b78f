// Who is asked for the candidates of a demand, in which order answers come, and what an error looks like
// (core/model/data_topic.hpp; A&AI specification 5 to 7).
#include "tests/services/data/gateway_fixture.hpp"

namespace conductor::services::data::test {

BOOST_AUTO_TEST_SUITE(gateway_demands)

BOOST_AUTO_TEST_CASE(only_the_named_provider_is_asked) {
  World world;
  world.aai.list.candidates = {candidate("a")};
  world.file.list.candidates = {candidate("f")};
  BOOST_TEST(ids_in(world.resolve({wish("file")})) == Names{"f"});
  BOOST_TEST(world.aai.asked.empty());
  BOOST_TEST(world.file.asked == Names{"vG/cloud"});
}

BOOST_AUTO_TEST_CASE(sdc_means_aai) {
  World world;
  world.aai.list.candidates = {candidate("a")};
  auto const document = world.only(wish("sdc"));
  BOOST_TEST(document.at("inventory_provider").as_string() == "aai");
}

BOOST_AUTO_TEST_CASE(an_unknown_provider_or_type_is_an_error_of_the_demand) {
  World world;
  auto const provider = world.resolve({wish("nobody")});
  BOOST_TEST(error_of(provider) == "Unsupported inventory provider nobody in demand vG");
  BOOST_TEST(provider.at("error").at("code").as_string() == "invalid");
  BOOST_TEST(error_of(world.resolve({wish("aai", {}, "Cloud")})) ==
             "Unknown inventory type Cloud specified for demand vG");
  auto const type = world.resolve({wish("aai", {}, "nst")});
  BOOST_TEST(type.at("error").at("code").as_string() == "unsupported");
  BOOST_TEST(error_of(type).find("has no candidates of type nst") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(candidates_of_all_requirements_come_in_order) {
  World world;
  world.aai.list.candidates = {candidate("a2"), candidate("a1")};
  world.file.list.candidates = {candidate("f")};
  BOOST_TEST((ids_in(world.resolve({wish("file"), wish("aai"), wish("file")})) == Names{"f", "a2", "a1", "f"}));
}

BOOST_AUTO_TEST_CASE(each_demand_has_its_own_answer_or_error) {
  World world;
  world.aai.failure = Error{Errc::unavailable, "A&AI refused the connection"};
  world.file.list.candidates = {candidate("f")};
  auto const answer =
      world.ask(topic::resolve_demands, {{"demands", json::object{{"bad", json::array{wish("file"), wish("aai")}},
                                                                  {"good", json::array{wish("file")}},
                                                                  {"none", json::array()}}}});
  auto const& demands = answer.at("demands").as_object();
  BOOST_TEST(demands.at("bad").at("error").at("code").as_string() == "unavailable");
  BOOST_TEST(demands.at("bad").at("error").at("text").as_string() == "A&AI refused the connection");
  BOOST_TEST(ids_in(demands.at("good").as_object()) == Names{"f"});
  BOOST_TEST(demands.at("none").at("candidates").as_array().empty());
}

// Solver specification S81
BOOST_AUTO_TEST_CASE(drops_of_provider_and_filters_are_told_together) {
  World world;
  world.aai.list.candidates = {candidate("a", {{"location_id", "lyon-a"}}),
                               candidate("b", {{"location_id", "lyon-b"}})};
  world.aai.list.dropped = {{"c", "", "NO_COMPLEX", "region c has no complex"}};
  auto const answer = world.resolve({wish("aai", {{"region", "lyon-b"}})});
  BOOST_TEST(ids_in(answer) == Names{"b"});
  auto const& drops = answer.at("dropped").as_array();
  BOOST_REQUIRE(drops.size() == 2U);
  BOOST_TEST(drops[0].at("code").as_string() == "NO_COMPLEX");
  BOOST_TEST(drops[0].at("location_id").is_null());
  BOOST_TEST(drops[1].at("code").as_string() == "REGION_MISMATCH");
  BOOST_TEST(drops[1].at("candidate_id").as_string() == "a");
  BOOST_TEST(drops[1].at("location_id").as_string() == "lyon-a");
}

BOOST_AUTO_TEST_CASE(listed_candidates_are_taken_as_they_are_and_nobody_is_asked) {
  World world;
  json::object const listed{
      {"candidate_id", "x"}, {"inventory_type", "cloud"}, {"location_id", "lyon-a"}, {"inventory_provider", "file"},
      {"cost", 3.5},         {"uniqueness", true}};
  auto const document = world.only({{"candidates", json::array{listed}}, {"region", "elsewhere"}});
  BOOST_TEST(document.at("inventory_provider").as_string() == "file");
  BOOST_TEST(document.at("cost").to_number<double>() == 3.5);
  BOOST_TEST(document.at("location_id").as_string() == "lyon-a");
  BOOST_TEST(document.at("uniqueness").as_string() == "true");
  BOOST_TEST(world.aai.asked.empty());
  BOOST_TEST(world.file.asked.empty());
}

BOOST_AUTO_TEST_CASE(listed_candidates_have_defaults) {
  World world;
  json::array const listed{json::object{{"candidate_id", "x"}}};
  auto const bare = world.only({{"candidates", listed}});
  BOOST_TEST(bare.at("inventory_provider").as_string() == "aai");
  BOOST_TEST(bare.at("cost").to_number<double>() == 0.0);
  auto const of_requirement = world.only(wish("file", {{"candidates", listed}, {"default_cost", 4}}));
  BOOST_TEST(of_requirement.at("inventory_provider").as_string() == "file");
  BOOST_TEST(of_requirement.at("inventory_type").as_string() == "cloud");
  BOOST_TEST(of_requirement.at("cost").to_number<double>() == 4.0);
}

BOOST_AUTO_TEST_CASE(listed_candidates_take_part_in_the_lists) {
  World world;
  json::object const listed{{"candidate_id", "x"}, {"inventory_type", "cloud"}};
  auto const answer = world.resolve({json::object{
      {"candidates", json::array{listed}},
      {"excluded_candidates", json::array{json::object{{"candidate_id", "x"}, {"inventory_type", "cloud"}}}}}});
  BOOST_TEST(ids_in(answer).empty());
  BOOST_TEST(answer.at("dropped").at(0).at("code").as_string() == "EXCLUDED");
  auto const kept =
      world.only({{"candidates", json::array{listed}}, {"existing_placement", json::object{{"candidate_id", "x"}}}});
  BOOST_TEST(kept.at("existing_placement").as_string() == "true");
  BOOST_TEST(kept.at("cost").to_number<double>() == -8000.0);
}

BOOST_AUTO_TEST_CASE(kept_candidates_are_read_where_they_stand_and_stay_as_they_are) {
  sdk::testing::FakeHost host;
  FakeRegistry registry;
  registry.flags = {{"memory", everything | sdk::keeps_candidates}};
  FakeKeeper keeper;
  json::object const fields{{"location_id", "lyon-a"}, {"flavors", json::array{"m1"}}, {"cost", 0.5}};
  keeper.inventory = std::make_shared<std::vector<sdk::Candidate> const>(
      std::vector{candidate("a", fields), candidate("b", {{"location_id", "lyon-b"}})});
  keeper.dropped = {{"c", "", "NO_COMPLEX", "region c has no complex"}};
  Gateway gateway({{"memory", &keeper}}, registry, host.log(),
                  {.costs = {}, .group_description = {}, .hardware = false});
  auto const answer =
      gateway
          .resolve_demands({}, {{"demands", json::object{{"vG", json::array{wish("memory", {{"region", "lyon-a"}})}}}}})
          .value();
  auto const& found = answer.at("demands").at("vG").as_object();
  BOOST_TEST(ids_in(found) == Names{"a"});
  BOOST_TEST(!found.at("candidates").at(0).as_object().contains("flavors"));
  BOOST_TEST(found.at("candidates").at(0).at("cost").to_number<double>() == 0.5);
  BOOST_TEST(found.at("dropped").as_array().size() == 2U);
  BOOST_TEST(json::value(keeper.inventory->front().fields) == json::value(fields));
}

BOOST_AUTO_TEST_CASE(an_answer_is_in_one_memory_so_that_it_moves_on_without_copies) {
  World world;
  world.file.list.candidates = {candidate("f", {{"location_id", "lyon-a"}})};
  world.file.list.dropped = {{"c", "", "NO_COMPLEX", "region c has no complex"}};
  auto const answer =
      world.gateway.resolve_demands({}, {{"demands", json::object{{"vG", json::array{wish("file")}}}}}).value();
  auto const* const storage = answer.storage().get();
  auto const& demand = answer.at("demands").at("vG");
  BOOST_TEST((demand.storage().get() == storage));
  BOOST_TEST((demand.at("candidates").at(0).at("location_id").storage().get() == storage));
  BOOST_TEST((demand.at("dropped").at(0).storage().get() == storage));
}

BOOST_AUTO_TEST_CASE(a_listed_candidate_that_is_none_is_an_error) {
  World world;
  BOOST_TEST(error_of(world.resolve({json::object{{"candidates", json::array{"x"}}}})) ==
             "Candidate found in demand vG that is not a dictionary");
  BOOST_TEST(error_of(world.resolve({json::object{{"candidates", json::array{json::object{{"cost", 1}}}}}}))
                 .find("demand vG") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(malformed_requests_are_invalid_with_the_method) {
  World world;
  for (auto const& args :
       {json::value(nullptr), json::value(json::object()), json::value(json::object{{"demands", json::array()}}),
        json::value(json::object{{"demands", json::object{{"vG", "x"}}}})}) {
    auto const error = world.refused(topic::resolve_demands, args);
    BOOST_TEST((error.code == Errc::invalid));
    BOOST_TEST(error.text.find("data.resolve_demands") != std::string::npos);
  }
  BOOST_TEST(world.refused(topic::regions_with_roles, json::object()).text.find("data.regions_with_roles") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::data::test
