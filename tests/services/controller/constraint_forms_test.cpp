// Constraint types beyond distances and zones: what each is refused for, and the form in which the solver reads it.
#include "tests/services/controller/fixtures.hpp"

using namespace conductor;
using namespace conductor::services::controller;
using namespace conductor::services::controller::testing;

namespace {

std::string refused(std::string const& constraint) { return message("/constraints/near", constraint); }

// The entries that a constraint named `near` becomes.
json::object entries(std::string const& constraint) {
  auto const all = translated("/constraints/near", constraint).at("constraints").as_object();
  json::object found;
  for (auto const& [key, entry] : all)
    if (entry.at("name") == "near") found[key] = entry;
  return found;
}

json::value evaluated(std::string const& type, std::string const& evaluate) {
  auto const found =
      entries(R"({"type": ")" + type + R"(", "demands": "fw", "properties": {"evaluate": )" + evaluate + "}}");
  return found.at("near_fw").at("properties").at("evaluate");
}

std::string text_of(json::value const& value) { return json::serialize(value); }

}  // namespace

BOOST_AUTO_TEST_SUITE(threshold_constraints)

namespace {
std::string threshold(std::string const& evaluate) {
  return refused(R"({"type": "threshold", "demands": "fw", "properties": {"evaluate": )" + evaluate + "}}");
}
}  // namespace

BOOST_AUTO_TEST_CASE(turn_numeric_text_into_numbers_and_keep_zero) {
  BOOST_TEST(
      text_of(evaluated("threshold", R"([{"attribute": "latency", "operator": "lte", "threshold": "20.5", "unit": "ms"},
      {"attribute": "load", "operator": "eq", "threshold": 0}, {"attribute": "free", "operator": "ne", "threshold": -1}])")) ==
      R"([{"attribute":"latency","operator":"lte","threshold":2.05E1,"unit":"ms"},)"
      R"({"attribute":"load","operator":"eq","threshold":0},{"attribute":"free","operator":"ne","threshold":-1}])");
}

BOOST_AUTO_TEST_CASE(name_the_constraint_and_the_bad_item) {
  std::string const item = "Item 0 of property 'evaluate' in constraint named 'near' ";
  BOOST_TEST(threshold("[]") == "No value specified for property 'evaluate' in constraint named 'near'");
  BOOST_TEST(threshold("{\"a\": 1}") ==
             "Property 'evaluate' value '{'a': 1}' in constraint named 'near' is not valid, expected a list");
  BOOST_TEST(threshold("[7]") == item + "is '7', expected {attribute, operator, threshold}");
  BOOST_TEST(threshold(R"([{"operator": "lt", "threshold": 1}])") ==
             item + "has the attribute 'None', expected the name of an attribute");
  BOOST_TEST(threshold(R"([{"attribute": "a", "operator": "<", "threshold": 1}])") ==
             item + "has the operator '<', expected one of gte, lte, gt, lt, eq, ne");
  BOOST_TEST(threshold(R"([{"attribute": "a", "operator": "lt", "threshold": "low"}])") ==
             item + "has the threshold 'low', expected a number");
  BOOST_TEST(threshold(R"([{"attribute": "a", "operator": "eq", "threshold": true}])") ==
             item + "has the threshold 'True', expected a number");
  BOOST_TEST(threshold(R"([{"attribute": "a", "operator": "lt", "threshold": 1, "units": "ms"}])") ==
             item + "has the unknown key 'units', expected one of attribute, operator, threshold, unit");
  BOOST_TEST(threshold(R"([{"attribute": "a", "operator": "lt", "threshold": 1, "unit": 5}])") ==
             item + "has the unit '5', expected a text");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(hpa_constraints)

namespace {

json::object feature() {
  return json::parse(R"({"hpa-feature": "basicCapabilities", "hpa-version": "v1", "architecture": "generic",
    "mandatory": "True", "directives": [], "hpa-feature-attributes": [
      {"hpa-attribute-key": "numVirtualCpu", "hpa-attribute-value": "8", "operator": ">="},
      {"hpa-attribute-key": "virtualMemSize", "hpa-attribute-value": 16, "operator": ">=", "unit": "GB"}]})")
      .as_object();
}

std::string hpa(json::value const& component_feature, std::string const& directives = R"([{"type": "flavor_directives",
    "attributes": [{"attribute_name": "label", "attribute_value": ""}]}])") {
  json::object component{{"id", "vdu_a"}, {"type", "vnfc"}};
  component["directives"] = json::parse(directives);
  component["flavorProperties"] = json::array{component_feature};
  return R"({"type": "hpa", "demands": "fw", "properties": {"evaluate": [)" + json::serialize(component) + "]}}";
}

// The feature with one key changed; empty text removes it.
std::string with(std::string const& key, std::string const& value, std::string const& other = "",
                 std::string const& other_value = "") {
  auto changed_feature = feature();
  if (value.empty())
    changed_feature.erase(key);
  else
    changed_feature[key] = json::parse(value);
  if (!other.empty()) changed_feature[other] = json::parse(other_value);
  return refused(hpa(changed_feature));
}

std::string const behind = " in constraint named 'near'";

}  // namespace

BOOST_AUTO_TEST_CASE(give_each_message_of_the_specification) {
  std::string const incomplete =
      "HPA requirements need at least one set of id, type, directives and flavorProperties" + behind;
  auto const evaluate = [](std::string const& value) {
    return refused(R"({"type": "hpa", "demands": "fw", "properties": {"evaluate": )" + value + "}}");
  };
  BOOST_TEST(evaluate("[]") == "No value specified for property 'evaluate'" + behind);
  for (auto const* bad : {"[1]", "[{}]", R"([{"flavorLabel": "l", "flavorProperties": [{}]}])",
                          R"([{"id": "a", "type": "vnfc", "directives": [], "flavorProperties": [{}]}])",
                          R"([{"id": "a", "type": "vnfc", "directives": [{"type": "x"}], "flavorProperties": ""}])"})
    BOOST_TEST(evaluate(bad) == incomplete);
  BOOST_TEST(refused(hpa("x")) == "HPA feature must be a dict" + behind);
  for (auto const* key :
       {"hpa-feature", "hpa-version", "architecture", "mandatory", "directives", "hpa-feature-attributes"})
    BOOST_TEST(with(key, "") == "Lack of compulsory elements inside HPA feature" + behind);
  BOOST_TEST(with("colour", "1") == "Got unrecognized elements inside HPA feature" + behind);
  for (auto const* no : {"\"False\"", "false", "\"false\""})
    BOOST_TEST(with("mandatory", no) == "Score needs to be present if mandatory is False" + behind);
  BOOST_TEST(with("hpa-feature-attributes", "[3]") == "HPA feature attributes must be a dict" + behind);
  BOOST_TEST(with("hpa-feature-attributes", R"([{"hpa-attribute-key": "k", "operator": "="}])") ==
             "Lack of compulsory elements inside HPA feature attributes" + behind);
  BOOST_TEST(with("hpa-feature-attributes",
                  R"([{"hpa-attribute-key": "k", "hpa-attribute-value": 1, "operator": "=", "colour": 2}])") ==
             "Invalid attributes '{'colour'}' found inside HPA feature attributes" + behind);
}

BOOST_AUTO_TEST_CASE(take_json_booleans_and_numbers) {
  BOOST_TEST(with("mandatory", "true") == "");
  BOOST_TEST(with("mandatory", "false", "score", "0") == "");
  BOOST_TEST(with("mandatory", "\"FALSE\"", "score", "\"10\"") == "");
  BOOST_TEST(with("hpa-feature-attributes",
                  R"([{"hpa-attribute-key": "k", "hpa-attribute-value": true, "operator": "="},
                      {"hpa-attribute-key": "k", "hpa-attribute-value": ["aes"], "operator": "ALL"}])") == "");
  auto of_booleans = feature();
  of_booleans["mandatory"] = false;
  of_booleans["score"] = 7;
  auto const entry = entries(hpa(of_booleans)).at("near_fw").at("properties").at("evaluate").at(0);
  BOOST_TEST(entry.at("flavorProperties").at(0).at("mandatory") == json::value("False"));
  BOOST_TEST(entry.at("flavorProperties").at(0).at("score") == json::value(7));
}

BOOST_AUTO_TEST_CASE(refuse_values_that_no_flavor_could_have) {
  BOOST_TEST(with("mandatory", "\"maybe\"") ==
             "HPA feature key 'mandatory' value 'maybe'" + behind + " is not valid, expected True or False");
  BOOST_TEST(with("score", "\"high\"") ==
             "HPA feature key 'score' value 'high'" + behind + " is not valid, expected a number");
  BOOST_TEST(
      with("hpa-feature-attributes", R"([{"hpa-attribute-key": "k", "hpa-attribute-value": 1, "operator": "=="}])") ==
      "HPA attribute key 'operator' value '=='" + behind + " is not valid, expected one of =, <, >, <=, >=, ALL");
  auto const of_units = checked(changed("/constraints/near", [] {
    auto strange = feature();
    strange["hpa-feature-attributes"].at(1).as_object()["unit"] = "furlong";
    return hpa(strange);
  }()));
  BOOST_TEST(of_units.message == "");
  BOOST_REQUIRE(of_units.warnings.size() == 1U);
  BOOST_TEST(has(of_units.warnings[0].message, "Unit 'furlong'"));
}

// Solver specification S37
BOOST_AUTO_TEST_CASE(need_one_flavor_directive_with_a_name) {
  std::string const needed =
      "HPA requirement 'vdu_a' needs one directive of type flavor_directives with a named attribute" + behind;
  BOOST_TEST(refused(hpa(feature(), R"([{"type": "other"}])")) == needed);
  BOOST_TEST(refused(hpa(feature(), R"([{"type": "flavor_directives", "attributes": []}])")) == needed);
  BOOST_TEST(refused(hpa(feature(), R"([{"type": "flavor_directives", "attributes": [{"attribute_name": ""}]}])")) ==
             needed);
  BOOST_TEST(refused(hpa(feature(), R"([{"type": "sriov_directives", "attributes": []},
      {"type": "tosca.flavor_directives", "attributes": [{"attribute_name": " l "}]}])")) == "");
  BOOST_TEST(refused(hpa(feature(), R"([{"type": "flavor_directives", "attributes": [{"attribute_name": "l"}]},
      {"type": "tosca.flavor_directives", "attributes": [{"attribute_name": "m"}]}])")) == needed);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(fit_constraints)

namespace {
std::string vim(std::string const& request) {
  return R"({"type": "vim_fit", "demands": "fw", "properties": {"controller": "multicloud", "request": )" + request +
         "}}";
}
}  // namespace

// Solver specification S41
BOOST_AUTO_TEST_CASE(hand_the_loaded_controller_and_a_request_on) {
  for (std::string const type : {"instance_fit", "region_fit"})
    for (std::string const controller : {"SDN-C", "sdn-c", "sdnc"})
      BOOST_TEST(text_of(entries(R"({"type": ")" + type + R"(", "demands": "fw", "properties": {"controller": ")" +
                                 controller + R"("}})")
                             .at("near_fw")
                             .at("properties")) == R"({"controller":"sdnc","request":{}})");
}

// Solver specification S41
BOOST_AUTO_TEST_CASE(refuse_controllers_that_are_not_loaded) {
  auto const of = [](std::string const& controller) {
    return refused(R"({"type": "region_fit", "demands": "fw", "properties": {"controller": )" + controller + "}}");
  };
  BOOST_TEST(of("\"APPC\"") == "Unsupported controller 'APPC' in constraint named 'near'");
  BOOST_TEST(of("7") == "Property 'controller' value '7' in constraint named 'near' is not valid, expected a text");
  BOOST_TEST(
      refused(R"({"type": "region_fit", "demands": "fw", "properties": {"controller": "sdnc", "request": 5}})") ==
      "Property 'request' value '5' in constraint named 'near' is not valid, expected a mapping");
}

BOOST_AUTO_TEST_CASE(give_vim_controllers_numbers_in_gigabytes) {
  auto const request = entries(vim(R"({"vCPU": "10", "Memory": {"quantity": "10240", "unit": "MB"},
      "Storage": {"quantity": 2, "unit": "TB"}})"))
                           .at("near_fw")
                           .at("properties")
                           .at("request");
  BOOST_TEST(text_of(request) ==
             R"({"vCPU":1E1,"Memory":{"quantity":1E1,"unit":"GB"},"Storage":{"quantity":2.048E3,"unit":"GB"}})");
}

// Solver specification S39
BOOST_AUTO_TEST_CASE(need_all_three_parts_of_a_vim_request) {
  auto const parts = [](std::string const& part) {
    json::object request = json::parse(R"({"vCPU": 1, "Memory": {"quantity": 1, "unit": "GB"},
        "Storage": {"quantity": 1, "unit": "GB"}})")
                               .as_object();
    request.erase(part);
    return refused(vim(json::serialize(request)));
  };
  for (std::string const part : {"vCPU", "Memory", "Storage"})
    BOOST_TEST(parts(part) ==
               "Required part '" + part + "' of property 'request' not found in constraint named 'near'");
  BOOST_TEST(refused(R"({"type": "vim_fit", "demands": "fw", "properties": {"controller": "m"}})") ==
             "Required property 'request' not found in constraint named 'near'");
  BOOST_TEST(refused(vim(R"({"vCPU": "many", "Memory": {"quantity": 1}, "Storage": {"quantity": 1}})")) ==
             "Part 'vCPU' value 'many' in constraint named 'near' is not valid, expected a number of 0 or more");
  BOOST_TEST(
      refused(vim(R"({"vCPU": 1, "Memory": {"quantity": 1, "unit": "stone"}, "Storage": {"quantity": 1}})")) ==
      "Part 'Memory' value unit 'stone' in constraint named 'near' is not valid, expected one of KB, MB, GB, TB");
  BOOST_TEST(refused(vim(R"({"vCPU": 1, "Memory": 8, "Storage": {"quantity": 1}})")) ==
             "Part 'Memory' value '8' in constraint named 'near' is not valid, expected {quantity, unit}");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(deferred_types)

BOOST_AUTO_TEST_CASE(of_networks_need_a_bound_and_keep_base_units) {
  BOOST_TEST(refused(R"({"type": "network_between_demands", "demands": ["fw", "mux"], "properties": {}})") ==
             "Constraint named 'near' needs at least one of the properties bandwidth, distance, latency");
  BOOST_TEST(refused(R"({"type": "network_to_location", "demands": "fw", "properties": {"latency": "< 5 ms"}})") ==
             "Required property 'location' not found in constraint named 'near'");
  BOOST_TEST(
      refused(R"({"type": "network_between_demands", "demands": ["fw", "mux"], "properties": {"latency": "5 km"}})") ==
      "Unit 'km' not valid for base unit time in expression '5 km' in constraint named 'near'");
  BOOST_TEST(refused(R"({"type": "network_between_demands", "demands": "fw", "properties": {"latency": "< 5 ms"}})") ==
             "Constraint near of type network_between_demands must list at least 2 different demands");
  auto const found = entries(R"({"type": "network_to_location", "demands": ["fw", "mux"],
      "properties": {"location": "hq", "bandwidth": ">= 2 Gbps", "latency": "< 0.5 sec", "distance": "10-20 mi"}})");
  BOOST_TEST(found.size() == 2U);
  BOOST_TEST(text_of(found.at("near_mux").at("properties").at("bandwidth")) ==
             R"({"operator":">=","value":2E3,"units":"Mbps"})");
  BOOST_TEST(text_of(found.at("near_mux").at("properties").at("latency")) ==
             R"({"operator":"<","value":5E2,"units":"ms"})");
}

BOOST_AUTO_TEST_CASE(of_licences_need_two_texts) {
  BOOST_TEST(refused(R"({"type": "license", "demands": "fw", "properties": {"id": 5, "key": "k"}})") ==
             "Property 'id' value '5' in constraint named 'near' is not valid, expected a text");
}

BOOST_AUTO_TEST_CASE(of_capabilities_read_heat_texts_and_never_fetch) {
  auto const with = [](std::string const& properties) {
    return R"({"type": "capability", "demands": "fw", "properties": )" + properties + "}";
  };
  BOOST_TEST(refused(with(R"({"specification": "tosca", "template": "resources: {}"})")) ==
             "Property 'specification' value 'tosca' unsupported in constraint named 'near' (must be one of ['heat'])");
  BOOST_TEST(
      refused(with(R"({"specification": "heat", "template": "https://example.org/a.yaml"})")) ==
      "Property 'template' value 'https://example.org/a.yaml' in constraint named 'near' is not valid, expected a "
      "text or a key of the request's files; nothing is fetched");
  BOOST_TEST(has(refused(with(R"({"specification": "heat", "template": "resources: ["})")),
                 "Property 'template' in constraint named 'near' is no HEAT document: "));
  BOOST_TEST(refused(with(R"({"specification": "heat", "template": "a: 1"})")) ==
             "Property 'template' in constraint named 'near' is no HEAT document: it has no mapping 'resources'");
  BOOST_TEST(refused(with(R"({"specification": "heat", "template": "resources: {}", "environment": "5"})")) ==
             "Property 'environment' in constraint named 'near' is no HEAT document: it is no mapping");
  auto input =
      input_of(changed("/constraints/near", with(R"({"specification": "heat", "template": "file:///t/a.yaml"})")));
  input.files["file:///t/a.yaml"] = "resources: {server: {type: 'OS::Nova::Server'}}";
  Answers answers;
  auto const translation = translate(input, &answers);
  BOOST_REQUIRE_MESSAGE(translation->errors.empty(), translation->message);
  BOOST_TEST(translation->document.at_pointer("/conductor_solver/constraints/near_fw/properties/template") ==
             input.files["file:///t/a.yaml"]);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(groups)

namespace {
std::string const east = R"({"type": "attribute", "demands": ["fw"], "properties": {"evaluate": {"region": "east"}}})";
std::string nested(int levels) {
  std::string member = east;
  for (int i = 0; i < levels; ++i) member = R"({"type": "any_of", "constraints": [)" + member + "]}";
  return member;
}
}  // namespace

BOOST_AUTO_TEST_CASE(keep_their_members_as_entries_without_names) {
  auto const found = entries(R"({"type": "any_of", "constraints": [)" + east + R"(,
      {"type": "not", "constraint": {"type": "distance_to_location", "demands": ["mux", "fw"], "properties": {"location": "hq", "distance": "< 300 km"}}}]})");
  BOOST_TEST(
      text_of(found.at("near")) ==
      R"({"name":"near","type":"any_of","demands":["fw","mux"],"constraints":[)"
      R"({"type":"attribute","demands":["fw"],"properties":{"evaluate":{"region":"east"}}},)"
      R"({"type":"not","demands":["mux","fw"],"constraint":{"type":"distance_to_location","demands":["mux","fw"],)"
      R"("properties":{"location":"hq","distance":{"operator":"<","value":3E2,"units":"km"}}},"properties":{}}],"properties":{}})");
}

BOOST_AUTO_TEST_CASE(name_the_member_that_is_wrong) {
  auto const member = [](std::string const& text) {
    return refused(R"({"type": "any_of", "constraints": [)" + east + ", " + text + "]}");
  };
  BOOST_TEST(
      member(R"({"type": "zone", "demands": ["x"], "properties": {"qualifier": "same", "category": "region"}})") ==
      "Undefined Demand(s) ['x'] in Constraint 'near > constraints[1]'");
  BOOST_TEST(member(R"({"type": "nonsense", "demands": "fw"})") ==
             "Unsupported type 'nonsense' found in constraint named 'near > constraints[1]'");
  BOOST_TEST(member(R"({"type": "hpa", "demands": "fw"})") ==
             "Type 'hpa' found in constraint named 'near > constraints[1]' cannot be a member of a group");
  BOOST_TEST(member("7") == "Member of group 'near' must be a dictionary");
  BOOST_TEST(member(R"({"type": "same_candidate", "demands": ["fw", "mux"], "penalty": 3})") ==
             "Invalid key 'penalty' found in constraint named 'near > constraints[1]'");
  BOOST_TEST(
      member(
          R"({"type": "distance_to_location", "demands": "fw", "properties": {"location": "moon", "distance": "< 1 km"}})") ==
      "Location moon in Constraint near > constraints[1] is undefined");
  BOOST_TEST(member(R"({"demands": "fw"})") ==
             "Unsupported type 'None' found in constraint named 'near > constraints[1]'");
}

BOOST_AUTO_TEST_CASE(are_bounded_in_depth_and_size) {
  BOOST_TEST(refused(nested(4)) == "");
  BOOST_TEST(has(refused(nested(5)), "is nested deeper than 4 levels"));
  std::string many;
  for (int i = 0; i < 16; ++i) many += (i == 0 ? "" : ", ") + east;
  BOOST_TEST(refused(R"({"type": "any_of", "constraints": [)" + many + "]}") == "");
  BOOST_TEST(refused(R"({"type": "any_of", "constraints": [)" + many + ", " + east + "]}") ==
             "Group 'near' of type any_of must have a list of 1 to 16 constraints");
  BOOST_TEST(refused(R"({"type": "any_of", "constraints": []})") ==
             "Group 'near' of type any_of must have a list of 1 to 16 constraints");
  BOOST_TEST(refused(R"({"type": "not"})") == "Group 'near' of type not must have one constraint, a dictionary");
}

BOOST_AUTO_TEST_CASE(have_neither_demands_nor_properties_of_their_own) {
  BOOST_TEST(refused(R"({"type": "not", "demands": "fw", "constraint": )" + east + "}") ==
             "Invalid key 'demands' found in constraint named 'near'");
  BOOST_TEST(
      refused(R"({"type": "attribute", "demands": "fw", "properties": {"evaluate": {"a": 1}}, "constraint": {}})") ==
      "Invalid key 'constraint' found in constraint named 'near'");
}

BOOST_AUTO_TEST_CASE(of_same_and_different_candidates_need_two_demands) {
  for (std::string const type : {"same_candidate", "different_candidate"}) {
    BOOST_TEST(refused(R"({"type": ")" + type + R"(", "demands": "fw"})") ==
               "Constraint near of type " + type + " must list at least 2 different demands");
    BOOST_TEST(text_of(entries(R"({"type": ")" + type + R"(", "demands": ["mux", "fw"]})").at("near").at("demands")) ==
               R"(["mux","fw"])");
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(soft_constraints)

namespace {
std::string near(std::string const& distance, std::string const& keys) {
  return R"({"type": "distance_to_location", "demands": ["fw", "mux"], "properties": {"location": "hq", "distance": ")" +
         distance + "\"}, " + keys + "}";
}
}  // namespace

BOOST_AUTO_TEST_CASE(carry_penalty_or_weight_in_every_entry) {
  auto const found = entries(near("< 300 km", R"("penalty": "2.5")"));
  BOOST_TEST(found.at("near_fw").at("penalty").as_double() == 2.5);
  BOOST_TEST(found.at("near_mux").at("penalty").as_double() == 2.5);
  BOOST_TEST(entries(near("10-20 km", R"("weight": 3)")).at("near_fw").at("weight").as_double() == 3.0);
  auto const group = entries(R"({"type": "not", "penalty": 4, "constraint":
      {"type": "attribute", "demands": "fw", "properties": {"evaluate": {"a": 1}}}})");
  BOOST_TEST(group.at("near").at("penalty").as_double() == 4.0);
}

BOOST_AUTO_TEST_CASE(need_a_number_above_zero_and_only_one_key) {
  for (auto const* bad : {"0", "-1", "\"much\"", "true"})
    BOOST_TEST(has(refused(near("< 300 km", std::string("\"penalty\": ") + bad)),
                   "in constraint named 'near' is not valid, expected a number above 0"));
  BOOST_TEST(refused(near("< 300 km", R"("penalty": 1, "weight": 1)")) ==
             "Constraint near has both penalty and weight; keep one of them");
}

BOOST_AUTO_TEST_CASE(are_not_for_remote_fits_and_flavors) {
  BOOST_TEST(
      refused(R"({"type": "region_fit", "demands": "fw", "properties": {"controller": "sdnc"}, "penalty": 1})") ==
      "Key 'penalty' is not allowed in constraint named 'near' of type region_fit");
  BOOST_TEST(refused(R"({"type": "zone", "demands": ["fw", "mux"], "weight": 1,
      "properties": {"qualifier": "same", "category": "region"}})") ==
             "Key 'weight' is not allowed in constraint named 'near' of type zone");
}

BOOST_AUTO_TEST_CASE(weigh_only_what_can_exceed_a_limit) {
  BOOST_TEST(refused(near("= 300 km", R"("weight": 1)")) ==
             "Key 'weight' in constraint named 'near' needs limits to exceed, but property 'distance' has the operator "
             "'=', expected one of <, <=, >, >= or a range; use penalty instead");
  auto const threshold = [](std::string const& op) {
    return refused(R"({"type": "threshold", "demands": "fw", "weight": 2, "properties": {"evaluate":
        [{"attribute": "a", "operator": ")" +
                   op + R"(", "threshold": 1}]}})");
  };
  BOOST_TEST(threshold("lte") == "");
  BOOST_TEST(has(threshold("ne"), "an item has the operator 'ne', expected one of gt, lt, gte, lte"));
}

BOOST_AUTO_TEST_SUITE_END()
