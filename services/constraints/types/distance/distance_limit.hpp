// A distance threshold: its definition on kilometres, and the same test on chords between unit vectors, which needs no
// trigonometry. Where a chord is too close to a limit to be sure, the definition decides.
#pragma once
#include "services/placement/model.hpp"
#include "services/placement/near.hpp"

namespace conductor::services::constraints {

using namespace placement;

class DistanceLimit {
 public:
  // From {"operator", "value", "units"}; `what` names the constraint. Throws InvalidPlan.
  DistanceLimit(json::object const& properties, double tolerance, std::string const& what);

  // The definition (solver specification 5.1, S21, S22).
  bool holds(double km) const;

  // How many km the distance is beyond the limit; 0 when it holds.
  double excess(double km) const;
  // Whether there is a limit to be beyond: not for `=`.
  bool measured() const { return kind_ != Kind::near; }

  // Squared chord of two unit vectors; the exact distance is asked for only near a limit.
  template <class Exact>
  bool holds_chord(double chord2, Exact const& exact) const {
    if ((chord2 > low_.from && chord2 < low_.to) || (chord2 > high_.from && chord2 < high_.to)) return holds(exact());
    return (chord2 >= low_.to && chord2 <= high_.from) != outside_;
  }

  // The same for many points at once: inside the band holds, unless outside(); for unsure ones the definition decides.
  ChordBand band() const { return {low_.to, high_.from, low_.from, high_.to}; }
  bool outside() const { return outside_; }

  // "1,204 km > 700 km": why this distance does not hold.
  Drop why_not(double km) const;

 private:
  enum class Kind { less, less_equal, greater, greater_equal, near, range };
  // Squared chords between which only the definition is trusted.
  struct Band {
    double from = -1, to = -1;
  };
  static Band band_around(double km);
  void make_bands();

  Kind kind_ = Kind::less_equal;
  double min_ = 0, max_ = 0, tolerance_ = 0;
  Band low_, high_;       // around the lower and the upper end of an interval
  bool outside_ = false;  // holds outside of it
};

}  // namespace conductor::services::constraints
