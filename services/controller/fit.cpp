// Constraint types instance_fit, region_fit and vim_fit (template specification 6.6, 6.7): what controllers are asked.
#include "services/controller/constraint_types.hpp"
#include "services/controller/controllers.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

namespace conductor::services::controller {
namespace {

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

// Controllers are told whether a candidate is new, changes speed or moves, which only these tell.
void check_request_type(ConstraintUnderCheck const& constraint, Report& report) {
  auto const type = constraint.given.request_type();
  if (type.empty() || type == "initial" || type == "speed changed") return;
  report.add(constraint.whole,
             "Parameter request_type is '" + type +
                 "', which service controllers are not asked about, in constraint "
                 "named '" +
                 constraint.name + "'; it must be initial, speed changed or absent",
             "request_type initial, speed changed or none");
}

}  // namespace

void check_controller_fit(ConstraintUnderCheck const& constraint, json::object& properties, Report& report) {
  check_request_type(constraint, report);
  if (!properties.contains("request")) properties["request"] = json::object();
  auto const controller = constraint.properties.given("controller");
  if (!controller || is_blank(controller->node()) || !controller->node().is_text()) return;
  if (check_controller(*controller, constraint.known, "constraint named '" + constraint.name + "'", report))
    properties["controller"] = controller_name(controller->node().text(), constraint.known);
}

void check_vim_fit(ConstraintUnderCheck const& constraint, json::object& properties, Report& report) {
  auto const request = constraint.properties.given("request");
  if (!request || !request->node().is_mapping() || is_blank(request->node())) return;
  RequestCheck check(constraint, *request, report);
  auto result = text::to_json(request->node()).as_object();
  check.read_count("vCPU", result);
  check.read_amount("Memory", result);
  check.read_amount("Storage", result);
  properties["request"] = std::move(result);
}

}  // namespace conductor::services::controller
