// Memory of rows: pieces that do not overlap, and blocks that go from one problem to the next within a bound.
#include "services/placement/row_memory.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <cstring>
#include <map>

namespace conductor::services::placement {

BOOST_AUTO_TEST_SUITE(row_memory)

namespace {

constexpr std::size_t mib = std::size_t{1} << 20U;

BOOST_AUTO_TEST_CASE(pieces_are_aligned_and_apart_from_each_other_whatever_their_size) {
  RowArena arena(nullptr);
  std::map<std::byte*, std::size_t> pieces;
  for (std::size_t const size :
       {std::size_t{1}, std::size_t{100}, 300 * mib / 1000, 3 * mib, std::size_t{64}, mib, mib}) {
    auto* const piece = arena.take(size);
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(piece) % 64 == 0U);
    std::memset(piece, 1, size);
    pieces[piece] = size;
  }
  BOOST_REQUIRE(pieces.size() == 7U);
  for (auto piece = pieces.begin(), next = std::next(piece); next != pieces.end(); piece = next++)
    BOOST_TEST((piece->first + piece->second <= next->first));
}

BOOST_AUTO_TEST_CASE(the_next_problem_gets_the_memory_of_the_last_one) {
  auto const pool = std::make_shared<RowPool>();
  std::byte const* first = nullptr;
  for (int i = 0; i < 3; ++i) {
    RowArena arena(pool);
    auto const* piece = arena.take(1000);
    if (first != nullptr) BOOST_TEST(piece == first);
    first = piece;
  }
  BOOST_TEST(pool->kept() > 0U);
  BOOST_TEST(pool->kept() <= mib);
}

BOOST_AUTO_TEST_CASE(no_more_is_kept_than_the_bound) {
  auto const pool = std::make_shared<RowPool>();
  {
    RowArena arena(pool);
    for (int i = 0; i < 40; ++i) arena.take(mib);
    RowArena other(pool);
    other.take(20 * mib);
  }
  BOOST_TEST(pool->kept() > 0U);
  BOOST_TEST(pool->kept() <= RowPool::most_kept);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace conductor::services::placement
