// A template as text, through the readers and all checks that need no look-up.
#include "tests/fuzz/target.hpp"

#include "core/gazetteer/fold.hpp"
#include "core/text/reader.hpp"
#include "services/controller/translate.hpp"

namespace conductor::tests::fuzz {
namespace {

namespace controller = services::controller;

constexpr std::string_view grammar[] = {"homing_template_version: ",
                                        "2018-02-01",
                                        "2020-08-13",
                                        "parameters: ",
                                        "locations: ",
                                        "demands: ",
                                        "constraints: ",
                                        "optimization: ",
                                        "reservation: ",
                                        "solver: ",
                                        "{get_param: p}",
                                        "{get_param: [p, 0]}",
                                        "{get_file: a.txt}",
                                        "latitude: ",
                                        "longitude: ",
                                        "country: ",
                                        "host_name: ",
                                        "clli_code: ",
                                        "iso_country_code: ",
                                        "locality: ",
                                        "inventory_provider: ",
                                        "inventory_type: ",
                                        "cloud",
                                        "service",
                                        "vfmodule",
                                        "transport",
                                        "nssi",
                                        "nst",
                                        "slice_profiles",
                                        "filtering_attributes: ",
                                        "candidates: ",
                                        "required_candidates: ",
                                        "excluded_candidates: ",
                                        "existing_placement: ",
                                        "candidate_id: ",
                                        "conflict_identifier: ",
                                        "{get_candidate_attribute: x}",
                                        "unique: ",
                                        "type: ",
                                        "properties: ",
                                        "penalty: ",
                                        "weight: ",
                                        "distance_to_location",
                                        "distance_between_demands",
                                        "zone",
                                        "attribute",
                                        "threshold",
                                        "instance_fit",
                                        "vim_fit",
                                        "hpa",
                                        "inventory_group",
                                        "license",
                                        "network_between_demands",
                                        "network_to_location",
                                        "capability",
                                        "any_of",
                                        "not",
                                        "same_candidate",
                                        "evaluate: ",
                                        "qualifier: ",
                                        "category: ",
                                        "controller: ",
                                        "request: ",
                                        "distance: ",
                                        "< 300 km",
                                        "10-20 Gbps",
                                        "regex: ",
                                        "{all: [a]}",
                                        "{any: [a]}",
                                        "minimize: ",
                                        "sum: ",
                                        "product: ",
                                        "distance_between: ",
                                        "latency_between: ",
                                        "hpa_score: ",
                                        "cost: ",
                                        "goal: ",
                                        "operation_function: ",
                                        "operands: ",
                                        "normalization: ",
                                        "service_profile: ",
                                        "subnets: ",
                                        "derive_from: ",
                                        "flavorProperties: ",
                                        "hpa-feature-attributes: ",
                                        "&a ",
                                        "*a",
                                        "<<: *a",
                                        "!!str ",
                                        "|\n ",
                                        "- ",
                                        "? ",
                                        "---\n"};

controller::Known known() {
  controller::Known known;
  known.providers = {"aai", "file", "generator"};
  known.controllers = {"sdnc", "multicloud"};
  known.strategies = {"optimal"};
  known.gazetteer = gazetteer::Gazetteer::bundled().value();
  return known;
}

bool is_utf8(std::string_view text) { return gazetteer::folded(text).has_value(); }

void check_problems(text::Problems const& problems) {
  for (auto const& problem : problems) {
    demand(!problem.message.empty(), "a problem has a message");
    demand(is_utf8(problem.message) && is_utf8(problem.value) && is_utf8(problem.expected) &&
               is_utf8(problem.pointer) && is_utf8(problem.suggestion),
           "problems are UTF-8");
    demand(problem.message.size() < 10'000 && problem.value.size() < 10'000, "problems stay short");
  }
}

// What was read can be written as JSON and read again.
void check_written(text::Node const& root) {
  auto const written = boost::json::serialize(text::to_json(root));
  auto const again = text::read_json(written, {.max_bytes = 64U << 20U, .max_nodes = 10'000'000});
  demand(again.ok(), "a tree that was written can be read");
  demand(boost::json::serialize(text::to_json(again.root)) == written, "a tree that was read again is the same");
}

}  // namespace

std::span<std::string_view const> words() { return grammar; }

}  // namespace conductor::tests::fuzz

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace conductor;
  using namespace conductor::tests::fuzz;
  static auto const surroundings = known();
  auto document = text::read_json_or_yaml(text_of(data, size));
  check_problems(document.problems());
  if (document.failure) return 0;
  check_written(document.root);
  services::controller::Input input;
  input.document = std::move(document.root);
  input.files = {{"file:///srv/a.txt", "content"}};
  input.known = surroundings;
  auto const translation = services::controller::translate(input, nullptr);
  demand(translation.has_value(), "checks without look-ups do not fail");
  check_problems(translation->errors);
  check_problems(translation->warnings);
  demand(translation->message.empty() == translation->errors.empty(), "a message stands for errors");
  return 0;
}
