// Sorting by spread numbers against sorting in the plainest way.
#include "conductor/sdk/spread_sort.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

namespace conductor::plugins::solver {

BOOST_AUTO_TEST_SUITE(spread_sort)

namespace {

struct Item {
  std::int64_t number;
  std::uint32_t place;
  auto operator<=>(Item const&) const = default;
};

void check(std::vector<Item> items) {
  auto wanted = items;
  std::sort(wanted.begin(), wanted.end());
  std::vector<Item> scratch;
  sdk::spread_sort(
      items, scratch, [](Item const& item) { return item.number; },
      [](Item const& a, Item const& b) {
        return (a.number < b.number) | ((a.number == b.number) & (a.place < b.place));
      });
  BOOST_TEST((items == wanted));
}

std::vector<Item> random_items(std::size_t count, std::uint64_t range, std::mt19937_64& engine) {
  std::vector<Item> items;
  for (std::uint32_t i = 0; i < count; ++i)
    items.push_back({static_cast<std::int64_t>(engine() % range) - static_cast<std::int64_t>(range / 2), i});
  std::shuffle(items.begin(), items.end(), engine);
  return items;
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_number_of_items_of_any_range_is_sorted) {
  std::mt19937_64 engine(11);
  constexpr auto widest = std::uint64_t{1} << 63U;
  for (std::uint64_t const range :
       {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{900}, std::uint64_t{1} << 40U, widest})
    for (std::size_t const count : {0U, 1U, 2U, 63U, 64U, 65U, 1000U, 5000U}) check(random_items(count, range, engine));
}

BOOST_AUTO_TEST_CASE(numbers_that_crowd_together_beside_far_ones_are_sorted) {
  std::mt19937_64 engine(13);
  auto items = random_items(1000, 50, engine);
  items[3].number = std::numeric_limits<std::int64_t>::max();
  items[500].number = std::numeric_limits<std::int64_t>::min();
  check(items);
  items[500].number = 0;
  check(items);
}

BOOST_AUTO_TEST_CASE(what_is_in_order_stays_as_it_is) {
  std::mt19937_64 engine(17);
  auto items = random_items(300, 1000, engine);
  std::sort(items.begin(), items.end());
  check(items);
  std::reverse(items.begin(), items.end());
  check(items);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::plugins::solver
