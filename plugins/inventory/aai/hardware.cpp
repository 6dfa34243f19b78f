#include "hardware.hpp"

namespace conductor::plugins::inventory_aai {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;
using sdk::Result;

namespace {

constexpr int first_with_capabilities = 13;  // schema version

Target target_of(sdk::RegionKey const& region, std::string_view collection) {
  Target target("/cloud-infrastructure/cloud-regions/cloud-region");
  return target.segment(region.cloud_owner).segment(region.cloud_region_id).segment(collection);
}

Target whole(Target target) { return target.with("depth", "all").with("nodes-only", "true"); }

// The body when it has a list under `key`, null when it has none or an empty one.
Result<json::value> listed(Result<json::object> body, Target const& target, std::string_view key) {
  if (!body && body.error().code == Errc::not_found) return json::value();
  if (!body) return body.error();
  auto const* list = body->if_contains(key);
  if (list == nullptr || list->is_null()) return json::value();
  if (!list->is_array())
    return Error{Errc::unavailable,
                 "A&AI answered 200 to GET " + target.path() + " with '" + std::string(key) + "' that is not a list"};
  return list->as_array().empty() ? json::value() : json::value(std::move(*body));
}

}  // namespace

std::vector<HardwareAnswer> read_hardware(Connection& connection, Options const& options, sdk::Call const& call,
                                          std::string const& asker, std::span<sdk::RegionKey const> regions) {
  struct Question {
    std::size_t region;
    bool of_flavors;
  };
  std::vector<Question> questions;
  std::vector<Target> targets;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    if (regions[i].cloud_owner.empty()) continue;
    questions.push_back({i, true});
    targets.push_back(whole(target_of(regions[i], "flavors").segment("")));
    if (options.schema_number() < first_with_capabilities) continue;
    questions.push_back({i, false});
    targets.push_back(whole(target_of(regions[i], "hpa-capabilities")));
  }
  auto bodies = connection.read_all(call, asker, targets);
  std::vector<HardwareAnswer> answers(regions.size());
  for (std::size_t q = 0; q < questions.size(); ++q) {
    auto& answer = answers[questions[q].region];
    if (questions[q].of_flavors) {
      answer.flavors = listed(std::move(bodies[q]), targets[q], "flavor");
      continue;
    }
    answer.capabilities = listed(std::move(bodies[q]), targets[q], "hpa-capability");
    if (answer.capabilities && answer.capabilities->is_object()) {
      json::value list = std::move(answer.capabilities->as_object().at("hpa-capability"));
      answer.capabilities = std::move(list);
    }
  }
  return answers;
}

Hardware merge(HardwareAnswer answer, Hardware const* previous) {
  static Hardware const nothing;
  auto const& old = previous == nullptr ? nothing : *previous;
  return {answer.flavors ? std::move(*answer.flavors) : old.flavors,
          answer.capabilities ? std::move(*answer.capabilities) : old.capabilities};
}

}  // namespace conductor::plugins::inventory_aai
