// The translated document, with the corrections that the template specification asks for (its DIVERGE lines).
#include "core/text/arena.hpp"
#include "services/controller/handler.hpp"
#include "tests/services/controller/fixtures.hpp"

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
