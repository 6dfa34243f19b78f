// The second opinion on one constraint and one choice: read once more straight from the translated document, slow and
// simple. Shares no code with rules, so that a fault there is found here.
#pragma once
#include "services/placement/model.hpp"

#include <span>

namespace conductor::services::constraints {

namespace json = boost::json;
using namespace placement;

class Judge;

// `unknown`: data is missing.
enum class Opinion { no, yes, unknown };
inline Opinion opinion_of(bool holds) { return holds ? Opinion::yes : Opinion::no; }

// Of several that must all hold: missing data settles it, then any that does not hold.
class AllOf {
 public:
  void add(Opinion opinion) {
    if (opinion == Opinion::unknown) unknown_ = true;
    if (opinion == Opinion::no) no_ = true;
  }
  Opinion opinion() const { return unknown_ ? Opinion::unknown : no_ ? Opinion::no : Opinion::yes; }

 private:
  bool unknown_ = false, no_ = false;
};

// One demand and what was chosen for it.
struct Party {
  std::string demand;
  json::object const* candidate;
};

struct Measured {
  Opinion opinion = Opinion::unknown;
  std::optional<double> excess{};  // how far it is beyond the limit
};
inline Measured plain(Opinion opinion) { return {opinion, std::nullopt}; }

// What a type supplies. `constraint`: its entry, or that of a member of a group.
struct Recheck {
  // Of each demand; null for pairwise types that ask nothing of a demand alone.
  Measured (*one)(Judge const& judge, json::object const& constraint, Party const& party) = nullptr;
  // Of every two demands, in the order of the list; pairwise types only.
  Measured (*two)(Judge const& judge, json::object const& constraint, Party const& a, Party const& b) = nullptr;
  // Groups only: what the opinions of its members come to.
  Opinion (*members)(std::span<Opinion const> opinions) = nullptr;
  // Adds the scores that it gives a candidate to `hpa_score`; null: it gives none.
  void (*add_score)(json::object const& properties, json::object const& candidate,
                    std::optional<double>& sum) = nullptr;
};

// An empty object when it has none.
json::object const& properties_in(json::object const& constraint);

struct Place {
  bool known = false;
  Coordinates at;
};
Place place_of(json::object const& object);
// Of a location of the plan.
Place place_of_location(json::object const& root, std::string_view name);

// What one quantity is compared with: {"operator", "value"}. Tolerance: of `=`.
bool within(json::object const& threshold, double seen, double tolerance);
// How far it is beyond.
double beyond(json::object const& threshold, double seen);

}  // namespace conductor::services::constraints
