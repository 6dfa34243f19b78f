// network_between_demands and network_to_location (solver specification 21.4): limits on the path between two ends,
// from the first demand of the list to the later one, or from the location.
#include "services/constraints/table.hpp"
#include "services/constraints/types/network/recheck.hpp"
#include "services/placement/class_rows.hpp"
#include "services/placement/network_model.hpp"

#include <cmath>

namespace conductor::services::constraints {
namespace {

constexpr double equal_enough = 1e-6;  // ms and Mbps, for `=`

// {"operator", "value"} of one property.
class PathLimit {
 public:
  PathLimit(json::value const& property, std::string name, char const* unit, double tolerance, std::string const& what)
      : name_(std::move(name)), unit_(unit), tolerance_(tolerance) {
    auto const* object = property.if_object();
    auto const* value = object ? member(*object, "value") : nullptr;
    auto const number = [&](json::value const* given) {
      auto const found = given ? number_in(*given) : std::nullopt;
      if (!found)
        throw InvalidPlan(what + " has the " + name_ + " " + shown(property) + "; its value must be a number");
      return *found;
    };
    op_ = object ? text_of(*object, "operator") : "";
    if (op_.empty()) op_ = "=";
    if (value && value->is_object()) {
      op_ = "range";
      least_ = number(member(value->get_object(), "min"));
      most_ = number(member(value->get_object(), "max"));
    } else {
      least_ = most_ = number(value);
    }
  }
  bool holds(double seen) const {
    if (op_ == "range") return least_ <= seen && seen <= most_;
    if (op_ == "<") return seen < most_;
    if (op_ == ">") return seen > least_;
    if (op_ == ">=") return seen >= least_;
    if (op_ == "=") return std::abs(seen - most_) <= tolerance_;
    return seen <= most_;
  }
  double limit_for(double seen) const { return op_ == "range" && seen < least_ ? least_ : most_; }
  bool measured() const { return op_ != "="; }
  Drop why_not(double seen) const {
    auto const limit = limit_for(seen);
    auto text = name_ + " " + (std::isfinite(seen) ? grouped(seen, 1) : "unlimited") + " " + unit_ + " is not ";
    text += op_ == "range" ? shortest(least_) + "-" + shortest(most_) : op_ + " " + shortest(limit);
    return {.reason = name_,
            .text = text + " " + unit_,
            .value = std::isfinite(seen) ? std::optional(seen) : std::nullopt,
            .limit = limit};
  }

 private:
  std::string name_, unit_, op_;
  double tolerance_ = 0, least_ = 0, most_ = 0;
};

// All limits of one constraint, on a path.
class Limits {
 public:
  Limits(Constraint const& constraint, Preparation const& preparation) {
    auto const add = [&](char const* name, char const* unit, double tolerance, double NetworkPath::*part) {
      if (auto const* property = member(*constraint.properties, name))
        list_.emplace_back(PathLimit(*property, name, unit, tolerance, title_of(constraint)), part);
    };
    add("latency", "ms", equal_enough, &NetworkPath::latency_ms);
    add("bandwidth", "Mbps", equal_enough, &NetworkPath::bandwidth_mbps);
    add("distance", "km", preparation.options.distance_tolerance, &NetworkPath::distance_km);
    if (list_.empty()) throw InvalidPlan(title_of(constraint) + " needs a bandwidth, distance or latency");
    if (!preparation.options.network && member(*constraint.properties, "bandwidth"))
      throw InvalidPlan(title_of(constraint) +
                        " has a bandwidth, which only a network model knows; set [solver] network_model");
  }
  Truth truth(NetworkPath const& path) const {
    for (auto const& [limit, part] : list_)
      if (!limit.holds(path.*part)) return Truth::no;
    return Truth::yes;
  }
  std::optional<double> excess(NetworkPath const& path) const {
    double sum = 0;
    for (auto const& [limit, part] : list_)
      if (!limit.holds(path.*part)) sum += std::abs(path.*part - limit.limit_for(path.*part));
    return std::isfinite(sum) ? std::optional(sum) : std::nullopt;
  }
  // Of paths none of whose parts is beyond those of `most`.
  double most_excess(NetworkPath const& most) const {
    double sum = 0;
    for (auto const& [limit, part] : list_)
      for (auto const seen : {0.0, most.*part})
        if (!limit.holds(seen)) sum += std::abs(seen - limit.limit_for(seen));
    return sum;
  }
  bool measured() const {
    return std::all_of(list_.begin(), list_.end(), [](auto const& each) { return each.first.measured(); });
  }
  Drop why_not(NetworkPath const& path) const {
    for (auto const& [limit, part] : list_)
      if (!limit.holds(path.*part)) return limit.why_not(path.*part);
    return {};
  }

 private:
  std::vector<std::pair<PathLimit, double NetworkPath::*>> list_;
};

// Paths of one plan, remembered by the end where they begin. Thread-safe.
class Paths {
 public:
  Paths(Plan const& plan, Options const& options) : plan_(plan), model_(options.network) {}

  // What a candidate hangs on: its name in the model, or its place. Empty: unknown.
  std::string end_of(std::uint32_t demand, std::uint32_t candidate) const {
    auto const& pool = plan_.demands[demand];
    if (!model_) return pool.sites[candidate] == no_site ? std::string() : std::to_string(pool.sites[candidate]);
    auto end = text_of(*pool.documents[candidate], "location_id");
    return end.empty() ? text_of(*pool.documents[candidate], "physical_location_id") : end;
  }
  // Both ends are known. Nothing: no path.
  std::optional<NetworkPath> between(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                                     std::uint32_t partner) const {
    if (model_) return find(end_of(demand, candidate), end_of(other, partner));
    return estimated_path(model::distance_km(place(demand, candidate), place(other, partner)));
  }
  // No path has more of anything, unlimited bandwidth aside.
  NetworkPath most() const {
    if (!model_) return estimated_path(half_circumference);
    NetworkPath most{.bandwidth_mbps = 0};
    for (auto const& link : model_->links()) {
      most.latency_ms += link.path.latency_ms;
      most.distance_km += link.path.distance_km;
      most.bandwidth_mbps = std::max(most.bandwidth_mbps, link.path.bandwidth_mbps);
    }
    return most;
  }
  std::optional<NetworkPath> from(Location const& location, std::uint32_t demand, std::uint32_t candidate) const {
    if (model_) return find(location.name, end_of(demand, candidate));
    return estimated_path(model::distance_km(location.where, place(demand, candidate)));
  }

 private:
  Coordinates const& place(std::uint32_t demand, std::uint32_t candidate) const {
    return plan_.sites[plan_.demands[demand].sites[candidate]].where;
  }
  std::optional<NetworkPath> find(std::string const& from, std::string const& to) const {
    if (from == to) return NetworkPath{};
    std::lock_guard const lock(mutex_);
    auto known = paths_.find(from);
    if (known == paths_.end()) known = paths_.emplace(from, model_->paths_from(from)).first;
    auto const path = known->second.find(to);
    return path == known->second.end() ? std::nullopt : std::optional(path->second);
  }

  Plan const& plan_;
  std::shared_ptr<NetworkModel const> model_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, std::unordered_map<std::string, NetworkPath>> paths_;
};

Drop no_end() {
  return {.reason = "no-network-end",
          .text = "location_id and physical_location_id, or the coordinates, are missing",
          .missing = true};
}

class ToLocation final : public Test {
 public:
  ToLocation(std::shared_ptr<Paths const> paths, Location const& location, Limits limits)
      : paths_(std::move(paths)), location_(location), limits_(std::move(limits)) {}
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    if (paths_->end_of(demand, candidate).empty()) return false;
    auto const path = paths_->from(location_, demand, candidate);
    return path && limits_.truth(*path) == Truth::yes;
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override {
    if (paths_->end_of(demand, candidate).empty()) return no_end();
    auto const path = paths_->from(location_, demand, candidate);
    if (!path) return {.reason = "no-path", .text = "the network has no path from " + location_.name};
    return limits_.why_not(*path);
  }
  std::optional<double> excess(std::uint32_t demand, std::uint32_t candidate) const override {
    if (paths_->end_of(demand, candidate).empty()) return std::nullopt;
    auto const path = paths_->from(location_, demand, candidate);
    return path ? limits_.excess(*path) : std::nullopt;
  }

 private:
  std::shared_ptr<Paths const> paths_;
  Location const& location_;
  Limits limits_;
};

class HasEnd final : public Test {
 public:
  explicit HasEnd(std::shared_ptr<Paths const> paths) : paths_(std::move(paths)) {}
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    return !paths_->end_of(demand, candidate).empty();
  }
  Drop why(std::uint32_t, std::uint32_t) const override { return no_end(); }

 private:
  std::shared_ptr<Paths const> paths_;
};

class Connected final : public ClassRelation {
 public:
  Connected(std::shared_ptr<Paths const> paths, Constraint const& constraint, std::size_t demands, Limits limits)
      : ClassRelation(demands), paths_(std::move(paths)), place_in_list_(demands), limits_(std::move(limits)) {
    for (std::size_t i = 0; i < constraint.demands.size(); ++i) place_in_list_[constraint.demands[i]] = i;
  }
  void number(std::uint32_t demand, std::span<std::uint32_t const> numbering) override {
    number_by(demand, numbering, [&](auto candidate) { return paths_->end_of(demand, candidate); });
  }
  Truth truth(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
              std::uint32_t partner) const override {
    if (paths_->end_of(demand, candidate).empty() || paths_->end_of(other, partner).empty()) return Truth::unknown;
    auto const path = between(demand, candidate, other, partner);
    return path ? limits_.truth(*path) : Truth::no;
  }
  std::optional<double> excess(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                               std::uint32_t partner) const override {
    if (paths_->end_of(demand, candidate).empty() || paths_->end_of(other, partner).empty()) return std::nullopt;
    auto const path = between(demand, candidate, other, partner);
    return path ? limits_.excess(*path) : std::nullopt;
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other, std::uint32_t partner) const override {
    if (paths_->end_of(demand, candidate).empty() || paths_->end_of(other, partner).empty()) return no_end();
    auto const path = between(demand, candidate, other, partner);
    if (!path) return {.reason = "no-path", .text = "the network has no path between the two"};
    return limits_.why_not(*path);
  }
  std::optional<double> most_excess() const override { return limits_.most_excess(paths_->most()); }

 private:
  std::optional<NetworkPath> between(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                                     std::uint32_t partner) const {
    return place_in_list_[demand] < place_in_list_[other] ? paths_->between(demand, candidate, other, partner)
                                                          : paths_->between(other, partner, demand, candidate);
  }

  std::shared_ptr<Paths const> paths_;
  std::vector<std::size_t> place_in_list_;  // by demand
  Limits limits_;
};

Rule to_location(Constraint const& constraint, Preparation const& preparation) {
  auto const name = text_of(*constraint.properties, "location");
  auto const location = preparation.plan.find_location(name);
  if (!location)
    throw InvalidPlan(title_of(constraint) + " names location '" + name + "', which the plan does not have");
  Limits limits(constraint, preparation);
  Rule rule;
  rule.measured = limits.measured();
  rule.local = std::make_unique<ToLocation>(std::make_shared<Paths const>(preparation.plan, preparation.options),
                                            preparation.plan.locations[*location], std::move(limits));
  return rule;
}

Rule between_demands(Constraint const& constraint, Preparation const& preparation) {
  if (constraint.demands.size() < 2)
    throw InvalidPlan(title_of(constraint) + " names one demand; it needs at least two different ones");
  Limits limits(constraint, preparation);
  auto const paths = std::make_shared<Paths const>(preparation.plan, preparation.options);
  Rule rule;
  rule.measured = limits.measured();
  rule.local = std::make_unique<HasEnd>(paths);
  rule.relation = std::make_unique<Connected>(paths, constraint, preparation.plan.demands.size(), std::move(limits));
  rule.tests_are_implied = true;
  return rule;
}

void check(ConstraintUnderCheck const& constraint, json::object&, Report& report) {
  for (auto const* key : {"bandwidth", "distance", "latency"})
    if (constraint.properties.given(key)) return;
  report.add(
      constraint.properties,
      "Constraint named '" + constraint.name + "' needs at least one of the properties bandwidth, distance, latency",
      "bandwidth, distance or latency");
}

std::vector<Limit> limits_of(json::object const& properties) {
  std::vector<Limit> limits;
  add_limits_of(properties, "latency", "ms", limits);
  add_limits_of(properties, "bandwidth", "Mbps", limits);
  add_limits_of(properties, "distance", "km", limits);
  return limits;
}

constexpr Property bandwidth{
    .name = "bandwidth", .help = "Along the path, such as '>= 1 Gbps'.", .threshold = "throughput"},
    distance{.name = "distance", .help = "Along the path, such as '< 300 km'.", .threshold = "distance"},
    latency{.name = "latency", .help = "Round trip, such as '< 20 ms'.", .threshold = "time"};
constexpr Property between[] = {bandwidth, distance, latency};
constexpr Property from_location[] = {
    bandwidth, distance, latency, {.name = "location", .help = "A name of the section locations.", .required = true}};

constexpr Type all[] = {{.name = "network_between_demands",
                         .help = "The network path between every two of the listed demands is good enough.",
                         .place = 120,
                         .scope = Scope::pairwise,
                         .properties = between,
                         .least_demands = 2,
                         .soft = Soft::penalty_or_weight,
                         .member = true,
                         .check = check,
                         .prepare = between_demands,
                         .limits = limits_of,
                         .recheck = {.two = recheck_path_between}},
                        {.name = "network_to_location",
                         .help = "The network path from each demand to the location is good enough.",
                         .place = 130,
                         .properties = from_location,
                         .soft = Soft::penalty_or_weight,
                         .member = true,
                         .check = check,
                         .prepare = to_location,
                         .limits = limits_of,
                         .recheck = {.one = recheck_path_from_location}}};

}  // namespace

std::span<Type const> network_types() { return all; }

}  // namespace conductor::services::constraints
