// Every message of the template specification, sections 2 to 8, 10 and 11: one change to a good template, one text.
#include "tests/services/controller/fixtures.hpp"

using namespace conductor::services::controller;
using namespace conductor::services::controller::testing;

namespace {

struct Row {
  std::string pointer, value, message;
};

void check(std::vector<Row> const& rows) {
  for (auto const& row : rows) BOOST_TEST_CONTEXT(row.pointer << " = " << row.value) {
      BOOST_TEST(message(row.pointer, row.value) == row.message);
    }
}

std::string const versions =
    "conductor_template_version must be one of: 2016-11-01, 2017-10-10, 2018-02-01, 2020-08-13";

}  // namespace

BOOST_AUTO_TEST_SUITE(messages)

BOOST_AUTO_TEST_CASE(of_nothing_for_a_good_template) { BOOST_TEST(checked(good_template()).message == ""); }

BOOST_AUTO_TEST_CASE(of_versions) {
  check({{"/homing_template_version", "\"2016-11-01\"", ""},
         {"/homing_template_version", "\"2017-10-10\"", ""},
         {"/homing_template_version", "\"2018-02-01\"", ""},
         {"/homing_template_version", "\"2019-01-01\"", versions},
         {"/homing_template_version", "20180201", versions},
         {"/homing_template_version", "", versions},
         {"/homing_template_version", "\"2020-08-13\"",
          "Optimization object is not valid. Validation error: 'goal' is a required property"}});
}

BOOST_AUTO_TEST_CASE(of_sections) {
  check({{"/parameters", "[]", "Parameter section must be a dictionary"},
         {"/locations", "\"x\"", "Location section must be a dictionary"},
         {"/demands", "[1]", "Demand section must be a dictionary"},
         {"/constraints", "[{\"a\": {}}]", "Constraint section must be a dictionary"},
         {"/optimization", "3", "Optimization section must be a dictionary"},
         {"/reservation", "[1]", "Reservation section must be a dictionary"},
         {"/demands", "", "demand is not provided in the template"},
         {"/demands", "{}", "demand is not provided in the template"},
         {"/demands", "null", "demand is not provided in the template"},
         {"/solver", "1", "Section solver must be a dictionary"}});
  BOOST_TEST(checked(json::value(3)).message == "Can't translate an invalid template.");
}

BOOST_AUTO_TEST_CASE(of_misspelt_sections_with_a_hint) {
  check(
      {{"/constraint", "{}", "Unknown key 'constraint' at the top level of the template; did you mean 'constraints'?"},
       {"/Demands", "{}", "Unknown key 'Demands' at the top level of the template; did you mean 'demands'?"},
       {"/transaction-id", "\"t\"", ""}});
  auto const translation = checked(changed("/description", "\"text\""));
  BOOST_TEST(translation.message == "");
  BOOST_REQUIRE(translation.warnings.size() == 1U);
  BOOST_TEST(translation.warnings[0].message ==
             "Unknown key 'description' at the top level of the template is ignored");
}

BOOST_AUTO_TEST_CASE(of_items_that_are_no_mappings) {
  check({{"/locations/hq", "null", "Location hq must be a dictionary"},
         {"/constraints/near", "\"x\"", "Constraint near must be a dictionary"},
         {"/demands/fw", "\"x\"", "Demand fw must be a dictionary or a list of dictionaries"},
         {"/demands/fw", "[]", "Demand fw must be a dictionary or a list of dictionaries"},
         {"/demands/fw/0", "7", "Demand fw has a requirement that must be a dictionary"}});
}

BOOST_AUTO_TEST_CASE(of_get_param) {
  check({{"/constraints/near/properties/distance", R"({"get_param": "nope"})",
          "Parameter 'nope' undefined in path constraints > near > properties > distance"},
         {"/demands/fw/0/inventory_type", R"({"get_param": 3})",
          "Parameter name '3' not a string in path demands > fw[0] > inventory_type"},
         {"/demands/fw/0/inventory_type", R"({"get_param": ["names", 7]})",
          "Parameter 'names': index 7 is out of range, the list has 2 items in path demands > fw[0] > inventory_type"},
         {"/demands/fw/0/inventory_type", R"({"get_param": ["names", "x"]})",
          "Parameter 'names': index 'x' is not an integer in path demands > fw[0] > inventory_type"},
         {"/demands/fw/0/inventory_type", R"({"get_param": ["limit", "x"]})",
          "Parameter 'limit' has a number where the step 'x' needs a mapping or a list in path demands > fw[0] > "
          "inventory_type"},
         {"/reservation", R"({"service_model": {"get_param": "nope"}})",
          "Parameter 'nope' undefined in path reservations > service_model"},
         {"/parameters/limit", R"({"get_param": "limit"})",
          "Parameter 'limit' refers to itself in path parameters > limit"}});
}

BOOST_AUTO_TEST_CASE(of_get_file) {
  check(
      {{"/locations/hq/country", R"({"get_file": "a.txt"})", "File 'a.txt' undefined in path locations > hq > country"},
       {"/locations/hq/country", R"({"get_file": {"get_param": "limit"}})",
        "File name '{'get_param': 'limit'}' not a string in path locations > hq > country"}});
}

BOOST_AUTO_TEST_CASE(of_locations) {
  check({{"/locations/hq", R"({"latitude": 91, "longitude": 0})",
          "Location hq has the latitude '91', expected a number in -90..90"},
         {"/locations/hq", R"({"latitude": 1, "longitude": "east"})",
          "Location hq has the longitude 'east', expected a number in -180..180"},
         {"/locations/hq", R"({"latitude": "nan", "longitude": 0})",
          "Location hq has the latitude 'nan', expected a number in -90..90"},
         {"/locations/hq", R"({"latitude": 1})", "Unable to resolve location hq"},
         {"/locations/hq", "{}", "Unable to resolve location hq"},
         {"/locations/hq/colour", "1", "Location hq has an invalid key colour"},
         {"/locations/hq/country", "\"Sweden\"",
          "Location hq has the country 'Sweden', expected three letters (ISO 3166 alpha-3)"},
         {"/locations/hq", R"({"host_name": 5})", "Location hq has the host_name '5', expected a text"}});
}

BOOST_AUTO_TEST_CASE(of_demands) {
  std::string const base = "/demands/fw/0/";
  check({{base + "colour", "1", "Demand fw has an invalid key colour"},
         {base + "inventory_provider", "", "Inventory provider not specified in demand fw"},
         {base + "inventory_provider", "\"nobody\"", "Unsupported inventory provider nobody in demand fw"},
         {base + "inventory_provider", "\"sdc\"", ""},
         {base + "inventory_type", "", "Inventory type not specified for demand fw"},
         {base + "inventory_type", "\"\"", "Inventory type not specified for demand fw"},
         {base + "inventory_type", "\"Cloud\"", "Unknown inventory type Cloud specified for demand fw"},
         {"/demands/fw/0", R"({"inventory_provider": "aai", "inventory_type": "service", "service_type": "x"})",
          "Customer ID not specified for demand fw"},
         {"/demands/fw/0", R"({"inventory_provider": "aai", "inventory_type": "vfmodule", "customer_id": "x"})",
          "Service Type not specified for demand fw"},
         {"/demands/fw/0",
          R"({"inventory_provider": "aai", "inventory_type": "service", "attributes": {"customer_id": "x"}})", ""},
         {"/demands/fw/0",
          R"({"inventory_provider": "aai", "inventory_type": "transport", "customer_id": "x", "service_type": "y"})",
          "Service Subscription not specified for demand fw"},
         {"/demands/fw/0", R"({"inventory_provider": "aai", "inventory_type": "nssi"})",
          "Model Invariant ID not specified for demand fw"},
         {"/demands/fw/0", R"({"inventory_provider": "sdc", "inventory_type": "nst"})",
          "Filtering Attributes not specified for demand fw"},
         {base + "filtering_attributes", "[]",
          "Demand fw has the filtering_attributes '[]', expected a mapping from attributes to values"},
         {base + "filtering_attributes", R"({"cloud-type": {"like": "x"}})",
          "Filtering attribute cloud-type of demand fw has the value '{'like': 'x'}', expected a value, a list, {any: "
          "[...]} or {not: "
          "[...]}"},
         {base + "unique", "\"maybe\"", "Demand fw has unique 'maybe', expected true or false"},
         {base + "default_cost", "\"dear\"", "Demand fw has the default_cost 'dear', expected a number"},
         {base + "region", "7", "Demand fw has the region '7', expected a text"},
         {base + "conflict_identifier", "[1]",
          "Demand fw has a conflict_identifier that is not a list of texts and of {get_candidate_attribute: FIELD}"}});
}

BOOST_AUTO_TEST_CASE(of_candidates) {
  std::string const lists = R"("inventory_provider": "file", "inventory_type": "cloud")";
  check({{"/demands/fw/0", R"({"candidates": ["x"]})", "Candidate found in demand fw that is not a dictionary"},
         {"/demands/fw/0", R"({"candidates": [{"candidate_id": "a", "colour": 1}]})",
          "Candidate with invalid key colour found in demand fw"},
         {"/demands/fw/0", R"({"candidates": [{"cost": 1}]})", "Candidate found in demand fw that has no candidate_id"},
         {"/demands/fw/0", R"({"candidates": [{"candidate_id": "a", "latitude": 91}]})",
          "Candidate found in demand fw has the latitude '91', expected a number in -90..90"},
         {"/demands/fw/0", R"({"inventory_provider": "nobody", "candidates": [{"candidate_id": "a"}]})",
          "Unsupported inventory provider nobody in demand fw"},
         {"/demands/fw/0/required_candidates", R"([{"inventory_type": "cloud"}])",
          "Entry of required_candidates in demand fw has no candidate_id, a text or a list of texts"},
         {"/demands/fw/0", "{" + lists + R"(, "required_candidates": [{"candidate_id": ["a", "b"]}],
            "excluded_candidates": [{"inventory_type": "cloud", "candidate_id": "b"}]})",
          "Required candidate list and excluded candidate list are not mutually exclusive for demand fw"},
         {"/demands/fw/0",
          "{" + lists + R"(, "required_candidates": [{"inventory_type": "cloud", "candidate_id": ["a", "b"]}],
            "excluded_candidates": [{"inventory_type": "service", "candidate_id": "b"}]})",
          ""}});
}

BOOST_AUTO_TEST_CASE(of_slice_profiles) {
  auto const with = [](std::string const& attributes) {
    return R"({"inventory_provider": "generator", "inventory_type": "slice_profiles", "filtering_attributes": )" +
           attributes + "}";
  };
  check(
      {{"/demands/fw/0", with("{}"), "Service Profile not specified for demand fw"},
       {"/demands/fw/0", with(R"({"service_profile": {}})"), "Subnets not specified for demand fw"},
       {"/demands/fw/0",
        with(R"({"service_profile": {}, "subnets": {"core": {"latency": {"derive_from": {"method": "os.system"}}}}})"),
        "Unknown method 'os.system' in derive_from of demand fw, expected get_tracking_area"}});
}

// Solver specification S06
BOOST_AUTO_TEST_CASE(of_constraint_names) {
  std::string const list_text = "Demand list for Constraint near must be a list of names or a string with one name";
  check({{"/constraints/near/demands", "", list_text},
         {"/constraints/near/demands", "[]", list_text},
         {"/constraints/near/demands", "{}", list_text},
         {"/constraints/near/demands", "[1]", list_text},
         {"/constraints/near/demands", R"(["fw", "a", "b"])", "Undefined Demand(s) ['a', 'b'] in Constraint 'near'"},
         {"/constraints/near/demands", R"(["fw", "hq"])",
          "Location(s) ['hq'] stand among the demands of Constraint 'near', which takes demands only"},
         {"/constraints/near/properties/location", "\"x\"", "Location x in Constraint near is undefined"},
         {"/constraints/near/colour", "1", "Constraint near has an invalid key colour"}});
}

// Solver specification S07
BOOST_AUTO_TEST_CASE(of_constraint_types_and_properties) {
  std::string const base = "/constraints/near/";
  check(
      {{base + "type", "", "Unsupported type 'None' found in constraint named 'near'"},
       {base + "type", "\"distance\"", "Unsupported type 'distance' found in constraint named 'near'"},
       {base + "properties/location", "", "Required property 'location' not found in constraint named 'near'"},
       {base + "properties", "", "Required property 'distance' not found in constraint named 'near'"},
       {base + "properties/distance", "\"\"", "No value specified for property 'distance' in constraint named 'near'"},
       {base + "properties/distance", "null", "No value specified for property 'distance' in constraint named 'near'"},
       {base + "properties/distance", "0", ""},
       {base + "properties/colour", "1", "Unknown property 'colour' in constraint named 'near'"},
       {base + "properties/distance", "\"10 parsec\"",
        "Unknown part 'parsec' in expression '10 parsec' in constraint named 'near'"},
       {base + "properties", "[]", "Properties of constraint named 'near' must be a dictionary"},
       {"/constraints/apart/properties/qualifier", "\"equal\"",
        "Property 'qualifier' value 'equal' unsupported in constraint named 'apart' (must be one of ['same', "
        "'different'])"},
       {"/constraints/apart/properties/category", "\"planet\"",
        "Property 'category' value 'planet' unsupported in constraint named 'apart' (must be one of ['disaster', "
        "'region', 'complex', "
        "'country', 'time', 'maintenance'])"}});
}

// Solver specification S22
BOOST_AUTO_TEST_CASE(hint_at_an_operator_that_was_left_out) {
  auto const hints = [](std::string const& distance) {
    return checked(changed("/constraints/near/properties/distance", distance)).warnings.size();
  };
  for (auto const* omitted : {"\"300 km\"", "300"}) BOOST_TEST(hints(omitted) == 1U);
  for (auto const* meant : {"\"= 300 km\"", "\"<= 300 km\"", "\"100-300 km\""}) BOOST_TEST(hints(meant) == 0U);
}

BOOST_AUTO_TEST_CASE(of_single_types) {
  check({{"/constraints/near",
          R"({"type": "distance_between_demands", "demands": ["fw", "fw"], "properties": {"distance": "< 1 km"}})",
          "Constraint near of type distance_between_demands must list at least 2 different demands"},
         {"/constraints/near", R"({"type": "inventory_group", "demands": ["fw"]})",
          "Constraint near of type inventory_group must list exactly two demands"},
         {"/constraints/near", R"({"type": "inventory_group", "demands": ["fw", "mux"]})", ""},
         {"/constraints/apart/properties/location", "\"hq\"",
          "Property 'location' is only for category 'country' in constraint named 'apart', which has category "
          "'complex'; remove it"},
         {"/constraints/apart/properties", R"({"qualifier": "same", "category": "country", "location": "hq"})", ""},
         {"/constraints/apart/properties", R"({"qualifier": "same", "category": "disaster"})", ""}});
}

BOOST_AUTO_TEST_CASE(of_attributes) {
  auto const with = [](std::string const& evaluate) {
    return message("/constraints/near",
                   R"({"type": "attribute", "demands": "fw", "properties": {"evaluate": )" + evaluate + "}}");
  };
  for (auto const* good :
       {R"({"a": 1})",
        R"({"a": {"eq": 1, "ne": "x", "lt": "2.5", "gte": -1, "any": [1], "all": [], "regex": "/^core-/i"}})",
        R"({"network_roles": {"all": ["green"]}})", R"({"replication_role": "primary"})",
        R"({"cloud-region": {"cloud-requests": ["r"]}})", R"({"region": ""})", R"({"a": [1, 2]})"})
    BOOST_TEST(with(good) == "", good);
  BOOST_TEST(with("{}") == "No value specified for property 'evaluate' in constraint named 'near'");
  BOOST_TEST(with("[1]") ==
             "Property 'evaluate' value '[1]' in constraint named 'near' is not a mapping from attributes to values");
  BOOST_TEST(with(R"({"a": {"like": 1}})") ==
             "Unknown operator 'like' of attribute 'a' in constraint named 'near', expected one of eq, ne, lt, gt, "
             "lte, gte, any, all, regex");
  BOOST_TEST(with(R"({"a": {"lt": "x"}})") ==
             "Value 'x' of attribute 'a' in constraint named 'near' is not valid, expected a number for operator lt");
  BOOST_TEST(with(R"({"a": {"any": 1}})") ==
             "Value '1' of attribute 'a' in constraint named 'near' is not valid, expected a list for operator any");
  BOOST_TEST(
      has(with(R"({"a": {"regex": "("}})"), "Value '(' of attribute 'a' in constraint named 'near' is not valid"));
  BOOST_TEST(has(with(R"({"a": {"regex": "/x/g"}})"), "no flag but i"));
  BOOST_TEST(has(with(R"({"a": {"regex": ")" + std::string(1001, 'x') + R"("}})"), "at most 1000 characters"));
  BOOST_TEST(with(R"({"network_roles": {"any": []}})") == "");  // no effect, which is a warning
  BOOST_TEST(has(with(R"({"network_roles": "green"})"), "expected {all: [ROLE, ...]} or {any: [ROLE, ...]}"));
  BOOST_TEST(has(with(R"({"cloud-region": {"clouds": ["r"]}})"), "Unknown key 'clouds' of attribute 'cloud-region'"));
}

// Solver specification S10, S11, S48
BOOST_AUTO_TEST_CASE(of_optimization) {
  std::string const product_text =
      "Optimization products must include at least one 'distance_between' function call and one optional number to be "
      "used as a weight.";
  auto const operand = [](std::string const& text) { return message("/optimization/minimize/sum/0", text); };
  check({{"/optimization", R"({"maximize": {}})", "Optimization must contain a single goal of 'minimize'."},
         {"/optimization", R"({"minimize": {}, "x": 1})", "Optimization must contain a single goal of 'minimize'."},
         {"/optimization/minimize", R"({"max": []})",
          "Optimization goal 'minimize' must contain a single function of 'sum'."},
         {"/optimization/minimize/sum", "{}",
          "Optimization goal 'minimize', function 'sum' must be a list of exactly two operands."},
         {"/optimization/minimize/sum", "[]",
          "Optimization goal 'minimize', function 'sum' has no operands; list at least one, or leave out the section "
          "optimization"},
         {"/optimization", "{}", ""},
         {"/optimization", "", ""}});
  for (auto const* arguments : {"\"ab\"", "[\"hq\"]", "[\"hq\", \"fw\", \"mux\"]"})
    BOOST_TEST(operand(R"({"distance_between": )" + std::string(arguments) + "}") ==
               "Optimization 'distance_between' arguments must be a list of length two.");
  BOOST_TEST(operand(R"({"distance_between": ["hq", "x"]})") ==
             "Optimization 'distance_between' arguments ['hq', 'x'] must include one valid demand name and one valid "
             "location name.");
  BOOST_TEST(has(operand(R"({"distance_between": ["fw", "fw"]})"), "must include one valid demand name"));
  BOOST_TEST(operand(R"({"product": [2]})") == product_text);
  BOOST_TEST(operand(R"({"product": 2})") == product_text);
  BOOST_TEST(operand(R"({"distance": ["hq", "fw"]})") == "Unsupported operand in optimization: distance");
  BOOST_TEST(operand("\"x\"") == "Unsupported operand in optimization: x");
  BOOST_TEST(operand(R"({"product": [{"cost": ["fw"]}, {"distance_between": ["hq", "fw"]}]})") ==
             "Optimization products must include one function only; a second one is 'distance_between'");
  BOOST_TEST(operand(R"({"cost": ["nobody"]})") ==
             "Optimization 'cost' arguments ['nobody'] must be demand names; 'nobody' is none.");
  BOOST_TEST(operand(R"({"latency_between": ["hq"]})") ==
             "Optimization 'latency_between' arguments must be a list of length two.");
  BOOST_TEST(operand(R"({"latency_between": ["fw", "mux"]})") == "");
  BOOST_TEST(operand(R"({"product": [1, {"hpa_score": ["fw"]}]})") ==
             "HPA Score Optimization must include a HPA Policy constraint ");
}

BOOST_AUTO_TEST_CASE(of_reservations) {
  auto const with = [](std::string const& reservation) {
    return message("/reservation", R"({"service_candidates": {"r": )" + reservation + "}}");
  };
  BOOST_TEST(with(R"({"demands": "fw", "properties": {"controller": "SDN-C"}})") == "");
  BOOST_TEST(with(R"({"demands": ["x"], "properties": {"controller": "sdnc"}})") ==
             "Demand x must be provided in demands section");
  BOOST_TEST(with(R"({"demands": "fw", "properties": {}})") ==
             "Required property 'controller' not found in reservation named 'r'");
  BOOST_TEST(with(R"({"demands": "fw", "properties": {"controller": "other"}})") ==
             "Unsupported controller 'other' in reservation named 'r'");
  BOOST_TEST(with(R"({"demands": [], "properties": {"controller": "sdnc"}})") ==
             "Demand list for reservation r must be a list of names or a string with one name");
  BOOST_TEST(with(R"({"type": 5, "demands": "fw", "properties": {"controller": "sdnc"}})") ==
             "Reservation r has the type '5', expected a text");
  check({{"/reservation", R"({"service_candidates": []})", "Reservations must be provided in dictionary form"},
         {"/reservation", R"({"service_model": "X"})",
          "Unsupported service_model 'X' in section reservation, expected ADIOD or DHV"},
         {"/reservations", R"({"r": 1})", "Reservation r must be a dictionary with demands, type and properties"}});
  auto both = good_template();
  both["reservation"] = json::object();
  both["reservations"] = json::object();
  BOOST_TEST(checked(both).message == "Sections reservation and reservations are both given; keep one of them");
}

BOOST_AUTO_TEST_CASE(of_solver_options) {
  check({{"/solver", R"({"strategy": "magic"})",
          "Section solver has the strategy 'magic', which is not loaded; loaded are optimal, fit_first"},
         {"/solver", R"({"deadline": 0})", "Section solver has the deadline '0', expected a number of seconds above 0"},
         {"/solver", R"({"node_limit": 0})", "Section solver has the node_limit '0', expected an integer of 1 to 9e15"},
         {"/solver", R"({"seed": 1.5})", "Section solver has the seed '1.5', expected an integer"},
         {"/solver", R"({"move_cost": "x"})", "Section solver has the move_cost 'x', expected a number of 0 or more"},
         {"/solver", R"({"speed": 1})", "Section solver has an invalid key speed"}});
}

BOOST_AUTO_TEST_SUITE_END()
