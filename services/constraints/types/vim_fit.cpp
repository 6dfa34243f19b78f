// vim_fit (template specification 6.7, solver specification 5.7): cloud candidates whose infrastructure manager has
// room for a VM profile. In the translated document "request" is {"vCPU": number, "Memory": {"quantity": number,
// "unit": "GB"}, "Storage": the same}.
#include "services/constraints/judge.hpp"
#include "services/constraints/table.hpp"

#include <cctype>
#include <cmath>

namespace conductor::services::constraints {
namespace {

// As inventory gives it, or made of owner and region; empty when neither is known.
std::string vim_id_of(json::object const& candidate) {
  if (auto id = text_of(candidate, "vim-id"); !id.empty()) return id;
  auto const owner = text_of(candidate, "cloud_owner"), region = text_of(candidate, "location_id");
  return owner.empty() || region.empty() ? "" : owner + "_" + region;
}

class VimHasRoom final : public Test {
 public:
  VimHasRoom(Preparation const& preparation, std::string name, VimNeed const& need)
      : plan_(preparation.plan), answers_(preparation.answers), name_(std::move(name)), need_(need) {}

  bool concerns(std::uint32_t demand, std::uint32_t candidate) const override {
    return plan_.demands[demand].types[candidate] == InventoryType::cloud;
  }
  void ask(std::uint32_t demand, std::uint32_t candidate, Questions& questions) const override {
    auto id = id_of(demand, candidate);
    if (!concerns(demand, candidate) || id.empty()) return;
    auto& check = questions.vims[need_];
    check.need = need_;
    check.askers.insert(name_);
    check.ids.insert(std::move(id));
  }
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    if (!concerns(demand, candidate)) return true;
    auto const found = answers_.vims.find(need_);
    return found != answers_.vims.end() && found->second.ids.contains(id_of(demand, candidate));
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override {
    auto const id = id_of(demand, candidate);
    if (id.empty())
      return {.reason = "no-vim-id",
              .text = "it has no vim-id, and none can be made of cloud_owner and location_id",
              .missing = true};
    return {.reason = "vim-capacity",
            .text = id + " has no room for " + shortest(need_.vcpus) + " vCPU, " + shortest(need_.memory_gb) +
                    " GB of memory and " + shortest(need_.storage_gb) + " GB of storage"};
  }
  std::string note(std::uint32_t) const override {
    std::string text;
    if (auto const found = answers_.vims.find(need_); found != answers_.vims.end())
      for (auto const& each : found->second.unchecked) text.append(text.empty() ? "" : "; ").append(each);
    return text;
  }

 private:
  std::string id_of(std::uint32_t demand, std::uint32_t candidate) const {
    return vim_id_of(*plan_.demands[demand].documents[candidate]);
  }
  Plan const& plan_;
  Answers const& answers_;
  std::string name_;
  VimNeed need_;
};

// In GB: translation has converted what the template said. A part that is missing all the same counts as 0.
double amount_of(json::object const& request, std::string_view part, std::string const& what) {
  auto const* given = member(request, part);
  if (!given) return 0;
  auto const* quantity = given->is_object() ? member(given->get_object(), "quantity") : given;
  auto const unit = given->is_object() ? text_of(given->get_object(), "unit") : "";
  auto const number = quantity ? number_in(*quantity) : std::nullopt;
  if (!number || *number < 0 || (!unit.empty() && unit != "GB"))
    throw InvalidPlan(what + " asks for the " + std::string(part) + " " + shown(*given) +
                      "; a quantity of at least 0 in GB is needed");
  return *number;
}

Rule prepare(Constraint const& constraint, Preparation const& preparation) {
  auto const what = title_of(constraint);
  auto const* request = member(*constraint.properties, "request");
  if (!request || !request->is_object()) throw InvalidPlan(what + " has no mapping 'request'");
  auto const& parts = request->get_object();
  auto const* vcpus = member(parts, "vCPU");
  auto const count = vcpus ? number_in(*vcpus) : 0.0;
  if (!count || *count < 0)
    throw InvalidPlan(what + " asks for " + shown(*vcpus) + " vCPU; a number of at least 0 is needed");
  Rule rule;
  rule.late = std::make_unique<VimHasRoom>(
      preparation, constraint.name,
      VimNeed{*count, amount_of(parts, "Memory", what), amount_of(parts, "Storage", what)});
  return rule;
}

// Bytes of a unit in powers of 1024: "GB" and "GiB" alike. Nothing for unknown units.
std::optional<double> bytes_of(std::string_view unit) {
  std::string upper;
  for (char const c : unit) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  constexpr std::string_view prefixes = "KMGTP";
  if (upper == "B") return 1.0;
  auto const power = upper.empty() ? std::string_view::npos : prefixes.find(upper.front());
  if (power == std::string_view::npos || (upper.substr(1) != "B" && upper.substr(1) != "IB")) return std::nullopt;
  return std::pow(1024.0, static_cast<double>(power + 1));
}

class RequestCheck {
 public:
  RequestCheck(ConstraintUnderCheck const& constraint, View const& request, Report& report)
      : constraint_(constraint), request_(request), report_(report) {}

  void read_count(char const* part, json::object& result) {
    auto const given = find(part);
    if (!given) return;
    auto const number = number_in(given->node());
    if (!number || *number < 0)
      refuse_value(*given, std::string("Part '").append(part).append("' value"), constraint_, "a number of 0 or more",
                   report_);
    else
      result[part] = *number;
  }

  // {quantity, unit}, into GB.
  void read_amount(char const* part, json::object& result) {
    auto const given = find(part);
    if (!given) return;
    std::string const what = std::string("Part '") + part + "' value";
    auto const quantity = given->node().is_mapping() ? given->given("quantity") : std::nullopt;
    if (!quantity) return refuse_value(*given, what, constraint_, "{quantity, unit}", report_);
    auto const number = number_in(quantity->node());
    if (!number || *number < 0)
      return refuse_value(*quantity, what + " quantity", constraint_, "a number of 0 or more", report_);
    auto const unit = given->given("unit");
    auto const bytes = unit ? bytes_of(unit->node().text()) : bytes_of("GB");
    if (!bytes) return refuse_value(*unit, what + " unit", constraint_, "one of KB, MB, GB, TB", report_);
    result[part] = json::object{{"quantity", *number * (*bytes / *bytes_of("GB"))}, {"unit", "GB"}};
  }

 private:
  std::optional<View> find(char const* part) {
    auto given = request_.given(part);
    if (!given)
      report_.add(request_,
                  std::string("Required part '") + part + "' of property 'request' not found in constraint named '" +
                      constraint_.name + "'",
                  "vCPU, Memory: {quantity, unit} and Storage: {quantity, unit}");
    return given;
  }

  ConstraintUnderCheck const& constraint_;
  View const& request_;
  Report& report_;
};

void check(ConstraintUnderCheck const& constraint, json::object& properties, Report& report) {
  auto const request = constraint.properties.given("request");
  if (!request || !request->node().is_mapping() || is_blank(request->node())) return;
  RequestCheck check(constraint, *request, report);
  auto result = text::to_json(request->node()).as_object();
  check.read_count("vCPU", result);
  check.read_amount("Memory", result);
  check.read_amount("Storage", result);
  properties["request"] = std::move(result);
}

// What was answered about the very candidate that was chosen.
Measured recheck(Judge const& judge, json::object const& constraint, Party const& party) {
  auto const& candidate = *party.candidate;
  if (text_of(candidate, "inventory_type") != "cloud") return plain(Opinion::yes);
  auto id = text_of(candidate, "vim-id");
  if (id.empty()) id = text_of(candidate, "cloud_owner") + "_" + text_of(candidate, "location_id");
  auto const& request = properties_in(constraint).at("request").as_object();
  auto const quantity = [&](char const* part) {
    auto const* given = request.if_contains(part);
    return given ? number_in(given->at("quantity")).value() : 0.0;
  };
  auto const* vcpus = request.if_contains("vCPU");
  auto const count = vcpus ? number_in(*vcpus).value() : 0.0;
  for (auto const& [need, answer] : judge.plan().answers.vims)
    if (need.vcpus == count && need.memory_gb == quantity("Memory") && need.storage_gb == quantity("Storage"))
      return plain(opinion_of(answer.ids.contains(id)));
  return {};
}

constexpr Property properties[] = {
    controller_property,
    {.name = "request", .help = "vCPU, Memory and Storage.", .required = true, .kind = ValueKind::mapping}};

constexpr Type all[] = {{.name = "vim_fit",
                         .help = "The cloud region has room for a VM profile.",
                         .place = 80,
                         .stage = Stage::late,
                         .rank = 6,
                         .properties = properties,
                         .soft = Soft::no,
                         .check = check,
                         .prepare = prepare,
                         .recheck = {.one = recheck}}};

}  // namespace

std::span<Type const> vim_fit_types() { return all; }

}  // namespace conductor::services::constraints
