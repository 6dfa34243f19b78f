// Orders of places against sorting them in the plainest way.
#include "services/solver/ordering.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <numeric>
#include <random>

namespace conductor::services::solver {

BOOST_AUTO_TEST_SUITE(ordering)

namespace {

using Order = std::vector<std::uint32_t>;

Order places(std::size_t count) {
  Order order(count);
  std::iota(order.begin(), order.end(), 0U);
  return order;
}

BOOST_AUTO_TEST_CASE(costs_order_survivors_and_leave_equal_ones_as_they_come) {
  std::mt19937_64 engine(3);
  for (unsigned const different : {1U, 3U, 16U, 17U, 1000U})
    for (std::size_t const count : {0U, 1U, 2U, 300U}) {
      std::vector<double> costs(count);
      for (auto& cost : costs) cost = (static_cast<double>(engine() % different) - 2) * 0.5;
      Order survivors;
      for (auto const c : places(count))
        if (engine() % 4 != 0) survivors.push_back(c);
      auto wanted = places(survivors.size());
      std::stable_sort(wanted.begin(), wanted.end(),
                       [&](auto a, auto b) { return costs[survivors[a]] < costs[survivors[b]]; });
      BOOST_TEST(ordered_by_cost(survivors, costs) == wanted, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(zero_is_zero_whatever_its_sign) {
  BOOST_TEST(ordered_by_cost(places(4), {0.0, -0.0, -1.0, 0.0}) == (Order{2, 0, 1, 3}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(values_order_places_and_leave_equal_ones_as_they_are) {
  std::mt19937_64 engine(5);
  constexpr auto largest = std::uint64_t{1} << 62U;
  for (std::uint64_t const range : {std::uint64_t{1}, std::uint64_t{5}, std::uint64_t{4'000'000'000}, largest})
    for (std::size_t const count : {0U, 1U, 2U, 64U, 1500U}) {
      std::vector<sdk::Cost> values(count);
      for (auto& value : values) value = static_cast<sdk::Cost>(engine() % range) - static_cast<sdk::Cost>(range / 2);
      auto order = places(count);
      std::shuffle(order.begin(), order.end(), engine);
      auto wanted = order;
      std::stable_sort(wanted.begin(), wanted.end(), [&](auto a, auto b) { return values[a] < values[b]; });
      order_by_value(order, values);
      BOOST_TEST(order == wanted, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace conductor::services::solver
