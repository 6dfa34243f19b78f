// threshold (solver specification 5.5): numeric fields of candidates against numbers. `hpa_score` is no field but the
// score of the hpa constraints, which have been evaluated before.
#include "core/text/threshold.hpp"
#include "services/constraints/table.hpp"
#include "services/constraints/types/threshold/threshold.hpp"

#include <array>
#include <cmath>

namespace conductor::services::constraints {
namespace {

struct Operator {
  std::string_view name, failed;
  bool measured;  // there is a limit to be beyond
  bool (*holds)(double, double);
};
constexpr std::array<Operator, 6> operators{{{"gte", "<", true, [](double a, double b) { return a >= b; }},
                                             {"lte", ">", true, [](double a, double b) { return a <= b; }},
                                             {"gt", "<=", true, [](double a, double b) { return a > b; }},
                                             {"lt", ">=", true, [](double a, double b) { return a < b; }},
                                             {"eq", "is not", false, [](double a, double b) { return a == b; }},
                                             {"ne", "is", false, [](double a, double b) { return a != b; }}}};

struct Item {
  std::string attribute;
  Operator const* op = nullptr;
  double limit = 0;
  text::Unit const* unit = nullptr;  // a known one
};

// A number, and the known unit that the field states beside it: "16 Gbps", {"value": 16, "unit": "Gbps"}.
struct Quantity {
  double number = 0;
  text::Unit const* unit = nullptr;
};
std::optional<Quantity> quantity_in(json::value const& field) {
  if (auto const number = number_in(field)) return Quantity{*number, nullptr};
  if (field.is_object()) {
    auto const* value = member(field.get_object(), "value");
    auto const number = value ? number_in(*value) : std::nullopt;
    if (!number) return std::nullopt;
    return Quantity{*number, text::find_unit(text_of(field.get_object(), "unit"))};
  }
  if (!field.is_string()) return std::nullopt;
  std::string_view const written = field.get_string();
  auto const space = written.find_last_of(" \t");
  if (space == written.npos) return std::nullopt;
  auto const* unit = text::find_unit(written.substr(space + 1));
  auto const number = number_in(json::value(written.substr(0, space)));
  if (!unit || !number) return std::nullopt;
  return Quantity{*number, unit};
}

class Thresholds final : public Test {
 public:
  Thresholds(Preparation const& preparation, std::vector<Item> items)
      : plan_(preparation.plan), annotations_(preparation.annotations), items_(std::move(items)) {}

  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    return std::all_of(items_.begin(), items_.end(),
                       [&](Item const& item) { return !failure(item, demand, candidate); });
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override {
    std::optional<Drop> first;
    for (auto const& item : items_)
      if (auto drop = failure(item, demand, candidate)) {
        bool const missing = drop->missing;
        if (!first) first = std::move(drop);
        first->missing |= missing;
      }
    return first.value();
  }
  std::optional<double> excess(std::uint32_t demand, std::uint32_t candidate) const override {
    double sum = 0;
    for (auto const& item : items_) {
      auto const drop = failure(item, demand, candidate);
      if (!drop) continue;
      if (drop->missing) return std::nullopt;
      sum += std::abs(*drop->value - *drop->limit) * (item.unit ? item.unit->factor : 1.0);
    }
    return sum;
  }

 private:
  std::optional<Drop> failure(Item const& item, std::uint32_t demand, std::uint32_t candidate) const {
    std::optional<Quantity> quantity;
    if (item.attribute == "hpa_score") {
      auto const score = annotations_.hpa_score(demand, candidate);
      if (!score) return absent("no-attribute", "no hpa constraint has scored it");
      quantity = Quantity{*score, nullptr};
    } else {
      auto const* field = field_of(*plan_.demands[demand].documents[candidate], item.attribute);
      if (!field) return absent("no-attribute", "it has no field '" + item.attribute + "'");
      quantity = quantity_in(*field);
      if (!quantity) return absent("no-number", item.attribute + " " + shown(*field) + " is not a number");
    }
    // In the unit of the item; a unit that only one side knows says nothing.
    auto value = quantity->number;
    if (item.unit && quantity->unit) {
      if (item.unit->base != quantity->unit->base)
        return absent("unit", item.attribute + " is in " + std::string(quantity->unit->name) +
                                  ", which cannot be compared with " + std::string(item.unit->name));
      if (item.unit != quantity->unit) value = value * quantity->unit->factor / item.unit->factor;
    }
    if (item.op->holds(value, item.limit)) return std::nullopt;
    auto const unit = item.unit ? " " + std::string(item.unit->name) : std::string();
    return Drop{.reason = "threshold",
                .text = item.attribute + " " + shortest(value) + unit + " " + std::string(item.op->failed) + " " +
                        shortest(item.limit) + unit,
                .value = value,
                .limit = item.limit};
  }

  static Drop absent(char const* reason, std::string text) {
    return {.reason = reason, .text = std::move(text), .missing = true};
  }

  Plan const& plan_;
  Annotations const& annotations_;
  std::vector<Item> items_;
};

Item read_item(json::value const& value, std::string const& what) {
  if (!value.is_object()) throw InvalidPlan(what + " is " + shown(value) + ", not an object");
  auto const& document = value.get_object();
  Item item;
  item.attribute = text_of(document, "attribute");
  if (item.attribute.empty()) throw InvalidPlan(what + " names no attribute");
  auto const name = text_of(document, "operator");
  for (auto const& op : operators)
    if (op.name == name) item.op = &op;
  if (!item.op)
    throw InvalidPlan(what + " has the operator '" + name + "'; it must be one of gte, lte, gt, lt, eq, ne");
  auto const* threshold = member(document, "threshold");
  auto const limit = threshold ? number_in(*threshold) : std::nullopt;
  if (!limit)
    throw InvalidPlan(what + " has the threshold " + (threshold ? shown(*threshold) : "null") + "; a number is needed");
  item.limit = *limit;
  item.unit = text::find_unit(text_of(document, "unit"));
  return item;
}

Rule prepare(Constraint const& constraint, Preparation const& preparation) {
  auto const* evaluate = member(*constraint.properties, "evaluate");
  if (!evaluate || !evaluate->is_array() || evaluate->get_array().empty())
    throw InvalidPlan(title_of(constraint) + " needs a list 'evaluate' of attribute, operator and threshold");
  std::vector<Item> items;
  for (auto const& item : evaluate->get_array())
    items.push_back(read_item(item, title_of(constraint) + ", item " + std::to_string(items.size() + 1)));
  Rule rule;
  rule.measured = std::all_of(items.begin(), items.end(), [](Item const& item) { return item.op->measured; });
  rule.local = std::make_unique<Thresholds>(preparation, std::move(items));
  return rule;
}

std::vector<Limit> limits_of(json::object const& properties) {
  std::vector<Limit> limits;
  auto const* evaluate = member(properties, "evaluate");
  if (!evaluate || !evaluate->is_array()) return limits;
  for (std::size_t i = 0; i < evaluate->get_array().size(); ++i) {
    auto const& item = evaluate->get_array()[i].as_object();
    auto const op = text_of(item, "operator");
    auto const number = number_in(item.at("threshold"));
    if (!number || op == "eq" || op == "ne") continue;
    limits.push_back({text_of(item, "attribute"),
                      text_of(item, "unit"),
                      {"evaluate", i, "threshold"},
                      *number,
                      op == "lt" || op == "lte",
                      op == "lt" || op == "gt",
                      json::object{{"evaluate", json::array{item}}}});
  }
  return limits;
}

constexpr Property properties[] = {
    {.name = "evaluate", .required = true, .kind = ValueKind::list, .schema = threshold_schema}};

constexpr Type all[] = {{.name = "threshold",
                         .help = "Numbers of the candidate are within bounds.",
                         .place = 60,
                         .rank = 9,
                         .properties = properties,
                         .soft = Soft::penalty_or_weight,
                         .member = true,
                         .check = check_threshold,
                         .without_limit = thresholds_without_limit,
                         .prepare = prepare,
                         .limits = limits_of,
                         .recheck = {.one = recheck_threshold}}};

}  // namespace

std::span<Type const> threshold_types() { return all; }

}  // namespace conductor::services::constraints
