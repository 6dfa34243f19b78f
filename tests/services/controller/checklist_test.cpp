// The checklist of the template specification, section 13, one test per point. What each point needs in full is tested
// beside it: messages_test.cpp, constraint_forms_test.cpp, generic_objective_test.cpp,
// tests/core/text/threshold_test.cpp.
#include "services/controller/handler.hpp"
#include "tests/services/controller/fixtures.hpp"

#include "core/text/threshold.hpp"

using namespace conductor;
using namespace conductor::services::controller;
using namespace conductor::services::controller::testing;

namespace {

std::string const versions =
    "conductor_template_version must be one of: 2016-11-01, 2017-10-10, 2018-02-01, 2020-08-13";

std::string of_text(std::string const& text) {
  auto read = read_template(json::object{{"template", text}}, {});
  BOOST_REQUIRE(!read.unreadable);
  return translate(read.input, nullptr)->message;
}

std::string distance(json::value const& expression, char const* base = "distance") {
  auto const threshold = text::parse_threshold(text::from_json(expression), base);
  return threshold ? json::serialize(text::to_json(*threshold)) : threshold.error().text;
}

std::string of_sum(std::string const& operands) { return message("/optimization/minimize/sum", operands); }

}  // namespace

BOOST_AUTO_TEST_SUITE(template_specification_13)

BOOST_AUTO_TEST_CASE(point_01_versions_as_text_and_as_yaml_date) {
  for (std::string const version : {"2016-11-01", "2017-10-10", "2018-02-01", "2020-08-13"})
    for (std::string const quote : {"", "\"", "'"})
      BOOST_TEST(of_text("homing_template_version: " + quote + version + quote +
                         "\ndemands: {fw: {inventory_provider: file, inventory_type: cloud}}\n") == "");
  BOOST_TEST(of_text("homing_template_version: 2019-08-13\ndemands: {fw: {candidates: [{candidate_id: a}]}}\n") ==
             versions);
}

BOOST_AUTO_TEST_CASE(point_02_missing_and_undeclared_demands) {
  BOOST_TEST(message("/demands", "") == "demand is not provided in the template");
  BOOST_TEST(message("/constraints/near/demands", R"(["fw", "gone"])") ==
             "Undefined Demand(s) ['gone'] in Constraint 'near'");
}

BOOST_AUTO_TEST_CASE(point_03_a_constraint_without_type) {
  BOOST_TEST(message("/constraints/near/type", "") == "Unsupported type 'None' found in constraint named 'near'");
}

BOOST_AUTO_TEST_CASE(point_04_get_param_in_all_forms) {
  auto document = good_template();
  document["parameters"] = json::parse(R"({"limit": "< 10 km", "deep": {"list": [1, "0.5"]}})");
  document["constraints"].at("near").at("properties").as_object()["distance"] =
      json::parse(R"({"get_param": "limit"})");
  document["optimization"] = json::parse(
      R"({"minimize": {"sum": [{"product": [{"get_param": ["deep", "list", 1]}, {"distance_between": ["hq", "fw"]}]}]}})");
  Answers answers;
  json::value const found = translated(document, answers);
  BOOST_TEST(found.at_pointer("/constraints/near_fw/properties/distance/value").as_double() == 10.0);
  BOOST_TEST(found.at_pointer("/objective/operands/0/weight").as_double() == 0.5);
  BOOST_TEST(message("/constraints/near", R"({"type": "threshold", "demands": "fw",
      "properties": {"evaluate": [{"attribute": "a", "operator": "lt", "threshold": {"get_param": "nope"}}]}})") ==
             "Parameter 'nope' undefined in path constraints > near > properties > evaluate[0] > threshold");
}

BOOST_AUTO_TEST_CASE(point_05_get_file_by_exact_and_relative_key) {
  auto input = input_of(changed("/locations/hq/country", R"({"get_file": "c.txt"})"));
  BOOST_TEST(translate(input, nullptr)->message == "File 'c.txt' undefined in path locations > hq > country");
  for (auto const* key : {"c.txt", "file:///home/user/c.txt"}) {
    input.files = {{key, "NOR"}};
    BOOST_TEST(translate(input, nullptr)->message == "");
  }
  BOOST_TEST(message("/locations/hq/country", R"({"get_file": "file:///etc/passwd"})") ==
             "File 'file:///etc/passwd' undefined in path locations > hq > country");
}

// Solver specification S08
BOOST_AUTO_TEST_CASE(point_06_threshold_expressions) {
  BOOST_TEST(distance("< 500 ms", "time") == R"({"operator":"<","value":5E2,"units":"ms"})");
  BOOST_TEST(distance("<= 2 sec", "time") == R"({"operator":"<=","value":2E3,"units":"ms"})");
  BOOST_TEST(distance("= 120 mi") == R"({"operator":"=","value":1.9312128E2,"units":"km"})");
  BOOST_TEST(distance("160", "currency") == R"({"operator":"=","value":1.6E2,"units":"USD"})");
  BOOST_TEST(distance("60-80 Gbps", "throughput") ==
             R"({"operator":"=","value":{"min":6E4,"max":8E4},"units":"Mbps"})");
  BOOST_TEST(distance("20-10 km") == R"({"operator":"=","value":{"min":1E1,"max":2E1},"units":"km"})");
  BOOST_TEST(distance("> -3 km") == R"({"operator":">","value":-3E0,"units":"km"})");
  BOOST_TEST(distance("<\xC2\xA0"
                      "9\xC2\xA0km") == R"({"operator":"<","value":9E0,"units":"km"})");
  BOOST_TEST(distance("0 km") == R"({"operator":"=","value":0E0,"units":"km"})");
  BOOST_TEST(distance("<100km") == R"({"operator":"<","value":1E2,"units":"km"})");
  BOOST_TEST(distance(7) == R"({"operator":"=","value":7E0,"units":"km"})");
  BOOST_TEST(distance("100 USD") == "Unit 'USD' not valid for base unit distance in expression '100 USD'");
}

BOOST_AUTO_TEST_CASE(point_07_latitude_zero_and_ninety_one) {
  BOOST_TEST(message("/locations/hq", R"({"latitude": 0, "longitude": 0})") == "");
  BOOST_TEST(message("/locations/hq", R"({"latitude": 91, "longitude": 0})") ==
             "Location hq has the latitude '91', expected a number in -90..90");
}

BOOST_AUTO_TEST_CASE(point_08_split_types_have_an_entry_per_demand) {
  std::string const hpa = R"({"evaluate": [{"id": "a", "type": "vnfc",
      "directives": [{"type": "flavor_directives", "attributes": [{"attribute_name": "l", "attribute_value": ""}]}],
      "flavorProperties": [{"hpa-feature": "f", "hpa-version": "v1", "architecture": "generic", "mandatory": "True",
        "directives": [], "hpa-feature-attributes": []}]}]})";
  for (auto const& [type, properties] : std::map<std::string, std::string>{
           {"attribute", R"({"evaluate": {"a": 1}})"},
           {"threshold", R"({"evaluate": [{"attribute": "a", "operator": "lt", "threshold": 1}]})"},
           {"distance_to_location", R"({"distance": "< 1 km", "location": "hq"})"},
           {"instance_fit", R"({"controller": "SDN-C"})"},
           {"region_fit", R"({"controller": "SDN-C"})"},
           {"vim_fit",
            R"({"controller": "m", "request": {"vCPU": 1, "Memory": {"quantity": 1}, "Storage": {"quantity": 1}}})"},
           {"hpa", hpa}})
    BOOST_TEST_CONTEXT(type) {
      auto const constraints =
          translated("/constraints/near",
                     R"({"type": ")" + type + R"(", "demands": ["fw", "mux"], "properties": )" + properties + "}")
              .at("constraints")
              .as_object();
      for (std::string const demand : {"fw", "mux"}) {
        BOOST_REQUIRE(constraints.contains("near_" + demand));
        BOOST_TEST(constraints.at("near_" + demand).at("name").as_string() == "near");
        BOOST_TEST(constraints.at("near_" + demand).at("demands").as_string() == demand);
      }
    }
  auto document = good_template();
  document["demands"].as_object()["b_fw"] = document["demands"].at("fw");
  document["constraints"] =
      json::parse(R"({"a": {"type": "attribute", "demands": "b_fw", "properties": {"evaluate": {"x": 1}}},
      "a_b": {"type": "attribute", "demands": "fw", "properties": {"evaluate": {"x": 2}}}})");
  Answers answers;
  BOOST_TEST(translated(document, answers).at("constraints").as_object().size() == 2U);
}

BOOST_AUTO_TEST_CASE(point_09_hpa_messages_and_json_booleans) {
  auto const of_feature = [](std::string const& feature) {
    return message("/constraints/near", R"({"type": "hpa", "demands": "fw", "properties": {"evaluate": [{"id": "a",
        "type": "vnfc", "directives": [{"type": "flavor_directives", "attributes": [{"attribute_name": "l"}]}],
        "flavorProperties": [)" + feature + "]}]}}");
  };
  std::string const begin =
      R"({"hpa-feature": "f", "hpa-version": "v1", "architecture": "generic", "directives": [], )";
  std::string const behind = " in constraint named 'near'";
  BOOST_TEST(message("/constraints/near", R"({"type": "hpa", "demands": "fw", "properties": {"evaluate": [{}]}})") ==
             "HPA requirements need at least one set of id, type, directives and flavorProperties" + behind);
  BOOST_TEST(of_feature("1") == "HPA feature must be a dict" + behind);
  BOOST_TEST(of_feature("{}") == "Lack of compulsory elements inside HPA feature" + behind);
  BOOST_TEST(of_feature(begin + R"("mandatory": true, "hpa-feature-attributes": [], "x": 1})") ==
             "Got unrecognized elements inside HPA feature" + behind);
  BOOST_TEST(of_feature(begin + R"("mandatory": false, "hpa-feature-attributes": []})") ==
             "Score needs to be present if mandatory is False" + behind);
  BOOST_TEST(of_feature(begin + R"("mandatory": true, "hpa-feature-attributes": ["x"]})") ==
             "HPA feature attributes must be a dict" + behind);
  BOOST_TEST(of_feature(begin + R"("mandatory": true, "hpa-feature-attributes": [{}]})") ==
             "Lack of compulsory elements inside HPA feature attributes" + behind);
  BOOST_TEST(of_feature(begin + R"("mandatory": true, "hpa-feature-attributes":
      [{"hpa-attribute-key": "k", "hpa-attribute-value": "1", "operator": "=", "x": 1}]})") ==
             "Invalid attributes '{'x'}' found inside HPA feature attributes" + behind);
  BOOST_TEST(of_feature(begin + R"("mandatory": false, "score": 5, "hpa-feature-attributes":
      [{"hpa-attribute-key": "k", "hpa-attribute-value": true, "operator": "="}]})") == "");
}

BOOST_AUTO_TEST_CASE(point_10_optimization_of_2016_to_2018) {
  BOOST_TEST(of_sum(R"([{"distance_between": ["hq", "fw"]}])") == "");
  auto const operands = translated("/optimization/minimize/sum",
                                   R"([{"product": ["3", {"distance_between": ["hq", "fw"]}]},
      {"product": [4, {"sum": [{"product": [0.5, {"latency_between": ["hq", "fw"]}]}]}]}])")
                            .at("objective")
                            .at("operands")
                            .as_array();
  BOOST_REQUIRE(operands.size() == 2U);
  BOOST_TEST(operands[0].at("weight").as_double() == 3.0);
  BOOST_TEST(operands[1].at("weight").as_double() == 2.0);
  BOOST_TEST(operands[1].at("function").as_string() == "latency_between");
  BOOST_TEST(message("/optimization", R"({"maximize": {}})") ==
             "Optimization must contain a single goal of 'minimize'.");
  BOOST_TEST(message("/optimization", R"({"minimize": {"max": []}})") ==
             "Optimization goal 'minimize' must contain a single function of 'sum'.");
  BOOST_TEST(of_sum("{}") == "Optimization goal 'minimize', function 'sum' must be a list of exactly two operands.");
  BOOST_TEST(of_sum(R"([{"latency_between": "ab"}])") ==
             "Optimization 'latency_between' arguments must be a list of length two.");
  BOOST_TEST(of_sum(R"([{"distance_between": ["hq", "hq"]}])") ==
             "Optimization 'distance_between' arguments ['hq', 'hq'] must include one valid demand name and one valid "
             "location name.");
  BOOST_TEST(of_sum(R"([{"hpa_score": ["fw"]}])") == "HPA Score Optimization must include a HPA Policy constraint ");
  BOOST_TEST(of_sum(R"([{"product": [1]}])") ==
             "Optimization products must include at least one 'distance_between' function call and one optional number "
             "to be used as a weight.");
}

BOOST_AUTO_TEST_CASE(point_11_optimization_of_2020) {
  auto const with = [](std::string const& optimization) {
    auto document = good_template();
    document["homing_template_version"] = "2020-08-13";
    document["optimization"] = json::parse(optimization);
    return checked(document).message;
  };
  auto const operand = [&](std::string const& text) {
    return with(R"({"goal": "maximize", "operation_function": {"operator": "max", "operands": [{"operation_function":
        {"operator": "sum", "operands": [)" +
                text + R"(]}, "normalization": {"start": 100, "end": 0}}]}})");
  };
  std::string const invalid = "Optimization object is not valid. Validation error: ";
  BOOST_TEST(operand(R"({"function": "attribute", "params": {"demand": "fw", "attribute": "a"}})") == "");
  BOOST_TEST(operand(R"({"function": "attribute", "params": {"demand": "x", "attribute": "a"}})") ==
             "x is not a valid demand name");
  BOOST_TEST(operand(R"({"function": "distance_between", "params": {"demand": "fw", "location": "x"}})") ==
             "x is not a valid location name");
  BOOST_TEST(operand(R"({"function": "attribute", "params": {"demand": "fw"}})") ==
             "The function attribute expect the param attribute,but not found");
  BOOST_TEST(with(R"({"goal": "minimize"})") == invalid + "'operation_function' is a required property");
  BOOST_TEST(with(R"({"goal": "minimize", "operation_function": {"operator": "avg", "operands": [{}]}})") ==
             invalid + "'avg' is not one of ['sum', 'min', 'max']");
  BOOST_TEST(with(R"({"goal": "minimize", "operation_function": {"operator": "sum", "operands": [{"weight": 2}]}})") ==
             invalid + "{'weight': 2} is not valid under any of the given schemas");
  BOOST_TEST(with(R"({"goal": "minimize", "operation_function": {"operator": "sum", "operands": []}})") != "");
}

BOOST_AUTO_TEST_CASE(point_12_reservations_under_both_names_and_in_both_forms) {
  std::string const one =
      R"({"demands": "fw", "type": "hold", "properties": {"controller": "SDN-C", "request": {"n": 1}}})";
  for (std::string const section : {"/reservation", "/reservations"})
    for (std::string const& form :
         std::vector<std::string>{R"({"r": )" + one + "}", R"({"service_candidates": {"r": )" + one + "}}"}) {
      json::value const found = translated(section, form).at("reservations");
      BOOST_TEST(found.at("counter").to_number<int>() == 0);
      BOOST_TEST(found.at("demands").at("r_fw").at("name").as_string() == "r");
      BOOST_TEST(found.at("demands").at("r_fw").at("demands").as_string() == "fw");
      BOOST_TEST(found.at_pointer("/demands/r_fw/properties/request/n").to_number<int>() == 1);
    }
}

BOOST_AUTO_TEST_CASE(point_13_required_and_excluded_lists_do_not_overlap) {
  std::string const text =
      "Required candidate list and excluded candidate list are not mutually exclusive for demand fw";
  auto const with = [](std::string const& required, std::string const& excluded) {
    return message("/demands/fw/0", R"({"inventory_provider": "file", "inventory_type": "cloud", "required_candidates":
        [{"inventory_type": "cloud", "candidate_id": )" +
                                        required + R"(}], "excluded_candidates":
        [{"inventory_type": "cloud", "candidate_id": )" +
                                        excluded + "}]}");
  };
  BOOST_TEST(with("\"a\"", "\"a\"") == text);
  BOOST_TEST(with(R"(["a", "b"])", "\"b\"") == text);
  BOOST_TEST(with(R"(["a", "b"])", R"(["c", "a"])") == text);
  BOOST_TEST(with(R"(["a", "b"])", R"(["c"])") == "");
}

BOOST_AUTO_TEST_CASE(point_14_explicit_candidates_need_no_inventory_type) {
  Answers answers;
  translated(changed("/demands/fw/0", R"({"candidates": [{"candidate_id": "x", "latitude": 1, "longitude": 2}]})"),
             answers);
  // The data service asks no inventory for a requirement with candidates; nothing else of the demand is left.
  BOOST_TEST(json::serialize(answers.wanted_demands.at("fw")) ==
             R"([{"candidates":[{"candidate_id":"x","latitude":1E0,"longitude":2E0}]}])");
}

BOOST_AUTO_TEST_CASE(point_15_unknown_methods_are_refused) {
  BOOST_TEST(message("/demands/fw/0", R"({"inventory_provider": "generator", "inventory_type": "slice_profiles",
      "filtering_attributes": {"service_profile": {}, "subnets": {"core": {"areas": {"derive_from": {"method": "exec",
        "args": {"coverage_area": "A-1"}}}}}}})") ==
             "Unknown method 'exec' in derive_from of demand fw, expected get_tracking_area");
}

BOOST_AUTO_TEST_SUITE_END()
