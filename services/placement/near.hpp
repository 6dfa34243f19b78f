// Many points against one: which of them lie within a band of squared chords, and how far away each is. These are the
// inner loops of distance relations and pair costs, so there are versions for processors with AVX2, of a
// sieve also with AVX-512, chosen when they run. Distances have the same bits in all versions; what a sieve is unsure
// of may differ, what it is sure of is right.
#pragma once
#include "conductor/sdk/solver.hpp"

#include <array>
#include <span>
#include <vector>

namespace conductor::services::placement {

// Unit vectors as columns.
struct Points {
  Points() = default;
  explicit Points(std::size_t count) : x(count), y(count), z(count) {}
  std::size_t size() const { return x.size(); }
  void put(std::size_t i, std::array<double, 3> const& unit) {
    x[i] = unit[0];
    y[i] = unit[1];
    z[i] = unit[2];
  }

  std::vector<double> x, y, z;
};

// The same without owning them.
struct PointColumns {
  double const *x, *y, *z;

  PointColumns(double const* of_x, double const* of_y, double const* of_z) : x(of_x), y(of_y), z(of_z) {}
  PointColumns(Points const& points) : x(points.x.data()), y(points.y.data()), z(points.z.data()) {}
  PointColumns from(std::size_t i) const { return {x + i, y + i, z + i}; }
};

// An interval of squared chords with uncertain ends: what lies between inside_from and inside_to is inside, what lies
// below outside_below or above outside_above is not, the rest is unsure.
struct ChordBand {
  double inside_from = -1, inside_to = 8, outside_below = -1, outside_above = 8;
};

// The same in single precision, by which the ends become a little more uncertain. Made once for many rows.
struct SieveBand {
  explicit SieveBand(ChordBand const& band);

  float inside_from, inside_to, outside_below, outside_above;
  float inside_reach, outside_reach;  // chords: up to here all is inside (0: nothing is), beyond here all is outside
};

// A unit vector in single precision.
using Spot = std::array<float, 3>;
inline Spot spot_of(std::array<double, 3> const& unit) {
  return {static_cast<float>(unit[0]), static_cast<float>(unit[1]), static_cast<float>(unit[2])};
}

// Points to be told inside from outside. They are looked at in blocks of 64; one that lies, seen from the first point,
// wholly on one side is not looked at. That is the rule where positions are ordered by the distance from some place.
class Sieve {
 public:
  // Makes room for that many.
  void reserve(std::size_t count) {
    if (count > x_.size()) resize(count);
  }
  void add(Spot const& spot) {
    if (count_ == x_.size()) resize(2 * count_ + 1);
    if (count_ == 0) first_ = spot;
    x_[count_] = spot[0];
    y_[count_] = spot[1];
    z_[count_] = spot[2];
    ++count_;
  }
  // After the last point.
  void finish();

  static constexpr std::size_t at_once = 64;  // words
  // Bit i is point 64 * first_word + i; both have the same size, at most at_once. Bits beyond the last point are 0.
  // The result has a bit for each word whose points were looked at: only there is `unsure` written, elsewhere it would
  // be 0.
  sdk::Word classify(Spot const& from, SieveBand const& band, std::size_t first_word, std::span<sdk::Word> inside,
                     std::span<sdk::Word> unsure) const;

 private:
  void resize(std::size_t count);
  void add_ring(std::size_t block);

  std::size_t count_ = 0;
  Spot first_{};
  // Of a block: chords between which its points are away from the first of all. 64 more at the end, beyond everything.
  std::vector<float> near_, far_;
  std::vector<float> x_, y_, z_;  // as many as whole words of bits have, the last ones not a number
};

// Great-circle distances in km, one per point. The error is below a millionth of a millimetre, but for points beyond
// nearly_antipodal_chord2 from each other, where chords say little: those get a negative number, and the definition
// (core/model/geo.hpp) decides.
inline constexpr double nearly_antipodal_chord2 = 3.96;  // about 18,740 km
void distances(PointColumns points, std::array<double, 3> const& from, std::span<double> km);

}  // namespace conductor::services::placement
