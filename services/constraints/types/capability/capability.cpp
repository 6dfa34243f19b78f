// capability (solver specification 21.4): cloud candidates that offer, by name, every flavor of a HEAT template. In the
// translated document "template" and "environment" are the texts themselves.
#include "core/text/reader.hpp"
#include "services/constraints/table.hpp"
#include "services/constraints/types/capability/capability.hpp"
#include "services/constraints/types/capability/heat.hpp"

namespace conductor::services::constraints {
namespace {

class HeatReader {
 public:
  HeatReader(std::string const& heat_template, std::string const& environment, std::string const& what)
      : what_(what), template_(read(heat_template, "template")), environment_(read(environment, "environment")) {}

  std::set<std::string> flavors() {
    auto const* resources = member(template_, "resources");
    if (!resources || !resources->is_object()) throw InvalidPlan(what_ + ": the template has no mapping 'resources'");
    visit(*resources);
    return std::move(flavors_);
  }

 private:
  json::object read(std::string const& text, char const* name) {
    if (text.empty()) return {};
    auto const document = text::read_json_or_yaml(text);
    if (!document.ok())
      throw InvalidPlan(what_ + ": the " + name + " cannot be read: " + document.problems().front().message);
    auto value = to_json(document.root);
    if (!value.is_object()) throw InvalidPlan(what_ + ": the " + name + " is no mapping");
    return std::move(value.get_object());
  }

  void visit(json::value const& value) {
    if (value.is_array())
      for (auto const& each : value.get_array()) visit(each);
    if (!value.is_object()) return;
    auto const& object = value.get_object();
    auto const* properties = member(object, "properties");
    if (text_of(object, "type") == "OS::Nova::Server" && properties && properties->is_object())
      if (auto const* flavor = member(properties->get_object(), "flavor")) flavors_.insert(resolve(*flavor));
    for (auto const& [key, each] : object) visit(each);
  }

  std::string resolve(json::value const& flavor) const {
    if (auto text = text_in(flavor)) return std::move(*text);
    auto const* name = flavor.is_object() ? member(flavor.get_object(), "get_param") : nullptr;
    auto const parameter = name ? text_in(*name) : std::nullopt;
    if (!parameter)
      throw InvalidPlan(what_ + ": a server has the flavor " + shown(flavor) +
                        "; a name or {get_param: NAME} is needed");
    if (auto const* given = find(environment_, "parameters", *parameter))
      if (auto text = text_in(*given)) return std::move(*text);
    auto const* declared = find(template_, "parameters", *parameter);
    auto const* fallback = declared && declared->is_object() ? member(declared->get_object(), "default") : nullptr;
    auto text = fallback ? text_in(*fallback) : std::nullopt;
    if (!text)
      throw InvalidPlan(what_ + ": parameter '" + *parameter +
                        "' has a value neither in the environment nor as default");
    return std::move(*text);
  }

  static json::value const* find(json::object const& document, char const* section, std::string const& name) {
    auto const* found = member(document, section);
    return found && found->is_object() ? member(found->get_object(), name) : nullptr;
  }

  std::string what_;
  json::object template_, environment_;
  std::set<std::string> flavors_;
};

// Of the enabled ones.
std::set<std::string> names_of_flavors(json::object const& candidate) {
  std::set<std::string> names;
  auto const* list = member(candidate, "flavors");
  if (list && list->is_object()) list = member(list->get_object(), "flavor");
  if (list && list->is_array())
    for (auto const& each : list->get_array()) {
      if (!each.is_object()) continue;
      auto const* disabled = member(each.get_object(), "flavor-disabled");
      if (!disabled || !boolean_in(*disabled).value_or(false)) names.insert(text_of(each.get_object(), "flavor-name"));
    }
  return names;
}

class Capable final : public Test {
 public:
  Capable(Plan const& plan, std::set<std::string> flavors) : plan_(plan), flavors_(std::move(flavors)) {}
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    return is_cloud(demand, candidate) && missing(demand, candidate).empty();
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override {
    if (!is_cloud(demand, candidate)) return {.reason = "capability", .text = "it is no cloud region"};
    return {.reason = "capability", .text = "it does not have the flavor " + missing(demand, candidate)};
  }

 private:
  bool is_cloud(std::uint32_t demand, std::uint32_t candidate) const {
    return plan_.demands[demand].types[candidate] == InventoryType::cloud;
  }
  std::string missing(std::uint32_t demand, std::uint32_t candidate) const {
    auto const names = names_of_flavors(*plan_.demands[demand].documents[candidate]);
    for (auto const& flavor : flavors_)
      if (!names.contains(flavor)) return flavor;
    return "";
  }
  Plan const& plan_;
  std::set<std::string> flavors_;
};

Rule prepare(Constraint const& constraint, Preparation const& preparation) {
  auto const& properties = *constraint.properties;
  if (auto const kind = text_of(properties, "specification"); kind != "heat")
    throw InvalidPlan(title_of(constraint) + " has the specification '" + kind + "'; it must be heat");
  Rule rule;
  rule.local = std::make_unique<Capable>(
      preparation.plan,
      flavors_in_heat(text_of(properties, "template"), text_of(properties, "environment"), title_of(constraint)));
  return rule;
}

constexpr std::string_view specifications[] = {"heat"};
constexpr Property properties[] = {{.name = "specification", .required = true, .values = specifications},
                                   {.name = "template", .help = "HEAT template, or get_file.", .required = true},
                                   {.name = "environment", .help = "HEAT environment, or get_file."}};

constexpr Type all[] = {{.name = "capability",
                         .help = "The cloud region has the flavors that a HEAT template names.",
                         .place = 140,
                         .rank = 8,
                         .reads_hardware = true,
                         .properties = properties,
                         .check = check_capability,
                         .prepare = prepare,
                         .recheck = {.one = recheck_capability}}};

}  // namespace

std::set<std::string> flavors_in_heat(std::string const& heat_template, std::string const& environment,
                                      std::string const& what) {
  return HeatReader(heat_template, environment, what).flavors();
}

std::span<Type const> capability_types() { return all; }

}  // namespace conductor::services::constraints
