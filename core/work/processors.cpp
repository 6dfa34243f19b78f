#include "core/work/processors.hpp"

#include <sched.h>

#include <algorithm>
#include <thread>

namespace conductor::work {

std::size_t processors() {
  cpu_set_t usable;
  CPU_ZERO(&usable);
  // It fails on machines with more processors than the set has room for.
  if (::sched_getaffinity(0, sizeof usable, &usable) != 0) return std::max(std::thread::hardware_concurrency(), 1U);
  return static_cast<std::size_t>(std::max(CPU_COUNT(&usable), 1));
}

}  // namespace conductor::work
