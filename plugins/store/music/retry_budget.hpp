// How many requests of a process may be repetitions: one for five that are not, and some beforehand, so that a short
// disturbance passes unnoticed and a long one is not made worse by those who ask again (store contract AVL-9).
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>

namespace conductor::plugins::music {

// Thread-safe.
class RetryBudget {
 public:
  static constexpr int most = 100;  // repetitions beforehand

  // So many requests go out for the first time.
  void asked(std::size_t requests = 1) {
    auto const more = static_cast<int>(std::min<std::size_t>(requests, full));
    auto credit = credit_.load();
    while (!credit_.compare_exchange_weak(credit, std::min(credit + more, full))) {
    }
  }
  // Whether one may go out again.
  bool again() {
    auto credit = credit_.load();
    while (credit >= price)
      if (credit_.compare_exchange_weak(credit, credit - price)) return true;
    return false;
  }

 private:
  static constexpr int price = 5, full = most * price;
  std::atomic<int> credit_ = full;
};

}  // namespace conductor::plugins::music
