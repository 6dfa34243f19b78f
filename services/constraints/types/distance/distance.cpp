// distance_to_location and distance_between_demands (solver specification 5.1, 5.2). A candidate without usable
// coordinates satisfies neither.
#include "services/constraints/judge.hpp"
#include "services/constraints/table.hpp"
#include "services/constraints/types/distance/distance_limit.hpp"
#include "services/placement/site_sieves.hpp"

#include <bit>

namespace conductor::services::constraints {
namespace {

double chord2(std::array<double, 3> const& a, std::array<double, 3> const& b) {
  double const x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
  return x * x + y * y + z * z;
}

Drop no_coordinates() {
  return {.reason = "no-coordinates", .text = "latitude and longitude are missing or unusable", .missing = true};
}

class NearLocation final : public Test {
 public:
  NearLocation(Plan const& plan, Location const& location, DistanceLimit limit)
      : plan_(plan), location_(location), limit_(limit) {}
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    auto const at = plan_.demands[demand].sites[candidate];
    if (at == no_site) return false;
    auto const& site = plan_.sites[at];
    return limit_.holds_chord(chord2(site.unit, location_.unit),
                              [&] { return model::distance_km(location_.where, site.where); });
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override {
    auto const site = plan_.demands[demand].sites[candidate];
    if (site == no_site) return no_coordinates();
    return limit_.why_not(model::distance_km(location_.where, plan_.sites[site].where));
  }

 private:
  Plan const& plan_;
  Location const& location_;
  DistanceLimit limit_;
};

class HasCoordinates final : public Test {
 public:
  explicit HasCoordinates(Plan const& plan) : plan_(plan) {}
  bool keeps_all(std::uint32_t demand) const override { return plan_.demands[demand].all_placed; }
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    return plan_.demands[demand].sites[candidate] != no_site;
  }
  Drop why(std::uint32_t, std::uint32_t) const override { return no_coordinates(); }

 private:
  Plan const& plan_;
};

class Apart final : public Relation {
 public:
  Apart(Preparation const& preparation, DistanceLimit limit)
      : plan_(preparation.plan),
        sieves_(preparation.sieves),
        limit_(limit),
        band_(limit.band()),
        targets_(plan_.demands.size()) {}

  void number(std::uint32_t demand, std::span<std::uint32_t const> numbering) override {
    targets_[demand] = sieves_.of(plan_, demand, numbering);
  }

  bool tells_all_apart(std::uint32_t demand) const override { return plan_.demands[demand].sites_differ; }

  std::uint32_t signature(std::uint32_t demand, std::uint32_t candidate) const override {
    return plan_.demands[demand].sites[candidate];
  }

  void restrict(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                std::span<sdk::Word> row) const override {
    auto const& target = *targets_[other];
    auto const exactly = [&](std::size_t slot) {
      return model::distance_km(plan_.sites[plan_.demands[demand].sites[candidate]].where,
                                plan_.sites[target.sites[slot]].where);
    };
    auto const& from = targets_[demand]->spots[candidate];
    if (target.one_each) return restrict_slots(from, target, row, exactly);
    std::vector<sdk::Word> holds((target.sites.size() + 63) / 64, ~sdk::Word{0});
    restrict_slots(from, target, holds, exactly);
    for (std::size_t position = 0; position < target.slot_of.size(); ++position)
      if (!sdk::test_bit(holds, target.slot_of[position])) row[position / 64] &= ~(sdk::Word{1} << (position % 64));
  }

  Truth truth(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
              std::uint32_t partner) const override {
    auto const km = between(demand, candidate, other, partner);
    if (!km) return Truth::unknown;
    return limit_.holds(*km) ? Truth::yes : Truth::no;
  }
  std::optional<double> excess(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                               std::uint32_t partner) const override {
    auto const km = between(demand, candidate, other, partner);
    return km ? std::optional(limit_.excess(*km)) : std::nullopt;
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other, std::uint32_t partner) const override {
    auto const km = between(demand, candidate, other, partner);
    return km ? limit_.why_not(*km) : no_coordinates();
  }
  std::optional<double> most_excess() const override {
    // At one of the ends: next to each other, or as far apart as can be.
    return std::max(limit_.excess(0), limit_.excess(half_circumference));
  }

 private:
  std::optional<double> between(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                                std::uint32_t partner) const {
    auto const a = plan_.demands[demand].sites[candidate], b = plan_.demands[other].sites[partner];
    if (a == no_site || b == no_site) return std::nullopt;
    return model::distance_km(plan_.sites[a].where, plan_.sites[b].where);
  }

  // Clears the bits of those slots that are not where the limit wants them.
  template <class Exactly>
  void restrict_slots(Spot const& from, NumberedSites const& target, std::span<sdk::Word> holds,
                      Exactly const& exactly) const {
    std::array<sdk::Word, Sieve::at_once> inside, unsure;
    auto const flip = limit_.outside() ? ~sdk::Word{0} : sdk::Word{0};
    for (std::size_t begin = 0; begin < holds.size(); begin += Sieve::at_once) {
      auto const count = std::min(Sieve::at_once, holds.size() - begin);
      auto looked = target.sieve.classify(from, band_, begin, {inside.data(), count}, {unsure.data(), count});
      for (std::size_t w = 0; w < count; ++w) inside[w] ^= flip;
      for (; looked != 0; looked &= looked - 1) {
        auto const w = static_cast<std::size_t>(std::countr_zero(looked));
        for (auto bits = unsure[w]; bits != 0; bits &= bits - 1) {
          auto const bit = bits & (~bits + 1);
          auto const slot = (begin + w) * 64 + static_cast<std::size_t>(std::countr_zero(bits));
          inside[w] = limit_.holds(exactly(slot)) ? inside[w] | bit : inside[w] & ~bit;
        }
      }
      for (std::size_t w = 0; w < count; ++w) holds[begin + w] &= inside[w];
    }
  }

  Plan const& plan_;
  SiteSieves& sieves_;
  DistanceLimit limit_;
  SieveBand band_;
  std::vector<std::shared_ptr<NumberedSites const>> targets_;  // by demand
};

Rule to_location(Constraint const& constraint, Preparation const& preparation) {
  auto const name = text_of(*constraint.properties, "location");
  auto const location = preparation.plan.find_location(name);
  if (!location)
    throw InvalidPlan(title_of(constraint) + " names location '" + name + "', which the plan does not have");
  DistanceLimit const limit(*constraint.properties, preparation.options.distance_tolerance, title_of(constraint));
  Rule rule;
  rule.local = std::make_unique<NearLocation>(preparation.plan, preparation.plan.locations[*location], limit);
  rule.measured = limit.measured();
  return rule;
}

Rule between_demands(Constraint const& constraint, Preparation const& preparation) {
  if (constraint.demands.size() < 2)
    throw InvalidPlan(title_of(constraint) + " names one demand; it needs at least two different ones");
  DistanceLimit const limit(*constraint.properties, preparation.options.distance_tolerance, title_of(constraint));
  Rule rule;
  rule.local = std::make_unique<HasCoordinates>(preparation.plan);
  rule.relation = std::make_unique<Apart>(preparation, limit);
  rule.tests_are_implied = true;
  rule.measured = limit.measured();
  return rule;
}

std::vector<Limit> limits_of(json::object const& properties) {
  std::vector<Limit> limits;
  add_limits_of(properties, "distance", "km", limits);
  return limits;
}

Measured recheck(Judge const& judge, json::object const& constraint, Place const& a, Place const& b) {
  if (!a.known || !b.known) return {};
  auto const& threshold = properties_in(constraint).at("distance").as_object();
  auto const km = model::distance_km(a.at, b.at);
  return {opinion_of(within(threshold, km, judge.plan().options.distance_tolerance)), beyond(threshold, km)};
}
Measured recheck_to_location(Judge const& judge, json::object const& constraint, Party const& party) {
  auto const location = text_of(properties_in(constraint), "location");
  return recheck(judge, constraint, place_of_location(judge.root(), location), place_of(*party.candidate));
}
Measured recheck_between(Judge const& judge, json::object const& constraint, Party const& a, Party const& b) {
  return recheck(judge, constraint, place_of(*a.candidate), place_of(*b.candidate));
}

constexpr Property distance{.name = "distance",
                            .help = "Great-circle distance, such as '< 300 km' or '100-200 mi'.",
                            .required = true,
                            .threshold = "distance"};
constexpr Property between[] = {distance};
constexpr Property from_location[] = {
    distance, {.name = "location", .help = "A name of the section locations.", .required = true}};

constexpr Type all[] = {{.name = "distance_between_demands",
                         .help = "Every two of the listed demands are that far apart.",
                         .place = 20,
                         .scope = Scope::pairwise,
                         .properties = between,
                         .least_demands = 2,
                         .soft = Soft::penalty_or_weight,
                         .member = true,
                         .prepare = between_demands,
                         .limits = limits_of,
                         .recheck = {.two = recheck_between}},
                        {.name = "distance_to_location",
                         .help = "Each demand is that far from the location.",
                         .place = 30,
                         .rank = 1,
                         .properties = from_location,
                         .soft = Soft::penalty_or_weight,
                         .member = true,
                         .prepare = to_location,
                         .limits = limits_of,
                         .recheck = {.one = recheck_to_location}}};

}  // namespace

std::span<Type const> distance_types() { return all; }

}  // namespace conductor::services::constraints
