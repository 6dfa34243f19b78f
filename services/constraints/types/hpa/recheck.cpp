// The second opinion on hardware features: patterns instead of a parser, all assignments instead of augmenting
// paths.
#include "services/constraints/types/hpa/hpa.hpp"

#include <re2/re2.h>

#include <cmath>

namespace conductor::services::constraints {
namespace {

struct Side {
  std::vector<std::string> items;  // one for a single value
  bool is_list = false;
  std::string unit;
};

std::string folded(std::string text) {
  for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Everything between separators, without quotes.
void split_items(std::string const& text, Side& side) {
  static re2::RE2 const item(R"re(\s*(?:"([^"]*)"|'([^']*)'|([^,\[\]{}"']+))\s*,?)re");
  re2::StringPiece rest(text);
  std::string a, b, c;
  while (re2::RE2::Consume(&rest, item, &a, &b, &c)) {
    auto found = a + b + c;
    while (!found.empty() && found.back() == ' ') found.pop_back();
    side.items.push_back(found);
  }
}

Side read_value(json::value const& value) {
  Side side;
  if (value.is_array()) {
    side.is_list = true;
    for (auto const& each : value.get_array())
      side.items.push_back(each.is_bool() ? (each.get_bool() ? "true" : "false") : text_in(each).value_or(""));
  } else if (value.is_bool()) {
    side.items.emplace_back(value.get_bool() ? "true" : "false");
  } else if (auto const text = text_in(value)) {
    side.is_list = text->starts_with('[');
    if (side.is_list)
      split_items(text->substr(1), side);
    else
      side.items.push_back(*text);
  }
  return side;
}

std::optional<Side> read_offer(json::value const& stored) {
  auto const text = stored.is_string() ? std::string(stored.get_string()) : json::serialize(stored);
  static re2::RE2 const list(R"re(["']?value["']?\s*:\s*\{?\s*\[(.*)\])re"),
      single(R"re(["']?value["']?\s*:\s*(?:"([^"]*)"|'([^']*)'|([^,{}\[\]"'\s]+)))re"),
      unit(R"re(["']?unit["']?\s*:\s*["']?([A-Za-z]+))re");
  Side side;
  std::string a, b, c;
  if (re2::RE2::PartialMatch(text, list, &a)) {
    side.is_list = true;
    split_items(a, side);
  } else if (re2::RE2::PartialMatch(text, single, &a, &b, &c)) {
    side = read_value(json::value(a + b + c));
  } else {
    return std::nullopt;
  }
  re2::RE2::PartialMatch(text, unit, &side.unit);
  return side;
}

std::optional<double> scale(std::string const& unit) {
  static std::string const prefixes = "kmgtp";
  auto text = folded(unit);
  if (text == "b") return 1;
  if (text.size() == 3 && text[1] == 'i') text.erase(1, 1);
  if (text.size() != 2 || text[1] != 'b' || prefixes.find(text[0]) == std::string::npos) return std::nullopt;
  return std::pow(1024.0, static_cast<double>(prefixes.find(text[0]) + 1));
}

// -1, 0, 1; nothing for what cannot be compared as numbers.
std::optional<int> ordered(Side const& offered, std::string const& a, Side const& required, std::string const& b) {
  auto x = number_in(json::value(a)), y = number_in(json::value(b));
  if (!x || !y) return std::nullopt;
  if (folded(offered.unit) != folded(required.unit)) {
    auto const of_x = scale(offered.unit), of_y = scale(required.unit);
    if (!of_x || !of_y) return std::nullopt;
    *x *= *of_x;
    *y *= *of_y;
  }
  return *x < *y ? -1 : *x > *y ? 1 : 0;
}

bool equal(Side const& offered, std::string const& a, Side const& required, std::string const& b) {
  bool const numeric = number_in(json::value(a)) && number_in(json::value(b));
  return numeric ? ordered(offered, a, required, b) == 0 : a == b;
}

bool satisfied(Side const& offered, std::string const& op, Side const& required) {
  if (op == "ALL") {
    std::size_t found = 0;
    for (auto const& want : required.items)
      for (auto const& have : offered.items)
        if (equal(offered, have, required, want)) {
          ++found;
          break;
        }
    return found == required.items.size() && found > 0;
  }
  if (offered.items.size() != 1 || required.items.size() != 1 || offered.is_list != required.is_list) return false;
  if (op == "=") return equal(offered, offered.items[0], required, required.items[0]);
  auto const order = offered.is_list ? std::nullopt : ordered(offered, offered.items[0], required, required.items[0]);
  if (!order) return false;
  return (op == "<" && *order < 0) || (op == "<=" && *order <= 0) || (op == ">" && *order > 0) ||
         (op == ">=" && *order >= 0);
}

using Objects = std::vector<json::object const*>;

void add_all(json::value const* value, char const* inner, Objects& objects) {
  if (value && value->is_object()) value = member(value->get_object(), inner);
  if (value && value->is_array())
    for (auto const& each : value->get_array())
      if (each.is_object()) objects.push_back(&each.get_object());
}

bool offers(json::object const& capability, json::object const& requirement) {
  for (auto const* part : {"hpa-feature", "architecture", "hpa-version"})
    if (text_of(capability, part) != text_of(requirement, part)) return false;
  Objects wanted, had;
  add_all(member(requirement, "hpa-feature-attributes"), "", wanted);
  add_all(member(capability, "hpa-feature-attributes"), "", had);
  for (auto const* want : wanted) {
    auto required = read_value(want->at("hpa-attribute-value"));
    required.unit = text_of(*want, "unit");
    bool any = false;
    for (auto const* have : had) {
      if (text_of(*have, "hpa-attribute-key") != text_of(*want, "hpa-attribute-key")) continue;
      auto const offered = read_offer(have->at("hpa-attribute-value"));
      any = any || (offered && satisfied(*offered, text_of(*want, "operator"), required));
    }
    if (!any) return false;
  }
  return true;
}

// The best sum over all ways to give requirements from `next` on a capability each; nothing when a mandatory one goes
// without.
std::optional<double> best(Objects const& requirements, std::size_t next, Objects const& capabilities,
                           std::vector<bool>& used) {
  if (next == requirements.size()) return 0.0;
  auto const& requirement = *requirements[next];
  bool const mandatory = boolean_in(requirement.at("mandatory")).value_or(true);
  auto const* given = member(requirement, "score");
  double const score = mandatory || !given ? 0 : number_in(*given).value_or(0);
  std::optional<double> most;
  if (!mandatory) most = best(requirements, next + 1, capabilities, used);
  for (std::size_t c = 0; c < capabilities.size(); ++c) {
    if (used[c] || !offers(*capabilities[c], requirement)) continue;
    used[c] = true;
    if (auto const rest = best(requirements, next + 1, capabilities, used); rest && (!most || *rest + score > *most))
      most = *rest + score;
    used[c] = false;
  }
  return most;
}

}  // namespace

std::optional<double> hpa_fit(json::object const& item, json::object const& candidate) {
  Objects requirements, flavors, of_region;
  add_all(member(item, "flavorProperties"), "", requirements);
  add_all(member(candidate, "flavors"), "flavor", flavors);
  add_all(member(candidate, "region_capabilities"), "hpa-capability", of_region);
  std::erase_if(flavors, [](auto const* flavor) {
    auto const* disabled = member(*flavor, "flavor-disabled");
    return disabled && boolean_in(*disabled).value_or(false);
  });
  auto const evaluate = [&](Objects const& capabilities) {
    std::vector<bool> used(capabilities.size(), false);
    return best(requirements, 0, capabilities, used);
  };
  if (flavors.empty()) return of_region.empty() ? std::nullopt : evaluate(of_region);
  std::optional<double> most;
  for (auto const* flavor : flavors) {
    auto capabilities = of_region;
    auto const* own = member(*flavor, "hpa-capabilities");
    if (!own && of_region.empty()) continue;
    add_all(own, "hpa-capability", capabilities);
    if (auto const score = evaluate(capabilities); score && (!most || *score > *most)) most = score;
  }
  return most;
}

Measured recheck_hpa(Judge const&, json::object const& constraint, Party const& party) {
  if (text_of(*party.candidate, "inventory_type") != "cloud") return plain(Opinion::yes);
  for (auto const& item : properties_in(constraint).at("evaluate").as_array())
    if (!hpa_fit(item.as_object(), *party.candidate)) return plain(Opinion::no);
  return plain(Opinion::yes);
}

void add_hpa_score(json::object const& properties, json::object const& candidate, std::optional<double>& sum) {
  if (text_of(candidate, "inventory_type") != "cloud") return;
  for (auto const& item : properties.at("evaluate").as_array())
    sum = sum.value_or(0.0) + hpa_fit(item.as_object(), candidate).value_or(0.0);
}

}  // namespace conductor::services::constraints
