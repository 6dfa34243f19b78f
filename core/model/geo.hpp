// Great-circle distances on a sphere of radius 6371 km (solver specification 8.2): the definition that every faster method must
// agree with.
#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>

namespace conductor::model {

inline constexpr double earth_radius_km = 6371.0;

struct Coordinates {
  double latitude = 0, longitude = 0;  // degrees
  bool operator==(Coordinates const&) const = default;
};

inline double distance_km(Coordinates const& a, Coordinates const& b) {
  if (a == b) return 0.0;
  constexpr double radian = std::numbers::pi / 180.0;
  double const phi1 = a.latitude * radian, phi2 = b.latitude * radian;
  double const s_phi = std::sin((phi2 - phi1) / 2.0);
  double const s_lambda = std::sin((b.longitude - a.longitude) * radian / 2.0);
  // Rounding takes h out of [0, 1] for near-antipodal points.
  double const h = std::clamp(s_phi * s_phi + std::cos(phi1) * std::cos(phi2) * s_lambda * s_lambda, 0.0, 1.0);
  return 2.0 * earth_radius_km * std::atan2(std::sqrt(h), std::sqrt(1.0 - h));
}

}  // namespace conductor::model
