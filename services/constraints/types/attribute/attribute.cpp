// attribute (solver specification 5.4): fields of candidates, and two keys that inventory answers, network_roles and
// replication_role.
#include "services/constraints/table.hpp"
#include "services/constraints/types/attribute/attribute.hpp"
#include "services/constraints/types/attribute/attribute_match.hpp"

namespace conductor::services::constraints {
namespace {

// One key of `evaluate`.
class Key {
 public:
  virtual ~Key() = default;
  virtual void ask(json::object const&, Questions&) const {}
  // Empty when the candidate matches.
  virtual std::optional<Drop> failure(json::object const& candidate, InventoryType type) const = 0;
};

// All keys of one stage; a candidate must match them all.
class Keys final : public Test {
 public:
  explicit Keys(Plan const& plan) : plan_(plan) {}
  void add(std::unique_ptr<Key> key) { keys_.push_back(std::move(key)); }
  bool empty() const { return keys_.empty(); }

  void ask(std::uint32_t demand, std::uint32_t candidate, Questions& questions) const override {
    for (auto const& key : keys_) key->ask(*plan_.demands[demand].documents[candidate], questions);
  }
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override { return !failure(demand, candidate); }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override { return failure(demand, candidate).value(); }

 private:
  std::optional<Drop> failure(std::uint32_t demand, std::uint32_t candidate) const {
    auto const& pool = plan_.demands[demand];
    std::optional<Drop> first;
    for (auto const& key : keys_)
      if (auto drop = key->failure(*pool.documents[candidate], pool.types[candidate])) {
        // Missing data settles it, whatever the other keys say.
        bool const missing = drop->missing;
        if (!first) first = std::move(drop);
        first->missing |= missing;
      }
    return first;
  }
  Plan const& plan_;
  std::vector<std::unique_ptr<Key>> keys_;
};

// Any field; `nobody`: no candidate of the demand has it.
class FieldKey final : public Key {
 public:
  FieldKey(std::string field, AttributeMatch match, bool nobody)
      : field_(std::move(field)), match_(std::move(match)), nobody_(nobody) {}
  std::optional<Drop> failure(json::object const& candidate, InventoryType) const override {
    auto const* field = field_of(candidate, field_);
    if (match_.holds(field)) return std::nullopt;
    if (field) return Drop{"attribute", field_ + " " + match_.why_not(field)};
    return Drop{.reason = "no-attribute",
                .text = nobody_ ? "no candidate of the demand has a field '" + field_ + "'"
                                : "it has no field '" + field_ + "'",
                .missing = true};
  }

 private:
  std::string field_;
  AttributeMatch match_;
  bool nobody_;
};

// cloud-region with a list per inventory type; a missing or empty list restricts nothing.
class RegionKey final : public Key {
 public:
  RegionKey(json::object const& lists, std::string const& what) {
    static std::map<std::string, InventoryType, std::less<>> const types{
        {"cloud-requests", InventoryType::cloud},
        {"service-requests", InventoryType::service},
        {"vfmodule-requests", InventoryType::vfmodule}};
    for (auto const& [name, list] : lists) {
      auto const type = types.find(std::string_view(name));
      if (type == types.end())
        throw InvalidPlan(what + " has '" + std::string(name) +
                          "'; known are cloud-requests, service-requests and vfmodule-requests");
      if (list.is_null()) continue;
      AttributeMatch match(list, what + ", " + std::string(name), true);
      if (!match.empty()) lists_.emplace(type->second, std::move(match));
    }
  }
  std::optional<Drop> failure(json::object const& candidate, InventoryType type) const override {
    auto const list = lists_.find(type);
    if (list == lists_.end()) return std::nullopt;
    auto const* location = member(candidate, "location_id");
    if (list->second.holds(location)) return std::nullopt;
    return Drop{.reason = "attribute", .text = "location_id " + list->second.why_not(location), .missing = !location};
  }

 private:
  std::map<InventoryType, AttributeMatch> lists_;
};

// The texts of a plain value, a list, or {all: ...} / {any: ...}.
struct Wanted {
  bool all = false;
  std::vector<std::string> items;
};
Wanted wanted_in(json::value const& value, std::string const& what) {
  Wanted wanted;
  auto const* list = &value;
  if (value.is_object()) {
    for (auto const& [name, operand] : value.get_object())
      if (name != "all" && name != "any")
        throw InvalidPlan(what + " has the operator '" + std::string(name) + "'; only all and any are known here");
    auto const* all = member(value.get_object(), "all");
    wanted.all = all != nullptr;
    list = all ? all : member(value.get_object(), "any");
    if (!list) return wanted;
  }
  json::array const single{*list};
  for (auto const& item : list->is_array() ? list->get_array() : single) {
    auto text = text_in(item);
    if (!text) throw InvalidPlan(what + " lists " + shown(item) + "; names are expected");
    wanted.items.push_back(std::move(*text));
  }
  return wanted;
}

class NetworkRoles final : public Key {
 public:
  NetworkRoles(Wanted wanted, Answers const& answers) : wanted_(std::move(wanted)), answers_(answers) {}
  std::optional<Drop> failure(json::object const& candidate, InventoryType type) const override {
    if (type != InventoryType::cloud) return std::nullopt;
    std::string missing;
    for (auto const& role : wanted_.items) {
      bool const member = has(role, candidate);
      if (member && !wanted_.all) return std::nullopt;
      if (!member) missing += (missing.empty() ? "" : ", ") + role;
    }
    if (missing.empty()) return std::nullopt;
    return Drop{"network-role", "it does not have the network role " + missing};
  }

 private:
  bool has(std::string const& role, json::object const& candidate) const {
    auto const members = answers_.regions_of_role.find(role);
    if (members == answers_.regions_of_role.end()) return false;
    auto const id = text_of(candidate, "candidate_id"), owner = text_of(candidate, "cloud_owner");
    return std::any_of(members->second.begin(), members->second.end(), [&](auto const& region) {
      return region.id == id && (owner.empty() || region.owner.empty() || region.owner == owner);
    });
  }
  Wanted wanted_;
  Answers const& answers_;
};

bool same_text(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

class ReplicationRole final : public Key {
 public:
  ReplicationRole(Wanted wanted, Answers const& answers) : wanted_(std::move(wanted)), answers_(answers) {}
  void ask(json::object const& candidate, Questions& questions) const override {
    if (auto host = text_of(candidate, "host_id"); !host.empty()) questions.hosts.insert(std::move(host));
  }
  std::optional<Drop> failure(json::object const& candidate, InventoryType) const override {
    auto const host = text_of(candidate, "host_id");
    if (host.empty()) return std::nullopt;
    auto const roles = answers_.roles_of_host.find(host);
    if (roles == answers_.roles_of_host.end())
      return Drop{.reason = "role-unresolved",
                  .text = "inventory knows no replication role of host '" + host + "'",
                  .missing = true};
    for (auto const& role : roles->second)
      for (auto const& wanted : wanted_.items)
        if (same_text(role, wanted)) return std::nullopt;
    return Drop{"replication-role",
                "host '" + host + "' has replication role " + roles->second.front() + ", not " + wanted_.items.front()};
  }

 private:
  Wanted wanted_;
  Answers const& answers_;
};

bool is_empty_text(json::value const& value) {
  return value.is_null() || (value.is_string() && value.get_string().empty());
}

bool any_has(Plan const& plan, Constraint const& constraint, std::string const& field) {
  for (auto const demand : constraint.demands)
    for (auto const* document : plan.demands[demand].documents)
      if (field_of(*document, field)) return true;
  return false;
}

// Adds one key to the tests of its stage.
void add_key(std::string const& name, json::value const& value, Constraint const& constraint,
             Preparation const& preparation, Keys& local, Keys& remote) {
  auto const what = title_of(constraint) + ", key '" + name + "'";
  if (name == "network_roles" || name == "network-roles") {
    auto wanted = wanted_in(value, what);
    if (wanted.items.empty()) return;
    preparation.questions.roles.insert(wanted.items.begin(), wanted.items.end());
    remote.add(std::make_unique<NetworkRoles>(std::move(wanted), preparation.answers));
    return;
  }
  if (name == "replication_role" || name == "replication-role") {
    auto wanted = wanted_in(value, what);
    if (!wanted.items.empty()) remote.add(std::make_unique<ReplicationRole>(std::move(wanted), preparation.answers));
    return;
  }
  bool const is_region = name == "cloud-region" || name == "cloud_region";
  if (is_region && value.is_object()) {
    auto const& object = value.get_object();
    if (std::any_of(object.begin(), object.end(), [](auto const& pair) { return pair.key().ends_with("-requests"); })) {
      local.add(std::make_unique<RegionKey>(object, what));
      return;
    }
  }
  bool const lenient = is_region || name == "complex" || name == "country" || name == "state" || name == "region";
  auto const field = is_region ? "location_id" : name == "complex" ? "complex_name" : name;
  AttributeMatch match(value, what, lenient);
  if (!match.empty())
    local.add(std::make_unique<FieldKey>(field, std::move(match), !any_has(preparation.plan, constraint, field)));
}

Rule prepare(Constraint const& constraint, Preparation const& preparation) {
  auto const* evaluate = member(*constraint.properties, "evaluate");
  if (!evaluate || !evaluate->is_object())
    throw InvalidPlan(title_of(constraint) + " needs a mapping 'evaluate' from attributes to values");
  auto local = std::make_unique<Keys>(preparation.plan), remote = std::make_unique<Keys>(preparation.plan);
  for (auto const& [name, value] : evaluate->get_object())
    if (!is_empty_text(value)) add_key(name, value, constraint, preparation, *local, *remote);
  Rule rule;
  if (!local->empty()) rule.local = std::move(local);
  if (!remote->empty()) rule.remote = std::move(remote);
  return rule;
}

constexpr Property properties[] = {{.name = "evaluate",
                                    .help = "Attribute -> value, list or operators.",
                                    .required = true,
                                    .schema = attribute_schema}};

constexpr Type all[] = {{.name = "attribute",
                         .help = "Attributes of the candidate have given values.",
                         .place = 10,
                         .stage = Stage::remote,
                         .rank = 3,
                         .properties = properties,
                         .member = true,
                         .check = check_attribute,
                         .prepare = prepare,
                         .recheck = {.one = recheck_attribute}}};

}  // namespace

std::span<Type const> attribute_types() { return all; }

}  // namespace conductor::services::constraints
