#include "services/placement/near.hpp"

#include "core/model/geo.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace conductor::services::placement {
namespace {

// (asin(s) - s) / s^3 as a polynomial in t = s^2 for t in 0..0.25: the best one of its degree, found by Chebyshev
// approximation with 60 digits; its error is below 3e-16. Highest power first.
constexpr std::array arc_coefficients{0.028169218060881414,  -0.010749050339697808, 0.01603551434914882,
                                      0.0078029494773533175, 0.011875494382636922,  0.013929652902326633,
                                      0.017355259955786323,  0.02237204763174451,   0.03038194736709848,
                                      0.044642857103423646,  0.07500000000020764,   0.1666666666666665};
constexpr double diameter = 2 * model::earth_radius_km;
constexpr double half_pi = std::numbers::pi / 2;

double chord2_at(PointColumns const& points, std::array<double, 3> const& from, std::size_t i) {
  double const x = points.x[i] - from[0], y = points.y[i] - from[1], z = points.z[i] - from[2];
  return x * x + y * y + z * z;
}

// Coordinates are rounded by up to 6e-8 each, which moves a squared chord by up to 4e-7 times the chord; the sums add
// 4e-7 of itself.
double margin(double chord2) { return chord2 <= 0 ? 0 : 5e-7 * std::sqrt(chord2) + 5e-7 * chord2 + 1e-12; }
float up(double chord2) { return static_cast<float>(chord2 + margin(chord2)); }
float down(double chord2) { return static_cast<float>(chord2 - margin(chord2)); }
constexpr float ring_margin = 2e-6F;  // likewise, of chords

struct Columns {
  float const *x, *y, *z;
  Columns from(std::size_t i) const { return {x + i, y + i, z + i}; }
};

// What a place says of rings, by the triangle inequality.
struct View {
  float low, high, within;

  View(Spot const& from, Spot const& first, SieveBand const& band) {
    float const x = from[0] - first[0], y = from[1] - first[1], z = from[2] - first[2];
    float const apart = std::sqrt(x * x + y * y + z * z);
    low = apart - band.outside_reach - ring_margin;
    high = apart + band.outside_reach + ring_margin;
    within = band.inside_reach - apart - ring_margin;
  }
};

// Bits of rings that are wholly inside, and of those that have to be looked at; all others are outside.
struct Sides {
  sdk::Word all = 0, some = 0;
};
// A version for one kind of processor, of at most 64 rings; 64 may be read.
using SidesOf = Sides(float const* near, float const* far, View const& view, std::size_t count);

constexpr sdk::Word first_bits(std::size_t count) { return count == 64 ? ~sdk::Word{0} : (sdk::Word{1} << count) - 1; }

[[maybe_unused]] Sides ring_by_ring(float const* near, float const* far, View const& view, std::size_t count) {
  Sides sides;
  for (std::size_t i = 0; i < count; ++i) {
    auto const met = static_cast<sdk::Word>((near[i] <= view.high) & (far[i] >= view.low));
    auto const all = met & sdk::Word{far[i] < view.within};
    sides.all |= all << i;
    sides.some |= (met & ~all) << i;
  }
  return sides;
}

// A version of classify() for one kind of processor: as many whole words as `inside` has.
using Classify = void(Columns points, Spot const& from, SieveBand const& band, std::span<sdk::Word> inside,
                      std::span<sdk::Word> unsure);

[[maybe_unused]] void one_by_one(Columns points, Spot const& from, SieveBand const& band, std::span<sdk::Word> inside,
                                 std::span<sdk::Word> unsure) {
  for (std::size_t word = 0; word < inside.size(); ++word, points = points.from(64)) {
    sdk::Word sure = 0, maybe = 0;
    for (unsigned i = 0; i < 64; ++i) {
      float const x = points.x[i] - from[0], y = points.y[i] - from[1], z = points.z[i] - from[2];
      float const chord2 = x * x + y * y + z * z;
      sure |= sdk::Word{chord2 >= band.inside_from && chord2 <= band.inside_to} << i;
      maybe |= sdk::Word{chord2 >= band.outside_below && chord2 <= band.outside_above} << i;
    }
    inside[word] = sure;
    unsure[word] = maybe & ~sure;
  }
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
__attribute__((target("avx2"))) inline __m256d chords2_at(PointColumns const& points, std::array<double, 3> const& from,
                                                          std::size_t i) {
  auto const x = _mm256_sub_pd(_mm256_loadu_pd(points.x + i), _mm256_set1_pd(from[0]));
  auto const y = _mm256_sub_pd(_mm256_loadu_pd(points.y + i), _mm256_set1_pd(from[1]));
  auto const z = _mm256_sub_pd(_mm256_loadu_pd(points.z + i), _mm256_set1_pd(from[2]));
  return _mm256_add_pd(_mm256_add_pd(_mm256_mul_pd(x, x), _mm256_mul_pd(y, y)), _mm256_mul_pd(z, z));
}

__attribute__((target("avx2"))) void by_eight(Columns points, Spot const& from, SieveBand const& band,
                                              std::span<sdk::Word> inside, std::span<sdk::Word> unsure) {
  auto const fx = _mm256_set1_ps(from[0]), fy = _mm256_set1_ps(from[1]), fz = _mm256_set1_ps(from[2]);
  auto const inside_from = _mm256_set1_ps(band.inside_from), inside_to = _mm256_set1_ps(band.inside_to);
  auto const below = _mm256_set1_ps(band.outside_below), above = _mm256_set1_ps(band.outside_above);
  // Most limits have no lower end.
  bool const two_sided = band.inside_from > 0;
  for (std::size_t word = 0; word < inside.size(); ++word, points = points.from(64)) {
    sdk::Word sure = 0, maybe = 0;
    for (unsigned i = 0; i < 64; i += 8) {
      auto const x = _mm256_sub_ps(_mm256_loadu_ps(points.x + i), fx);
      auto const y = _mm256_sub_ps(_mm256_loadu_ps(points.y + i), fy);
      auto const z = _mm256_sub_ps(_mm256_loadu_ps(points.z + i), fz);
      auto const chord2 = _mm256_add_ps(_mm256_add_ps(_mm256_mul_ps(x, x), _mm256_mul_ps(y, y)), _mm256_mul_ps(z, z));
      auto in = _mm256_cmp_ps(chord2, inside_to, _CMP_LE_OQ), near = _mm256_cmp_ps(chord2, above, _CMP_LE_OQ);
      if (two_sided) {
        in = _mm256_and_ps(in, _mm256_cmp_ps(chord2, inside_from, _CMP_GE_OQ));
        near = _mm256_and_ps(near, _mm256_cmp_ps(chord2, below, _CMP_GE_OQ));
      }
      sure |= static_cast<sdk::Word>(static_cast<unsigned>(_mm256_movemask_ps(in))) << i;
      maybe |= static_cast<sdk::Word>(static_cast<unsigned>(_mm256_movemask_ps(near))) << i;
    }
    inside[word] = sure;
    unsure[word] = maybe & ~sure;
  }
}

__attribute__((target("avx2"))) Sides eight_rings(float const* near, float const* far, View const& view,
                                                  std::size_t count) {
  auto const low = _mm256_set1_ps(view.low), high = _mm256_set1_ps(view.high), within = _mm256_set1_ps(view.within);
  sdk::Word met = 0, all = 0;
  for (std::size_t i = 0; i < count; i += 8) {
    auto const n = _mm256_loadu_ps(near + i), f = _mm256_loadu_ps(far + i);
    auto const meets = _mm256_and_ps(_mm256_cmp_ps(n, high, _CMP_LE_OQ), _mm256_cmp_ps(f, low, _CMP_GE_OQ));
    met |= sdk::Word{static_cast<unsigned>(_mm256_movemask_ps(meets))} << i;
    all |= sdk::Word{static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(f, within, _CMP_LT_OQ)))} << i;
  }
  met &= first_bits(count);
  return {met & all, met & ~all};
}

__attribute__((target("avx512f"))) Sides sixteen_rings(float const* near, float const* far, View const& view,
                                                       std::size_t count) {
  auto const low = _mm512_set1_ps(view.low), high = _mm512_set1_ps(view.high), within = _mm512_set1_ps(view.within);
  sdk::Word met = 0, all = 0;
  for (std::size_t i = 0; i < count; i += 16) {
    auto const n = _mm512_loadu_ps(near + i), f = _mm512_loadu_ps(far + i);
    auto const begins = _mm512_cmp_ps_mask(n, high, _CMP_LE_OQ);
    met |= sdk::Word{_mm512_mask_cmp_ps_mask(begins, f, low, _CMP_GE_OQ)} << i;
    all |= sdk::Word{_mm512_cmp_ps_mask(f, within, _CMP_LT_OQ)} << i;
  }
  met &= first_bits(count);
  return {met & all, met & ~all};
}

__attribute__((target("avx512f"))) void by_sixteen(Columns points, Spot const& from, SieveBand const& band,
                                                   std::span<sdk::Word> inside, std::span<sdk::Word> unsure) {
  auto const fx = _mm512_set1_ps(from[0]), fy = _mm512_set1_ps(from[1]), fz = _mm512_set1_ps(from[2]);
  auto const inside_from = _mm512_set1_ps(band.inside_from), inside_to = _mm512_set1_ps(band.inside_to);
  auto const below = _mm512_set1_ps(band.outside_below), above = _mm512_set1_ps(band.outside_above);
  bool const two_sided = band.inside_from > 0;
  for (std::size_t word = 0; word < inside.size(); ++word, points = points.from(64)) {
    sdk::Word sure = 0, maybe = 0;
    for (unsigned i = 0; i < 64; i += 16) {
      auto const x = _mm512_sub_ps(_mm512_loadu_ps(points.x + i), fx);
      auto const y = _mm512_sub_ps(_mm512_loadu_ps(points.y + i), fy);
      auto const z = _mm512_sub_ps(_mm512_loadu_ps(points.z + i), fz);
      auto const chord2 = _mm512_add_ps(_mm512_add_ps(_mm512_mul_ps(x, x), _mm512_mul_ps(y, y)), _mm512_mul_ps(z, z));
      auto in = _mm512_cmp_ps_mask(chord2, inside_to, _CMP_LE_OQ);
      auto near = _mm512_cmp_ps_mask(chord2, above, _CMP_LE_OQ);
      if (two_sided) {
        in = _mm512_mask_cmp_ps_mask(in, chord2, inside_from, _CMP_GE_OQ);
        near = _mm512_mask_cmp_ps_mask(near, chord2, below, _CMP_GE_OQ);
      }
      sure |= sdk::Word{in} << i;
      maybe |= sdk::Word{near} << i;
    }
    inside[word] = sure;
    unsure[word] = maybe & ~sure;
  }
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

__attribute__((target("avx2"))) void distances_by_four(PointColumns const& points, std::array<double, 3> const& from,
                                                       std::span<double> km) {
  for (std::size_t i = 0; i + 4 <= km.size(); i += 4)
    _mm256_storeu_pd(km.data() + i, arcs_km(chords2_at(points, from, i)));
}

bool has_avx2() {
  static bool const has = __builtin_cpu_supports("avx2") != 0;
  return has;
}
#endif

struct Versions {
  SidesOf& sides;
  Classify& classify;
};
Versions best_versions() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f") != 0) return {sixteen_rings, by_sixteen};
  if (has_avx2()) return {eight_rings, by_eight};
#endif
  return {ring_by_ring, one_by_one};
}

}  // namespace

SieveBand::SieveBand(ChordBand const& band)
    : inside_from(up(band.inside_from)),
      inside_to(down(band.inside_to)),
      outside_below(down(band.outside_below)),
      outside_above(up(band.outside_above)),
      inside_reach(band.inside_from > 0 ? 0 : static_cast<float>(std::sqrt(std::max(band.inside_to, 0.0)))),
      outside_reach(static_cast<float>(std::sqrt(std::max(band.outside_above, 0.0)))) {}

void Sieve::resize(std::size_t count) {
  for (auto* column : {&x_, &y_, &z_}) column->resize((count + 63) / 64 * 64, std::numeric_limits<float>::quiet_NaN());
}

void Sieve::finish() {
  resize(count_);
  auto const blocks = x_.size() / 64;
  near_.reserve(blocks + 64);
  far_.reserve(blocks + 64);
  for (std::size_t block = 0; block < blocks; ++block) add_ring(block);
  for (auto* chords : {&near_, &far_}) chords->resize(blocks + 64, std::numeric_limits<float>::infinity());
}

void Sieve::add_ring(std::size_t block) {
  float least = 8, most = 0;
  for (auto i = block * 64; i < std::min(block * 64 + 64, count_); ++i) {
    float const x = x_[i] - x_[0], y = y_[i] - y_[0], z = z_[i] - z_[0], chord2 = x * x + y * y + z * z;
    least = std::min(least, chord2);
    most = std::max(most, chord2);
  }
  // One that is not full is never wholly inside: it has bits that stay 0.
  bool const full = block * 64 + 64 <= count_;
  near_.push_back(std::sqrt(least) - ring_margin);
  far_.push_back(full ? std::sqrt(most) + ring_margin : 8);
}

sdk::Word Sieve::classify(Spot const& from, SieveBand const& band, std::size_t first_word, std::span<sdk::Word> inside,
                          std::span<sdk::Word> unsure) const {
  static auto const versions = best_versions();
  View const view(from, first_, band);
  auto const [all, some] = versions.sides(near_.data() + first_word, far_.data() + first_word, view, inside.size());
  std::fill(inside.begin(), inside.end(), sdk::Word{0});
  for (auto rest = all; rest != 0; rest &= rest - 1)
    inside[static_cast<std::size_t>(std::countr_zero(rest))] = ~sdk::Word{0};
  for (auto rest = some; rest != 0;) {
    auto const begin = static_cast<std::size_t>(std::countr_zero(rest));
    auto const length = static_cast<std::size_t>(std::countr_one(rest >> begin));
    rest &= ~(~sdk::Word{0} >> (64 - length) << begin);
    versions.classify(Columns{x_.data(), y_.data(), z_.data()}.from((first_word + begin) * 64), from, band,
                      inside.subspan(begin, length), unsure.subspan(begin, length));
  }
  return some;
}

void distances(PointColumns points, std::array<double, 3> const& from, std::span<double> km) {
  std::size_t done = 0;
#ifdef __x86_64__
  if (has_avx2()) {
    distances_by_four(points, from, km);
    done = km.size() / 4 * 4;
  }
#endif
  for (; done < km.size(); ++done) km[done] = arc_km(chord2_at(points, from, done));
}

}  // namespace conductor::services::placement
