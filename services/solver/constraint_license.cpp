// license (solver specification 21.4): a pool lists the candidate and has enough for all demands of this plan that are
// under constraints on it.
#include "services/solver/constraint.hpp"
#include "services/solver/license.hpp"
#include "services/solver/table_file.hpp"

#include <sstream>

namespace conductor::services::solver {
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
std::size_t demands_on(Plan const& plan, std::string const& id, std::string const& key) {
  std::set<std::uint32_t> demands;
  for (auto const& other : plan.constraints)
    if (other.type == &license_type && text_of(*other.properties, "id") == id &&
        text_of(*other.properties, "key") == key)
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
  rule.local = std::make_unique<Licensed>(preparation.plan, std::move(pools), demands_on(preparation.plan, id, key),
                                          id + "/" + key);
  return rule;
}

}  // namespace

sdk::Result<std::vector<LicensePool>> read_license_pools(std::filesystem::path const& file) {
  auto const rows = read_table(file);
  if (!rows) return rows.error();
  std::vector<LicensePool> pools;
  for (auto const& [values, where] : *rows) {
    auto const* available = member(values, "available");
    double const number = available ? number_in(*available).value_or(-1.0) : -1.0;
    LicensePool pool{text_of(values, "id"), text_of(values, "key"), number, std::nullopt};
    if (pool.id.empty() || pool.key.empty() || number < 0)
      return sdk::Error{sdk::Errc::invalid,
                        file.string() + ", " + where + ": a pool needs id, key and a number 'available' of 0 or more"};
    if (auto const* listed = member(values, "candidates")) {
      auto& ids = pool.candidates.emplace();
      if (listed->is_array()) {
        for (auto const& each : listed->get_array()) ids.insert(text_in(each).value_or(""));
      } else {
        std::istringstream words(text_in(*listed).value_or(""));
        for (std::string word; words >> word;) ids.insert(word);
      }
    }
    pools.push_back(std::move(pool));
  }
  return pools;
}

constinit ConstraintType const license_type{"license", 8, prepare};

}  // namespace conductor::services::solver
