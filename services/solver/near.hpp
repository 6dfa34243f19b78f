// Many points against one: which of them lie within a band of squared chords, and how far away each is. These are the
// inner loops of distance relations and pair costs, so there are versions for processors with AVX2, chosen when they
// run; all versions give the same bits.
#pragma once
#include "conductor/sdk/solver.hpp"

#include <array>
#include <span>
#include <vector>

namespace conductor::services::solver {

// Unit vectors as columns.
struct Points {
  std::vector<double> x, y, z;
  std::size_t size() const { return x.size(); }
  void reserve(std::size_t count) {
    for (auto* column : {&x, &y, &z}) column->reserve(count);
  }
  void add(std::array<double, 3> const& unit) {
    x.push_back(unit[0]);
    y.push_back(unit[1]);
    z.push_back(unit[2]);
  }
};

// Squared chords that are certainly inside, and those that are too close to an end to tell.
struct ChordBand {
  double inside_from = 0, inside_to = 4;                            // inclusive
  double low_from = -1, low_to = -1, high_from = -1, high_to = -1;  // exclusive: uncertain
};

// Bit i of `inside` and `unsure` is point 64 * first_word + i; both have the same size. Bits beyond the last point are
// 0.
void classify(Points const& points, std::array<double, 3> const& from, ChordBand const& band, std::size_t first_word,
              std::span<sdk::Word> inside, std::span<sdk::Word> unsure);

// Great-circle distances in km, one per point. The error is below a millionth of a millimetre, but for points beyond
// nearly_antipodal_chord2 from each other, where chords say little: those get a negative number, and the definition
// (core/model/geo.hpp) decides.
inline constexpr double nearly_antipodal_chord2 = 3.96;  // about 18,740 km
void distances(Points const& points, std::array<double, 3> const& from, std::span<double> km);

}  // namespace conductor::services::solver
