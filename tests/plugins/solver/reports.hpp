// What a strategy reports on its way: each incumbent is better than the one before, each bound higher, and the optimum
// lies between.
#pragma once
#include "tests/plugins/solver/strategy_under_test.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::tests::solver {

inline void check_reports(Watch const& watch, sdk::Cost optimum) {
  for (std::size_t i = 0; i < watch.incumbents.size(); ++i) {
    BOOST_TEST(watch.incumbents[i].second >= optimum);
    BOOST_TEST((i == 0 || watch.incumbents[i].second < watch.incumbents[i - 1].second));
  }
  for (std::size_t i = 0; i < watch.bounds.size(); ++i) {
    BOOST_TEST(watch.bounds[i] <= optimum);
    BOOST_TEST((i == 0 || watch.bounds[i] > watch.bounds[i - 1]));
  }
}

}  // namespace conductor::tests::solver
