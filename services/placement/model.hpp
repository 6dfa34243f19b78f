// The normalised plan (solver specification 3): what the translated document says, once, in numbers. One column store
// per demand, zones as interned integers, places as sites with unit vectors. Never changed after it was read; documents
// are only pointed to.
#pragma once
#include "core/model/geo.hpp"
#include "services/placement/values.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <unordered_map>

namespace conductor::services::constraints {
struct Type;
}

namespace conductor::services::placement {

using model::Coordinates;

class NetworkModel;
class RowPool;
struct LicensePool;

// From [solver], for every plan alike.
enum class CostMode { per_operand, once };
struct Options {
  std::size_t max_solutions = 100;      // what `all` means
  std::size_t max_candidates = 100000;  // per demand; further ones are cut
  std::size_t triage_limit = 200;       // dropped candidates explained per demand and reason
  double distance_tolerance = 0.5;      // km, for `=`
  CostMode cost_mode = CostMode::per_operand;
  bool sticky = false;                            // requests of type `speed changed` stay where they are if they can
  double latency_step = 20000;                    // km per place in the order of latency groups
  std::shared_ptr<NetworkModel const> network{};  // null: estimates
  std::shared_ptr<std::vector<LicensePool> const> licenses{};  // null: none configured
  std::shared_ptr<RowPool> rows{};                             // null: every problem gets its memory from the system
};

enum class InventoryType { other, cloud, service, vfmodule, transport, nssi, nsi, slice_profiles, nst, nsst };
InventoryType inventory_type_from(std::string_view name);
// Slice types: no coordinates, and the recommendation carries the whole candidate.
bool is_slice(InventoryType type);

// Texts as numbers; 0 is "unknown".
using Symbol = std::uint32_t;
class Symbols {
 public:
  Symbol intern(std::string_view text);
  std::string const& text(Symbol symbol) const { return texts_[symbol]; }
  // 0 when nobody has that text.
  Symbol find(std::string_view text) const {
    auto const found = numbers_.find(text);
    return found == numbers_.end() ? 0 : found->second;
  }

 private:
  std::deque<std::string> texts_{""};  // a deque: the keys of numbers_ point into it
  std::unordered_map<std::string_view, Symbol> numbers_;
};

enum class Zone { region, complex, country, disaster, time, maintenance };
inline constexpr std::array<std::pair<std::string_view, char const*>, 6> zone_fields{
    {{"region", "location_id"},
     {"complex", "complex_name"},
     {"country", "country"},
     {"disaster", "disaster_zone"},
     {"time", "time_zone"},
     {"maintenance", "maintenance_zone"}}};

inline constexpr double half_circumference = 20015.1;  // km, a little more than the longest distance

// One place on earth; candidates that share it share all distances.
struct Site {
  Coordinates where;
  std::array<double, 3> unit{};
};
inline constexpr std::uint32_t no_site = ~0U;
std::array<double, 3> unit_vector(Coordinates const& where);

struct Location {
  std::string name;
  Coordinates where;
  std::array<double, 3> unit{};
  Symbol country = 0;
};

// Why a candidate left the pool of its demand. `value` and `limit` where there are numbers.
struct Drop {
  std::string reason;  // code: distance, no-coordinates, zone-unknown, ...
  std::string text;    // "1,204 km > 700 km"
  std::optional<double> value{}, limit{};
  bool missing = false;  // the candidate lacks the data to decide
};

// Candidates as columns, in template order after the removal of unusable ones.
struct Demand {
  std::string name;
  std::size_t resolved = 0;  // before that removal
  std::vector<json::object const*> documents;
  std::vector<std::string> ids;
  std::vector<InventoryType> types;
  std::vector<double> costs;
  std::vector<std::uint32_t> sites;
  std::array<std::vector<Symbol>, zone_fields.size()> zones;
  bool all_placed = false, sites_differ = false;  // nobody is without a site; no two share one, nor have none
  std::vector<bool> unique, existing;
  std::vector<std::pair<json::value const*, Drop>> unusable;  // malformed, duplicate, cost

  std::size_t size() const { return documents.size(); }
  // The demand is placed somewhere, and not there.
  bool leaves_placement(std::uint32_t candidate) const {
    return !existing[candidate] && std::find(existing.begin(), existing.end(), true) != existing.end();
  }
};

struct Constraint {
  std::string id, name;
  constraints::Type const* type = nullptr;
  std::vector<std::uint32_t> demands;  // without repetitions
  json::object const* properties = nullptr;
  json::object const* document = nullptr;  // the whole entry
  // Soft (21.2): what a violation costs, or what each unit of the excess does. Not more than one is given.
  std::optional<double> penalty, weight;

  bool soft() const { return penalty.has_value() || weight.has_value(); }
};

enum class Function {
  location_distance,
  demand_distance,
  location_latency,
  demand_latency,
  hpa_score,
  cost,
  newest_version,
  attribute
};
struct Operand {
  Function function = Function::cost;
  double weight = 1;
  std::uint32_t location = 0;
  std::vector<std::uint32_t> demands{};
  std::string attribute{};  // field of the candidate
};

// The generic grammar (8.3): functions at the leaves, sums and extremes above them.
struct Node {
  enum class Kind { leaf, sum, minimum, maximum };
  Kind kind = Kind::leaf;
  Operand leaf{};
  std::vector<Node> operands{};
  double weight = 1;                                         // as an operand of its parent, after normalization
  std::optional<std::pair<double, double>> normalization{};  // start, end
};

struct Objective {
  std::vector<Operand> operands{};  // base grammar: their sum is minimised
  std::optional<Node> tree{};       // generic grammar
  bool maximize = false;
};

struct Plan {
  std::shared_ptr<json::value const> document;  // owns everything that is pointed to
  std::string id, request_type;
  Symbols symbols;
  std::vector<Site> sites;
  std::vector<Location> locations;
  std::vector<Demand> demands;
  std::vector<Constraint> constraints;  // in the order of section 6
  std::optional<Objective> objective;
  std::optional<double> move_cost;    // re-homing (21.6)
  bool stays_first = false;           // a demand that leaves its placement counts before all values (S62, S67)
  std::vector<std::string> warnings;  // for the log

  std::optional<std::uint32_t> find_demand(std::string_view name) const;
  std::optional<std::uint32_t> find_location(std::string_view name) const;
  // Whether any assignment is better than another: an objective, soft constraints or moves.
  bool has_preferences() const;
};

}  // namespace conductor::services::placement
