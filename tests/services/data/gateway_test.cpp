// The gateway over providers of the test's own: who is asked, in which order answers come, what an error looks like,
// and how candidates are decorated (core/model/data_topic.hpp; A&AI specification 5 to 7).
#include "services/data/gateway.hpp"

#include "core/model/data_topic.hpp"
#include "sdk/testing/fake_host.hpp"
#include "tests/services/data/doubles.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

namespace conductor::services::data::test {

namespace json = boost::json;
namespace topic = model::data_topic;
using sdk::Call;
using sdk::Errc;
using sdk::Error;

namespace {

constexpr sdk::Capabilities everything = sdk::cloud | sdk::service | sdk::nssi | sdk::locations | sdk::network_roles |
                                         sdk::candidate_roles | sdk::group_pairs;

// Answers what the test put in; `failure` goes before everything.
class FakeProvider final : public sdk::InventoryProvider {
 public:
  sdk::CandidateList list;
  std::map<std::string, sdk::Location> places;  // by host name or CLLI
  std::vector<sdk::RegionKey> regions;
  std::vector<std::string> roles;
  std::vector<std::pair<std::string, std::string>> pairs;
  std::optional<Error> failure;
  std::mutex mutex;  // guards what was asked: look-ups run side by side
  std::vector<std::string> asked;

  sdk::Result<sdk::CandidateList> resolve(Call const&, sdk::Demand const& demand) override {
    note(demand.name + "/" + demand.inventory_type);
    if (failure) return *failure;
    return list;
  }
  sdk::Result<sdk::Location> locate(Call const&, sdk::LocationQuery const& query) override {
    auto const name = query.host_name.empty() ? query.clli_code : query.host_name;
    note(name);
    if (failure) return *failure;
    if (auto const found = places.find(name); found != places.end()) return found->second;
    return Error{Errc::not_found, "no " + name};
  }
  sdk::Result<std::vector<sdk::RegionKey>> regions_with_role(Call const&, std::string const& role) override {
    note(role);
    if (failure) return *failure;
    return regions;
  }
  sdk::Result<std::vector<std::string>> roles_of_host(Call const&, std::string const& host) override {
    note(host);
    if (failure) return *failure;
    return roles;
  }
  sdk::Result<std::vector<std::pair<std::string, std::string>>> pairs_of_group(Call const&,
                                                                               std::string const& text) override {
    note(text);
    if (failure) return *failure;
    return pairs;
  }

 private:
  void note(std::string what) {
    std::lock_guard const lock(mutex);
    asked.push_back(std::move(what));
  }
};

// Keeps two candidates in memory.
class FakeKeeper final : public sdk::InventoryProvider, public sdk::CandidateKeeper {
 public:
  std::shared_ptr<std::vector<sdk::Candidate> const> inventory;
  std::vector<sdk::Drop> dropped;

  sdk::Result<sdk::CandidateList> resolve(Call const&, sdk::Demand const&) override {
    return Error{Errc::internal, "candidates were asked for as copies"};
  }
  sdk::Result<sdk::KeptCandidates> resolve_kept(Call const&, sdk::Demand const&) override {
    sdk::KeptCandidates kept{.owner = inventory, .candidates = {}, .dropped = dropped};
    for (auto const& each : *inventory) kept.candidates.push_back(&each);
    return kept;
  }
};

class FakeRegistry final : public EmptyRegistry {
 public:
  std::map<std::string, sdk::Capabilities, std::less<>> flags;
  std::vector<std::pair<std::string, sdk::ServiceController*>> controllers() override { return {{"sdnc", nullptr}}; }
  sdk::Capabilities capabilities(std::string_view kind, std::string_view name) override {
    auto const found = flags.find(name);
    return kind != "inventory" || found == flags.end() ? 0 : found->second;
  }
};

struct World {
  sdk::testing::FakeHost host;
  FakeRegistry registry;
  FakeProvider aai, file;
  LocalBus bus;
  Gateway gateway{{{"aai", &aai}, {"file", &file}}, registry, host.log(), config()};
  static GatewayConfig config() {
    GatewayConfig config;
    config.costs.by_type = {{"cloud", 2.0}, {"service", 1.0}, {"nssi", 1.0}};
    config.group_description = "DHV_VVIG_PAIR";
    config.at_once = 4;
    return config;
  }
  World() {
    registry.flags = {{"aai", everything}, {"file", everything}};
    gateway.serve(bus);
  }
  json::object ask(char const* method, json::object args) {
    return bus.call({}, topic::topic, method, std::move(args)).value().as_object();
  }
  Error refused(char const* method, json::value args) {
    auto const answer = bus.call({}, topic::topic, method, std::move(args));
    BOOST_REQUIRE(!answer);
    return answer.error();
  }
  // The answer for one demand.
  json::object resolve(json::array requirements) {
    auto const answer = ask(topic::resolve_demands, {{"demands", json::object{{"vG", std::move(requirements)}}}});
    return answer.at("demands").at("vG").as_object();
  }
  json::object only(json::object requirement) {
    auto const answer = resolve(json::array{std::move(requirement)});
    if (!answer.contains("candidates")) throw std::runtime_error(json::serialize(answer));
    BOOST_REQUIRE(answer.at("candidates").as_array().size() == 1U);
    return answer.at("candidates").at(0).as_object();
  }
};

sdk::Candidate candidate(std::string id, json::object fields = {}, std::string type = "cloud") {
  return {.candidate_id = std::move(id),
          .inventory_type = std::move(type),
          .cloud_owner = "aws",
          .fields = std::move(fields),
          .attributes = {}};
}

json::object wish(std::string provider, json::object more = {}, std::string type = "cloud") {
  more["inventory_provider"] = std::move(provider);
  more["inventory_type"] = std::move(type);
  return more;
}

std::vector<std::string> ids_in(json::object const& answer) {
  std::vector<std::string> ids;
  for (auto const& item : answer.at("candidates").as_array()) ids.emplace_back(item.at("candidate_id").as_string());
  return ids;
}

std::string error_of(json::object const& answer) { return std::string(answer.at("error").at("text").as_string()); }

using Names = std::vector<std::string>;

}  // namespace

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
