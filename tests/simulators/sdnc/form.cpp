#include "form.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace conductor::simulators::sdnc {

namespace json = boost::json;

namespace {

enum class Type { text, number, digits, decimal, boolean, time, list };

struct Leaf {
  std::string_view name;
  Type type = Type::text;
  bool mandatory = false;
  std::vector<std::string_view> values{};  // an enumeration
};

struct List {
  std::string_view name, key;
  bool mandatory = false;
  std::vector<Leaf> leaves{};
  std::vector<List> lists{};
  std::vector<Leaf> container{};  // `candidate` of an item, which is no list
};

std::vector<Leaf> candidate_leaves() {
  return {{"inventory-type",
           Type::text,
           true,
           {"cloud", "service", "vfmodule", "transport", "nssi", "nsi", "nst", "nsst", "slice_profiles"}},
          {"candidate-id", Type::text, true},
          {"cloud-owner"},
          {"cloud-region-id"},
          {"physical-location-id"},
          {"vim-id"},
          {"host-name"},
          {"service-instance-id"},
          {"vf-module-id"},
          {"service-resource-id"},
          {"vlan-key"},
          {"port-key"},
          {"existing-placement", Type::boolean},
          {"change-type", Type::text, false, {"new-start", "change-speed", "rehome"}}};
}

List resources() {
  return {"resource",
          "resource-key",
          false,
          {{"resource-key", Type::text, true},
           {"resource-type", Type::text, true, {"bandwidth", "port", "vnf"}},
           {"quantity", Type::decimal, true},
           {"unit", Type::text, true, {"Mbps", "Kbps", "Gbps", "count"}},
           {"direction", Type::text, false, {"upstream", "downstream", "both"}},
           {"port-name"}}};
}

List parameters() {
  return {"parameter",
          "name",
          false,
          {{"name", Type::text, true},
           {"value", Type::text},
           {"value-type", Type::text, true, {"string", "number", "boolean"}}}};
}

std::vector<Leaf> leaves_of(std::string_view operation) {
  std::vector<Leaf> leaves{{"svc-request-id", Type::text, true}, {"plan-id", Type::text, true}};
  if (operation == "check-capacity") {
    leaves.push_back({"constraint-name", Type::text, true});
    leaves.push_back({"constraint-type", Type::text, true, {"instance_fit", "region_fit"}});
    leaves.push_back({"demand-name", Type::text, true});
    return leaves;
  }
  leaves.push_back({"fencing", Type::digits, true});
  if (operation == "release") {
    leaves.push_back({"reason", Type::text, true, {"rollback", "cancelled", "deleted", "superseded"}});
    return leaves;
  }
  leaves.push_back({"attempt", Type::number, true});
  leaves.push_back({"execute-before", Type::time, true});
  leaves.push_back({"atomic", Type::boolean, true});
  leaves.push_back({"hold-seconds", Type::number, true});
  leaves.push_back({"service-model"});
  return leaves;
}

std::vector<List> lists_of(std::string_view operation) {
  if (operation == "check-capacity") {
    List candidates{"candidate", "candidate-key", true, candidate_leaves()};
    candidates.leaves.push_back({"candidate-key", Type::digits, true});
    return {resources(), parameters(), candidates};
  }
  List items{"item", "reservation-key", true, {{"reservation-key", Type::text, true}}};
  if (operation == "release") {
    items.leaves.push_back({"reference"});
    return {items};
  }
  items.leaves.push_back({"reservation-name", Type::text, true});
  items.leaves.push_back({"reservation-type", Type::text, true});
  items.leaves.push_back({"demand-name"});
  items.lists = {resources(), parameters()};
  items.container = candidate_leaves();
  return {items};
}

bool only(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == text.npos;
}

bool fits(Leaf const& leaf, json::value const& value) {
  if (leaf.type == Type::boolean) return value.is_bool();
  if (leaf.type == Type::number) return value.is_int64() && value.as_int64() >= 0;
  if (!value.is_string()) return false;
  std::string_view const text = value.as_string();
  if (leaf.type == Type::digits) return only(text, "0123456789");
  if (leaf.type == Type::decimal) return only(text, "0123456789.") && std::count(text.begin(), text.end(), '.') < 2;
  if (leaf.type == Type::time) return text.size() == 20 && only(text, "0123456789-:TZ") && text.back() == 'Z';
  return leaf.values.empty() || std::find(leaf.values.begin(), leaf.values.end(), text) != leaf.values.end();
}

Refusal wrong(std::string tag, std::string message) { return {400, std::move(tag), "", std::move(message), ""}; }

Refusal check_leaves(std::vector<Leaf> const& leaves, json::object const& object, std::string const& where) {
  for (auto const& leaf : leaves) {
    auto const* value = object.if_contains(leaf.name);
    auto const name = where + std::string(leaf.name);
    if (value == nullptr) {
      if (leaf.mandatory) return wrong("missing-element", name + " is missing");
      continue;
    }
    if (!fits(leaf, *value)) return wrong("invalid-value", name + " is " + json::serialize(*value));
    // A value that is not known is left out, not sent empty; only the value of a parameter may be an empty text.
    if (value->is_string() && value->as_string().empty() && leaf.name != "value")
      return wrong("invalid-value", name + " is empty");
  }
  return {};
}

Refusal check_lists(std::vector<List> const& lists, json::object const& object, std::string const& where) {
  for (auto const& list : lists) {
    auto const name = where + std::string(list.name);
    auto const* value = object.if_contains(list.name);
    if (value == nullptr || !value->is_array()) {
      if (value != nullptr || list.mandatory) return wrong("missing-element", name + " is no list");
      continue;
    }
    std::set<std::string> keys;
    for (auto const& item : value->as_array()) {
      if (!item.is_object()) return wrong("invalid-value", name + " holds " + json::serialize(item));
      auto const& entry = item.as_object();
      auto const inside = name + "/";
      if (auto refusal = check_leaves(list.leaves, entry, inside); refusal.status != 0) return refusal;
      if (!keys.insert(std::string(entry.at(list.key).as_string())).second)
        return wrong("invalid-value", inside + std::string(list.key) + " repeats");
      if (auto refusal = check_lists(list.lists, entry, inside); refusal.status != 0) return refusal;
      if (list.container.empty()) continue;
      auto const* candidate = entry.if_contains("candidate");
      if (candidate == nullptr || !candidate->is_object()) return wrong("missing-element", inside + "candidate");
      if (auto refusal = check_leaves(list.container, candidate->as_object(), inside + "candidate/");
          refusal.status != 0)
        return refusal;
    }
    if (list.mandatory && keys.empty()) return wrong("missing-element", name + " is empty");
  }
  return {};
}

}  // namespace

Refusal check_input(std::string_view operation, json::object const& input) {
  if (auto refusal = check_leaves(leaves_of(operation), input, ""); refusal.status != 0) return refusal;
  return check_lists(lists_of(operation), input, "");
}

}  // namespace conductor::simulators::sdnc
