// The problems that bench/solve measures. Sites lie at random in central Europe, three or so to a complex; each demand
// has its own customer location with a limit, and pays the weighted distance to it.
#pragma once
#include "tests/plugins/solver/geo_problem.hpp"

#include <algorithm>
#include <random>
#include <string>

namespace conductor::bench::solve {

using tests::solver::GeoProblem;
using tests::solver::Point;
using tests::solver::Site;

class Shapes {
 public:
  explicit Shapes(std::uint64_t seed) : engine_(seed) {}

  // chain: each demand within 200 km of the one before it, all in different complexes.
  // backtrack: as chain, but what is best for one demand has no partner in the next, down to the last few candidates.
  // tree: as chain, but complexes may be shared, so that the coupled demands form a tree.
  // ties: as chain, but every assignment costs the same.
  // clique: every pair pays its distance, nothing is forbidden.
  // noise: every pair pays a random price, the worst case of all.
  // Throws std::invalid_argument for another name.
  void fill(GeoProblem& geo, std::string const& shape, std::uint32_t demands, std::uint32_t candidates) {
    if (shape == "chain") return fill_chain(geo, demands, candidates, {});
    if (shape == "tree") return fill_chain(geo, demands, candidates, {.differ = false});
    if (shape == "ties") return fill_chain(geo, demands, candidates, {.least_weight = 0, .most_weight = 0});
    if (shape == "backtrack") return fill_backtrack(geo, demands, candidates);
    if (shape == "clique") return fill_clique(geo, demands, candidates);
    if (shape == "noise") return fill_noise(geo, demands, candidates);
    throw std::invalid_argument("no shape '" + shape + "'; there are chain, tree, ties, backtrack, clique and noise");
  }

 private:
  struct Chain {
    bool differ = true;
    double least_weight = 0.5, most_weight = 2;
  };

  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_() >> 11U) * 0x1p-53;
  }
  Point point(double lat, double lon, double spread) {
    return {lat + between(-spread, spread), lon + between(-spread, spread)};
  }
  std::vector<Site> sites(std::uint32_t count, double lat, double lon, double spread) {
    std::vector<Site> sites(count);
    for (std::uint32_t i = 0; i < count; ++i)
      sites[i] = {point(lat, lon, spread), static_cast<double>(engine_() % 3),
                  static_cast<std::uint32_t>(engine_() % (count / 3 + 2))};
    return sites;
  }

  void differ(GeoProblem& geo, std::uint32_t demands) {
    for (std::uint32_t d = 0; d < demands; ++d)
      for (std::uint32_t e = d + 1; e < demands; ++e) geo.zones_differ(d, e);
  }

  void fill_chain(GeoProblem& geo, std::uint32_t demands, std::uint32_t candidates, Chain const& chain) {
    for (std::uint32_t d = 0; d < demands; ++d) {
      auto const customer = point(49, 8, 3);
      geo.add_demand(sites(candidates, 49, 8, 5), customer, between(chain.least_weight, chain.most_weight));
      geo.within_km_of(d, customer, 800);
      if (d > 0) geo.between_km(d - 1, d, 200);
    }
    if (chain.differ) differ(geo, demands);
  }

  // Customer in the west; the nearer a site of an even demand, the further it is from all sites of the odd ones in the
  // east.
  void fill_backtrack(GeoProblem& geo, std::uint32_t demands, std::uint32_t candidates) {
    for (std::uint32_t d = 0; d < demands; ++d) {
      auto const even = d % 2 == 0;
      auto list = sites(candidates, 49, even ? 4 : 14, 3);
      for (std::uint32_t i = 0; i < 3; ++i) list[i].at = point(49, even ? 8.5 : 9.5, 0.2);
      geo.add_demand(list, {49, even ? 1.0 : 17.0});
      if (d > 0) geo.between_km(d - 1, d, 150);
    }
    differ(geo, demands);
  }

  void fill_clique(GeoProblem& geo, std::uint32_t demands, std::uint32_t candidates) {
    for (std::uint32_t d = 0; d < demands; ++d) geo.add_demand(sites(candidates, 49, 8, 5), point(49, 8, 5));
    for (std::uint32_t d = 0; d < demands; ++d)
      for (std::uint32_t e = d + 1; e < demands; ++e) geo.pay_distance(d, e, between(0.2, 1));
    differ(geo, demands);
  }

  void fill_noise(GeoProblem& geo, std::uint32_t demands, std::uint32_t candidates) {
    for (std::uint32_t d = 0; d < demands; ++d) geo.add_demand(sites(candidates, 49, 8, 5), point(49, 8, 5));
    for (std::uint32_t d = 0; d < demands; ++d) {
      for (std::uint32_t e = d + 1; e < demands; ++e) {
        geo.problem().price(d, e, 0, [salt = engine_()](std::uint32_t a, std::uint32_t b) {
          auto mixed = (salt ^ (std::uint64_t{a} << 32U ^ b)) * 0x9e3779b97f4a7c15ULL;
          mixed = (mixed ^ (mixed >> 29U)) * 0xbf58476d1ce4e5b9ULL;
          return static_cast<sdk::Cost>((mixed >> 32U) % 1'000'000'000);  // up to 1000 km
        });
      }
    }
  }

  std::mt19937_64 engine_;
};

}  // namespace conductor::bench::solve
