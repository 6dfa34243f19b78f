// Memory for rows of one width: handed out one after the other, freed together. Thread-safe without locks.
#pragma once
#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

namespace conductor::services::solver {

template <class Value>
class RowStore {
 public:
  explicit RowStore(std::size_t width)
      : width_(width),
        rows_of_slab_(std::max<std::size_t>(bytes_of_slab / std::max(width * sizeof(Value), std::size_t{1}), 1)) {}
  ~RowStore() {
    for (auto* slab = newest_.load(); slab != nullptr;) delete std::exchange(slab, slab->before);
  }
  RowStore(RowStore const&) = delete;

  // A row with anything in it.
  Value* take() {
    for (;;) {
      auto* const slab = newest_.load(std::memory_order_acquire);
      if (slab != nullptr) {
        auto const place = slab->taken.fetch_add(1, std::memory_order_relaxed);
        if (place < rows_of_slab_) return slab->values.get() + place * width_;
      }
      grow(slab);
    }
  }

 private:
  static constexpr std::size_t bytes_of_slab = 32 * 1024;
  struct Slab {
    Slab* before;
    std::unique_ptr<Value[]> values;
    std::atomic<std::size_t> taken = 0;
  };

  // Another thread may have done so meanwhile.
  void grow(Slab* full) {
    auto fresh = std::unique_ptr<Slab>(new Slab{full, std::make_unique_for_overwrite<Value[]>(rows_of_slab_ * width_)});
    if (newest_.compare_exchange_strong(full, fresh.get(), std::memory_order_acq_rel)) fresh.release();
  }

  std::size_t width_, rows_of_slab_;
  std::atomic<Slab*> newest_ = nullptr;
};

}  // namespace conductor::services::solver
