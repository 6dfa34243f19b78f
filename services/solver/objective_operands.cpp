// Values of single functions, and the operands of the base grammar as parts. Cost enters inside the weight of each
// location operand of a demand (per_operand), or once per demand that has one (once).
#include "services/placement/near.hpp"
#include "services/solver/objective.hpp"

#include <algorithm>

namespace conductor::services::solver {

using namespace placement;

namespace {

constexpr auto country_zone = static_cast<std::size_t>(Zone::country);

struct World {
  Plan const& plan;
  Options const& options;
  Filtered const& filtered;
};

bool is_location(Function function) {
  return function == Function::location_distance || function == Function::location_latency;
}

// Unit vectors of candidates' places; the origin for one without a place, which the caller treats apart.
Points points_of(Plan const& plan, std::uint32_t demand, std::span<std::uint32_t const> candidates) {
  static constexpr std::array<double, 3> nowhere{};
  auto const& sites = plan.demands[demand].sites;
  Points points(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    auto const site = sites[candidates[i]];
    points.put(i, site == no_site ? nowhere : plan.sites[site].unit);
  }
  return points;
}

class LocationPart final : public UnaryPart {
 public:
  LocationPart(World const& world, Operand const& operand, bool charges)
      : world_(world), operand_(operand), charges_(charges) {}
  bool concerns(std::uint32_t demand) const override { return demand == operand_.demands[0]; }
  Score score(std::uint32_t demand, std::uint32_t candidate) const override {
    if (!concerns(demand)) return {};
    return with_cost(candidate, value_of(world_.plan, world_.options, world_.filtered, operand_, candidate));
  }
  void add_scores(std::uint32_t demand, std::span<std::uint32_t const> candidates,
                  std::span<Score> out) const override {
    if (operand_.function != Function::location_distance) return UnaryPart::add_scores(demand, candidates, out);
    auto const& plan = world_.plan;
    std::vector<double> km(candidates.size());
    distances(points_of(plan, demand, candidates), plan.locations[operand_.location].unit, km);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      bool const placed = plan.demands[demand].sites[candidates[i]] != no_site;
      out[i] += placed && km[i] >= 0 ? with_cost(candidates[i], km[i]) : score(demand, candidates[i]);
    }
  }

 private:
  Score with_cost(std::uint32_t candidate, std::optional<double> value) const {
    Score score;
    auto const cost = world_.plan.demands[operand_.demands[0]].costs[candidate];
    bool const once = world_.options.cost_mode == CostMode::once;
    if (once && charges_) score.value += cost;
    if (value)
      score.value += operand_.weight * (once ? *value : *value + cost);
    else
      ++score.gaps;
    return score;
  }

  World world_;
  Operand const& operand_;
  bool charges_;  // the demand's first operand of this kind
};

// cost and hpa_score; a list may name a demand twice.
class ListPart final : public UnaryPart {
 public:
  ListPart(World const& world, Operand const& operand) : world_(world), operand_(operand) {}
  bool concerns(std::uint32_t demand) const override {
    return std::find(operand_.demands.begin(), operand_.demands.end(), demand) != operand_.demands.end();
  }
  Score score(std::uint32_t demand, std::uint32_t candidate) const override {
    auto const times = std::count(operand_.demands.begin(), operand_.demands.end(), demand);
    if (times == 0) return {};
    auto const value = operand_.function == Function::cost
                           ? world_.plan.demands[demand].costs[candidate]
                           : -world_.filtered.annotations.hpa_score(demand, candidate).value_or(0.0);
    return {operand_.weight * static_cast<double>(times) * value, 0};
  }

 private:
  World world_;
  Operand const& operand_;
};

class DistancePart final : public PairPart {
 public:
  DistancePart(World const& world, Operand const& operand)
      : PairPart(std::min(operand.demands[0], operand.demands[1]), std::max(operand.demands[0], operand.demands[1])),
        world_(world),
        operand_(operand) {}
  Score score(std::uint32_t of_first, std::uint32_t of_second) const override {
    bool const turned = operand_.demands[0] != first();
    auto const value = value_of(world_.plan, world_.options, world_.filtered, operand_, turned ? of_second : of_first,
                                turned ? of_first : of_second);
    if (!value) return {0, 1};
    return {operand_.weight * *value, 0};
  }
  std::uint64_t signature(std::uint32_t demand, std::uint32_t candidate) const override {
    auto const& pool = world_.plan.demands[demand];
    std::uint64_t const site = pool.sites[candidate];
    return operand_.function == Function::demand_latency ? (site << 32U) | pool.zones[country_zone][candidate] : site;
  }
  bool tells_all_apart(std::uint32_t demand) const override { return world_.plan.demands[demand].sites_differ; }
  Range range() const override {
    auto const [least, most, gaps] = range_of(world_.options, world_.filtered, operand_);
    auto const a = operand_.weight * least, b = operand_.weight * most;
    return {std::min(a, b), std::max(a, b), gaps};
  }
  void number(std::uint32_t demand, std::span<std::uint32_t const> candidates) override {
    PairPart::number(demand, candidates);
    points_[demand == first() ? 0 : 1] = points_of(world_.plan, demand, candidates);
    auto const& sites = world_.plan.demands[demand].sites;
    all_placed_[demand == first() ? 0 : 1] =
        std::all_of(candidates.begin(), candidates.end(), [&](std::uint32_t c) { return sites[c] != no_site; });
  }
  void add_row(std::uint32_t demand, std::uint32_t candidate, std::span<Score> out) const override {
    if (operand_.function != Function::demand_distance || world_.plan.demands[demand].sites[candidate] == no_site)
      return PairPart::add_row(demand, candidate, out);
    auto const& others = listed_at_other_end(demand);
    PointColumns const all = points_[demand == first() ? 1 : 0];
    in_parts(out, [&](std::size_t begin, std::span<Score> part) {
      add_distances(
          demand, candidate, all.from(begin), [&](std::size_t i) { return others[begin + i]; }, part);
    });
  }
  void add_some(std::uint32_t demand, std::uint32_t candidate, std::span<std::uint32_t const> places,
                std::span<Score> out) const override {
    if (operand_.function != Function::demand_distance || world_.plan.demands[demand].sites[candidate] == no_site)
      return PairPart::add_some(demand, candidate, places, out);
    auto const& all = points_[demand == first() ? 1 : 0];
    auto const& others = listed_at_other_end(demand);
    in_parts(out, [&](std::size_t begin, std::span<Score> part) {
      std::array<double, at_once> x, y, z;
      for (std::size_t i = 0; i < part.size(); ++i) {
        x[i] = all.x[places[begin + i]];
        y[i] = all.y[places[begin + i]];
        z[i] = all.z[places[begin + i]];
      }
      add_distances(
          demand, candidate, {x.data(), y.data(), z.data()}, [&](std::size_t i) { return others[places[begin + i]]; },
          part);
    });
  }

 private:
  static constexpr std::size_t at_once = 128;

  template <class Add>
  static void in_parts(std::span<Score> out, Add const& add) {
    for (std::size_t begin = 0; begin < out.size(); begin += at_once)
      add(begin, out.subspan(begin, std::min(at_once, out.size() - begin)));
  }

  // From a candidate with a place to the one that `other` names for each of the points, at most at_once.
  template <class Other>
  void add_distances(std::uint32_t demand, std::uint32_t candidate, PointColumns points, Other const& other,
                     std::span<Score> out) const {
    std::array<double, at_once> km;
    distances(points, world_.plan.sites[world_.plan.demands[demand].sites[candidate]].unit, {km.data(), out.size()});
    auto const& sites = world_.plan.demands[demand == first() ? second() : first()].sites;
    bool const all_placed = all_placed_[demand == first() ? 1 : 0];
    for (std::size_t i = 0; i < out.size(); ++i)
      if (km[i] >= 0 && (all_placed || sites[other(i)] != no_site))
        out[i].value += operand_.weight * km[i];
      else
        out[i] += demand == first() ? score(candidate, other(i)) : score(other(i), candidate);
  }

  World world_;
  Operand const& operand_;
  std::array<Points, 2> points_;      // of what each end lists
  std::array<bool, 2> all_placed_{};  // none of it is without coordinates
};

class MovePart final : public UnaryPart {
 public:
  explicit MovePart(Plan const& plan) : plan_(plan) {}
  Score score(std::uint32_t demand, std::uint32_t candidate) const override {
    return {plan_.demands[demand].leaves_placement(candidate) ? *plan_.move_cost : 0.0, 0};
  }

 private:
  Plan const& plan_;
};

// Counted where gaps are, which come before all values.
class StayPart final : public UnaryPart {
 public:
  explicit StayPart(Plan const& plan) : plan_(plan) {}
  Score score(std::uint32_t demand, std::uint32_t candidate) const override {
    return {0, plan_.demands[demand].leaves_placement(candidate) ? 1U : 0U};
  }

 private:
  Plan const& plan_;
};

}  // namespace

std::optional<double> value_of(Plan const& plan, Options const& options, Filtered const& filtered,
                               Operand const& operand, std::uint32_t candidate) {
  auto const demand = operand.demands[0];
  auto const& pool = plan.demands[demand];
  if (operand.function == Function::attribute) {
    if (operand.attribute == "hpa_score") return filtered.annotations.hpa_score(demand, candidate);
    auto const* field = field_of(*pool.documents[candidate], operand.attribute);
    return field ? number_in(*field) : std::nullopt;
  }
  auto const site = pool.sites[candidate];
  if (site == no_site) return std::nullopt;
  auto const km = model::distance_km(plan.locations[operand.location].where, plan.sites[site].where);
  if (operand.function == Function::location_distance) return km;
  auto const* order = filtered.latency.of_location(operand.location);
  auto const place = order ? order->place(pool.zones[country_zone][candidate]) : std::nullopt;
  if (!place) return std::nullopt;
  return km + options.latency_step * *place;
}

std::optional<double> value_of(Plan const& plan, Options const& options, Filtered const& filtered,
                               Operand const& operand, std::uint32_t of_first, std::uint32_t of_second) {
  auto const &from = plan.demands[operand.demands[0]], &to = plan.demands[operand.demands[1]];
  if (from.sites[of_first] == no_site || to.sites[of_second] == no_site) return std::nullopt;
  auto const km = model::distance_km(plan.sites[from.sites[of_first]].where, plan.sites[to.sites[of_second]].where);
  if (operand.function == Function::demand_distance) return km;
  auto const* order = filtered.latency.of_country(from.zones[country_zone][of_first]);
  if (!order) return std::nullopt;
  // In no group: behind the last one.
  return km + options.latency_step * order->place(to.zones[country_zone][of_second]).value_or(order->groups());
}

Range range_of(Options const& options, Filtered const& filtered, Operand const& operand) {
  if (operand.function == Function::demand_latency)
    return {0, half_circumference + options.latency_step * filtered.latency.most_groups(), 1};
  return {0, half_circumference, 1};
}

void add_operands(Plan const& plan, Options const& options, Filtered const& filtered, Parts& parts) {
  if (!plan.objective) return;
  World const world{plan, options, filtered};
  std::vector<bool> charged(plan.demands.size(), false);
  for (auto const& operand : plan.objective->operands) {
    if (is_location(operand.function)) {
      auto const demand = operand.demands[0];
      parts.unary.push_back(std::make_unique<LocationPart>(world, operand, !charged[demand]));
      charged[demand] = true;
    } else if (operand.function == Function::cost || operand.function == Function::hpa_score) {
      parts.unary.push_back(std::make_unique<ListPart>(world, operand));
    } else if (operand.function != Function::newest_version) {
      parts.pairs.push_back(std::make_unique<DistancePart>(world, operand));
    }
  }
}

void add_moves(Plan const& plan, Parts& parts) {
  if (plan.move_cost) parts.unary.push_back(std::make_unique<MovePart>(plan));
  if (plan.stays_first) parts.unary.push_back(std::make_unique<StayPart>(plan));
}

}  // namespace conductor::services::solver
