// The fast distances against their definition.
#include "core/model/geo.hpp"
#include "services/placement/model.hpp"
#include "services/placement/near.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

namespace conductor::services::placement {

BOOST_AUTO_TEST_SUITE(near)

namespace {

struct Places {
  std::vector<Coordinates> where;
  Points points;
  void add(double latitude, double longitude) {
    where.push_back({latitude, longitude});
    auto const unit = unit_vector(where.back());
    points.x.push_back(unit[0]);
    points.y.push_back(unit[1]);
    points.z.push_back(unit[2]);
  }
};

// All over the world, some very near the first one and some at its other side; a number that is no multiple of four.
Places places() {
  std::mt19937_64 engine(7);
  auto const between = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(engine() >> 11U) * 0x1p-53;
  };
  Places result;
  result.add(48.2, 16.4);
  result.add(48.2, 16.4);
  for (int i = 0; i < 600; ++i) result.add(between(-90, 90), between(-180, 180));
  for (int i = 0; i < 300; ++i) result.add(48.2 + between(-1e-4, 1e-4), 16.4 + between(-1e-4, 1e-4));
  for (int i = 0; i < 102; ++i) result.add(-48.2 + between(-12, 12), -163.6 + between(-16, 16));
  result.add(-48.2, -163.6);
  return result;
}

BOOST_AUTO_TEST_CASE(distances_agree_with_the_definition_to_a_millionth_of_a_millimetre) {
  auto const all = places();
  std::vector<double> km(all.points.size());
  std::size_t near_antipodes = 0;
  for (std::size_t from : {std::size_t{0}, std::size_t{5}, std::size_t{777}}) {
    distances(all.points, unit_vector(all.where[from]), km);
    for (std::size_t i = 0; i < km.size(); ++i) {
      auto const exact = model::distance_km(all.where[from], all.where[i]);
      if (km[i] < 0) {
        ++near_antipodes;
        BOOST_TEST(exact > 18'700);
      } else {
        BOOST_TEST(std::abs(km[i] - exact) < 1e-9 + 1e-13 * exact);
        BOOST_TEST(exact < 18'750);
      }
    }
  }
  BOOST_TEST(near_antipodes > 100);
  BOOST_TEST(km.size() % 4 != 0);
}

// Any number of words, all of them written.
void classify(Sieve const& sieve, Spot const& from, SieveBand const& band, std::size_t first_word,
              std::span<sdk::Word> inside, std::span<sdk::Word> unsure) {
  for (std::size_t begin = 0; begin < inside.size(); begin += Sieve::at_once) {
    auto const count = std::min(Sieve::at_once, inside.size() - begin);
    auto const doubts = unsure.subspan(begin, count);
    auto const looked = sieve.classify(from, band, first_word + begin, inside.subspan(begin, count), doubts);
    for (std::size_t w = 0; w < count; ++w)
      if (!((looked >> w) & 1U)) doubts[w] = 0;
  }
}

// What a sieve says of each point, against chords in double precision.
struct Sieved {
  std::size_t inside = 0, outside = 0, unsure = 0;
};
Sieved check_sieve(Places const& all, ChordBand const& band) {
  Sieve sieve;
  for (auto const& where : all.where) sieve.add(spot_of(unit_vector(where)));
  sieve.finish();
  auto const from = unit_vector(all.where.front());
  std::size_t const words = (all.points.size() + 63) / 64;
  std::vector<sdk::Word> inside(words), unsure(words);
  classify(sieve, spot_of(from), SieveBand(band), 0, inside, unsure);
  Sieved count;
  for (std::size_t i = 0; i < all.points.size(); ++i) {
    double const x = all.points.x[i] - from[0], y = all.points.y[i] - from[1], z = all.points.z[i] - from[2];
    auto const chord2 = x * x + y * y + z * z;
    if (sdk::test_bit(unsure, i)) {
      BOOST_TEST(!sdk::test_bit(inside, i));
      ++count.unsure;
    } else if (sdk::test_bit(inside, i)) {
      BOOST_TEST((chord2 >= band.inside_from && chord2 <= band.inside_to));
      ++count.inside;
    } else {
      BOOST_TEST((chord2 < band.outside_below || chord2 > band.outside_above));
      ++count.outside;
    }
  }
  BOOST_TEST((inside.back() | unsure.back()) >> (all.points.size() % 64) == 0U);
  // A part of the words, from the third on.
  std::vector<sdk::Word> part(2), doubt(2);
  classify(sieve, spot_of(from), SieveBand(band), 2, part, doubt);
  BOOST_TEST(part[0] == inside[2]);
  BOOST_TEST(doubt[1] == unsure[3]);
  return count;
}

BOOST_AUTO_TEST_CASE(a_sieve_is_right_where_it_is_sure_and_seldom_unsure) {
  auto const all = places();
  auto const plain = check_sieve(all, {.inside_to = 1, .outside_above = 1});
  BOOST_TEST(plain.inside > 300U);
  BOOST_TEST(plain.outside > 300U);
  BOOST_TEST(plain.unsure <= 1U);
  auto const ring = check_sieve(all, {.inside_from = 0.5, .inside_to = 3, .outside_below = 0.5, .outside_above = 3});
  BOOST_TEST(ring.inside > 100U);
  BOOST_TEST(ring.unsure <= 1U);
  // The 300 places within metres of the first one are too near to tell apart in single precision.
  auto const tiny = check_sieve(all, {.inside_to = 1e-12, .outside_above = 1e-12});
  BOOST_TEST(tiny.unsure > 0U);
  BOOST_TEST(tiny.outside > 600U);
  BOOST_TEST(check_sieve(all, {.inside_to = 0.9, .outside_above = 1.1}).unsure > 5U);
  BOOST_TEST(check_sieve(all, {}).inside == all.points.size());
}

// Ordered by the distance from the first one, most blocks lie wholly on one side.
BOOST_AUTO_TEST_CASE(a_sieve_of_points_in_order_of_their_distance_is_right_from_everywhere) {
  auto const all = places();
  std::vector<std::array<double, 3>> units;
  for (auto const& where : all.where) units.push_back(unit_vector(where));
  auto const chord2 = [](auto const& a, auto const& b) {
    double const x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return x * x + y * y + z * z;
  };
  std::sort(units.begin(), units.end(),
            [&, first = units.front()](auto const& a, auto const& b) { return chord2(a, first) < chord2(b, first); });
  Sieve sieve;
  for (auto const& unit : units) sieve.add(spot_of(unit));
  sieve.finish();
  std::vector<sdk::Word> inside((units.size() + 63) / 64), unsure(inside.size());
  for (double const limit : {1e-13, 1e-6, 0.001, 0.1, 1.0, 3.9})
    for (auto const& from : units) {
      classify(sieve, spot_of(from), SieveBand({.inside_to = limit, .outside_above = limit}), 0, inside, unsure);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < units.size(); ++i)
        wrong += !sdk::test_bit(unsure, i) && sdk::test_bit(inside, i) != (chord2(from, units[i]) <= limit);
      BOOST_TEST(wrong == 0U);
      BOOST_TEST((inside.back() | unsure.back()) >> (units.size() % 64) == 0U);
    }
}

// More blocks than are looked at together, from the middle of one of these groups on.
BOOST_AUTO_TEST_CASE(a_sieve_of_many_blocks_is_right_in_all_of_them) {
  std::vector<std::array<double, 3>> units;
  for (int i = 0; i < 64 * 150 + 7; ++i) units.push_back(unit_vector({50 + i * 0.001, 10 + (i % 64) * 0.01}));
  Sieve sieve;
  for (auto const& unit : units) sieve.add(spot_of(unit));
  sieve.finish();
  constexpr std::size_t first = 5, words = 146;
  std::vector<sdk::Word> inside(words), unsure(words);
  constexpr double limit = 1e-4;  // about 64 km
  std::size_t wrong = 0, near = 0;
  for (std::size_t const from : {0U, 3000U, 5000U, 9606U}) {
    classify(sieve, spot_of(units[from]), SieveBand({.inside_to = limit, .outside_above = limit}), first, inside,
             unsure);
    for (std::size_t i = first * 64; i < units.size(); ++i) {
      double const x = units[i][0] - units[from][0], y = units[i][1] - units[from][1], z = units[i][2] - units[from][2];
      bool const holds = x * x + y * y + z * z <= limit;
      near += holds;
      wrong += !sdk::test_bit(unsure, i - first * 64) && sdk::test_bit(inside, i - first * 64) != holds;
    }
  }
  BOOST_TEST(wrong == 0U);
  BOOST_TEST(near > 1000U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace conductor::services::placement
