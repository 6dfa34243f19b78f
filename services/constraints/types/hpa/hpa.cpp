// hpa (A&AI specification 19): for each VM of a cloud candidate the best flavor that has every mandatory feature. What
// is chosen goes to the side table, for scores, thresholds and directives.
#include "services/constraints/table.hpp"
#include "services/constraints/types/hpa/hpa.hpp"
#include "services/constraints/types/hpa/hpa_match.hpp"

namespace conductor::services::constraints {
namespace {

constexpr std::string_view flavor_directives = "flavor_directives";

// One item of `evaluate`.
struct Vm {
  std::string id, label;
  json::object entry;  // {"id", "type", "directives"} as given, with room for the flavor's id
  std::vector<HpaRequirement> requirements;
};

bool is_for_flavor(json::value const& directive) {
  return directive.is_object() && text_of(directive.get_object(), "type").find(flavor_directives) != std::string::npos;
}

// The name of the first attribute of the first flavor directive, which also gets a second attribute for the flavor's
// id.
std::string prepare_directives(json::array& directives, std::string const& what) {
  auto const found = std::find_if(directives.begin(), directives.end(), is_for_flavor);
  auto* attributes = found == directives.end() ? nullptr : found->get_object().if_contains("attributes");
  auto const label =
      attributes && attributes->is_array() && !attributes->get_array().empty() && attributes->get_array()[0].is_object()
          ? text_of(attributes->get_array()[0].get_object(), "attribute_name")
          : std::string();
  if (label.empty())
    throw InvalidPlan(what + " needs a directive whose type contains flavor_directives, with a named attribute");
  if (attributes->get_array().size() == 1)
    attributes->get_array().push_back(json::object{{"attribute_name", "flavorId"}, {"attribute_value", ""}});
  return label;
}

Vm read_vm(json::value const& value, std::string const& what) {
  if (!value.is_object()) throw InvalidPlan(what + " is " + shown(value) + ", not an object");
  auto const& document = value.get_object();
  auto const* directives = member(document, "directives");
  auto const* properties = member(document, "flavorProperties");
  if (!directives || !directives->is_array() || !properties)
    throw InvalidPlan(what + " needs lists 'directives' and 'flavorProperties'");
  Vm vm;
  vm.id = text_of(document, "id");
  json::array list = directives->get_array();
  vm.label = prepare_directives(list, what);
  vm.entry["id"] = vm.id;
  vm.entry["type"] = text_of(document, "type");
  vm.entry["directives"] = std::move(list);
  vm.requirements = read_requirements(*properties, what);
  return vm;
}

// The enabled flavors of a candidate.
std::vector<json::object const*> flavors_of(json::object const& candidate) {
  std::vector<json::object const*> flavors;
  auto const* list = member(candidate, "flavors");
  if (list && list->is_object()) list = member(list->get_object(), "flavor");
  if (!list || !list->is_array()) return flavors;
  for (auto const& each : list->get_array()) {
    if (!each.is_object()) continue;
    auto const* disabled = member(each.get_object(), "flavor-disabled");
    if (!disabled || !boolean_in(*disabled).value_or(false)) flavors.push_back(&each.get_object());
  }
  return flavors;
}

class FlavorTest final : public Test {
 public:
  FlavorTest(Preparation const& preparation, Constraint const& constraint, std::vector<Vm> vms)
      : plan_(preparation.plan), annotations_(preparation.annotations), id_(constraint.id), vms_(std::move(vms)) {}

  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    if (plan_.demands[demand].types[candidate] != InventoryType::cloud) return true;
    auto chosen = choose(demand, candidate, &annotations_.tally);
    if (auto* drop = std::get_if<Drop>(&chosen)) {
      refused_ = {demand, candidate};
      refusal_ = std::move(*drop);
      return false;
    }
    annotations_.record(demand, candidate, id_, std::move(std::get<std::vector<ChosenFlavor>>(chosen)));
    return true;
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override {
    if (refused_ == std::pair(demand, candidate)) return refusal_;
    return std::get<Drop>(choose(demand, candidate, nullptr));
  }

 private:
  using Outcome = std::variant<std::vector<ChosenFlavor>, Drop>;

  // Counts what it tests, unless `tally` is null.
  Outcome choose(std::uint32_t demand, std::uint32_t candidate, HpaTally* tally) const {
    auto const& document = *plan_.demands[demand].documents[candidate];
    auto const flavors = flavors_of(document);
    std::vector<json::object const*> of_region;
    collect_capabilities(member(document, "region_capabilities"), of_region);
    auto const region = region_name(demand, candidate);
    if (flavors.empty() && of_region.empty()) {
      count(tally, demand, 0, region, false);
      return Drop{.reason = "no-flavors", .text = "it has no enabled flavors", .missing = true};
    }
    std::vector<ChosenFlavor> chosen;
    for (auto const& vm : vms_) {
      auto best = flavors.empty() ? of_region_alone(vm, of_region, {tally, region})
                                  : best_flavor(vm, flavors, of_region, {tally, region});
      count(tally, demand, static_cast<std::size_t>(&vm - vms_.data()), region,
            std::holds_alternative<ChosenFlavor>(best));
      if (auto* drop = std::get_if<Drop>(&best)) return std::move(*drop);
      chosen.push_back(std::move(std::get<ChosenFlavor>(best)));
    }
    return chosen;
  }

  using OfVm = std::variant<ChosenFlavor, Drop>;
  struct Counting {
    HpaTally* tally;
    std::string const& region;
  };

  std::string region_name(std::uint32_t demand, std::uint32_t candidate) const {
    auto const& pool = plan_.demands[demand];
    auto vim = text_of(*pool.documents[candidate], "vim-id");
    return vim.empty() ? pool.ids[candidate] : vim;
  }
  void count(HpaTally* tally, std::uint32_t demand, std::size_t vm, std::string const& region, bool fits) const {
    if (!tally) return;
    tally->regions[region].add(fits);
    auto& any = tally->vms[std::to_string(demand) + " " + id_ + " " + std::to_string(vm)];
    any = any || fits;
  }

  // A value that nothing can be compared with satisfies no requirement; somebody should know why.
  void warn(HpaMatch const& match, std::string const& flavor, Counting const& counting) const {
    if (!counting.tally || match.unclear.empty()) return;
    annotations_.warn_once("cloud region " + counting.region + (flavor.empty() ? "" : ", flavor " + flavor),
                           match.unclear + "; it meets no requirement");
  }

  OfVm of_region_alone(Vm const& vm, std::vector<json::object const*> const& capabilities,
                       Counting const& counting) const {
    auto const match = match_capabilities(vm.requirements, capabilities);
    warn(match, "", counting);
    if (!match.fits)
      return Drop{.reason = "hpa",
                  .text = "it has no flavors, and the region lacks " + match.missing + " for " + vm.id};
    return complete(vm, match, "", "");
  }

  OfVm best_flavor(Vm const& vm, std::vector<json::object const*> const& flavors,
                   std::vector<json::object const*> const& of_region, Counting const& counting) const {
    json::object const* best = nullptr;
    HpaMatch best_match, nearest;
    std::string nearest_name;
    std::ptrdiff_t most = -1;
    for (auto const* flavor : flavors) {
      std::vector<json::object const*> capabilities;
      auto const* own = member(*flavor, "hpa-capabilities");
      if (!own && of_region.empty()) continue;
      collect_capabilities(own, capabilities);
      capabilities.insert(capabilities.end(), of_region.begin(), of_region.end());
      auto match = match_capabilities(vm.requirements, capabilities);
      warn(match, text_of(*flavor, "flavor-name"), counting);
      if (counting.tally) counting.tally->flavors[{counting.region, text_of(*flavor, "flavor-name")}].add(match.fits);
      auto const fitting = std::count(match.satisfied.begin(), match.satisfied.end(), true);
      if (match.fits && (!best || match.score > best_match.score)) {
        best = flavor;
        best_match = std::move(match);
      } else if (!match.fits && fitting > most) {
        most = fitting;
        nearest_name = text_of(*flavor, "flavor-name");
        nearest = std::move(match);
      }
    }
    if (!best)
      return Drop{.reason = "hpa",
                  .text = "none of its " + std::to_string(flavors.size()) + " flavors fits " + vm.id +
                          (most < 0 ? std::string() : "; " + nearest_name + " lacks " + nearest.missing)};
    auto const name = text_of(*best, "flavor-name");
    if (name.empty()) return Drop{.reason = "hpa", .text = "the flavor that fits " + vm.id + " has no name"};
    return complete(vm, best_match, name, text_of(*best, "flavor-id"));
  }

  static ChosenFlavor complete(Vm const& vm, HpaMatch const& match, std::string name, std::string id) {
    ChosenFlavor chosen;
    chosen.label = vm.label;
    chosen.name = std::move(name);
    chosen.id = std::move(id);
    chosen.score = match.score;
    chosen.entry = vm.entry;  // a copy for each candidate
    auto& directives = chosen.entry["directives"].get_array();
    for (std::size_t r = 0; r < vm.requirements.size(); ++r) {
      if (!match.satisfied[r]) continue;
      for (auto const& directive : vm.requirements[r].directives)
        if (std::find(directives.begin(), directives.end(), directive) == directives.end())
          directives.push_back(directive);
    }
    return chosen;
  }

  Plan const& plan_;
  Annotations& annotations_;
  std::string id_;
  std::vector<Vm> vms_;
  // The last one, for whom the reason is asked next: to find it out again would take as long.
  mutable std::optional<std::pair<std::uint32_t, std::uint32_t>> refused_;
  mutable Drop refusal_{};
};

Rule prepare(Constraint const& constraint, Preparation const& preparation) {
  auto const* evaluate = member(*constraint.properties, "evaluate");
  if (!evaluate || !evaluate->is_array() || evaluate->get_array().empty())
    throw InvalidPlan(title_of(constraint) + " needs a list 'evaluate' with one item per VM");
  std::vector<Vm> vms;
  for (auto const& each : evaluate->get_array())
    vms.push_back(read_vm(each, title_of(constraint) + ", item " + std::to_string(vms.size() + 1)));
  Rule rule;
  rule.local = std::make_unique<FlavorTest>(preparation, constraint, std::move(vms));
  return rule;
}

constexpr Property properties[] = {
    {.name = "evaluate", .required = true, .kind = ValueKind::list, .schema = hpa_schema}};
constexpr Definition definitions[] = {{"hpa_component", hpa_component_schema}};

constexpr Type all[] = {{.name = "hpa",
                         .help = "The cloud region has a flavor with given hardware features.",
                         .place = 70,
                         .rank = 4,
                         .reads_hardware = true,
                         .properties = properties,
                         .soft = Soft::no,
                         .check = check_hpa,
                         .definitions = definitions,
                         .prepare = prepare,
                         .recheck = {.one = recheck_hpa, .add_score = add_hpa_score}}};

}  // namespace

std::span<Type const> hpa_types() { return all; }

}  // namespace conductor::services::constraints
