// Optimization in the grammar of version 2020-08-13 (template specification 9): a tree of sums, minima and maxima. Its
// form is the JSON Schema's; what a schema cannot say is checked here.
#include "services/controller/objective.hpp"

#include "core/config/nearest.hpp"
#include "core/text/threshold.hpp"

#include <algorithm>

namespace conductor::services::controller {
namespace {

class GenericReader {
 public:
  GenericReader(Template const& given, Known const& known, Report& report)
      : given_(given), known_(known), report_(report) {}

  json::value read(View const& optimization) {
    auto document = text::to_json(optimization.node());
    // A schema of the installation may ask for more than the built-in one, never for less.
    auto const& built_in = JsonSchema::built_in_optimization();
    if (known_.optimization && violates(*known_.optimization, optimization, document)) return nullptr;
    if (violates(built_in, optimization, document)) return nullptr;
    read_node(*optimization.find("operation_function"), document.at("operation_function").as_object());
    return document;
  }

 private:
  bool violates(JsonSchema const& schema, View const& optimization, json::value const& document) {
    auto const violation = schema.first_violation(document);
    if (!violation) return false;
    auto const* node = optimization->at(violation->pointer);
    View const where = node == nullptr ? optimization : View(*node, optimization.pointer() + violation->pointer);
    report_.add(where, "Optimization object is not valid. Validation error: " + violation->message,
                "{goal, operation_function: {operator, operands: [...]}}");
    return true;
  }

  void read_node(View const& node, json::object& document) {
    auto const operands = node.find("operands")->items();
    auto& list = document.at("operands").as_array();
    for (std::size_t i = 0; i < list.size(); ++i) read_operand(operands[i], list[i].as_object());
  }

  void read_operand(View const& operand, json::object& document) {
    if (report_.full()) return;
    check_normalization(operand);
    auto const inner = operand.find("operation_function"), function = operand.find("function");
    if (inner && function)
      report_.add(operand, "An operand of optimization has both function and operation_function; keep one of them",
                  "function with params, or operation_function");
    else if (inner)
      read_node(*inner, document.at("operation_function").as_object());
    else
      document["params"] = read_params(std::string(function->node().text()), *operand.find("params"));
  }

  void check_normalization(View const& operand) {
    auto const normalization = operand.find("normalization");
    if (!normalization) return;
    auto const start = number_in(*normalization->node().find("start")),
               end = number_in(*normalization->node().find("end"));
    if (start && end && *start == *end)
      report_.add(*normalization,
                  "Normalization in optimization has the same start and end, " + text::float_text(*start) +
                      "; they must differ",
                  "a start and an end that differ");
  }

  json::object read_params(std::string const& function, View const& params) {
    json::object reduced;
    bool const of_demands = function != "attribute" && params.given("demands").has_value();
    if (of_demands) {
      reduced["demands"] = read_pair(function, *params.given("demands"));
      return reduced;
    }
    auto const demand = param(function, "demand", params);
    if (demand) {
      check_demand(*demand, demand->node());
      reduced["demand"] = text::to_json(demand->node());
    }
    char const* const second = function == "attribute" ? "attribute" : "location";
    auto const other = param(function, second, params);
    if (!other) return reduced;
    if (function == "attribute")
      check_attribute_name(*other);
    else
      check_location(*other);
    reduced[second] = text::to_json(other->node());
    return reduced;
  }

  // The original's text has no space after the comma.
  std::optional<View> param(std::string const& function, char const* name, View const& params) {
    auto found = params.given(name);
    if (!found)
      report_.add(params, "The function " + function + " expect the param " + name + ",but not found",
                  std::string("params with ") + name);
    return found;
  }

  void check_demand(View const& where, text::Node const& name) {
    if (name.is_text() && given_.has_demand(name.text())) return;
    report_.add(where, shown(name) + " is not a valid demand name", "one of: " + joined(given_.demand_names()),
                config::nearest(name.text(), given_.demand_names()));
  }

  void check_location(View const& given) {
    if (given->is_text() && given_.has_location(given->text())) return;
    auto const names = given_.location_names();
    report_.add(given, shown(given.node()) + " is not a valid location name",
                names.empty() ? "a location of the section locations" : "one of: " + joined(names),
                config::nearest(given->text(), names));
  }

  void check_attribute_name(View const& given) {
    if (given->is_text() && !given->text().empty()) return;
    report_.add(given, shown(given.node()) + " is not a valid attribute name", "the name of a candidate's attribute");
  }

  json::value read_pair(std::string const& function, View const& demands) {
    auto const names = demands->is_list() ? texts_in(demands.node()) : std::nullopt;
    if (!names || names->size() != 2 || names->front() == names->back()) {
      report_.add(demands,
                  "The function " + function + " expect the param demands as a list of two different demands, not " +
                      shown(demands.node()),
                  "a list of two different demands");
      return nullptr;
    }
    for (auto const& item : demands.items()) check_demand(item, item.node());
    return text::to_json(demands.node());
  }

  Template const& given_;
  Known const& known_;
  Report& report_;
};

}  // namespace

json::value generic_objective(Template const& given, Known const& known, View const& optimization, Report& report) {
  return GenericReader(given, known, report).read(optimization);
}

}  // namespace conductor::services::controller
