#include "services/solver/near.hpp"

#include "core/model/geo.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace conductor::services::solver {
namespace {

struct Masks {
  sdk::Word inside = 0, unsure = 0;
};

// (asin(s) - s) / s^3 as a polynomial in t = s^2 for t in 0..0.25: the best one of its degree, found by Chebyshev
// approximation with 60 digits; its error is below 3e-16. Highest power first.
constexpr std::array arc_coefficients{0.028169218060881414,  -0.010749050339697808, 0.01603551434914882,
                                      0.0078029494773533175, 0.011875494382636922,  0.013929652902326633,
                                      0.017355259955786323,  0.02237204763174451,   0.03038194736709848,
                                      0.044642857103423646,  0.07500000000020764,   0.1666666666666665};
constexpr double diameter = 2 * model::earth_radius_km;
constexpr double half_pi = std::numbers::pi / 2;

double chord2_at(Points const& points, std::array<double, 3> const& from, std::size_t i) {
  double const x = points.x[i] - from[0], y = points.y[i] - from[1], z = points.z[i] - from[2];
  return x * x + y * y + z * z;
}

// Points begin..end, at most 64, as bits from 0.
Masks one_by_one(Points const& points, std::array<double, 3> const& from, ChordBand const& band, std::size_t begin,
                 std::size_t end) {
  Masks masks;
  for (std::size_t i = begin; i < end; ++i) {
    auto const chord2 = chord2_at(points, from, i);
    auto const bit = sdk::Word{1} << (i - begin);
    if (chord2 >= band.inside_from && chord2 <= band.inside_to) masks.inside |= bit;
    if ((chord2 > band.low_from && chord2 < band.low_to) || (chord2 > band.high_from && chord2 < band.high_to))
      masks.unsure |= bit;
  }
  return masks;
}

// With x = half the chord: asin(x) directly up to 1/2, beyond it as pi/2 - 2 asin(sqrt((1 - x) / 2)).
double arc_km(double chord2) {
  if (chord2 > nearly_antipodal_chord2) return -1;
  double const x2 = chord2 * 0.25, x = std::sqrt(x2), far = (1 - x) * 0.5;
  bool const is_far = x2 > 0.25;
  double const t = is_far ? far : x2, s = is_far ? std::sqrt(far) : x;
  double sum = arc_coefficients[0];
  for (std::size_t i = 1; i < arc_coefficients.size(); ++i) sum = sum * t + arc_coefficients[i];
  double const arc = s + s * t * sum;
  return (is_far ? half_pi - (arc + arc) : arc) * diameter;
}

#ifdef __x86_64__
// The same four at a time. No fused operations: each step must round as it does above.
__attribute__((target("avx2"))) inline __m256d chords2_at(Points const& points, std::array<double, 3> const& from,
                                                          std::size_t i) {
  auto const x = _mm256_sub_pd(_mm256_loadu_pd(points.x.data() + i), _mm256_set1_pd(from[0]));
  auto const y = _mm256_sub_pd(_mm256_loadu_pd(points.y.data() + i), _mm256_set1_pd(from[1]));
  auto const z = _mm256_sub_pd(_mm256_loadu_pd(points.z.data() + i), _mm256_set1_pd(from[2]));
  return _mm256_add_pd(_mm256_add_pd(_mm256_mul_pd(x, x), _mm256_mul_pd(y, y)), _mm256_mul_pd(z, z));
}

__attribute__((target("avx2"))) inline __m256d between(__m256d value, __m256d low, __m256d high) {
  return _mm256_and_pd(_mm256_cmp_pd(value, low, _CMP_GT_OQ), _mm256_cmp_pd(value, high, _CMP_LT_OQ));
}

// 64 points from `begin` on.
__attribute__((target("avx2"))) Masks by_four(Points const& points, std::array<double, 3> const& from,
                                              ChordBand const& band, std::size_t begin) {
  auto const inside_from = _mm256_set1_pd(band.inside_from), inside_to = _mm256_set1_pd(band.inside_to);
  auto const low_from = _mm256_set1_pd(band.low_from), low_to = _mm256_set1_pd(band.low_to);
  auto const high_from = _mm256_set1_pd(band.high_from), high_to = _mm256_set1_pd(band.high_to);
  Masks masks;
  for (unsigned i = 0; i < 64; i += 4) {
    auto const chord2 = chords2_at(points, from, begin + i);
    auto const above = _mm256_cmp_pd(chord2, inside_from, _CMP_GE_OQ);
    auto const inside = _mm256_and_pd(above, _mm256_cmp_pd(chord2, inside_to, _CMP_LE_OQ));
    auto const unsure = _mm256_or_pd(between(chord2, low_from, low_to), between(chord2, high_from, high_to));
    masks.inside |= static_cast<sdk::Word>(_mm256_movemask_pd(inside)) << i;
    masks.unsure |= static_cast<sdk::Word>(_mm256_movemask_pd(unsure)) << i;
  }
  return masks;
}

__attribute__((target("avx2"))) inline __m256d arcs_km(__m256d chord2) {
  auto const quarter = _mm256_set1_pd(0.25), one = _mm256_set1_pd(1);
  auto const x2 = _mm256_mul_pd(chord2, quarter), x = _mm256_sqrt_pd(x2);
  // Where rounding takes a chord beyond 2 the root below is none; such points are marked at the end.
  auto const far = _mm256_mul_pd(_mm256_sub_pd(one, x), _mm256_set1_pd(0.5));
  auto const is_far = _mm256_cmp_pd(x2, quarter, _CMP_GT_OQ);
  auto const t = _mm256_blendv_pd(x2, far, is_far), s = _mm256_blendv_pd(x, _mm256_sqrt_pd(far), is_far);
  auto sum = _mm256_set1_pd(arc_coefficients[0]);
  for (std::size_t i = 1; i < arc_coefficients.size(); ++i)
    sum = _mm256_add_pd(_mm256_mul_pd(sum, t), _mm256_set1_pd(arc_coefficients[i]));
  auto const arc = _mm256_add_pd(s, _mm256_mul_pd(_mm256_mul_pd(s, t), sum));
  auto const beyond = _mm256_sub_pd(_mm256_set1_pd(half_pi), _mm256_add_pd(arc, arc));
  auto const km = _mm256_mul_pd(_mm256_blendv_pd(arc, beyond, is_far), _mm256_set1_pd(diameter));
  auto const antipodal = _mm256_cmp_pd(chord2, _mm256_set1_pd(nearly_antipodal_chord2), _CMP_GT_OQ);
  return _mm256_blendv_pd(km, _mm256_set1_pd(-1), antipodal);
}

__attribute__((target("avx2"))) void distances_by_four(Points const& points, std::array<double, 3> const& from,
                                                       std::span<double> km) {
  for (std::size_t i = 0; i + 4 <= km.size(); i += 4)
    _mm256_storeu_pd(km.data() + i, arcs_km(chords2_at(points, from, i)));
}

bool has_avx2() {
  static bool const has = __builtin_cpu_supports("avx2") != 0;
  return has;
}
#endif

}  // namespace

void classify(Points const& points, std::array<double, 3> const& from, ChordBand const& band, std::size_t first_word,
              std::span<sdk::Word> inside, std::span<sdk::Word> unsure) {
#ifdef __x86_64__
  bool const wide = has_avx2();
#endif
  for (std::size_t word = 0; word < inside.size(); ++word) {
    auto const begin = std::min((first_word + word) * 64, points.size());
    Masks masks;
#ifdef __x86_64__
    if (wide && begin + 64 <= points.size())
      masks = by_four(points, from, band, begin);
    else
#endif
      masks = one_by_one(points, from, band, begin, std::min(begin + 64, points.size()));
    inside[word] = masks.inside;
    unsure[word] = masks.unsure;
  }
}

void distances(Points const& points, std::array<double, 3> const& from, std::span<double> km) {
  std::size_t done = 0;
#ifdef __x86_64__
  if (has_avx2()) {
    distances_by_four(points, from, km);
    done = km.size() / 4 * 4;
  }
#endif
  for (; done < km.size(); ++done) km[done] = arc_km(chord2_at(points, from, done));
}

}  // namespace conductor::services::solver
