// From the text of a template to its placement: each constraint type and each function of the objective as people write
// them, translated by the controller and solved by the solver.
#include "core/text/reader.hpp"
#include "services/controller/translate.hpp"
#include "services/placement/license.hpp"
#include "services/placement/network_model.hpp"
#include "services/placement/rule.hpp"
#include "tests/services/solver/fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
namespace controller = services::controller;
using tests::solver::Bench;
using tests::solver::chosen;
using tests::solver::LoadedStrategy;
using tests::solver::value;

namespace {

namespace json = boost::json;

// What inventory has: places on the equator, one degree apart, from a at 0 to e at 4 degrees east.
std::string const inventory = R"(
- {candidate_id: a, inventory_type: cloud, latitude: 0, longitude: 0, country: AAA, location_id: ra, size: 1,
   speed: 1 Gbps, cost: 5, flavors: {flavor: [{flavor-id: f1, flavor-name: small},
     {flavor-id: f0, flavor-name: retired, flavor-disabled: true}]}}
- {candidate_id: b, inventory_type: cloud, latitude: 0, longitude: 1, country: BBB, location_id: rb, size: 2,
   speed: 2 Gbps, cost: 4, flavors: {flavor: [{flavor-id: f2, flavor-name: large, hpa-capabilities: {hpa-capability: [
     {hpa-feature: cpu, hpa-version: v1, architecture: generic,
      hpa-feature-attributes: [{hpa-attribute-key: n, hpa-attribute-value: '{"value":"8"}'}]}]}}]}}
- {candidate_id: c, inventory_type: cloud, latitude: 0, longitude: 2, country: BBB, location_id: rc, cloud_owner: Own, size: 3,
   speed: 3 Gbps, cost: 3}
- {candidate_id: d, inventory_type: service, latitude: 0, longitude: 3, country: CCC, location_id: rd, size: 4, cost: 2}
- {candidate_id: e, inventory_type: cloud, latitude: 0, longitude: 4, country: CCC, location_id: re, cloud_owner: Own, size: 5,
   cost: 1}
)";

class Inventory final : public controller::Lookups {
 public:
  sdk::Result<json::object> locations(json::object const&) override { return json::object(); }
  sdk::Result<json::object> demands(json::object const& wanted, std::string const&) override {
    auto const candidates = text::to_json(text::read_yaml(inventory).root);
    json::object answer;
    for (auto const& [name, requirements] : wanted)
      answer[name] = json::object{{"candidates", candidates}, {"dropped", json::array()}};
    return answer;
  }
};

std::string const head = R"(
homing_template_version: VERSION
locations:
  hq: {latitude: 0, longitude: 0, country: AAA}
demands:
  fw: [{inventory_provider: file, inventory_type: cloud}]
  mux: [{inventory_provider: file, inventory_type: cloud}]
)";

sdk::Result<tests::solver::Solution> place(std::string const& rest, Bench& bench,
                                           std::string const& version = "2018-02-01") {
  auto text = head + rest;
  text.replace(text.find("VERSION"), 7, version);
  auto document = text::read_yaml(text);
  BOOST_REQUIRE(document.ok());
  controller::Input input;
  input.document = std::move(document.root);
  input.plan_id = "p";
  Inventory lookups;
  auto translation = controller::translate(input, &lookups);
  BOOST_REQUIRE(translation.has_value());
  BOOST_REQUIRE_MESSAGE(translation->errors.empty(), translation->message);
  LoadedStrategy strategy("optimal");
  services::solver::Request const request{"p", "1", "optimal", 7, bench.move_cost};
  return services::solver::solve({}, std::make_shared<json::value const>(std::move(translation->document)), request,
                                 {bench.options, bench.remote, strategy, bench.host.clock(), bench.host.log()});
}

std::string placed(std::string const& rest, std::string const& version = "2018-02-01") {
  Bench bench;
  return chosen(place(rest, bench, version));
}

// Cheapest for each, that is e and e, unless something stands against it.
std::string const cheapest = "\noptimization: {minimize: {sum: [cost: [fw, mux]]}}\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(together)

BOOST_AUTO_TEST_CASE(without_constraints_the_cheapest_are_chosen) { BOOST_TEST(placed(cheapest) == "e e"); }

BOOST_AUTO_TEST_CASE(threshold_compares_numbers_in_units) {
  BOOST_TEST(placed(R"(
constraints:
  size: {type: threshold, demands: fw, properties: {evaluate: [{attribute: size, operator: lt, threshold: 5}]}}
  speed: {type: threshold, demands: mux, properties: {evaluate: [{attribute: speed, operator: lte, threshold: 2500, unit: Mbps}]}})" +
                    cheapest) == "d b");
}

BOOST_AUTO_TEST_CASE(hpa_chooses_regions_with_the_features) {
  BOOST_TEST(placed(R"(
constraints:
  hardware:
    type: hpa
    demands: fw
    properties:
      evaluate:
      - id: vdu
        type: vnfc
        directives: [{type: flavor_directives, attributes: [{attribute_name: label, attribute_value: ""}]}]
        flavorProperties:
        - {hpa-feature: cpu, hpa-version: v1, architecture: generic, mandatory: "True", directives: [],
           hpa-feature-attributes: [{hpa-attribute-key: n, hpa-attribute-value: 4, operator: ">="}]}
  cloud: {type: attribute, demands: fw, properties: {evaluate: {inventory_type: cloud}}})" +
                    cheapest) == "b e");
}

BOOST_AUTO_TEST_CASE(same_and_different_candidates) {
  BOOST_TEST(placed("\nconstraints: {k: {type: different_candidate, demands: [fw, mux]}}" + cheapest) == "e d");
  BOOST_TEST(placed(R"(
constraints:
  k: {type: same_candidate, demands: [fw, mux]}
  near: {type: distance_to_location, demands: mux, properties: {location: hq, distance: < 250 km}})" +
                    cheapest) == "c c");
}

BOOST_AUTO_TEST_CASE(groups_hold_when_a_member_does_or_when_it_does_not) {
  BOOST_TEST(placed(R"(
constraints:
  east_or_near:
    type: any_of
    constraints:
    - {type: attribute, demands: [fw], properties: {evaluate: {country: {any: [BBB]}}}}
    - {type: distance_to_location, demands: [fw], properties: {location: hq, distance: < 10 km}}
  not_e: {type: not, constraint: {type: threshold, demands: [mux], properties: {evaluate: [{attribute: size, operator: gte, threshold: 4}]}}})" +
                    cheapest) == "c c");
}

BOOST_AUTO_TEST_CASE(soft_constraints_are_broken_when_that_is_cheaper_and_named) {
  Bench bench;
  auto const soft = [&](std::string const& key) {
    return place("\nconstraints: {near: {type: distance_to_location, demands: [fw], " + key +
                     ", properties: {location: hq, distance: < 150 km}}}" + cheapest,
                 bench);
  };
  auto const cheap = soft("penalty: 1");
  BOOST_TEST(chosen(cheap) == "e e");
  BOOST_TEST(value(cheap) == 3);
  BOOST_TEST(cheap->solver_info[0].at("violated") == json::value(json::array{"near"}));
  auto const dear = soft("penalty: 100");
  BOOST_TEST(chosen(dear) == "b e");
  BOOST_TEST(dear->solver_info[0].at("violated").as_array().empty());
  // Each km beyond the limit costs 0.005: one step of 111 km for a saving of 1 pays, up to the end of the line.
  BOOST_TEST(chosen(soft("weight: 0.005")) == "e e");
  BOOST_TEST(chosen(soft("weight: 0.02")) == "b e");
}

BOOST_AUTO_TEST_CASE(the_generic_grammar_maximizes_over_attributes) {
  BOOST_TEST(placed(R"(
constraints: {apart: {type: different_candidate, demands: [fw, mux]}}
optimization:
  goal: maximize
  operation_function:
    operator: min
    operands:
    - {function: attribute, params: {demand: fw, attribute: size}, weight: 2}
    - {function: attribute, params: {demand: mux, attribute: size}}
)",
                    "2020-08-13") == "d e");
}

BOOST_AUTO_TEST_CASE(latency_prefers_groups_of_countries_before_distance) {
  Bench bench;
  bench.remote.countries = {{"AAA", json::array{"CCC", "*"}}};
  std::string const latency =
      "\noptimization: {minimize: {sum: [latency_between: [hq, fw], {product: [0.001, cost: [mux]]}]}}\n";
  BOOST_TEST(chosen(place(latency, bench)) == "d e");
  bench.remote.countries = {};
  auto const nothing = place(latency, bench);
  BOOST_TEST(chosen(nothing) == "none");
  BOOST_TEST(nothing->message.find("country AAA has no latency rule") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(hpa_score_is_an_objective) {
  BOOST_TEST(placed(R"(
constraints:
  hardware:
    type: hpa
    demands: fw
    properties:
      evaluate:
      - id: vdu
        type: vnfc
        directives: [{type: flavor_directives, attributes: [{attribute_name: label, attribute_value: ""}]}]
        flavorProperties:
        - {hpa-feature: cpu, hpa-version: v1, architecture: generic, mandatory: "False", score: "9", directives: [],
           hpa-feature-attributes: [{hpa-attribute-key: n, hpa-attribute-value: 4, operator: ">="}]}
optimization: {minimize: {sum: [hpa_score: [fw], cost: [fw, mux]]}}
)") == "b e");
}

BOOST_AUTO_TEST_CASE(network_limits_follow_links_or_estimates) {
  std::string const rest = R"(
constraints:
  link: {type: network_to_location, demands: fw, properties: {location: hq, latency: < 5 ms}}
  both: {type: network_between_demands, demands: [fw, mux], properties: {distance: < 400 km}})" +
                           cheapest;
  // 1.4 times 111 km per degree, there and back at 200 km per ms: 1.6 ms and 156 km per degree.
  BOOST_TEST(placed(rest) == "d e");
  Bench bench;
  using services::solver::NetworkModel;
  bench.options.network =
      std::make_shared<NetworkModel const>(std::vector<NetworkModel::Link>{{"hq", "ra", {2, 10, 1000}},
                                                                           {"ra", "rc", {2, 300, 100}},
                                                                           {"rc", "re", {2, 90, 100}},
                                                                           {"ra", "rd", {9, 500, 10}}});
  BOOST_TEST(chosen(place(rest, bench)) == "c e");
  BOOST_TEST(chosen(place(R"(
constraints: {wide: {type: network_to_location, demands: fw, properties: {location: hq, bandwidth: ">= 100 Mbps"}}})" +
                              cheapest,
                          bench)) == "e e");
}

BOOST_AUTO_TEST_CASE(license_needs_a_pool_with_enough_for_all_demands) {
  using services::solver::LicensePool;
  Bench bench;
  auto const pools = [&](double available) {
    bench.options.licenses = std::make_shared<std::vector<LicensePool> const>(
        std::vector<LicensePool>{{"router", "k1", available, std::set<std::string>{"a", "b"}}});
  };
  std::string const rest =
      "\nconstraints: {l: {type: license, demands: [fw, mux], properties: {id: router, key: k1}}}" + cheapest;
  pools(2);
  BOOST_TEST(chosen(place(rest, bench)) == "b b");
  pools(1);
  BOOST_TEST(chosen(place(rest, bench)) == "none");
  bench.options.licenses = nullptr;
  BOOST_TEST(chosen(place(rest, bench)).find("license_file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(capability_needs_the_flavors_of_a_heat_template) {
  BOOST_TEST(placed(R"(
constraints:
  stack:
    type: capability
    demands: fw
    properties:
      specification: heat
      environment: "parameters: {size_of_it: large}"
      template: |
        parameters: {size_of_it: {type: string, default: small}}
        resources:
          vm: {type: OS::Nova::Server, properties: {flavor: {get_param: size_of_it}}}
)" + cheapest) == "b e");
}

BOOST_AUTO_TEST_CASE(disabled_flavors_do_not_count_for_capability) {
  auto const stack = [](char const* flavor) {
    return std::string(R"(
constraints:
  stack:
    type: capability
    demands: fw
    properties: {specification: heat, template: "resources: {vm: {type: 'OS::Nova::Server', properties: {flavor: )") +
           flavor + R"(}}}"})";
  };
  BOOST_TEST(placed(stack("small") + cheapest) == "a e");
  BOOST_TEST(placed(stack("retired") + cheapest) == "none");
}

BOOST_AUTO_TEST_CASE(controllers_say_who_has_room) {
  std::string const vim = R"(
constraints:
  room:
    type: vim_fit
    demands: fw
    properties:
      controller: multicloud
      request: {vCPU: 4, Memory: {quantity: 2048, unit: MB}, Storage: {quantity: "1", unit: TB}}
  cloud: {type: attribute, demands: fw, properties: {evaluate: {inventory_type: cloud}}})";
  for (auto const& [full, best] : {std::pair{"Own_re", "c e"}, std::pair{"Own_rc", "e e"}}) {
    Bench bench;
    bench.remote.full = {{full, ""}};
    BOOST_TEST(chosen(place(vim + cheapest, bench)) == best);
    BOOST_TEST((bench.remote.vim_checks.at(0).need == services::solver::VimNeed{4, 2, 1024}));
  }
  // c is a region, d runs.
  for (auto const& [type, best] : {std::pair{"region_fit", "d e"}, std::pair{"instance_fit", "c e"}}) {
    Bench bench;
    bench.remote.full = {{"c", ""}, {"d", "no port"}};
    BOOST_TEST(chosen(place("\nconstraints:\n  room: {type: " + std::string(type) +
                                ", demands: fw, properties: {controller: SDN-C, request: {ports: 1}}}\n"
                                "  some: {type: attribute, demands: fw, properties: {evaluate: {candidate_id: {any: "
                                "[c, d]}}}}" +
                                cheapest,
                            bench)) == best);
  }
}

BOOST_AUTO_TEST_CASE(moves_cost_what_the_template_says) {
  Bench bench;
  // Only the solver's part: which option wins is the strategy choice's.
  bench.move_cost = 3;
  auto const solution = place(cheapest, bench);
  BOOST_TEST(chosen(solution) == "e e");
  BOOST_TEST(solution->solver_info[0].at("moves").to_number<int>() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
