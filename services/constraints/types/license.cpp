// license (solver specification 21.4): a pool lists the candidate and has enough for all demands of this plan that are
// under constraints on it.
#include "services/constraints/judge.hpp"
#include "services/constraints/table.hpp"
#include "services/placement/license.hpp"

namespace conductor::services::constraints {
namespace {

class Licensed final : public Test {
 public:
  Licensed(Plan const& plan, std::vector<LicensePool const*> pools, std::size_t needed, std::string title)
      : plan_(plan), pools_(std::move(pools)), needed_(static_cast<double>(needed)), title_(std::move(title)) {}
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    return std::any_of(pools_.begin(), pools_.end(),
                       [&](auto const* pool) { return lists(*pool, demand, candidate) && pool->available >= needed_; });
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override {
    std::optional<double> most;
    for (auto const* pool : pools_)
      if (lists(*pool, demand, candidate)) most = std::max(most.value_or(0.0), pool->available);
    if (!most) return {.reason = "license", .text = "no pool of licence " + title_ + " lists it"};
    return {.reason = "license",
            .text = "licence " + title_ + ": " + shortest(*most) + " available, " + shortest(needed_) + " needed",
            .value = most,
            .limit = needed_};
  }

 private:
  bool lists(LicensePool const& pool, std::uint32_t demand, std::uint32_t candidate) const {
    return !pool.candidates || pool.candidates->contains(plan_.demands[demand].ids[candidate]);
  }
  Plan const& plan_;
  std::vector<LicensePool const*> pools_;
  double needed_;
  std::string title_;
};

// Demands of the plan under constraints of this type with that id and key.
std::size_t demands_on(Plan const& plan, Type const* type, std::string const& id, std::string const& key) {
  std::set<std::uint32_t> demands;
  for (auto const& other : plan.constraints)
    if (other.type == type && text_of(*other.properties, "id") == id && text_of(*other.properties, "key") == key)
      demands.insert(other.demands.begin(), other.demands.end());
  return demands.size();
}

Rule prepare(Constraint const& constraint, Preparation const& preparation) {
  auto const id = text_of(*constraint.properties, "id"), key = text_of(*constraint.properties, "key");
  if (id.empty() || key.empty()) throw InvalidPlan(title_of(constraint) + " needs an id and a key");
  if (!preparation.options.licenses)
    throw InvalidPlan(title_of(constraint) + " needs licence pools; set [solver] license_file");
  std::vector<LicensePool const*> pools;
  for (auto const& pool : *preparation.options.licenses)
    if (pool.id == id && pool.key == key) pools.push_back(&pool);
  Rule rule;
  rule.local = std::make_unique<Licensed>(preparation.plan, std::move(pools),
                                          demands_on(preparation.plan, constraint.type, id, key), id + "/" + key);
  return rule;
}

Measured recheck(Judge const& judge, json::object const& constraint, Party const& party) {
  auto const& properties = properties_in(constraint);
  std::set<std::string> demands;
  for (auto const& [id, each] : judge.root().at("constraints").as_object()) {
    auto const& entry = each.as_object();
    auto const& other = properties_in(entry);
    if (text_of(entry, "type") != text_of(constraint, "type") || text_of(other, "id") != text_of(properties, "id") ||
        text_of(other, "key") != text_of(properties, "key"))
      continue;
    for (auto const& of_entry : judge.parties(entry)) demands.insert(of_entry.demand);
  }
  auto const& licenses = judge.plan().options.licenses;
  if (!licenses) return {};
  for (auto const& pool : *licenses) {
    bool const is_it = pool.id == text_of(properties, "id") && pool.key == text_of(properties, "key");
    bool const listed = !pool.candidates || pool.candidates->contains(text_of(*party.candidate, "candidate_id"));
    if (is_it && listed && !(pool.available < static_cast<double>(demands.size()))) return plain(Opinion::yes);
  }
  return plain(Opinion::no);
}

constexpr Property properties[] = {{.name = "id", .required = true, .kind = ValueKind::text},
                                   {.name = "key", .required = true, .kind = ValueKind::text}};

constexpr Type all[] = {{.name = "license",
                         .help = "A licence is available.",
                         .place = 110,
                         .rank = 8,
                         .properties = properties,
                         .prepare = prepare,
                         .recheck = {.one = recheck}}};

}  // namespace

std::span<Type const> license_types() { return all; }

}  // namespace conductor::services::constraints
