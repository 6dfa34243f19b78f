#include "services/controller/candidates.hpp"

#include "core/config/nearest.hpp"
#include "services/grammar/vocabulary.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace conductor::services::controller {

using namespace grammar;

namespace {

void check_number(View const& candidate, std::string const& demand, char const* key, double least, double most,
                  json::object& document, Report& report) {
  auto const given = candidate.given(key);
  if (!given) return;
  auto const number = number_in(given->node());
  if (number && *number >= least && *number <= most) {
    document[key] = *number;
    return;
  }
  std::string const expected = most > 1000 ? "a number"
                                           : "a number in " + std::to_string(static_cast<int>(least)) + ".." +
                                                 std::to_string(static_cast<int>(most));
  report.add(*given,
             "Candidate found in demand " + demand + " has the " + key + " '" + shown(given->node()) + "', expected " +
                 expected,
             expected);
}

void check_words(View const& candidate, std::string const& demand, Report& report) {
  for (auto const& key : candidate_keys())
    if (auto const given = candidate.given(key.name);
        given && key.kind == ValueKind::word && !given->node().is_text() && !given->node().is_number())
      report.add(*given,
                 "Candidate found in demand " + demand + " has the " + std::string(key.name) + " '" +
                     shown(given->node()) + "', expected a text",
                 "a text");
}

void check_type(View const& candidate, std::string const& demand, Report& report) {
  auto const type = candidate.given("inventory_type");
  if (!type || contains(inventory_types(), type->node().text())) return;
  report.add(*type, "Unknown inventory type " + shown(type->node()) + " specified for demand " + demand,
             "one of: " + joined(names_of(inventory_types())),
             config::nearest(type->node().text(), names_of(inventory_types())));
}

json::object read_candidate(View const& candidate, View const& requirement, std::string const& demand,
                            Known const& known, Report& report) {
  json::object document;
  for (auto const& [key, value] : candidate.members()) {
    if (!contains(candidate_keys(), key))
      report.add(value, "Candidate with invalid key " + readable(key) + " found in demand " + demand,
                 "one of: " + joined(names_of(candidate_keys())),
                 config::nearest(readable(key), names_of(candidate_keys())));
    if (!value->is_null()) document[key] = text::to_json(value.node());
  }
  check_words(candidate, demand, report);
  auto const id = candidate.given("candidate_id");
  if (!id || id->node().text().empty())
    report.add(id.value_or(candidate), "Candidate found in demand " + demand + " that has no candidate_id",
               "a candidate_id, a text");
  for (auto const* key : {"inventory_provider", "inventory_type"})
    if (auto const given = requirement.given(key); !document.contains(key) && given && given->node().is_text())
      document[key] = given->node().text();
  if (auto const provider = candidate.given("inventory_provider");
      provider && !is_known_provider(provider->node(), known))
    report.add(*provider, unsupported_provider(provider->node(), demand), "one of: " + joined(known.providers),
               config::nearest(provider->node().text(), known.providers));
  check_type(candidate, demand, report);
  check_number(candidate, demand, "cost", -1e300, 1e300, document, report);
  check_number(candidate, demand, "latitude", -90, 90, document, report);
  check_number(candidate, demand, "longitude", -180, 180, document, report);
  if (auto const cost = requirement.given("default_cost"); cost && !document.contains("cost"))
    if (auto const number = number_in(cost->node())) document["cost"] = *number;
  if (auto const unique = candidate.given("uniqueness")) {
    auto const flag = boolean_in(unique->node());
    if (!flag)
      report.add(*unique,
                 "Candidate found in demand " + demand + " has the uniqueness '" + shown(unique->node()) +
                     "', expected true or false",
                 "true or false");
    else
      document["uniqueness"] = *flag ? "true" : "false";
  }
  return document;
}

// Inventory type (empty: any) -> ids.
using Ids = std::map<std::string, std::set<std::string>>;

Ids read_ids(View const& requirement, std::string_view key, std::string const& demand, Report& report) {
  Ids ids;
  auto const given = requirement.given(key);
  if (!given) return ids;
  std::vector<View> items;
  if (given->node().is_list())
    items = given->items();
  else
    items.push_back(*given);
  for (auto const& item : items) {
    auto const id = item->is_mapping() ? item.given("candidate_id") : std::nullopt;
    auto const texts = id ? texts_in(id->node()) : std::nullopt;
    if (!texts || texts->empty()) {
      report.add(
          item,
          "Entry of " + std::string(key) + " in demand " + demand + " has no candidate_id, a text or a list of texts",
          "{inventory_type: TYPE, candidate_id: [ID, ...]}");
      continue;
    }
    auto const type = item.given("inventory_type");
    check_type(item, demand, report);
    ids[type ? shown(type->node()) : ""].insert(texts->begin(), texts->end());
  }
  return ids;
}

bool overlap(Ids const& a, Ids const& b) {
  for (auto const& [type, ids] : a)
    for (auto const& [other_type, other_ids] : b) {
      if (type != other_type && !type.empty() && !other_type.empty()) continue;
      if (std::any_of(ids.begin(), ids.end(), [&others = other_ids](auto const& id) { return others.contains(id); }))
        return true;
    }
  return false;
}

}  // namespace

bool is_known_provider(text::Node const& provider, Known const& known) {
  if (!provider.is_text()) return false;
  auto const& names = known.providers;
  if (names.empty()) return true;
  auto const name = provider.text() == "sdc" ? std::string_view("aai") : provider.text();
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string unsupported_provider(text::Node const& provider, std::string const& demand) {
  return "Unsupported inventory provider " + shown(provider) + " in demand " + demand;
}

json::array read_candidates(View const& requirement, std::string const& demand, Known const& known, Report& report) {
  json::array candidates;
  auto const given = *requirement.given("candidates");
  if (!given->is_list()) {
    report.add(given,
               "Demand " + demand + " has candidates '" + shown(given.node()) + "', expected a list of dictionaries",
               "a list of mappings");
    return candidates;
  }
  for (auto const& item : given.items()) {
    if (report.full()) break;
    if (item->is_mapping())
      candidates.emplace_back(read_candidate(item, requirement, demand, known, report));
    else
      report.add(item, "Candidate found in demand " + demand + " that is not a dictionary",
                 "a mapping with candidate_id");
  }
  return candidates;
}

void check_candidate_lists(View const& requirement, std::string const& demand, Report& report) {
  auto const required = read_ids(requirement, "required_candidates", demand, report);
  auto const excluded = read_ids(requirement, "excluded_candidates", demand, report);
  read_ids(requirement, "existing_placement", demand, report);
  if (overlap(required, excluded))
    report.add(*requirement.given("required_candidates"),
               "Required candidate list and excluded candidate list are not mutually exclusive for demand " + demand,
               "no candidate_id in both lists");
}

}  // namespace conductor::services::controller
