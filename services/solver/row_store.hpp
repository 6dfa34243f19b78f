// Rows of one width: handed out one after the other, freed together with the arena. Thread-safe, with a lock only where
// a new slab is needed.
#pragma once
#include "services/placement/row_memory.hpp"

#include <algorithm>
#include <atomic>
#include <type_traits>

namespace conductor::services::solver {

template <class Value>
class RowStore {
  static_assert(std::is_trivially_copyable_v<Value>);

 public:
  // arena: outlives the rows.
  RowStore(placement::RowArena& arena, std::size_t width)
      : arena_(arena),
        width_(width),
        rows_of_slab_(std::max<std::size_t>(bytes_of_slab / std::max(width * sizeof(Value), std::size_t{1}), 1)) {}
  RowStore(RowStore const&) = delete;

  // A row with anything in it.
  Value* take() {
    for (;;) {
      auto* const slab = newest_.load(std::memory_order_acquire);
      if (slab != nullptr) {
        auto const place = slab->taken.fetch_add(1, std::memory_order_relaxed);
        if (place < rows_of_slab_) return slab->values() + place * width_;
      }
      grow(slab);
    }
  }

 private:
  static constexpr std::size_t bytes_of_slab = 32 * 1024;
  // Its rows follow.
  struct alignas(64) Slab {
    std::atomic<std::size_t> taken = 0;
    Value* values() { return reinterpret_cast<Value*>(this + 1); }
  };

  // Another thread may have done so meanwhile; what this one has taken is not used then.
  void grow(Slab* full) {
    auto* const memory = arena_.take(sizeof(Slab) + rows_of_slab_ * width_ * sizeof(Value));
    newest_.compare_exchange_strong(full, new (memory) Slab, std::memory_order_acq_rel);
  }

  placement::RowArena& arena_;
  std::size_t width_, rows_of_slab_;
  std::atomic<Slab*> newest_ = nullptr;
};

}  // namespace conductor::services::solver
