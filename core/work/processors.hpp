// How many threads can run at once.
#pragma once
#include <cstddef>

namespace conductor::work {

// The processors that the calling thread may use, at least 1. Unlike std::thread::hardware_concurrency(), which counts
// those of the machine, it minds taskset, CPUAffinity= of systemd and cpusets of containers.
std::size_t processors();

}  // namespace conductor::work
