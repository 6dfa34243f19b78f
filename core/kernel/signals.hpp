// Signals as events of the main thread. Block them before the first thread starts; then only next() ever sees one.
#pragma once
#include <chrono>
#include <optional>

namespace conductor::kernel {

class Signals {
 public:
  // Blocks TERM, INT, HUP and USR2 for this thread and all threads it starts later.
  Signals();
  // Waits for the next one; nothing when `at_most` has passed.
  std::optional<int> next(std::optional<std::chrono::milliseconds> at_most = std::nullopt);

 private:
  int descriptor_;
};

}  // namespace conductor::kernel
