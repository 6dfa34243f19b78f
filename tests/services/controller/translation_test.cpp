// The translated document, the order of checks and look-ups, and the corrections that the template specification asks
// for (its DIVERGE lines).
#include "core/text/arena.hpp"
#include "services/controller/handler.hpp"
#include "tests/services/controller/fixtures.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace conductor;
using namespace conductor::services::controller;
using namespace conductor::services::controller::testing;

namespace {

json::object requirement(std::string const& value) {
  Answers answers;
  translated(changed("/demands/fw/0", value), answers);
  return answers.wanted_demands.at("fw").at(0).as_object();
}

json::array operands(std::string const& list) {
  return translated("/optimization/minimize/sum", list).at("objective").at("operands").as_array();
}

std::string file(std::string const& name) {
  auto const* const root = std::getenv("CONDUCTOR_SOURCE_DIR");
  std::ifstream stream((root == nullptr ? std::string(".") : std::string(root)) + "/" + name);
  BOOST_REQUIRE_MESSAGE(stream.good(), name);
  std::ostringstream content;
  content << stream.rdbuf();
  return content.str();
}

Translation checked_text(std::string const& text) {
  auto read = read_template(json::object{{"template", text}},
                            {.known = {.providers = {"file", "aai"},
                                       .controllers = {"sdnc"},
                                       .strategies = {"optimal"},
                                       .gazetteer = gazetteer::Gazetteer::bundled().value()}});
  if (read.unreadable) return std::move(*read.unreadable);
  return *translate(read.input, nullptr);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(translation)

BOOST_AUTO_TEST_CASE(takes_the_candidates_into_the_document_without_a_copy) {
  // As the data service answers: all in one memory.
  class OneMemory final : public Lookups {
   public:
    json::value const* candidate = nullptr;
    sdk::Result<json::object> locations(json::object const&) override { return json::object(); }
    sdk::Result<json::object> demands(json::object const& wanted, std::string const&) override {
      json::object answer(text::make_arena());
      for (auto const& [name, requirements] : wanted)
        answer[name] = json::object{{"candidates", json::array{json::object{{"candidate_id", "c1"}}}},
                                    {"dropped", json::array{json::object{{"candidate_id", "c2"}}}}};
      candidate = &answer.at("fw").at("candidates").at(0);
      return answer;
    }
  } lookups;
  auto const translation = translate(input_of(good_template()), &lookups);
  BOOST_REQUIRE(translation.has_value());
  auto const& document = translation->document;
  auto const& demand = document.at("conductor_solver").at("demands").at("fw").as_object();
  BOOST_TEST(&demand.at("candidates").at(0) == lookups.candidate);
  BOOST_TEST(demand.size() == 1U);
  BOOST_TEST(document.at("translation_dropped").at("fw").at(0).at("candidate_id").as_string() == "c2");
}

BOOST_AUTO_TEST_CASE(has_the_form_that_the_solver_reads) {
  Answers answers;
  auto const document = translated(good_template(), answers);
  BOOST_TEST(document.at("version").as_string() == "2018-02-01");
  BOOST_TEST(document.at("request_type").as_string() == "");
  BOOST_TEST(json::serialize(document.at("locations")) ==
             R"({"hq":{"latitude":5.93293E1,"longitude":1.80686E1,"country":"SWE"}})");
  BOOST_TEST(json::serialize(document.at("demands").at("fw")) == R"({"candidates":[{"candidate_id":"c1"}]})");
  auto const& constraints = document.at("constraints").as_object();
  BOOST_REQUIRE(constraints.size() == 3U);
  BOOST_TEST(
      json::serialize(constraints.at("near_fw")) ==
      R"({"name":"near","type":"distance_to_location","demands":"fw","properties":{"location":"hq","distance":{"operator":"<","value":3E2,"units":"km"}}})");
  BOOST_TEST(json::serialize(constraints.at("apart").at("demands")) == R"(["fw","mux"])");
  BOOST_TEST(
      json::serialize(document.at("objective")) ==
      R"({"goal":"min","operation":"sum","operands":[{"operation":"product","weight":1E0,"function":"distance_between","function_param":["hq","fw"]}]})");
  BOOST_TEST(document.at("reservations").as_object().empty());
  BOOST_TEST(answers.location_calls == 0);
  BOOST_TEST(answers.demand_calls == 1);
}

BOOST_AUTO_TEST_CASE(has_no_objective_without_optimization) {
  BOOST_TEST(translated("/optimization", "").at("objective").is_null());
}

BOOST_AUTO_TEST_CASE(takes_the_request_type_of_lower_case_first) {
  Answers answers;
  translated(changed("/parameters", R"({"REQUEST_TYPE": "initial", "request_type": "speed changed"})"), answers);
  BOOST_TEST(answers.request_type == "speed changed");
  translated(changed("/parameters", R"({"REQUEST_TYPE": "initial", "request_type": ""})"), answers);
  BOOST_TEST(answers.request_type == "initial");
}

BOOST_AUTO_TEST_CASE(splits_under_keys_that_do_not_collide) {
  auto document = good_template();
  document["demands"] = json::parse(R"({"c": {"inventory_provider": "file", "inventory_type": "cloud"},
    "b_c": {"inventory_provider": "file", "inventory_type": "cloud"}})");
  document["optimization"] = json::object();
  document["constraints"] = json::parse(R"({
    "a": {"type": "attribute", "demands": "b_c", "properties": {"evaluate": {"x": 1}}},
    "a_b": {"type": "attribute", "demands": ["c", "c"], "properties": {"evaluate": {"x": 2}}},
    "a_b_c": {"type": "zone", "demands": ["c", "b_c"], "properties": {"qualifier": "same", "category": "region"}}})");
  Answers answers;
  auto const constraints = translated(document, answers).at("constraints").as_object();
  BOOST_TEST(constraints.size() == 3U);
  int named_a = 0, named_a_b = 0;
  for (auto const& [key, value] : constraints) {
    named_a += value.at("name").as_string() == "a" ? 1 : 0;
    named_a_b += value.at("name").as_string() == "a_b" ? 1 : 0;
  }
  BOOST_TEST(named_a == 1);
  BOOST_TEST(named_a_b == 1);
}

BOOST_AUTO_TEST_CASE(accepts_places_on_the_equator_and_the_prime_meridian) {
  auto const document = translated("/locations/hq", R"({"latitude": 0, "longitude": "0.0"})");
  BOOST_TEST(document.at("locations").at("hq").at("longitude").as_double() == 0.0);
}

BOOST_AUTO_TEST_CASE(keeps_dropped_candidates_beside_the_document) {
  Answers answers;
  answers.by_demand =
      json::parse(
          R"({"fw": {"candidates": [{"candidate_id": "a"}], "dropped": [{"candidate_id": "b", "code": "EXCLUDED"}]}})")
          .as_object();
  auto const translation = translate(input_of(good_template()), &answers);
  BOOST_TEST(json::serialize(translation->document.at("translation_dropped")) ==
             R"({"fw":[{"candidate_id":"b","code":"EXCLUDED"}]})");
}

BOOST_AUTO_TEST_CASE(cuts_long_candidate_lists_and_says_so) {
  Answers answers;
  answers.by_demand =
      json::parse(R"({"fw": {"candidates": [{"candidate_id": "a"}, {"candidate_id": "b"}, {"candidate_id": "c"}]}})")
          .as_object();
  auto input = input_of(good_template());
  input.max_candidates = 2;
  auto const translation = translate(input, &answers);
  BOOST_TEST(translation->document.at("conductor_solver").at("demands").at("fw").at("candidates").as_array().size() ==
             2U);
  BOOST_TEST(has(translation->warnings.at(0).message, "3 candidates; the first 2 are kept"));
}

BOOST_AUTO_TEST_CASE(lets_solver_options_of_the_request_win_key_by_key) {
  auto input = input_of(changed("/solver", R"({"strategy": "optimal", "seed": 1})"));
  input.solver = json::parse(R"({"seed": 2})").as_object();
  Answers answers;
  auto const translation = translate(input, &answers);
  BOOST_TEST(json::serialize(translation->document.at("conductor_solver").at("solver")) ==
             R"({"strategy":"optimal","seed":2})");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(intrinsic_functions)

// Solver specification S09
BOOST_AUTO_TEST_CASE(are_replaced_everywhere_before_names_are_checked) {
  auto document = good_template();
  document["constraints"].at("near").as_object()["demands"] = json::parse(R"({"get_param": "names"})");
  document["optimization"] = json::parse(
      R"({"minimize": {"sum": [{"product": [{"get_param": ["weights", 1]}, {"distance_between": ["hq", "fw"]}]}]}})");
  document["parameters"] = json::parse(R"({"names": ["fw", "mux"], "weights": [1, {"get_param": "w"}], "w": "0.5"})");
  Answers answers;
  auto const translated_document = translated(document, answers);
  BOOST_TEST(translated_document.at("constraints").as_object().size() == 3U);
  BOOST_TEST(translated_document.at("objective").at("operands").at(0).at("weight").as_double() == 0.5);
}

BOOST_AUTO_TEST_CASE(find_files_by_exact_key_or_by_their_last_segments) {
  auto input = input_of(changed("/locations/hq/country", R"({"get_file": "dir/c.txt"})"));
  input.files = json::parse(R"({"file:///home/u/dir/c.txt": "NOR", "file:///home/u/notdir/c.txt": "DNK"})").as_object();
  Answers answers;
  auto const found = translate(input, &answers);
  BOOST_TEST(found->document.at("conductor_solver").at("locations").at("hq").at("country").as_string() == "NOR");
  input.files["file:///other/dir/c.txt"] = "FIN";
  BOOST_TEST(translate(input, nullptr)->message == "File 'dir/c.txt' undefined in path locations > hq > country");
}

BOOST_AUTO_TEST_CASE(never_read_the_servers_own_files) {
  BOOST_TEST(message("/locations/hq/country", R"({"get_file": "file:///etc/passwd"})") ==
             "File 'file:///etc/passwd' undefined in path locations > hq > country");
}

BOOST_AUTO_TEST_CASE(are_bounded_in_size_and_depth) {
  json::object parameters{{"p0", json::array{std::string(1000, 'x'), std::string(1000, 'x')}}};
  for (int i = 1; i < 30; ++i) {
    json::object const before{{"get_param", "p" + std::to_string(i - 1)}};
    parameters["p" + std::to_string(i)] = json::array{before, before};
  }
  auto document = good_template();
  document["parameters"] = parameters;
  BOOST_TEST(has(checked(document).message, "The values of get_param and get_file add up to more than"));
  json::object chain{{"q0", 1}};
  for (int i = 1; i < 200; ++i)
    chain["q" + std::to_string(200 - i)] = json::object{{"get_param", "q" + std::to_string(199 - i)}};
  document["parameters"] = chain;
  BOOST_TEST(has(checked(document).message, "is reached through more than 32 other parameters"));
}

BOOST_AUTO_TEST_CASE(report_one_problem_where_they_fail_and_none_that_follows) {
  auto const translation = checked(changed("/constraints/near/demands", R"({"get_param": "nope"})"));
  BOOST_REQUIRE(translation.errors.size() == 1U);
  BOOST_TEST(translation.errors[0].pointer == "/constraints/near/demands");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(requirements)

BOOST_AUTO_TEST_CASE(may_be_one_mapping_instead_of_a_list) {
  Answers answers;
  translated(changed("/demands/fw", R"({"inventory_provider": "file", "inventory_type": "cloud"})"), answers);
  BOOST_TEST(answers.wanted_demands.at("fw").as_array().size() == 1U);
}

BOOST_AUTO_TEST_CASE(have_attributes_under_inventory_names_and_unique_as_text) {
  auto const sent =
      requirement(R"({"inventory_provider": "aai", "inventory_type": "service", "unique": false, "default_cost": "3",
    "attributes": {"customer_id": "c", "equipment_type": "vfw", "own_name": 1}})");
  BOOST_TEST(json::serialize(sent.at("filtering_attributes")) ==
             R"({"customer-id":"c","equipment-role":"vfw","own_name":1})");
  BOOST_TEST(!sent.contains("attributes"));
  BOOST_TEST(sent.at("unique").as_string() == "false");
  BOOST_TEST(sent.at("default_cost").as_double() == 3.0);
}

BOOST_AUTO_TEST_CASE(with_explicit_candidates_need_no_type_and_come_first) {
  Answers answers;
  translated(changed("/demands/fw", R"([{"inventory_provider": "file", "inventory_type": "cloud"},
    {"default_cost": 4, "candidates": [{"candidate_id": "x", "latitude": "1.5", "longitude": 2, "inventory_provider": "aai"}]}])"),
             answers);
  BOOST_TEST(json::serialize(answers.wanted_demands.at("fw").at(0).at("candidates")) ==
             R"([{"candidate_id":"x","latitude":1.5E0,"longitude":2E0,"inventory_provider":"aai","cost":4E0}])");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(objectives)

// Solver specification S10
BOOST_AUTO_TEST_CASE(multiply_numbers_in_any_order_and_as_text) {
  auto const list = operands(
      R"([{"product": ["2", {"distance_between": ["hq", "fw"]}, 3]}, {"product": ["0", {"distance_between": ["fw", "mux"]}]}])");
  BOOST_TEST(list.at(0).at("weight").as_double() == 6.0);
  BOOST_TEST(list.at(1).at("weight").as_double() == 0.0);
}

// Solver specification S10
BOOST_AUTO_TEST_CASE(flatten_nested_sums_with_exact_weights) {
  auto const list = operands(
      R"([{"product": [{"sum": [{"product": [0.5, {"distance_between": ["hq", "fw"]}]}, {"distance_between": ["mux", "hq"]}]}, "3"]}])");
  BOOST_REQUIRE(list.size() == 2U);
  BOOST_TEST(list.at(0).at("weight").as_double() == 1.5);
  BOOST_TEST(list.at(1).at("weight").as_double() == 3.0);
}

// S86
BOOST_AUTO_TEST_CASE(take_every_function_bare_with_weight_one) {
  auto document = good_template();
  document["constraints"].as_object()["features"] = json::parse(R"({"type": "hpa", "demands": "fw", "properties":
      {"evaluate": [{"id": "a", "type": "vnfc", "directives": [{"type": "flavor_directives",
        "attributes": [{"attribute_name": "l", "attribute_value": ""}]}], "flavorProperties": [{"hpa-feature": "f",
        "hpa-version": "v1", "architecture": "generic", "mandatory": "True", "directives": [],
        "hpa-feature-attributes": []}]}]}})");
  document["optimization"] = json::parse(R"({"minimize": {"sum": [{"hpa_score": ["fw"]}, {"latency_between":
      ["hq", "fw"]}, {"distance_between": ["fw", "mux"]}, {"cost": ["fw"]}, {"aic_version": ["fw"]}]}})");
  Answers answers;
  std::string functions;
  auto const found = translated(document, answers);
  for (auto const& operand : found.at("objective").at("operands").as_array()) {
    functions += std::string(operand.at("function").as_string()) + " ";
    BOOST_TEST(operand.at("weight").as_double() == 1.0);
  }
  BOOST_TEST(functions == "hpa_score latency_between distance_between cost aic_version ");
}

BOOST_AUTO_TEST_CASE(take_cost_and_let_versions_change_the_goal) {
  BOOST_TEST(json::serialize(operands(R"([{"cost": ["fw", "mux"]}])").at(0)) ==
             R"({"operation":"product","weight":1E0,"function":"cost","function_param":["fw","mux"]})");
  auto const objective =
      translated("/optimization/minimize/sum", R"([{"aic_version": ["fw"]}, {"cost": "fw"}])").at("objective");
  BOOST_TEST(objective.at("goal").as_string() == "min_aic");
  BOOST_TEST(json::serialize(objective.at("operands").at(1).at("function_param")) == R"(["fw"])");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(reservations)

BOOST_AUTO_TEST_CASE(are_translated_from_both_forms) {
  std::string const body = R"({"demands": "fw", "properties": {"controller": "sdn-c"}})";
  auto const old_form =
      translated("/reservation", R"({"service_model": "DHV", "service_candidates": {"r": )" + body + "}}")
          .at("reservations");
  BOOST_TEST(
      json::serialize(old_form) ==
      R"({"counter":0,"service_model":"DHV","demands":{"r_fw":{"demands":"fw","properties":{"controller":"sdn-c"},"name":"r"}}})");
  auto const documented =
      translated("/reservations", R"({"r": {"demands": {"fw": 1, "mux": 2}, "properties": {"controller": "SDN-C"}}})")
          .at("reservations");
  BOOST_TEST(documented.at("service_model").is_null());
  BOOST_TEST(documented.at("demands").as_object().size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(look_ups)

BOOST_AUTO_TEST_CASE(wait_until_all_local_checks_have_passed) {
  Answers answers;
  auto const translation =
      translate(input_of(changed("/optimization/minimize/sum/0", R"({"product": [1]})")), &answers);
  BOOST_TEST(!translation->errors.empty());
  BOOST_TEST(answers.demand_calls == 0);
}

BOOST_AUTO_TEST_CASE(of_locations_fill_in_what_inventory_knows) {
  auto document = changed("/locations/hq", R"({"clli_code": "STHMSE01"})");
  Answers answers;
  answers.by_location = json::parse(R"({"hq": {"error": {"code": "not_found", "text": "no CLLI"}}})").as_object();
  BOOST_TEST(translate(input_of(document), &answers)->message == "Unable to resolve location hq");
  answers.by_location = json::parse(R"({"hq": {"latitude": 59.3, "longitude": 18.1, "country": null}})").as_object();
  auto const found = translated(document, answers);
  BOOST_TEST(json::serialize(answers.wanted_locations) == R"({"hq":{"clli_code":"STHMSE01"}})");
  BOOST_TEST(!found.at("locations").at("hq").as_object().contains("country"));
}

BOOST_AUTO_TEST_CASE(that_find_nothing_end_with_the_original_texts_in_document_order) {
  Answers answers;
  answers.by_demand = json::parse(R"({"mux": {"candidates": []}, "fw": {"candidates": []}})").as_object();
  auto const translation = translate(input_of(good_template()), &answers);
  BOOST_TEST(translation->message == "Unable to find any candidate for demand fw");
  BOOST_TEST(translation->errors.size() == 2U);
  auto const required = changed("/demands/fw/0/required_candidates", R"([{"candidate_id": "a"}])");
  BOOST_TEST(translate(input_of(required), &answers)->message == "Unable to find any required candidate for demand fw");
  answers.by_demand = json::parse(R"({"fw": {}})").as_object();
  BOOST_TEST(translate(input_of(good_template()), &answers)->message ==
             "Unable to resolve inventory candidates for demand fw");
  answers.by_demand =
      json::parse(R"({"fw": {"error": {"code": "invalid", "text": "Service Type not specified for demand fw"}}})")
          .as_object();
  BOOST_TEST(translate(input_of(good_template()), &answers)->message == "Service Type not specified for demand fw");
}

BOOST_AUTO_TEST_CASE(that_fail_for_now_are_tried_again) {
  Answers answers;
  answers.by_demand = json::parse(R"({"fw": {"error": {"code": "unavailable", "text": "A&AI is down"}}})").as_object();
  auto const one = translate(input_of(good_template()), &answers);
  BOOST_REQUIRE(one.has_error());
  BOOST_TEST((one.error().code == sdk::Errc::unavailable));
  answers.failure = sdk::Error{sdk::Errc::timed_out, "nobody answers data.resolve_demands"};
  BOOST_TEST((translate(input_of(good_template()), &answers).error().code == sdk::Errc::timed_out));
  answers.failure = sdk::Error{sdk::Errc::denied, "A&AI refused the credentials"};
  BOOST_TEST(translate(input_of(good_template()), &answers)->message == "A&AI refused the credentials");
}

// S24
BOOST_AUTO_TEST_CASE(refuse_categories_of_zones_that_inventory_does_not_supply) {
  for (std::string const category : {"disaster", "time", "maintenance"}) {
    auto const properties = R"({"qualifier": "same", "category": ")" + category + "\"}";
    auto const field = category + "_zone";
    Answers answers;
    auto const with = [&](json::value zone_of_mux) {
      json::object fw{{"candidate_id", "a"}}, mux{{"candidate_id", "b"}};
      fw[field] = "one";
      mux[field] = std::move(zone_of_mux);
      // One candidate of each demand is enough.
      answers.by_demand["fw"] = json::object{{"candidates", json::array{fw, json::object{{"candidate_id", "c"}}}}};
      answers.by_demand["mux"] = json::object{{"candidates", json::array{std::move(mux)}}};
      return translate(input_of(changed("/constraints/apart/properties", properties)), &answers);
    };
    BOOST_TEST(with("two")->message == "");
    for (auto const& nothing : {json::value(nullptr), json::value("")}) {
      auto const refused = with(nothing);
      BOOST_TEST(refused->message == "Constraint named 'apart' needs candidates with '" + field +
                                         "', which inventory gives for none of demand mux");
      BOOST_TEST(refused->errors.at(0).pointer == "/constraints/apart");
    }
    auto const member = changed("/constraints/apart", R"({"type": "not", "constraint": {"type": "zone",
        "demands": ["fw", "mux"], "properties": )" + properties +
                                                          "}}");
    answers.by_demand = {};
    BOOST_TEST(has(translate(input_of(member), &answers)->message, "for none of demand fw, mux"));
  }
}

BOOST_AUTO_TEST_CASE(need_a_country_where_a_country_zone_names_the_location) {
  auto document =
      changed("/constraints/apart/properties", R"({"qualifier": "same", "category": "country", "location": "hq"})");
  document.at("locations").as_object()["hq"] = json::parse(R"({"host_name": "h"})");
  Answers answers;
  answers.by_location = json::parse(R"({"hq": {"latitude": 1, "longitude": 2, "country": null}})").as_object();
  BOOST_TEST(has(translate(input_of(document), &answers)->message, "Location hq has no country in inventory"));
  document.at("locations").as_object()["hq"] = json::parse(R"({"latitude": 1, "longitude": 2})");
  BOOST_TEST(has(checked(document).message, "Location hq has no country, which constraint named 'apart' needs"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(problems)

BOOST_AUTO_TEST_CASE(are_all_reported_the_first_of_the_originals_order_as_message) {
  auto document = good_template();
  document["constraints"].at("near").as_object()["type"] = "distance";
  document["demands"].at("fw").at(0).as_object()["inventory_type"] = "Cloud";
  document["optimization"] = json::parse(R"({"minimise": 1})");
  document["homing_template_version"] = "1";
  auto const translation = checked(document);
  BOOST_TEST(has(translation.message, "conductor_template_version must be one of"));
  std::vector<std::string> pointers;
  for (auto const& error : translation.errors) pointers.push_back(error.pointer);
  std::vector<std::string> const expected{"/homing_template_version", "/demands/fw/0/inventory_type",
                                          "/constraints/near/type", "/optimization"};
  BOOST_TEST(pointers == expected, boost::test_tools::per_element());
  BOOST_TEST(translation.errors[2].expected.starts_with(
      "one of: attribute, distance_between_demands, distance_to_location, zone, inventory_group"));
}

BOOST_AUTO_TEST_CASE(have_line_and_column_in_text_templates) {
  auto const translation = checked_text(
      "homing_template_version: 2018-02-01\ndemands:\n  fw:\n    inventory_provider: file\n    inventory_type: clod\n");
  BOOST_REQUIRE(translation.errors.size() == 1U);
  auto const& error = translation.errors.front();
  BOOST_TEST(error.message == "Unknown inventory type clod specified for demand fw");
  BOOST_TEST(error.line == 5);
  BOOST_TEST(error.column == 21);
  BOOST_TEST(error.value == "clod");
  BOOST_TEST(error.suggestion == "cloud");
  BOOST_TEST(has(json::serialize(text::to_json(error)), R"("path":"/demands/fw/inventory_type")"));
}

BOOST_AUTO_TEST_CASE(of_unreadable_text_name_the_place) {
  BOOST_TEST(has(checked_text("a: [1,\nb: {").message, "Invalid YAML in line"));
  BOOST_TEST(checked_text("demands: 1\ndemands: 2\n").message == "Template has a duplicate key on line 2: demands: 2");
  BOOST_TEST(checked_text("").message == "Can't translate an invalid template.");
}

BOOST_AUTO_TEST_CASE(are_at_most_a_hundred) {
  auto document = good_template();
  for (int i = 0; i < 500; ++i) document["constraints"].as_object()["c" + std::to_string(i)] = 1;
  BOOST_TEST(checked(document).errors.size() == 100U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(robustness)

BOOST_AUTO_TEST_CASE(every_part_may_be_anything_without_harm) {
  char const* const values[] = {"null",
                                "true",
                                "0",
                                "-1",
                                "1e308",
                                "\"\"",
                                "\"x\"",
                                "[]",
                                "[[]]",
                                "[null]",
                                "{}",
                                R"({"a": null})",
                                R"({"get_param": "limit"})",
                                R"({"get_param": ["names", 0]})",
                                R"({"get_file": "x"})",
                                R"(["hq", "fw"])",
                                R"({"product": []})",
                                R"({"candidates": null})",
                                "\"\\u0000\\u001b\""};
  std::vector<std::string> pointers;
  std::function<void(json::value const&, std::string const&)> const collect = [&](json::value const& value,
                                                                                  std::string const& at) {
    if (!at.empty()) pointers.push_back(at);
    if (auto const* object = value.if_object())
      for (auto const& [key, member] : *object) collect(member, text::pointer_to(at, key));
    if (auto const* list = value.if_array())
      for (std::size_t i = 0; i < list->size(); ++i) collect((*list)[i], text::pointer_to(at, i));
  };
  auto base = good_template();
  base["reservation"] = json::parse(
      R"({"service_model": "DHV", "service_candidates": {"r": {"demands": ["fw"], "properties": {"controller": "sdnc"}}}})");
  base["solver"] = json::parse(R"({"strategy": "optimal", "seed": 1})");
  base["demands"].as_object()["fw"] = json::parse(R"([{"candidates": [{"candidate_id": "a", "cost": 1}], "unique": true,
    "required_candidates": [{"candidate_id": ["a"]}], "filtering_attributes": {"x": {"not": ["y"]}}, "conflict_identifier": ["a"]}])");
  base["optimization"] = json::parse(
      R"({"minimize": {"sum": [{"product": [1, {"sum": [{"product": [2, {"distance_between": ["hq", "fw"]}]}]}]}]}})");
  collect(base, "");
  int refused = 0, total = 0;
  for (auto const& pointer : pointers)
    for (auto const* value : values) {
      json::value document = base;
      document.at_pointer(pointer) = json::parse(value);
      Answers answers;
      auto const translation = translate(input_of(document), &answers);
      BOOST_REQUIRE(translation.has_value());
      BOOST_REQUIRE_EQUAL(translation->errors.empty(), translation->message.empty());
      BOOST_REQUIRE_EQUAL(translation->errors.empty(), translation->document.is_object());
      for (auto const& error : translation->errors) BOOST_REQUIRE(error.message.find('\x1b') == error.message.npos);
      refused += translation->errors.empty() ? 0 : 1;
      ++total;
    }
  BOOST_TEST(total > 1000);
  BOOST_TEST(refused > total / 3);
}

BOOST_AUTO_TEST_CASE(every_cut_text_gets_a_message_or_passes) {
  auto const whole = file("etc/examples/residential-vcpe.yaml");
  int refused = 0;
  for (std::size_t length = 0; length < whole.size(); length += 3) {
    auto const translation = checked_text(whole.substr(0, length));
    BOOST_REQUIRE_EQUAL(translation.errors.empty(), translation.message.empty());
    refused += translation.errors.empty() ? 0 : 1;
  }
  BOOST_TEST(refused > 100);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(published_templates)

BOOST_AUTO_TEST_CASE(of_the_examples_folder_are_good) {
  for (auto const* name : {"etc/examples/residential-vcpe.yaml", "etc/examples/shared-gateway-aai.yaml"}) {
    auto const translation = checked_text(file(name));
    BOOST_TEST(translation.message == "", name << ": " << translation.message);
    BOOST_TEST(translation.warnings.empty());
  }
}

// Blocks that begin with ```yaml are whole templates, ```yaml refused ones, followed by ```text with the message.
BOOST_AUTO_TEST_CASE(of_the_reference_page_do_what_it_says) {
  std::istringstream page(file("docs/templates.md"));
  std::string line, block, kind, refused;
  int good = 0, bad = 0;
  while (std::getline(page, line)) {
    if (!line.starts_with("```")) {
      block += line + "\n";
      continue;
    }
    if (kind.empty()) {
      kind = line;
      block.clear();
      continue;
    }
    if (kind == "```yaml") {
      BOOST_TEST(checked_text(block).message == "", block);
      ++good;
    } else if (kind == "```yaml refused") {
      refused = checked_text(block).message;
    } else if (kind == "```text message") {
      BOOST_TEST(refused + "\n" == block);
      ++bad;
    }
    kind.clear();
  }
  BOOST_TEST(good >= 2);
  BOOST_TEST(bad >= 1);
}

BOOST_AUTO_TEST_SUITE_END()
