// hpa (A&AI specification 19): values, matching, the choice of flavors and what becomes of it in the answer.
#include "fixture.hpp"
#include "services/constraints/types/hpa/hpa.hpp"
#include "services/constraints/types/hpa/hpa_match.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace conductor;
using namespace conductor::tests::solver;
using namespace conductor::services::constraints;

namespace {

json::object capability(std::string const& feature, json::object const& attributes,
                        std::string const& architecture = "generic") {
  json::array list;
  for (auto const& [key, value] : attributes)
    list.push_back(json::object{{"hpa-attribute-key", key}, {"hpa-attribute-value", value}});
  return {{"hpa-feature", feature},
          {"hpa-version", "v1"},
          {"architecture", architecture},
          {"hpa-feature-attributes", std::move(list)}};
}

json::object flavor(std::string const& name, json::array capabilities) {
  return {{"flavor-id", "id-" + name},
          {"flavor-name", name},
          {"hpa-capabilities", json::object{{"hpa-capability", std::move(capabilities)}}}};
}

json::object wanted(std::string const& key, json::value value, std::string const& op, std::string const& unit = "") {
  json::object attribute{{"hpa-attribute-key", key}, {"hpa-attribute-value", std::move(value)}, {"operator", op}};
  if (!unit.empty()) attribute["unit"] = unit;
  return attribute;
}

json::object required(std::string const& feature, json::array attributes, json::value mandatory = "True",
                      json::value score = nullptr, json::array directives = {}) {
  json::object object{{"hpa-feature", feature},
                      {"hpa-version", "v1"},
                      {"architecture", "generic"},
                      {"mandatory", std::move(mandatory)},
                      {"directives", std::move(directives)},
                      {"hpa-feature-attributes", std::move(attributes)}};
  if (!score.is_null()) object["score"] = std::move(score);
  return object;
}

json::object directive(std::string const& type, std::string const& name, std::string const& value = "") {
  return {{"type", type},
          {"attributes", json::array{json::object{{"attribute_name", name}, {"attribute_value", value}}}}};
}

json::object vm(std::string const& id, json::array features) {
  return {{"id", id},
          {"type", "vnfc"},
          {"directives", json::array{directive("flavor_directives", "label_" + id)}},
          {"flavorProperties", std::move(features)}};
}

json::object with_flavors(json::array flavors) { return {{"flavors", json::object{{"flavor", std::move(flavors)}}}}; }

PlanDocument& hpa(PlanDocument& plan, json::array vms, std::string const& name = "k") {
  return plan.constraint(name, "hpa", {"d"}, {{"evaluate", std::move(vms)}});
}

bool satisfied(std::string const& offered, std::string const& op, json::value required, std::string const& unit = "") {
  auto const value = read_hpa_value(json::value(offered));
  return value && hpa_satisfied(*value, op, {std::move(required), unit});
}

json::object with_cpus(int cpus) { return capability("cpu", {{"n", "{\"value\":\"" + std::to_string(cpus) + "\"}"}}); }

}  // namespace

BOOST_AUTO_TEST_SUITE(hpa_values)

BOOST_AUTO_TEST_CASE(values_are_read_as_json_and_in_the_loose_forms_of_inventories) {
  BOOST_TEST(satisfied(R"({"value":"8"})", "=", "8"));
  BOOST_TEST(satisfied(R"({"value":8})", "=", "8"));
  BOOST_TEST(satisfied("{value:8}", "=", "8"));
  BOOST_TEST(satisfied(R"({value:8, unit:"GB" })", "=", 8192, "MB"));
  BOOST_TEST(satisfied("{'value':'prefer'}", "=", "prefer"));
  BOOST_TEST(satisfied(R"({value:"x y"})", "=", "x y"));
  BOOST_TEST(satisfied("{value:{['AAA', 'BBB']}}", "ALL", json::array{"BBB"}));
  BOOST_TEST(satisfied(R"({"value":{['A','B']}})", "ALL", "['A']"));
  for (auto const* text :
       {"", "8", "{", "{value:}", "{value:8", "value:8", "{value:{8}}", "{value:[8}", "{value:'8}", "{{value:8}}"})
    BOOST_TEST(!read_hpa_value(json::value(text)).has_value(), text);
}

BOOST_AUTO_TEST_CASE(numbers_compare_as_numbers_in_whatever_form) {
  BOOST_TEST(satisfied(R"({"value":"2.50"})", "=", 2.5));
  BOOST_TEST(satisfied(R"({"value":"-3"})", "<", "-2"));
  BOOST_TEST(satisfied(R"({"value":"10"})", ">", "9"));
  BOOST_TEST(!satisfied(R"({"value":"10"})", ">", "ten"));
  BOOST_TEST(!satisfied(R"({"value":"10"})", "~", "10"));
  BOOST_TEST(satisfied(R"({"value":true})", "=", "True"));
}

BOOST_AUTO_TEST_CASE(units_of_bytes_are_converted_and_others_must_be_the_same) {
  BOOST_TEST(satisfied(R"({"value":"1","unit":"TB"})", ">", "1023", "GiB"));
  BOOST_TEST(satisfied(R"({"value":"1","unit":"gb"})", "=", "1024", "Mb"));
  BOOST_TEST(!satisfied(R"({"value":"1","unit":"GB"})", "=", "1"));
  BOOST_TEST(!satisfied(R"({"value":"1"})", "=", "1", "GB"));
  BOOST_TEST(!satisfied(R"({"value":"1","unit":"Mbps"})", "=", "1", "GB"));
  BOOST_TEST(satisfied(R"({"value":"1","unit":"Mbps"})", "=", "1", "Mbps"));
}

BOOST_AUTO_TEST_CASE(all_takes_scalars_as_lists_of_one_and_no_empty_lists) {
  BOOST_TEST(satisfied(R"({"value":"aes"})", "ALL", "aes"));
  BOOST_TEST(satisfied(R"({"value":["aes","avx"]})", "ALL", json::array{"avx", "aes"}));
  BOOST_TEST(!satisfied(R"({"value":["aes","avx"]})", "ALL", json::array{"sse"}));
  BOOST_TEST(!satisfied(R"({"value":["aes"]})", "ALL", json::array()));
  BOOST_TEST(satisfied(R"({"value":"[\"aes\",\"avx\"]"})", "ALL", json::array{"avx"}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(hpa_constraint)

BOOST_AUTO_TEST_CASE(a_region_without_a_fitting_flavor_is_dropped_and_told_what_is_missing) {
  PlanDocument plan;
  plan.candidate("d", "big", with_flavors({flavor("small", {with_cpus(2)}), flavor("large", {with_cpus(8)})}));
  plan.candidate("d", "small", with_flavors({flavor("small", {with_cpus(2)})}));
  plan.candidate("d", "bare");
  plan.candidate("d", "service", {{"inventory_type", "service"}});
  hpa(plan, {vm("a", {required("cpu", {wanted("n", "4", ">=")})})});
  Bench bench;
  auto const solution = bench.optimal(plan, "all");
  BOOST_TEST(solution.value().recommendations.size() == 2U);
  BOOST_TEST(drop_of(solution, "d", "small")->at("text").as_string() ==
             "none of its 1 flavors fits a; small lacks cpu");
  BOOST_TEST(drop_of(solution, "d", "bare")->at("reason").as_string() == "no-flavors");
}

BOOST_AUTO_TEST_CASE(S33_a_key_that_the_flavor_lacks_is_not_satisfied_and_ends_nothing) {
  PlanDocument plan;
  plan.candidate("d", "x", with_flavors({flavor("f", {with_cpus(4)})}));
  hpa(plan, {vm("a", {required("cpu", {wanted("sockets", "2", "=")})})});
  Bench bench;
  BOOST_TEST(chosen(bench.optimal(plan)) == "none");
}

BOOST_AUTO_TEST_CASE(S89_architecture_and_version_are_compared_for_optional_features_too) {
  PlanDocument plan;
  plan.candidate("d", "x", with_flavors({flavor("f", {capability("dpdk", {}, "Intel64")})}));
  hpa(plan, {vm("a", {required("dpdk", {}, "False", "10")})});
  plan.operand("hpa_score", {"d"});
  Bench bench;
  BOOST_TEST(value(bench.optimal(plan)) == 0);
}

// Vector 4 of solver specification 20.
BOOST_AUTO_TEST_CASE(S34_numbers_match_in_whatever_form_and_an_unsatisfied_option_scores_nothing) {
  PlanDocument plan;
  plan.candidate("d", "x",
                 with_flavors({flavor("f", {capability("cpu", {{"n", R"({"value":4})"}}),
                                            capability("memory", {{"size", R"({"value":"4","unit":"GB"})"}})})}));
  hpa(plan, {vm("a", {required("cpu", {wanted("n", "4", "=")}), required("memory", {wanted("size", 4096, "=", "MB")}),
                      required("dpdk", {}, "False", 7)})});
  plan.operand("hpa_score", {"d"});
  Bench bench;
  auto const solution = bench.optimal(plan);
  BOOST_TEST(chosen(solution) == "x");
  BOOST_TEST(value(solution) == 0);
}

BOOST_AUTO_TEST_CASE(S46_S47_hpa_score_stands_alone_and_counts_the_demands_that_it_lists) {
  PlanDocument plan;
  for (auto const* demand : {"d", "e"})
    plan.candidate(demand, "x", with_flavors({flavor("f", {capability("dpdk", {})})}));
  json::object properties{{"evaluate", json::array{vm("a", {required("dpdk", {}, false, 7)})}}};
  plan.constraint("k", "hpa", {"d", "e"}, std::move(properties)).operand("hpa_score", {"e"});
  Bench bench;
  BOOST_TEST(value(bench.optimal(plan)) == -7);
  plan.operand("hpa_score", {"d", "e"}, 0.5);
  BOOST_TEST(value(bench.optimal(plan)) == -14);
}

BOOST_AUTO_TEST_CASE(two_requirements_need_two_capabilities) {
  auto const nic = [](char const* speed) {
    return capability("nic", {{"speed", std::string("{value:") + speed + "}"}});
  };
  auto const wants = [](char const* op, char const* speed) { return required("nic", {wanted("speed", speed, op)}); };
  PlanDocument plan;
  plan.candidate("d", "one", with_flavors({flavor("f", {nic("40")})}));
  // Only the assignment slow -> 10, fast -> 40 is complete.
  plan.candidate("d", "two", with_flavors({flavor("f", {nic("40"), nic("10")})}));
  hpa(plan, {vm("a", {wants(">=", "10"), wants(">=", "40")})});
  Bench bench;
  BOOST_TEST(chosen(bench.optimal(plan)) == "two");
}

BOOST_AUTO_TEST_CASE(the_flavor_with_the_best_score_wins_the_first_on_ties_and_disabled_ones_are_ignored) {
  auto with = [](char const* name, bool extra, bool disabled = false) {
    json::array list{with_cpus(4)};
    if (extra) list.push_back(capability("dpdk", {}));
    auto made = flavor(name, std::move(list));
    made["flavor-disabled"] = disabled;
    return made;
  };
  PlanDocument plan;
  plan.candidate(
      "d", "x",
      with_flavors({with("plain", false), with("off", true, true), with("first", true), with("second", true)}));
  hpa(plan, {vm("a", {required("cpu", {wanted("n", "4", "=")}), required("dpdk", {}, "False", "7")})});
  plan.operand("hpa_score", {"d"}, 2);
  Bench bench;
  auto const solution = bench.optimal(plan);
  BOOST_TEST(value(solution) == -14);
  auto const& attributes = solution->recommendations[0].at("d").at("attributes");
  BOOST_TEST(attributes.at("directives")
                 .at("directives")
                 .at(0)
                 .at("directives")
                 .at(0)
                 .at("attributes")
                 .at(0)
                 .at("attribute_value")
                 .as_string() == "first");
}

BOOST_AUTO_TEST_CASE(S35_S36_directives_carry_each_vm_s_own_flavor_and_only_satisfied_features) {
  PlanDocument plan;
  plan.candidate(
      "d", "x", with_flavors({flavor("two", {with_cpus(2), capability("sriov", {})}), flavor("four", {with_cpus(4)})}));
  auto const sriov =
      required("sriov", {}, false, 3, {directive("sriov_directives", "vnic", "direct"), directive("", "none")});
  hpa(plan, {vm("a", {required("cpu", {wanted("n", "2", "=")}), sriov}),
             vm("b", {required("cpu", {wanted("n", "4", "=")}), sriov})});
  plan.operand("cost", {"d"});
  Bench bench;
  auto const solution = bench.optimal(plan);
  BOOST_REQUIRE(solution.has_value());
  BOOST_TEST(solution->recommendations[0].at("d").at("attributes").at("directives") == json::parse(R"({"directives": [
    {"id": "a", "type": "vnfc", "directives": [
      {"type": "flavor_directives", "attributes": [{"attribute_name": "label_a", "attribute_value": "two"},
                                                   {"attribute_name": "flavorId", "attribute_value": "id-two"}]},
      {"type": "sriov_directives", "attributes": [{"attribute_name": "vnic", "attribute_value": "direct"}]}]},
    {"id": "b", "type": "vnfc", "directives": [
      {"type": "flavor_directives", "attributes": [{"attribute_name": "label_b", "attribute_value": "four"},
                                                   {"attribute_name": "flavorId", "attribute_value": "id-four"}]}]}]})"));
}

// A&AI specification 19.3
BOOST_AUTO_TEST_CASE(a_flavor_without_capabilities_matches_nothing_not_even_when_nothing_is_required) {
  PlanDocument plan;
  auto bare = flavor("bare", {});
  bare.erase("hpa-capabilities");
  plan.candidate("d", "x", with_flavors({bare}));
  hpa(plan, {vm("a", {})});
  Bench bench;
  BOOST_TEST(chosen(bench.optimal(plan)) == "none");
}

// A&AI specification 19.6
BOOST_AUTO_TEST_CASE(directives_found_for_one_candidate_do_not_reach_another) {
  PlanDocument plan;
  plan.candidate("d", "rich", with_flavors({flavor("f", {with_cpus(2), capability("sriov", {})})}));
  plan.candidate("d", "poor", with_flavors({flavor("f", {with_cpus(2)})}));
  hpa(plan, {vm("a", {required("cpu", {wanted("n", "2", "=")}),
                      required("sriov", {}, false, 3, {directive("sriov_directives", "vnic", "direct")})})});
  plan.operand("hpa_score", {"d"});
  Bench bench;
  auto const solution = bench.optimal(plan, "all");
  auto const directives = [&](std::size_t place) {
    auto const& attributes = solution->recommendations.at(place).at("d").at("attributes");
    return attributes.at("directives").at("directives").at(0).at("directives").as_array().size();
  };
  BOOST_TEST(chosen(solution, 0) == "rich");
  BOOST_TEST(directives(0) == 2U);
  BOOST_TEST(directives(1) == 1U);
}

BOOST_AUTO_TEST_CASE(capabilities_of_the_region_join_those_of_each_flavor_or_stand_alone) {
  json::array const region{capability("qos", {{"isolation", "{value:full}"}})};
  PlanDocument plan;
  auto joined = with_flavors({flavor("f", {with_cpus(4)})});
  joined["region_capabilities"] = region;
  plan.candidate("d", "joined", std::move(joined)).candidate("d", "alone", {{"region_capabilities", region}});
  auto const isolation = required("qos", {wanted("isolation", "full", "=")});
  hpa(plan, {vm("a", {isolation})});
  Bench bench;
  auto const both = bench.optimal(plan, "all");
  BOOST_REQUIRE_EQUAL(both->recommendations.size(), 2U);
  BOOST_TEST(chosen(both, 1) == "alone");
  // Kept without a flavor: the values that would name one are empty.
  auto const& completed = both->recommendations[1].at("d").at("attributes").at("directives").at("directives").at(0);
  for (auto const& attribute : completed.at("directives").at(0).at("attributes").as_array())
    BOOST_TEST(attribute.at("attribute_value").as_string() == "");
  hpa(plan, {vm("a", {isolation, required("cpu", {wanted("n", "4", "=")})})}, "also");
  auto const solution = bench.optimal(plan, "all");
  BOOST_TEST(solution->recommendations.size() == 1U);
  BOOST_TEST(chosen(solution) == "joined");
}

// A&AI specification 19.4
BOOST_AUTO_TEST_CASE(values_that_cannot_be_compared_are_logged_once_for_each_flavor_or_region) {
  auto const with = [](char const* name, char const* value) {
    return flavor(name, {capability("cpu", {{"n", value}})});
  };
  PlanDocument plan;
  plan.candidate("d", "x",
                 with_flavors({with("torn", "{value:"), with("odd", R"({"value":"4","unit":"XB"})"),
                               with("word", R"({"value":"four"})"), with("fits", R"({"value":"4","unit":"GB"})")}));
  plan.candidate("d", "bare", {{"region_capabilities", json::array{capability("cpu", {{"n", "4 GB"}})}}});
  auto const four = required("cpu", {wanted("n", "4", "=", "GB")});
  hpa(plan, {vm("a", {four}), vm("b", {four})});
  Bench bench;
  BOOST_TEST(chosen(bench.optimal(plan)) == "x");
  std::vector<std::string> lines;
  for (auto const& line : bench.host.lines()) lines.push_back(line.text);
  std::vector<std::string> const expected{
      "cloud region x, flavor torn: cpu has n = \"{value:\", which cannot be read; it meets no requirement",
      "cloud region x, flavor odd: cpu has n = \"4\" XB, which cannot be compared with \"4\" GB; it meets no "
      "requirement",
      "cloud region bare: cpu has n = \"4 GB\", which cannot be read; it meets no requirement"};
  BOOST_TEST(lines == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_threshold_on_the_score_is_tested_after_all_hpa_constraints) {
  PlanDocument plan;
  plan.candidate("d", "x", with_flavors({flavor("f", {capability("a", {}), capability("b", {})})}));
  plan.candidate("d", "y", with_flavors({flavor("f", {capability("a", {})})}));
  plan.candidate("d", "z", {{"inventory_type", "service"}});
  plan.constraint(
      "score", "threshold", {"d"},
      {{"evaluate", json::array{json::object{{"attribute", "hpa_score"}, {"operator", "gte"}, {"threshold", 5}}}}});
  hpa(plan, {vm("v", {required("a", {}, false, 2)})}, "one");
  hpa(plan, {vm("w", {required("b", {}, false, 3)})}, "two");
  Bench bench;
  auto const solution = bench.optimal(plan, "all");
  BOOST_TEST(solution->recommendations.size() == 1U);
  BOOST_TEST(chosen(solution) == "x");
  BOOST_TEST(drop_of(solution, "d", "z")->at("reason").as_string() == "no-attribute");
}

BOOST_AUTO_TEST_CASE(an_entry_without_flavor_directive_is_refused) {
  PlanDocument plan;
  plan.candidate("d", "x");
  auto entry = vm("a", {});
  entry["directives"] = json::array{directive("other", "x")};
  hpa(plan, {std::move(entry)});
  Bench bench;
  BOOST_TEST(chosen(bench.optimal(plan)).find("flavor_directives") != std::string::npos);
}

// The matching of the filter against all assignments of the checker.
BOOST_AUTO_TEST_CASE(matching_finds_the_best_assignment_of_capabilities) {
  std::mt19937 random(11);
  auto const pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
  int fits = 0;
  for (int round = 0; round < 3000; ++round) {
    json::array features, flavors;
    for (int count = pick(1, 4), i = 0; i < count; ++i) {
      char const* const operators[] = {"=", "<", ">=", "ALL"};
      auto const feature = std::string(pick(0, 2) ? "nic" : "cpu");
      json::array attributes{wanted("n", pick(0, 1) ? json::value(pick(1, 4)) : json::value(std::to_string(pick(1, 4))),
                                    operators[pick(0, 3)], pick(0, 4) ? "" : "GB")};
      if (pick(0, 2) == 0) attributes.push_back(wanted("list", json::array{"a", pick(0, 1) ? "b" : "c"}, "ALL"));
      bool const mandatory = pick(0, 2) == 0;
      features.push_back(required(feature, std::move(attributes), mandatory,
                                  mandatory ? json::value(nullptr) : json::value(pick(0, 5))));
    }
    for (int count = pick(1, 3), i = 0; i < count; ++i) {
      json::array capabilities;
      for (int n = pick(0, 4), j = 0; j < n; ++j) {
        auto const number = std::to_string(pick(1, 4));
        std::string const forms[] = {"{value:" + number + "}", "{\"value\":\"" + number + "\"}",
                                     "{'value':'" + number + "', 'unit':'MB'}", "nothing"};
        capabilities.push_back(capability(
            pick(0, 2) ? "nic" : "cpu",
            {{"n", forms[pick(0, 3)]}, {"list", pick(0, 1) ? "{value:{['a', 'b']}}" : R"({"value":["a","c"]})"}}));
      }
      flavors.push_back(flavor("f" + std::to_string(i), std::move(capabilities)));
    }
    PlanDocument plan;
    auto const item = vm("v", features);
    plan.candidate("d", "x", with_flavors(flavors));
    hpa(plan, {item}).operand("hpa_score", {"d"}, -1);
    auto const& candidate =
        plan.document().at("conductor_solver").at("demands").at("d").at("candidates").at(0).as_object();
    auto const best = hpa_fit(item, candidate);
    Bench bench;
    auto const solution = bench.optimal(plan);
    BOOST_TEST_CONTEXT(json::serialize(plan.document())) {
      BOOST_REQUIRE_EQUAL(chosen(solution), best ? "x" : "none");
      if (!best) continue;
      ++fits;
      BOOST_REQUIRE_EQUAL(value(solution), *best);
    }
  }
  BOOST_TEST(fits > 500);
}

BOOST_AUTO_TEST_SUITE_END()
