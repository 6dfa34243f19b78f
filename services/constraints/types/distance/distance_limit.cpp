// Bands: the error of a squared chord is a few 1e-16 times the chord, that of the definition grows towards the
// antipode, where chords hardly change with distance. A relative 1e-9 of the squared chord covers both.
#include "services/constraints/types/distance/distance_limit.hpp"

#include <cmath>

namespace conductor::services::constraints {
namespace {

constexpr double longest_km = std::numbers::pi * model::earth_radius_km;

std::string kilometres(double km, int decimals) {
  // Limits as they were written, distances rounded.
  return (decimals < 0 ? shortest(km) : grouped(km, decimals)) + " km";
}

}  // namespace

DistanceLimit::DistanceLimit(json::object const& properties, double tolerance, std::string const& what)
    : tolerance_(tolerance) {
  auto const* property = member(properties, "distance");
  if (!property || !property->is_object())
    throw InvalidPlan(what + " needs a 'distance' with operator and value, not " +
                      (property ? shown(*property) : "nothing"));
  auto const& distance = property->get_object();
  auto const* value = member(distance, "value");
  auto const number = [&](json::value const* given) {
    auto const km = given ? number_in(*given) : std::nullopt;
    if (!km) throw InvalidPlan(what + " has the distance " + shown(*property) + "; its value must be a number of km");
    return *km;
  };
  if (value && value->is_object()) {
    kind_ = Kind::range;
    min_ = number(member(value->get_object(), "min"));
    max_ = number(member(value->get_object(), "max"));
  } else {
    min_ = max_ = number(value);
    auto const* given = member(distance, "operator");
    auto const text = given ? text_in(*given).value_or("") : std::string("=");
    kind_ = text == "<"    ? Kind::less
            : text == ">"  ? Kind::greater
            : text == ">=" ? Kind::greater_equal
            : text == "="  ? Kind::near
                           : Kind::less_equal;
  }
  make_bands();
}

bool DistanceLimit::holds(double km) const {
  switch (kind_) {
    case Kind::less:
      return km < max_;
    case Kind::less_equal:
      return km <= max_;
    case Kind::greater:
      return km > max_;
    case Kind::greater_equal:
      return km >= max_;
    case Kind::near:
      return std::abs(km - max_) <= tolerance_;
    case Kind::range:
      return min_ <= km && km <= max_;
  }
  return false;
}

double DistanceLimit::excess(double km) const {
  if (holds(km)) return 0;
  return std::abs(km - (kind_ == Kind::range && km < min_ ? min_ : max_));
}

DistanceLimit::Band DistanceLimit::band_around(double km) {
  if (km < 0) return {-1, -1};  // below every chord
  if (km > longest_km + 1) return {8, 8};
  double const chord = 2 * std::sin(std::min(km, longest_km) / (2 * model::earth_radius_km));
  double const margin = chord * chord * 1e-9 + chord * 1e-14 + 1e-28;
  // Beyond the longest distance the definition may still round past the limit: leave the upper side open.
  return {chord * chord - margin, km > longest_km - 1 ? 8 : chord * chord + margin};
}

void DistanceLimit::make_bands() {
  switch (kind_) {
    case Kind::greater:
    case Kind::greater_equal:
      outside_ = true;
      [[fallthrough]];
    case Kind::less:
    case Kind::less_equal:
      low_ = band_around(-1);
      high_ = band_around(max_);
      break;
    case Kind::near:
      low_ = band_around(max_ - tolerance_);
      high_ = band_around(max_ + tolerance_);
      break;
    case Kind::range:
      low_ = band_around(min_);
      high_ = band_around(max_);
      break;
  }
}

Drop DistanceLimit::why_not(double km) const {
  Drop drop{"distance", "", km, max_};
  // As many decimals as it takes to see the difference.
  int decimals = 0;
  for (double step = 1; decimals < 6 && std::abs(km - max_) < step; step /= 10) ++decimals;
  auto const seen = kilometres(km, decimals);
  auto const limit = kilometres(max_, -1);
  switch (kind_) {
    case Kind::less:
      drop.text = seen + " >= " + limit;
      break;
    case Kind::less_equal:
      drop.text = seen + " > " + limit;
      break;
    case Kind::greater:
      drop.text = seen + " <= " + limit;
      break;
    case Kind::greater_equal:
      drop.text = seen + " < " + limit;
      break;
    case Kind::near:
      drop.text = seen + " is not " + limit + " (within " + shortest(tolerance_) + " km)";
      break;
    case Kind::range:
      drop.text = seen + " is outside " + shortest(min_) + "-" + limit;
      if (km < min_) drop.limit = min_;
      break;
  }
  return drop;
}

}  // namespace conductor::services::constraints
