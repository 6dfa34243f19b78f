// Time to validate a template of a given size: reading its text, and all checks that need no look-up. One JSON line for
// each form; times are medians.
//   bench_validate --kilobytes 100 --repeat 50
#include "core/text/reader.hpp"
#include "services/controller/translate.hpp"

#include <boost/program_options.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>

namespace conductor::bench::validate {
namespace {

using services::controller::Input;
using services::controller::translate;
using Seconds = std::chrono::duration<double>;

struct Options {
  std::size_t kilobytes = 100;
  unsigned repeat = 50;
};

std::string name(std::size_t i) { return std::to_string(i); }

// One demand with filters and two constraints about it and its neighbour, as YAML lines under their sections.
void add_block(std::size_t i, std::string& demands, std::string& constraints) {
  auto const self = "site_" + name(i), neighbour = "site_" + name(i == 0 ? 0 : i - 1);
  demands.append("  ").append(self).append(
      ":\n"
      "  - inventory_provider: aai\n"
      "    inventory_type: cloud\n"
      "    filtering_attributes:\n"
      "      cloud-owner: acme\n"
      "      cloud-type: {not: [legacy, lab]}\n"
      "      orchestration-status: [active, activated]\n"
      "    passthrough_attributes: {td-role: anchor}\n"
      "    excluded_candidates:\n"
      "    - {inventory_type: cloud, candidate_id: [region-old-1, region-old-2]}\n");
  constraints.append("  near_")
      .append(name(i))
      .append(": {type: distance_to_location, demands: [")
      .append(self)
      .append("], properties: {distance: {get_param: reach}, location: hq}}\n");
  constraints.append("  apart_").append(name(i)).append(": {type: zone, demands: [").append(self);
  if (neighbour != self) constraints.append(", ").append(neighbour);
  constraints.append("], properties: {qualifier: different, category: region}}\n");
}

std::string yaml_of_size(std::size_t bytes) {
  std::string demands = "demands:\n", constraints = "constraints:\n";
  for (std::size_t i = 0; demands.size() + constraints.size() < bytes; ++i) add_block(i, demands, constraints);
  return "homing_template_version: 2018-02-01\n"
         "parameters: {reach: < 300 km}\n"
         "locations:\n"
         "  hq: {latitude: 59.3293, longitude: 18.0686}\n" +
         demands + constraints + "optimization: {minimize: {sum: [{distance_between: [hq, site_0]}]}}\n";
}

double median(std::vector<double> list) {
  std::nth_element(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(list.size() / 2), list.end());
  return list[list.size() / 2];
}

void measure(std::string const& form, std::string const& text, unsigned repeat) {
  std::vector<double> reading, checking;
  for (unsigned i = 0; i < repeat; ++i) {
    auto const begin = std::chrono::steady_clock::now();
    auto document = text::read_json_or_yaml(text);
    auto const read = std::chrono::steady_clock::now();
    Input input;
    input.document = std::move(document.root);
    auto const result = translate(input, nullptr);
    auto const checked = std::chrono::steady_clock::now();
    if (!document.ok() || !result || !result->errors.empty())
      throw std::runtime_error("the template of this program is not accepted: " + (document.failure
                                                                                       ? document.failure->message
                                                                                   : result ? result->message
                                                                                            : result.error().text));
    reading.push_back(Seconds(read - begin).count());
    checking.push_back(Seconds(checked - read).count());
  }
  boost::json::object const line{{"form", form},
                                 {"bytes", text.size()},
                                 {"read_seconds", median(reading)},
                                 {"check_seconds", median(checking)},
                                 {"seconds", median(reading) + median(checking)}};
  std::cout << boost::json::serialize(line) << std::endl;
}

int run(int argc, char** argv) {
  namespace po = boost::program_options;
  Options options;
  po::options_description help("Options");
  auto add = help.add_options();
  add("help", "this text");
  add("kilobytes", po::value(&options.kilobytes)->default_value(options.kilobytes), "size of the template");
  add("repeat", po::value(&options.repeat)->default_value(options.repeat), "how often");
  po::variables_map given;
  po::store(po::parse_command_line(argc, argv, help), given);
  po::notify(given);
  if (given.count("help") != 0) {
    std::cout << help;
    return 0;
  }
  auto const yaml = yaml_of_size(options.kilobytes * 1024);
  auto const json = boost::json::serialize(text::to_json(text::read_yaml(yaml).root));
  measure("yaml", yaml, std::max(1U, options.repeat));
  measure("json", json, std::max(1U, options.repeat));
  return 0;
}

}  // namespace
}  // namespace conductor::bench::validate

int main(int argc, char** argv) try {
  return conductor::bench::validate::run(argc, argv);
} catch (std::exception const& problem) {
  std::cerr << "bench_validate: " << problem.what() << "\n";
  return 1;
}
