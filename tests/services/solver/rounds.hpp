// How many random problems a test looks at: more in a long run.
#pragma once
#include <cstdlib>

namespace conductor::tests::solver {

// `count` times what CONDUCTOR_TEST_ROUNDS says; 1 when it is not set.
inline unsigned rounds(unsigned count) {
  auto const* given = std::getenv("CONDUCTOR_TEST_ROUNDS");
  auto const times = given ? std::strtoul(given, nullptr, 10) : 1UL;
  return count * static_cast<unsigned>(times == 0 ? 1 : times);
}

}  // namespace conductor::tests::solver
