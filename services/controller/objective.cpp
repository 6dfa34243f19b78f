// Optimization in the grammar of versions 2016 to 2018 (template specification 8): minimize a sum of products,
// flattened to one list of weighted functions.
#include "services/controller/objective.hpp"

#include "core/config/nearest.hpp"
#include "services/constraints/table.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace conductor::services::controller {
namespace {

enum class Arguments { pair, demands };
struct Function {
  std::string_view name;
  Arguments arguments;
};
constexpr Function functions[] = {{"distance_between", Arguments::pair},
                                  {"latency_between", Arguments::pair},
                                  {"cost", Arguments::demands},
                                  {"aic_version", Arguments::demands},
                                  {"hpa_score", Arguments::demands}};

Function const* find_function(std::string_view name) {
  auto const found =
      std::find_if(std::begin(functions), std::end(functions), [&](auto const& each) { return each.name == name; });
  return found == std::end(functions) ? nullptr : &*found;
}

std::string function_names() {
  std::vector<std::string> names;
  for (auto const& function : functions) names.emplace_back(function.name);
  return joined(names);
}

constexpr char needs_function[] =
    "Optimization products must include at least one 'distance_between' function call and one optional number to be "
    "used as a weight.";

// Demands under a constraint that gives scores.
std::set<std::string> scored_demands(Template const& given) {
  std::set<std::string> scored;
  for (auto const& [name, constraint] : given.section("constraints").members()) {
    auto const* type = constraint->find("type");
    auto const* demands = constraint->find("demands");
    auto const* known = type == nullptr ? nullptr : constraints::find_type(type->text());
    if (known == nullptr || known->recheck.add_score == nullptr || demands == nullptr) continue;
    auto const names = texts_in(*demands).value_or(std::vector<std::string>());
    scored.insert(names.begin(), names.end());
  }
  return scored;
}

class ObjectiveReader {
 public:
  ObjectiveReader(Template const& given, Report& report) : given_(given), report_(report) {}

  json::value read(View const& optimization) {
    auto const minimize = only_member(optimization, "minimize");
    if (!minimize)
      return refuse(optimization, "Optimization must contain a single goal of 'minimize'.", "{minimize: {sum: [...]}}");
    auto const sum = only_member(*minimize, "sum");
    if (!sum)
      return refuse(*minimize, "Optimization goal 'minimize' must contain a single function of 'sum'.", "{sum: [...]}");
    if (!sum->node().is_list())
      return refuse(*sum, "Optimization goal 'minimize', function 'sum' must be a list of exactly two operands.",
                    "a list of operands");
    if (sum->node().items.empty())
      return refuse(*sum,
                    "Optimization goal 'minimize', function 'sum' has no operands; list at least one, or leave out the "
                    "section optimization",
                    "a list of at least one operand");
    for (auto const& operand : sum->items()) read_operand(operand, 1.0);
    // Versions count wherever they stand: the goal says that they decide between equal totals.
    return json::object{
        {"goal", newest_ ? "min_aic" : "min"}, {"operation", "sum"}, {"operands", std::move(operands_)}};
  }

 private:
  static std::optional<View> only_member(View const& view, std::string_view key) {
    return view->is_mapping() && view->members.size() == 1 ? view.find(key) : std::nullopt;
  }

  json::value refuse(View const& where, std::string message, std::string expected = "") {
    report_.add(where, std::move(message), std::move(expected));
    return nullptr;
  }

  // {product: [...]}, or a function alone.
  void read_operand(View const& operand, double weight) {
    if (report_.full()) return;
    if (!operand->is_mapping() || operand->members.size() != 1) {
      refuse(operand, "Unsupported operand in optimization: " + shown(operand.node()),
             "{product: [...]}, or one function: " + function_names());
      return;
    }
    auto const [key, value] = operand.members().front();
    if (key == "product")
      read_product(value, weight);
    else
      read_call(key, value, weight);
  }

  // Numbers in any place, and exactly one function or nested sum.
  void read_product(View const& product, double weight) {
    if (!product->is_list()) {
      refuse(product, needs_function, "a list of numbers and one function");
      return;
    }
    std::optional<View> factor;
    for (auto const& item : product.items()) {
      if (report_.is_tainted(item.pointer())) continue;
      if (auto const number = number_in(item.node())) {
        weight *= *number;
      } else if (!item->is_mapping() || item->members.size() != 1) {
        refuse(item, "Unsupported operand in optimization: " + shown(item.node()),
               "a number, or one function: " + function_names());
        return;
      } else if (factor) {
        refuse(
            item,
            "Optimization products must include one function only; a second one is " + in_quotes(item->members[0].key),
            "numbers and one function");
        return;
      } else {
        factor = item;
      }
    }
    if (!std::isfinite(weight)) {
      refuse(product, "The numbers of this product in optimization are too large together");
      return;
    }
    if (!factor) {
      refuse(product, needs_function, "a list of numbers and one function");
      return;
    }
    auto const [key, value] = factor->members().front();
    if (key == "sum")
      read_sum(value, weight);
    else
      read_call(key, value, weight);
  }

  void read_sum(View const& sum, double weight) {
    if (!sum->is_list() || sum->items.empty()) {
      refuse(sum, "A nested 'sum' in optimization must be a list of operands", "a list of {product: [...]}");
      return;
    }
    for (auto const& operand : sum.items()) read_operand(operand, weight);
  }

  void read_call(std::string_view name, View const& arguments, double weight) {
    auto const* function = find_function(name);
    if (function == nullptr) {
      std::vector<std::string> names;
      for (auto const& each : functions) names.emplace_back(each.name);
      names.emplace_back("product");
      report_.add(arguments, "Unsupported operand in optimization: " + readable(name), "product, " + function_names(),
                  config::nearest(readable(name), names));
      return;
    }
    bool const good =
        (function->arguments == Arguments::pair ? check_pair(name, arguments) : check_demands(name, arguments)) &&
        (name != "hpa_score" || check_score(arguments));
    if (!good) return;
    newest_ |= name == "aic_version";
    json::object operand{{"operation", "product"}, {"weight", weight}, {"function", name}};
    operand["function_param"] = arguments->is_text() ? json::value(json::array{json::value(arguments->text())})
                                                     : text::to_json(arguments.node());
    operands_.push_back(std::move(operand));
  }

  // A demand and a location, or two different demands. A name that is both counts as whatever is needed.
  bool check_pair(std::string_view name, View const& arguments) {
    auto const names = arguments->is_list() ? texts_in(arguments.node()) : std::nullopt;
    std::string const call = "Optimization '" + std::string(name) + "' arguments ";
    if (!arguments->is_list() || arguments->items.size() != 2)
      return refuse(arguments, call + "must be a list of length two.", "a demand and a location, or two demands"),
             false;
    auto const demand = [&](std::size_t i) { return names && given_.has_demand((*names)[i]); };
    auto const location = [&](std::size_t i) { return names && given_.has_location((*names)[i]); };
    bool const with_location = (demand(0) && location(1)) || (location(0) && demand(1));
    bool const good = with_location || (demand(0) && demand(1) && (*names)[0] != (*names)[1]);
    if (!good)
      refuse(arguments,
             call + shown(arguments.node()) + " must include one valid demand name and one valid location name.",
             "a demand and a location, or two different demands");
    return good;
  }

  // A score exists where an hpa constraint gives one.
  bool check_score(View const& arguments) {
    if (!scored_) scored_ = scored_demands(given_);
    auto const listed_demands = *texts_in(arguments.node());
    for (auto const& demand : listed_demands)
      if (scored_->contains(demand)) return true;
    refuse(arguments, "HPA Score Optimization must include a HPA Policy constraint ",
           "a constraint of type hpa on one of these demands");
    return false;
  }

  bool check_demands(std::string_view name, View const& arguments) {
    auto const names = texts_in(arguments.node());
    std::string const call = "Optimization '" + std::string(name) + "' arguments ";
    if (!names || names->empty())
      return refuse(arguments, call + "must be a list of demand names.", "a list of demand names"), false;
    for (auto const& each : *names)
      if (!given_.has_demand(each)) {
        report_.add(arguments, call + listed(*names) + " must be demand names; " + in_quotes(each) + " is none.",
                    "one of: " + joined(given_.demand_names()), config::nearest(each, given_.demand_names()));
        return false;
      }
    return true;
  }

  Template const& given_;
  Report& report_;
  json::array operands_;
  std::optional<std::set<std::string>> scored_;  // when first asked for
  bool newest_ = false;
};

}  // namespace

std::vector<std::string_view> objective_functions() {
  std::vector<std::string_view> names;
  for (auto const& function : functions) names.push_back(function.name);
  return names;
}

json::value weighted_sum_objective(Template const& given, View const& optimization, Report& report) {
  return ObjectiveReader(given, report).read(optimization);
}

void draft_objective(Template const& given, Known const& known, Draft& draft, Report& report) {
  auto const optimization = given.section("optimization");
  if (optimization->members.empty()) return;
  draft.objective = given.version() == generic_version ? generic_objective(given, known, optimization, report)
                                                       : weighted_sum_objective(given, optimization, report);
}

}  // namespace conductor::services::controller
