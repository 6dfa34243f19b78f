#include "bench/placement/instance.hpp"

#include <cmath>
#include <numbers>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

namespace conductor::bench::placement {

namespace json = boost::json;

namespace {

constexpr double south = 40, north = 60, west = -5, east = 25;

class Generator {
 public:
  explicit Generator(Instance const& instance) : instance_(instance), engine_(instance.seed) {
    for (int i = 0; i < 40; ++i) centres_.push_back(anywhere());
  }

  json::value document() {
    json::object locations, demands, constraints;
    json::array operands;
    for (std::uint32_t d = 0; d < instance_.demands; ++d) {
      auto const name = demand(d), customer = "customer_" + std::to_string(d);
      auto const [latitude, longitude] = anywhere();
      locations[customer] = json::object{{"latitude", latitude}, {"longitude", longitude}};
      demands[name] = json::object{{"candidates", candidates(d)}};
      operands.push_back(operand(between(0.5, 2), json::array{customer, name}));
    }
    for (auto const& [d, e] : edges()) {
      auto const key = "edge_" + std::to_string(d) + "_" + std::to_string(e);
      json::object const limit{{"operator", "<="}, {"value", limit_km()}, {"units", "km"}};
      constraints[key] = json::object{{"name", key},
                                      {"type", "distance_between_demands"},
                                      {"demands", json::array{demand(d), demand(e)}},
                                      {"properties", json::object{{"distance", limit}}}};
      if (instance_.type == "costs") operands.push_back(operand(between(0.2, 1), json::array{demand(d), demand(e)}));
    }
    json::object objective{{"goal", "min"}, {"operation", "sum"}};
    objective["operands"] = std::move(operands);
    json::object plan{{"version", "2018-02-01"}, {"plan_id", instance_.name()}, {"request_type", ""}};
    plan["locations"] = std::move(locations);
    plan["demands"] = std::move(demands);
    plan["constraints"] = std::move(constraints);
    plan["objective"] = std::move(objective);
    return json::object{{"conductor_solver", std::move(plan)}};
  }

 private:
  using Place = std::pair<double, double>;

  static std::string demand(std::uint32_t d) { return "demand_" + std::to_string(d); }
  static json::object operand(double weight, json::array between) {
    json::object result{{"operation", "product"}, {"weight", weight}, {"function", "distance_between"}};
    result["function_param"] = std::move(between);
    return result;
  }

  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_() >> 11U) * 0x1p-53;
  }
  Place anywhere() {
    auto const latitude = between(south, north);
    return {latitude, between(west, east)};
  }
  Place site() {
    if (instance_.spread == "uniform") return anywhere();
    if (instance_.spread != "clustered") throw std::invalid_argument("no spread '" + instance_.spread + "'");
    auto const& centre = centres_[engine_() % centres_.size()];
    // Normally distributed by Box and Muller: the same on every library.
    auto const radius = 0.4 * std::sqrt(-2 * std::log(between(1e-12, 1)));
    auto const angle = between(0, 2 * std::numbers::pi);
    return {centre.first + radius * std::cos(angle), centre.second + radius * std::sin(angle)};
  }

  json::array candidates(std::uint32_t d) {
    json::array list;
    for (std::uint32_t c = 0; c < instance_.sites; ++c) {
      auto const [latitude, longitude] = site();
      list.push_back(json::object{{"candidate_id", std::to_string(d) + "-" + std::to_string(c)},
                                  {"inventory_type", "cloud"},
                                  {"inventory_provider", "bench"},
                                  {"uniqueness", "false"},
                                  {"cost", static_cast<double>(engine_() % 3)},
                                  {"latitude", latitude},
                                  {"longitude", longitude}});
    }
    return list;
  }

  double limit_km() const {
    if (instance_.tightness == "loose") return 600;
    if (instance_.tightness == "tight") return 120;
    if (instance_.tightness == "infeasible") return 0.25;
    throw std::invalid_argument("no tightness '" + instance_.tightness + "'");
  }

  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges() {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> list;
    auto const n = instance_.demands;
    for (std::uint32_t d = 1; d < n; ++d) {
      if (instance_.shape == "chain" || instance_.shape == "cycle")
        list.emplace_back(d - 1, d);
      else if (instance_.shape == "star")
        list.emplace_back(0, d);
      else if (instance_.shape == "tree")
        list.emplace_back(static_cast<std::uint32_t>(engine_() % d), d);
      else if (instance_.shape == "clique")
        for (std::uint32_t e = 0; e < d; ++e) list.emplace_back(e, d);
      else
        throw std::invalid_argument("no shape '" + instance_.shape + "'");
    }
    if (instance_.shape == "cycle" && n > 2) list.emplace_back(0, n - 1);
    return list;
  }

  Instance const& instance_;
  std::mt19937_64 engine_;
  std::vector<Place> centres_;
};

}  // namespace

std::string Instance::name() const {
  return type + " " + shape + " " + std::to_string(demands) + " x " + std::to_string(sites) + " " + spread + " " +
         tightness + " #" + std::to_string(seed);
}

json::value translated(Instance const& instance) {
  if (instance.type != "limits" && instance.type != "costs")
    throw std::invalid_argument("no class '" + instance.type + "'; there are limits and costs");
  return Generator(instance).document();
}

}  // namespace conductor::bench::placement
