#include "tabled_plan.hpp"

#include "core/model/geo.hpp"

#include <cmath>
#include <functional>

namespace conductor::tests::solver {
namespace {

struct Place {
  std::string id, region;
  model::Coordinates at;
  double cost = 0;
};

class Builder {
 public:
  Builder(unsigned seed, TabledPlan& out) : random_(seed), out_(out) {
    out_.plan.location("hq", hq_.latitude, hq_.longitude).location("lab", lab_.latitude, lab_.longitude);
    int const demands = pick(2, 2 + 2 * out.size), most = 4 + 4 * out.size;
    for (int d = 0; d < demands; ++d) add_demand(most);
    for (std::size_t d = 0; d < pools_.size(); ++d) add_own_terms(d);
    int const coupled = pick(0, 100);
    for (std::size_t d = 0; d < pools_.size(); ++d)
      for (auto e = d + 1; e < pools_.size(); ++e)
        if (pick(1, 100) <= coupled) couple(d, e);
    fill_tables();
  }

 private:
  using Measure = std::function<double(Place const&, Place const&)>;
  using Holds = std::function<bool(Place const&, Place const&)>;
  struct Pair {
    std::size_t first, second;
    std::vector<Measure> costs;
    std::vector<Holds> musts;
  };

  int pick(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
  std::string name(std::size_t d) const { return "d" + std::to_string(d); }
  std::string label() { return "k" + std::to_string(labels_++); }

  void add_demand(int most) {
    auto const d = pools_.size();
    auto& pool = pools_.emplace_back();
    std::vector<int> ids(static_cast<std::size_t>(most) + 3);
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<int>(i);
    std::shuffle(ids.begin(), ids.end(), random_);
    for (int count = pick(2, most), i = 0; i < count; ++i) {
      // Whole degrees and few costs: many candidates are alike.
      Place const place{"c" + std::to_string(ids[static_cast<std::size_t>(i)]),
                        "r" + std::to_string(pick(0, 4)),
                        {static_cast<double>(pick(45, 50)), static_cast<double>(pick(6, 12))},
                        static_cast<double>(pick(0, 2))};
      auto fields = at(place.at.latitude, place.at.longitude, place.cost);
      fields["location_id"] = place.region;
      out_.plan.candidate(name(d), place.id, std::move(fields));
      pool.push_back(place);
    }
    own_.push_back(std::vector<double>(pool.size()));
    out_of_reach_.push_back(std::vector<bool>(pool.size()));
  }

  void add_own_terms(std::size_t d) {
    if (pick(0, 3) > 0) {
      double const weight = pick(0, 5) ? pick(1, 3) : -1;
      bool const at_hq = pick(0, 1);
      out_.plan.operand("distance_between", {at_hq ? "hq" : "lab", name(d)}, weight);
      each(d, [&](std::size_t c, Place const& place) {
        own_[d][c] += weight * (model::distance_km(at_hq ? hq_ : lab_, place.at) + place.cost);
      });
    }
    if (pick(0, 3) == 0) {
      out_.plan.operand("cost", {name(d)}, 20);
      each(d, [&](std::size_t c, Place const& place) { own_[d][c] += 20 * place.cost; });
    }
    if (pick(0, 3) == 0) {
      double const limit = pick(1, 8) * 100;
      auto properties = km("<=", limit);
      properties["location"] = "hq";
      out_.plan.constraint(label(), "distance_to_location", {name(d)}, std::move(properties));
      each(d, [&](std::size_t c, Place const& place) {
        if (!(model::distance_km(hq_, place.at) <= limit)) out_of_reach_[d][c] = true;
      });
    }
  }

  void couple(std::size_t d, std::size_t e) {
    auto& pair = pairs_.emplace_back(Pair{d, e, {}, {}});
    for (int count = pick(1, 2), i = 0; i < count; ++i) {
      switch (pick(0, 4)) {
        case 0: {
          double const weight = pick(0, 4) ? pick(1, 2) : -0.5;
          out_.plan.operand("distance_between", {name(d), name(e)}, weight);
          pair.costs.push_back(
              [weight](auto const& a, auto const& b) { return weight * model::distance_km(a.at, b.at); });
          break;
        }
        case 1:
        case 2:
          limit(pair);
          break;
        case 3: {
          bool const same = pick(0, 1);
          demand(pair, "zone", {{"qualifier", same ? "same" : "different"}, {"category", "region"}},
                 [same](auto const& a, auto const& b) { return (a.region == b.region) == same; });
          break;
        }
        default: {
          bool const same = pick(0, 3) == 0;
          demand(pair, same ? "same_candidate" : "different_candidate", {},
                 [same](auto const& a, auto const& b) { return (a.id == b.id) == same; });
        }
      }
    }
  }

  void limit(Pair& pair) {
    char const* const operators[] = {"<", "<=", ">", ">="};
    auto const kind = pick(0, 3);
    double const limit = pick(0, 5) * 100;
    auto properties = km(operators[kind], limit);
    auto const holds = [kind, limit](auto const& a, auto const& b) {
      auto const apart = model::distance_km(a.at, b.at);
      return kind == 0 ? apart < limit : kind == 1 ? apart <= limit : kind == 2 ? apart > limit : apart >= limit;
    };
    if (pick(0, 3) > 0) return demand(pair, "distance_between_demands", std::move(properties), holds);
    double const weight = pick(1, 2);
    out_.plan.constraint(label(), "distance_between_demands",
                         {{"demands", json::array{name(pair.first), name(pair.second)}},
                          {"properties", std::move(properties)},
                          {"weight", weight}});
    pair.costs.push_back([=](auto const& a, auto const& b) {
      return holds(a, b) ? 0 : weight * std::abs(model::distance_km(a.at, b.at) - limit);
    });
  }

  // A must, or a wish that costs something when it is not met.
  void demand(Pair& pair, char const* type, json::object properties, Holds holds) {
    json::object entry{{"demands", json::array{name(pair.first), name(pair.second)}}};
    entry["properties"] = std::move(properties);
    if (pick(0, 3) == 0) {
      double const penalty = pick(1, 3) * 50;
      entry["penalty"] = penalty;
      pair.costs.push_back([=](auto const& a, auto const& b) { return holds(a, b) ? 0 : penalty; });
    } else {
      pair.musts.push_back(std::move(holds));
    }
    out_.plan.constraint(label(), type, std::move(entry));
  }

  template <class Visit>
  void each(std::size_t d, Visit const& visit) const {
    for (std::size_t c = 0; c < pools_[d].size(); ++c) visit(c, pools_[d][c]);
  }
  static sdk::Cost whole(double value) { return std::llround(value * tabled_scale); }

  void fill_tables() {
    std::vector<std::vector<std::size_t>> order;
    for (std::size_t d = 0; d < pools_.size(); ++d) {
      auto& by_cost = order.emplace_back();
      each(d, [&](std::size_t c, Place const&) { by_cost.push_back(c); });
      std::stable_sort(by_cost.begin(), by_cost.end(), [&](auto a, auto b) { return own_[d][a] < own_[d][b]; });
      std::vector<sdk::UnaryKey> keys;
      for (std::uint32_t i = 0; i < by_cost.size(); ++i) keys.push_back({whole(own_[d][by_cost[i]]), 0, i});
      out_.tables->add_demand(std::move(keys));
      for (std::size_t i = 0; i < by_cost.size(); ++i)
        if (out_of_reach_[d][by_cost[i]]) out_.tables->forbid(d, i);
    }
    for (auto const& pair : pairs_) {
      auto const at = [this, &order](std::size_t d, std::uint32_t i) { return pools_[d][order[d][i]]; };
      auto const d = static_cast<std::uint32_t>(pair.first), e = static_cast<std::uint32_t>(pair.second);
      auto const columns = pools_[e].size();
      std::vector<sdk::Cost> table(pools_[d].size() * columns);
      std::vector<bool> allowed(table.size(), true);
      for (std::uint32_t i = 0; i < pools_[d].size(); ++i)
        for (std::uint32_t j = 0; j < columns; ++j) {
          for (auto const& cost : pair.costs) table[i * columns + j] += whole(cost(at(d, i), at(e, j)));
          for (auto const& must : pair.musts)
            if (!must(at(d, i), at(e, j))) allowed[i * columns + j] = false;
        }
      auto const least = *std::min_element(table.begin(), table.end());
      if (!pair.costs.empty()) out_.tables->price(d, e, least, [=](auto i, auto j) { return table[i * columns + j]; });
      if (!pair.musts.empty()) out_.tables->relate(d, e, [=](auto i, auto j) { return allowed[i * columns + j]; });
    }
  }

  std::mt19937 random_;
  TabledPlan& out_;
  int labels_ = 0;
  model::Coordinates const hq_{48.2, 11.3}, lab_{46, 9};
  std::vector<std::vector<Place>> pools_;
  std::vector<std::vector<double>> own_;
  std::vector<std::vector<bool>> out_of_reach_;
  std::vector<Pair> pairs_;
};

json::object in_another_order(json::object const& object, std::mt19937& random) {
  std::vector<json::object::value_type const*> members;
  for (auto const& member : object) members.push_back(&member);
  std::shuffle(members.begin(), members.end(), random);
  json::object result;
  for (auto const* member : members) result.insert(*member);
  return result;
}

}  // namespace

TabledPlan::TabledPlan(unsigned seed) : size(1 + static_cast<int>(seed % 3)) { Builder(seed, *this); }

PlanDocument shuffled(PlanDocument const& plan, unsigned seed) {
  std::mt19937 random(seed);
  PlanDocument result = plan;
  auto& root = result.root();
  for (auto& [name, demand] : root["demands"].as_object()) {
    auto& list = demand.at("candidates").as_array();
    for (auto i = list.size(); i > 1; --i) std::swap(list[i - 1], list[random() % i]);
  }
  for (auto const* part : {"demands", "constraints"}) root[part] = in_another_order(root[part].as_object(), random);
  return result;
}

PlanDocument with_another_limit(PlanDocument plan, unsigned seed) {
  auto const& demands = plan.root()["demands"].as_object();
  std::string const first(demands.begin()->key()), last((demands.end() - 1)->key());
  if (seed % 2) return plan.constraint("more", "distance_between_demands", {first, last}, km("<", 100 + seed % 7 * 60));
  auto properties = km(">=", seed % 9 * 50);
  properties["location"] = "hq";
  return plan.constraint("more", "distance_to_location", {last}, std::move(properties));
}

}  // namespace conductor::tests::solver
