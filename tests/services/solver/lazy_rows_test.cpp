// Rows on demand: equal ones once, and the same ones for every thread.
#include "services/solver/lazy_rows.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

namespace conductor::services::solver {

BOOST_AUTO_TEST_SUITE(lazy_rows)

namespace {

BOOST_AUTO_TEST_CASE(a_class_is_computed_once_from_its_first_member) {
  std::vector<std::size_t> asked;
  placement::RowArena arena(nullptr);
  LazyRows<int> const rows(arena, {.positions = 5, .of = {0, 1, 0, 1, 2}}, 3,
                           [&](std::size_t member, std::span<int> out) {
                             asked.push_back(member);
                             std::fill(out.begin(), out.end(), static_cast<int>(member));
                           });
  for (std::size_t const position : {3U, 4U, 2U, 1U, 0U}) rows.at(position);
  BOOST_TEST(asked == (std::vector<std::size_t>{1, 4, 0}), boost::test_tools::per_element());
  BOOST_TEST(rows.at(3)[2] == 1);
  BOOST_TEST(rows.at(0).data() == rows.at(2).data());
}

BOOST_AUTO_TEST_CASE(threads_see_the_same_rows) {
  constexpr std::size_t count = 2000, width = 40, threads = 4;
  placement::RowArena arena(std::make_shared<placement::RowPool>());
  LazyRows<std::size_t> const rows(arena, {.positions = count}, width,
                                   [](std::size_t member, std::span<std::size_t> out) {
                                     for (std::size_t i = 0; i < out.size(); ++i) out[i] = member * width + i;
                                   });
  std::vector<std::vector<std::size_t const*>> seen(threads);
  {
    std::vector<std::jthread> all;
    for (auto& list : seen)
      all.emplace_back([&] {
        for (std::size_t i = 0; i < count; ++i) list.push_back(rows.at(i).data());
      });
  }
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (auto const& list : seen) wrong += list[i] != seen[0][i];
    for (std::size_t k = 0; k < width; ++k) wrong += seen[0][i][k] != i * width + k;
  }
  BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace conductor::services::solver
