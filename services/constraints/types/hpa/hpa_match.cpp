// Mandatory requirements first, then optional ones by falling score, each with an augmenting path: what is matched
// stays matched, and taking the dearest first gives the best sum.
#include "services/constraints/types/hpa/hpa_match.hpp"

#include <algorithm>
#include <numeric>

namespace conductor::services::constraints {
namespace {

std::string identity_of(json::object const& object) {
  return text_of(object, "hpa-feature") + '\n' + text_of(object, "architecture") + '\n' +
         text_of(object, "hpa-version");
}

json::array const* list_at(json::object const& object, std::string_view name) {
  auto const* value = member(object, name);
  return value ? value->if_array() : nullptr;
}

std::string with_unit(HpaValue const& value) {
  return shown(value.value) + (value.unit.empty() ? "" : " ") + value.unit;
}

// Why an offered value cannot be compared with the wanted one; empty when it can.
std::string unclear(json::value const& text, std::optional<HpaValue> const& offered,
                    HpaRequirement::Attribute const& wanted) {
  if (!offered) return shown(text) + ", which cannot be read";
  if (!hpa_units_differ(*offered, wanted.value)) return "";
  return with_unit(*offered) + ", which cannot be compared with " + with_unit(wanted.value);
}

class Comparison {
 public:
  bool satisfies(json::object const& capability, HpaRequirement const& requirement) {
    return identity_of(capability) == requirement.identity &&
           std::all_of(requirement.attributes.begin(), requirement.attributes.end(),
                       [&](auto const& wanted) { return offers(capability, requirement, wanted); });
  }
  std::string first_unclear;

 private:
  bool offers(json::object const& capability, HpaRequirement const& requirement,
              HpaRequirement::Attribute const& wanted) {
    auto const* attributes = list_at(capability, "hpa-feature-attributes");
    if (!attributes) return false;
    return std::any_of(attributes->begin(), attributes->end(), [&](json::value const& each) {
      if (!each.is_object() || text_of(each.get_object(), "hpa-attribute-key") != wanted.key) return false;
      auto const* text = member(each.get_object(), "hpa-attribute-value");
      if (!text) return false;
      auto const offered = read_hpa_value(*text);
      if (first_unclear.empty())
        if (auto const why = unclear(*text, offered, wanted); !why.empty())
          first_unclear = requirement.feature + " has " + wanted.key + " = " + why;
      return offered && hpa_satisfied(*offered, wanted.op, wanted.value);
    });
  }
};

class Matching {
 public:
  explicit Matching(std::size_t capabilities) : holder_(capabilities) {}
  // Finds a capability for the requirement, moving others where they have a choice.
  bool add(std::size_t requirement, std::vector<std::vector<std::size_t>> const& options) {
    std::vector<bool> tried(holder_.size(), false);
    return place(requirement, options, tried);
  }

 private:
  bool place(std::size_t requirement, std::vector<std::vector<std::size_t>> const& options, std::vector<bool>& tried) {
    for (auto const capability : options[requirement]) {
      if (tried[capability]) continue;
      tried[capability] = true;
      if (holder_[capability] && !place(*holder_[capability], options, tried)) continue;
      holder_[capability] = requirement;
      return true;
    }
    return false;
  }
  std::vector<std::optional<std::size_t>> holder_;
};

HpaRequirement read_requirement(json::value const& value, std::string const& what) {
  if (!value.is_object()) throw InvalidPlan(what + " is " + shown(value) + ", not an object");
  auto const& document = value.get_object();
  HpaRequirement requirement;
  requirement.feature = text_of(document, "hpa-feature");
  requirement.identity = identity_of(document);
  auto const* mandatory = member(document, "mandatory");
  auto const flag = mandatory ? boolean_in(*mandatory) : std::nullopt;
  if (!flag)
    throw InvalidPlan(what + " has mandatory " + (mandatory ? shown(*mandatory) : "null") +
                      "; it must be true or false");
  requirement.mandatory = *flag;
  if (auto const* score = member(document, "score"); score && !requirement.mandatory) {
    auto const number = number_in(*score);
    if (!number) throw InvalidPlan(what + " has the score " + shown(*score) + ", which is not a number");
    requirement.score = *number;
  }
  if (auto const* directives = list_at(document, "directives"))
    for (auto const& each : *directives)
      if (each.is_object() && !text_of(each.get_object(), "type").empty()) requirement.directives.push_back(each);
  if (auto const* attributes = list_at(document, "hpa-feature-attributes"))
    for (auto const& each : *attributes) {
      if (!each.is_object()) throw InvalidPlan(what + " has the attribute " + shown(each) + ", not an object");
      auto const& attribute = each.get_object();
      auto const* wanted = member(attribute, "hpa-attribute-value");
      requirement.attributes.push_back({text_of(attribute, "hpa-attribute-key"),
                                        text_of(attribute, "operator"),
                                        {wanted ? *wanted : json::value(nullptr), text_of(attribute, "unit")}});
    }
  return requirement;
}

}  // namespace

std::vector<HpaRequirement> read_requirements(json::value const& properties, std::string const& what) {
  if (!properties.is_array())
    throw InvalidPlan(what + " has the flavorProperties " + shown(properties) + ", not a list");
  std::vector<HpaRequirement> requirements;
  for (auto const& each : properties.get_array())
    requirements.push_back(read_requirement(each, what + ", feature " + std::to_string(requirements.size() + 1)));
  return requirements;
}

HpaMatch match_capabilities(std::vector<HpaRequirement> const& requirements,
                            std::vector<json::object const*> const& capabilities) {
  HpaMatch match;
  match.satisfied.resize(requirements.size(), false);
  std::vector<std::vector<std::size_t>> options(requirements.size());
  Comparison comparison;
  for (std::size_t r = 0; r < requirements.size(); ++r)
    for (std::size_t c = 0; c < capabilities.size(); ++c)
      if (comparison.satisfies(*capabilities[c], requirements[r])) options[r].push_back(c);
  match.unclear = std::move(comparison.first_unclear);
  std::vector<std::size_t> order(requirements.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
    auto const &x = requirements[a], &y = requirements[b];
    if (x.mandatory != y.mandatory) return x.mandatory;
    return !x.mandatory && x.score > y.score;
  });
  Matching matching(capabilities.size());
  for (auto const r : order) {
    match.satisfied[r] = matching.add(r, options);
    if (requirements[r].mandatory && !match.satisfied[r]) {
      match.missing = requirements[r].feature;
      return match;
    }
    if (!requirements[r].mandatory && match.satisfied[r]) match.score += requirements[r].score;
  }
  match.fits = true;
  return match;
}

void collect_capabilities(json::value const* from, std::vector<json::object const*>& into) {
  if (from && from->is_object()) from = member(from->get_object(), "hpa-capability");
  if (!from || !from->is_array()) return;
  for (auto const& each : from->get_array())
    if (each.is_object()) into.push_back(&each.get_object());
}

}  // namespace conductor::services::constraints
