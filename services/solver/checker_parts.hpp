// The pieces of the checker (checker.hpp), each reading documents in its own way.
#pragma once
#include "services/solver/checker.hpp"

namespace conductor::services::solver::checking {

// `unknown`: data is missing.
enum class Opinion { no, yes, unknown };

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

struct Place {
  bool known = false;
  Coordinates at;
};
Place place_of(json::object const& object);
// Of a location of the plan.
Place place_of_location(json::object const& root, std::string_view name);

// Whether one candidate meets an `evaluate` mapping of an attribute constraint.
Opinion meets_attributes(json::object const& evaluate, json::object const& candidate, Answers const& answers);

// The score of the best flavor of a candidate for one item of an hpa constraint; nothing when none fits.
std::optional<double> hpa_fit(json::object const& item, json::object const& candidate);

// What one quantity is compared with: {"operator", "value"}. Tolerance: of `=`.
bool within(json::object const& threshold, double value, double tolerance);
// How far it is beyond.
double beyond(json::object const& threshold, double value);

// What a soft constraint comes to.
struct Toll {
  std::uint32_t violations = 0, gaps = 0;
  double excess = 0;
};

// Constraints of one plan for one choice.
class Judge {
 public:
  Judge(CheckedPlan const& plan, json::object const& root, Choice const& choice);
  Opinion holds(json::object const& constraint) const;
  Toll toll(json::object const& constraint) const;
  // Sum of the scores that hpa constraints give the choice; nothing when none looked at it.
  std::optional<double> hpa_score(std::string const& demand) const;

 private:
  struct Party {
    std::string demand;
    json::object const* candidate;
  };
  struct Measured {
    Opinion opinion = Opinion::unknown;
    std::optional<double> excess{};
  };
  static Measured plain(Opinion opinion) { return {opinion, std::nullopt}; }
  std::vector<Party> parties(json::object const& constraint) const;
  Measured alone(json::object const& constraint, Party const& party) const;
  Measured together(json::object const& constraint, Party const& a, Party const& b) const;
  Measured near(json::object const& properties, Place const& a, Place const& b) const;
  Measured thresholds(json::object const& properties, Party const& party) const;
  Opinion zones(json::object const& properties, Party const& a, Party const& b) const;
  Opinion zone_of_location(json::object const& properties, Party const& party) const;
  Opinion paired(json::object const& properties, Party const& a, Party const& b) const;
  Opinion group(json::object const& constraint) const;
  Measured path(json::object const& properties, std::string const& from, std::string const& to, Place const& place_from,
                Place const& place_to) const;
  Measured path_from_location(json::object const& properties, Party const& party) const;
  Measured path_between(json::object const& properties, Party const& a, Party const& b) const;
  Opinion licensed(json::object const& properties, Party const& party) const;
  static Opinion capable(json::object const& properties, Party const& party);
  static Opinion flavors_fit(json::object const& properties, Party const& party);
  Opinion vim_has_room(json::object const& properties, Party const& party) const;
  Opinion controller_has_room(json::object const& constraint, Party const& party) const;

  CheckedPlan const& plan_;
  json::object const& root_;
  Choice const& choice_;
};

// The objective of one plan for one choice: adds value and gaps, and a fault when a latency rule excludes a choice.
void add_objective(CheckedPlan const& plan, json::object const& root, Choice const& choice, Judge const& judge,
                   Verdict& verdict);

}  // namespace conductor::services::solver::checking
