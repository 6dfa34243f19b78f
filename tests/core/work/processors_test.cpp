#include "core/work/processors.hpp"

#include <boost/test/unit_test.hpp>

#include <sched.h>

#include <thread>

BOOST_AUTO_TEST_SUITE(processors)

BOOST_AUTO_TEST_CASE(counts_only_those_that_the_thread_may_use) {
  std::size_t seen = 0;
  std::jthread([&] {
    cpu_set_t usable, one;
    BOOST_REQUIRE_EQUAL(::sched_getaffinity(0, sizeof usable, &usable), 0);
    CPU_ZERO(&one);
    for (std::size_t i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++i)
      if (CPU_ISSET(i, &usable)) CPU_SET(i, &one);
    BOOST_REQUIRE_EQUAL(::sched_setaffinity(0, sizeof one, &one), 0);
    seen = conductor::work::processors();
  }).join();
  BOOST_TEST(seen == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
