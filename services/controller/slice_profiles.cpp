#include "services/controller/slice_profiles.hpp"

#include "core/config/nearest.hpp"
#include "services/grammar/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace conductor::services::controller {

using namespace grammar;

namespace {

constexpr std::array<std::string_view, 6> comparisons{"gte", "lte", "eq", "gt", "lt", "neq"};
// Methods are names in a table; nothing is ever evaluated.
constexpr std::array<std::string_view, 1> methods{"get_tracking_area"};
constexpr double most_combinations = 100'000;

class SubnetCheck {
 public:
  SubnetCheck(std::string const& demand, Report& report) : demand_(demand), report_(report) {}

  void check(View const& subnets) {
    double combinations = 1;
    for (auto const& [subnet, attributes] : subnets.members()) {
      if (!attributes->is_mapping()) {
        refuse(attributes, "Subnet " + readable(subnet), "a mapping from attributes to values");
        continue;
      }
      for (auto const& [attribute, form] : attributes.members()) {
        what_ = "Attribute " + readable(attribute) + " of subnet " + readable(subnet);
        combinations *= choices(form);
      }
    }
    if (combinations > most_combinations)
      report_.add(subnets,
                  "The subnets of demand " + demand_ + " have " +
                      (combinations < 1e15 ? std::to_string(static_cast<long long>(combinations)) : "far too many") +
                      " combinations, more than 100000; make ranges narrower or steps larger",
                  "at most 100000 combinations");
  }

 private:
  // How many values an attribute takes.
  double choices(View const& form) {
    if (!form->is_mapping()) return refuse(form, what_, "{values: [...]}, {min, max, steps} or {derive_from: {...}}");
    if (auto const values = form.given("values")) {
      if (!values->node().is_list() || values->node().items.empty())
        return refuse(*values, what_ + ": values", "a list of at least one value");
      return static_cast<double>(values->node().items.size());
    }
    if (auto const derived = form.given("derive_from")) return check_derived(*derived), 1;
    if (!form.given("max")) return refuse(form, what_, "{values: [...]}, {min, max, steps} or {derive_from: {...}}");
    return check_range(form);
  }

  double check_range(View const& form) {
    auto const number = [&](char const* key, double otherwise) {
      auto const given = form.given(key);
      auto const value = given ? number_in(given->node()) : otherwise;
      if (!value) refuse(*given, what_ + ": " + key, "a number");
      return value;
    };
    auto const least = number("min", 1), most = number("max", 0), step = number("steps", 1);
    if (!least || !most || !step) return 1;
    if (*step <= 0) return refuse(*form.given("steps"), what_ + ": steps", "a number above 0");
    // The upper end does not belong to the range; existing templates count on that.
    if (*most <= *least) return refuse(*form.given("max"), what_ + ": max", "a number above min");
    return std::ceil((*most - *least) / *step);
  }

  void check_derived(View const& derived) {
    auto const method = derived.given("method");
    auto const name = method ? method->node().text() : std::string_view();
    if (std::find(methods.begin(), methods.end(), name) == methods.end())
      return report_.add(method.value_or(derived),
                         "Unknown method '" + (method ? shown(method->node()) : "None") +
                             "' in derive_from of demand " + demand_ + ", expected get_tracking_area",
                         "get_tracking_area", "get_tracking_area");
    auto const arguments = derived.given("args");
    auto const area = arguments ? arguments->given("coverage_area") : std::nullopt;
    if (!area || !area->node().is_text() || area->node().text().find('-') == std::string_view::npos)
      refuse(area.value_or(derived), what_ + ": coverage_area of derive_from", "a text such as 'NAME-1,2,3'");
  }

  double refuse(View const& where, std::string const& what, std::string const& expected) {
    report_.add(where, what + " in demand " + demand_ + " is '" + shown(where.node()) + "', expected " + expected,
                expected);
    return 1;
  }

  std::string const& demand_;
  Report& report_;
  std::string what_;
};

}  // namespace

void check_service_profile(View const& profile, std::string const& demand, Report& report) {
  for (auto const& [attribute, wanted] : profile.members()) {
    std::string const what = "Service profile attribute " + readable(attribute) + " of demand " + demand;
    auto const value = wanted->is_mapping() ? wanted.given("value") : std::nullopt;
    if (!value) {
      report.add(wanted, what + " is '" + shown(wanted.node()) + "', expected {value, operator}", "{value, operator}");
      continue;
    }
    // The coverage area is handed on as a text and not compared.
    if (attribute == "coverage_area") {
      if (!value->node().is_text())
        report.add(*value, what + " has the value '" + shown(value->node()) + "', expected a text", "a text");
      continue;
    }
    auto const comparison = wanted.given("operator");
    auto const name = comparison ? comparison->node().text() : std::string_view();
    if (std::find(comparisons.begin(), comparisons.end(), name) == comparisons.end())
      report.add(comparison.value_or(wanted),
                 what + " has the operator '" + (comparison ? shown(comparison->node()) : "None") +
                     "', expected one of " + joined(names_of(comparisons)),
                 "one of: " + joined(names_of(comparisons)),
                 comparison ? config::nearest(comparison->node().text(), names_of(comparisons)) : "");
  }
}

void check_subnets(View const& subnets, std::string const& demand, Report& report) {
  SubnetCheck(demand, report).check(subnets);
}

}  // namespace conductor::services::controller
