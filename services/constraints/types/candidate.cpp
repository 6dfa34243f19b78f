// same_candidate and different_candidate (solver specification 21.3): demands that share their choice, or all choose
// differently. A candidate is known by inventory type and id.
#include "services/constraints/judge.hpp"
#include "services/constraints/table.hpp"

namespace conductor::services::constraints {
namespace {

class Identity final : public Relation {
 public:
  Identity(Plan const& plan, Constraint const& constraint, bool same)
      : same_(same), keys_(plan.demands.size()), members_(plan.demands.size()) {
    std::unordered_map<std::string, std::uint32_t> known;
    for (auto const d : constraint.demands) {
      auto const& pool = plan.demands[d];
      for (std::size_t c = 0; c < pool.size(); ++c) {
        auto const key = text_of(*pool.documents[c], "inventory_type") + '\n' + pool.ids[c];
        keys_[d].push_back(known.emplace(key, static_cast<std::uint32_t>(known.size())).first->second);
      }
    }
  }
  void number(std::uint32_t demand, std::span<std::uint32_t const> numbering) override {
    for (std::uint32_t position = 0; position < numbering.size(); ++position)
      members_[demand].emplace(keys_[demand][numbering[position]], position);  // one each: keys are unique in a pool
  }
  std::uint32_t signature(std::uint32_t demand, std::uint32_t candidate) const override {
    return keys_[demand][candidate];
  }
  void restrict(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                std::span<sdk::Word> row) const override {
    auto const found = members_[other].find(keys_[demand][candidate]);
    bool const any = found != members_[other].end();
    if (same_) {
      auto const word = any ? row[found->second / 64] & (sdk::Word{1} << (found->second % 64)) : 0;
      std::fill(row.begin(), row.end(), 0);
      if (any) row[found->second / 64] = word;
    } else if (any) {
      row[found->second / 64] &= ~(sdk::Word{1} << (found->second % 64));
    }
  }
  Truth truth(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
              std::uint32_t partner) const override {
    return (keys_[demand][candidate] == keys_[other][partner]) == same_ ? Truth::yes : Truth::no;
  }

 private:
  bool same_;
  std::vector<std::vector<std::uint32_t>> keys_;                           // by demand and candidate
  std::vector<std::unordered_map<std::uint32_t, std::uint32_t>> members_;  // by demand: key -> position
};

template <bool same>
Rule prepare(Constraint const& constraint, Preparation const& preparation) {
  if (constraint.demands.size() < 2)
    throw InvalidPlan(title_of(constraint) + " names one demand; it needs at least two different ones");
  Rule rule;
  rule.relation = std::make_unique<Identity>(preparation.plan, constraint, same);
  return rule;
}

std::string key_of(json::object const& candidate) {
  return text_of(candidate, "candidate_id") + " of " + text_of(candidate, "inventory_type");
}

template <bool same>
Measured recheck(Judge const&, json::object const&, Party const& a, Party const& b) {
  return plain(opinion_of((key_of(*a.candidate) == key_of(*b.candidate)) == same));
}

constexpr Type all[] = {{.name = "same_candidate",
                         .help = "The demands get one and the same candidate.",
                         .place = 170,
                         .scope = Scope::pairwise,
                         .least_demands = 2,
                         .member = true,
                         .prepare = prepare<true>,
                         .recheck = {.two = recheck<true>}},
                        {.name = "different_candidate",
                         .help = "No two of the demands get the same candidate.",
                         .place = 180,
                         .scope = Scope::pairwise,
                         .least_demands = 2,
                         .member = true,
                         .prepare = prepare<false>,
                         .recheck = {.two = recheck<false>}}};

}  // namespace

std::span<Type const> candidate_types() { return all; }

}  // namespace conductor::services::constraints
