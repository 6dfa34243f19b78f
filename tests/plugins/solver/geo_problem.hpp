// Problems from coordinates, as a plan with sites makes them: each demand has candidates at sites, the objective is the
// weighted sum of distances to a location and of candidate costs, chains of demands lie within a distance, complexes
// differ.
#pragma once
#include "tests/plugins/solver/dense_problem.hpp"

#include <cmath>

namespace conductor::tests::solver {

struct Point {
  double lat = 0, lon = 0;
};

struct Site {
  Point at;
  double cost = 0;
  std::uint32_t zone = 0;
};

// Great circle on a sphere of 6371 km.
inline double distance_km(Point a, Point b) {
  constexpr double degree = 3.14159265358979323846 / 180;
  auto const lat = std::sin((b.lat - a.lat) * degree / 2);
  auto const lon = std::sin((b.lon - a.lon) * degree / 2);
  auto const h = lat * lat + std::cos(a.lat * degree) * std::cos(b.lat * degree) * lon * lon;
  return 2 * 6371.0 * std::asin(std::min(1.0, std::sqrt(h)));
}

inline sdk::Cost fixed_point(double value) { return static_cast<sdk::Cost>(std::llround(value * 1e6)); }

class GeoProblem {
 public:
  // The unary key: weight * (distance to `from` + cost). Candidates are numbered by key; site_of() leads back to the
  // input.
  std::uint32_t add_demand(std::vector<Site> const& sites, Point from, double weight = 1) {
    std::vector<std::uint32_t> by_cost(sites.size());
    std::iota(by_cost.begin(), by_cost.end(), 0U);
    auto order = by_cost;
    std::stable_sort(by_cost.begin(), by_cost.end(), [&](auto a, auto b) { return sites[a].cost < sites[b].cost; });
    std::vector<sdk::UnaryKey> by_input(sites.size());
    for (std::uint32_t rank = 0; rank < by_cost.size(); ++rank) {
      auto const& site = sites[by_cost[rank]];
      by_input[by_cost[rank]] = {fixed_point(weight * (distance_km(from, site.at) + site.cost)), 0, rank};
    }
    std::sort(order.begin(), order.end(), [&](auto a, auto b) {
      return std::pair(by_input[a].cost, by_input[a].rank) < std::pair(by_input[b].cost, by_input[b].rank);
    });
    std::vector<sdk::UnaryKey> keys;
    auto placed = std::make_shared<Placed>();
    for (auto const i : order) {
      keys.push_back(by_input[i]);
      placed->sites.push_back(sites[i]);
      placed->vectors.push_back(unit_vector(sites[i].at));
    }
    input_.push_back(std::move(order));
    placed_.push_back(std::move(placed));
    return problem_.add_demand(std::move(keys));
  }
  void within_km_of(std::uint32_t d, Point from, double limit) {
    for (std::size_t c = 0; c < placed_[d]->sites.size(); ++c)
      if (!(distance_km(from, placed_[d]->sites[c].at) <= limit)) problem_.forbid(d, c);
  }
  void between_km(std::uint32_t d, std::uint32_t e, double limit) {
    auto const limit_chord = 2 * std::sin(limit / 12742);
    problem_.relate(d, e, [a = placed_[d], b = placed_[e], limit, square = limit_chord * limit_chord](auto i, auto j) {
      auto const apart = squared_chord(a->vectors[i], b->vectors[j]);
      // Near the limit the definition decides.
      if (std::abs(apart - square) <= square * 1e-9) return distance_km(a->sites[i].at, b->sites[j].at) <= limit;
      return apart < square;
    });
  }
  void zones_differ(std::uint32_t d, std::uint32_t e) {
    problem_.relate(d, e,
                    [a = placed_[d], b = placed_[e]](auto i, auto j) { return a->sites[i].zone != b->sites[j].zone; });
  }
  // weight * distance between the two is part of the objective.
  void pay_distance(std::uint32_t d, std::uint32_t e, double weight) {
    problem_.price(
        d, e, weight < 0 ? fixed_point(weight * 20015.09) : 0,
        [a = placed_[d], b = placed_[e], weight](auto i, auto j) {
          return fixed_point(weight * 12742 * std::asin(std::min(1.0, chord(a->vectors[i], b->vectors[j]) / 2)));
        });
  }
  DenseProblem& problem() { return problem_; }
  // Index in the sites given to add_demand.
  std::uint32_t site_of(std::size_t demand, std::uint32_t c) const { return input_[demand][c]; }
  std::vector<std::uint32_t> sites_of(sdk::Assignment const& assignment) const {
    std::vector<std::uint32_t> sites;
    for (std::size_t d = 0; d < assignment.size(); ++d) sites.push_back(site_of(d, assignment[d]));
    return sites;
  }

 private:
  using Vector = std::array<double, 3>;
  struct Placed {
    std::vector<Site> sites;
    std::vector<Vector> vectors;
  };
  static double squared_chord(Vector const& u, Vector const& v) {
    return (u[0] - v[0]) * (u[0] - v[0]) + (u[1] - v[1]) * (u[1] - v[1]) + (u[2] - v[2]) * (u[2] - v[2]);
  }
  static double chord(Vector const& u, Vector const& v) { return std::sqrt(squared_chord(u, v)); }
  static Vector unit_vector(Point p) {
    constexpr double degree = 3.14159265358979323846 / 180;
    return {std::cos(p.lat * degree) * std::cos(p.lon * degree), std::cos(p.lat * degree) * std::sin(p.lon * degree),
            std::sin(p.lat * degree)};
  }

  DenseProblem problem_;
  std::vector<std::vector<std::uint32_t>> input_;
  std::vector<std::shared_ptr<Placed>> placed_;
};

}  // namespace conductor::tests::solver
