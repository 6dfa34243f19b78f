// The files that [solver] names: links of the network and licence pools; and HEAT templates.
#include "fixture.hpp"
#include "services/constraints/types/capability/heat.hpp"
#include "services/placement/license.hpp"
#include "services/placement/network_model.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

using namespace conductor;
using namespace conductor::tests::solver;
using services::constraints::flavors_in_heat;

namespace {

// A file that is gone afterwards.
class TemporaryFile {
 public:
  TemporaryFile(std::string const& name, std::string const& content)
      : path_(std::filesystem::temp_directory_path() / ("conductor-test-" + std::to_string(::getpid()) + "-" + name)) {
    std::ofstream(path_) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string problem(std::string const& name, std::string const& content) {
  TemporaryFile const file(name, content);
  auto const model = NetworkModel::from_file(file.path());
  return model ? "" : model.error().text;
}

std::string const header = "from,to,latency_ms,bandwidth_mbps,distance_km\n";

using conductor::tests::has;

std::string heat_fault(std::string const& heat, std::string const& environment = "") {
  try {
    flavors_in_heat(heat, environment, "k");
    return "";
  } catch (InvalidPlan const& error) {
    return error.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(network_file)

BOOST_AUTO_TEST_CASE(csv_json_and_yaml_say_the_same) {
  TemporaryFile const csv(
      "n.csv",
      "from,to,latency_ms,bandwidth_mbps,distance_km,directed\n\"a, one\",b,1.5,100,50,\n\nb,c,2,10,70,true\n");
  TemporaryFile const yaml("n.yaml",
                           "- {from: 'a, one', to: b, latency_ms: 1.5, bandwidth_mbps: 100, distance_km: 50}\n"
                           "- {from: b, to: c, latency_ms: 2, bandwidth_mbps: 10, distance_km: 70, directed: true}\n");
  TemporaryFile const object(
      "n.json", R"([{"from": "a, one", "to": "b", "latency_ms": "1.5", "bandwidth_mbps": 100, "distance_km": 50},
      {"from": "b", "to": "c", "latency_ms": 2, "bandwidth_mbps": 10, "distance_km": 70, "directed": true}])");
  for (auto const* file : {&csv, &yaml, &object}) {
    auto const model = NetworkModel::from_file(file->path());
    BOOST_REQUIRE_MESSAGE(model.has_value(), (model.has_value() ? "" : model.error().text));
    auto const path = model->paths_from("a, one").at("c");
    BOOST_TEST(path.latency_ms == 3.5);
    BOOST_TEST(path.bandwidth_mbps == 10);
    BOOST_TEST(path.distance_km == 120);
    BOOST_TEST(model->paths_from("c").size() == 1U);  // the last link goes one way
  }
}

BOOST_AUTO_TEST_CASE(the_fastest_path_counts_then_the_shorter_then_the_wider) {
  NetworkModel const model(
      {{"a", "b", {2, 100, 10}}, {"a", "x", {1, 10, 5}}, {"x", "b", {1, 10, 50}}, {"a", "b", {2, 20, 3}}});
  auto const path = model.paths_from("a").at("b");
  BOOST_TEST(path.distance_km == 20);
  BOOST_TEST(path.bandwidth_mbps == 5);
}

BOOST_AUTO_TEST_CASE(faults_are_told_with_their_place) {
  BOOST_TEST(has(problem("f.csv", header + "a,b,1,1\n"), "line 2: 4 cells, but the header has 5"));
  BOOST_TEST(has(problem("f.csv", header + "a,b,fast,1,1\n"), "line 2: latency_ms is \"fast\""));
  BOOST_TEST(has(problem("f.csv", header + "a,b,1,-1,1\n"), "bandwidth_mbps"));
  BOOST_TEST(has(problem("f.csv", header + ",b,1,1,1\n"), "names of its ends"));
  BOOST_TEST(has(problem("f.json", "{}"), "expected a list of objects"));
  BOOST_TEST(has(problem("f.json", "[1]"), "item 1 is 1"));
  BOOST_TEST(has(problem("f.yaml", "[{"), "f.yaml"));
  BOOST_TEST((NetworkModel::from_file("/nowhere/at/all").error().code == sdk::Errc::unavailable));
}

BOOST_AUTO_TEST_CASE(a_bandwidth_needs_a_model) {
  PlanDocument plan;
  plan.location("hq", 0, 0).candidate("d", "a", at(0, 0));
  plan.constraint("k", "network_to_location", {"d"},
                  {{"location", "hq"}, {"bandwidth", json::object{{"operator", ">"}, {"value", 1}}}});
  Bench bench;
  BOOST_TEST(has(chosen(bench.optimal(plan)), "[solver] network_model"));
}

BOOST_AUTO_TEST_CASE(dropped_candidates_are_told_why) {
  PlanDocument plan;
  plan.location("hq", 0, 0);
  plan.candidate("d", "slow", {{"location_id", "r1"}})
      .candidate("d", "cut", {{"physical_location_id", "r2"}})
      .candidate("d", "bare");
  plan.constraint("k", "network_to_location", {"d"},
                  {{"location", "hq"}, {"latency", json::object{{"operator", "<"}, {"value", 5}}}});
  Bench bench;
  bench.options.network =
      std::make_shared<NetworkModel const>(std::vector<NetworkModel::Link>{{"r1", "hq", {7.25, 1, 1}}});
  auto const solution = bench.optimal(plan);
  BOOST_TEST(drop_of(solution, "d", "slow")->at("text").as_string() == "latency 7.2 ms is not < 5 ms");
  BOOST_TEST(drop_of(solution, "d", "cut")->at("reason").as_string() == "no-path");
  BOOST_TEST(drop_of(solution, "d", "bare")->at("reason").as_string() == "no-network-end");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(license_file)

BOOST_AUTO_TEST_CASE(pools_are_read_with_and_without_candidates) {
  TemporaryFile const yaml("l.yaml",
                           "[{id: i, key: k, available: 2, candidates: [a, b]}, {id: i, key: k2, available: 1}]");
  auto const pools = read_license_pools(yaml.path());
  BOOST_REQUIRE(pools.has_value());
  BOOST_TEST(pools->at(0).candidates.value().size() == 2U);
  BOOST_TEST(!pools->at(1).candidates.has_value());
  TemporaryFile const csv("l.csv", "id,key,available,candidates\ni,k,2,a b\n");
  BOOST_TEST((read_license_pools(csv.path()).value()[0].candidates == std::set<std::string>{"a", "b"}));
  TemporaryFile const bad("l.json", R"([{"id": "i", "key": "k", "available": "some"}])");
  BOOST_TEST(has(read_license_pools(bad.path()).error().text, "item 1: a pool needs"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(heat_templates)

BOOST_AUTO_TEST_CASE(flavors_come_from_texts_environment_and_defaults_also_inside_other_resources) {
  std::string const heat = R"(
parameters:
  one: {type: string, default: small}
  two: {type: string, default: unused}
resources:
  plain: {type: OS::Nova::Server, properties: {flavor: huge}}
  by_default: {type: OS::Nova::Server, properties: {flavor: {get_param: one}}}
  many: {type: OS::Heat::ResourceGroup, properties: {resource_def: {type: OS::Nova::Server, properties: {flavor: {get_param: two}}}}}
  other: {type: OS::Neutron::Port, properties: {flavor: none}}
)";
  BOOST_TEST(
      (flavors_in_heat(heat, "parameters: {two: large}", "k") == std::set<std::string>{"huge", "small", "large"}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_resolved_is_refused) {
  BOOST_TEST(has(heat_fault("resources: {a: {type: OS::Nova::Server, properties: {flavor: {get_param: x}}}}"),
                 "parameter 'x'"));
  BOOST_TEST(
      has(heat_fault("resources: {a: {type: OS::Nova::Server, properties: {flavor: {str_replace: x}}}}"), "get_param"));
  BOOST_TEST(has(heat_fault("parameters: {}"), "no mapping 'resources'"));
  BOOST_TEST(has(heat_fault("[1"), "cannot be read"));
  BOOST_TEST(has(heat_fault("resources: {}", "- 1"), "the environment is no mapping"));
}

BOOST_AUTO_TEST_SUITE_END()
