// Rows that are computed when they are first asked for and stay where they are. Equal rows - candidates of one class -
// are computed once. Thread-safe: two threads may compute the same row, one of the results is used.
#pragma once
#include "services/solver/row_store.hpp"

#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <vector>

namespace conductor::services::solver {

// Which positions are of one class: numbered from 0 without gaps in the order of their first member.
struct RowClasses {
  std::size_t positions = 0;
  std::vector<std::uint32_t> of{};  // by position; empty: each is of its own
};

template <class Value>
class LazyRows {
 public:
  // Fills the whole row of a class, given by one of its members; there may be anything in it before.
  using Fill = std::function<void(std::size_t member, std::span<Value> out)>;

  // arena: outlives the object.
  LazyRows(placement::RowArena& arena, RowClasses classes, std::size_t width, Fill fill)
      : class_of_(std::move(classes.of)), width_(width), fill_(std::move(fill)), store_(arena, width) {
    for (std::uint32_t position = 0; position < class_of_.size(); ++position)
      if (class_of_[position] == members_.size()) members_.push_back(position);
    auto const count = class_of_.empty() ? classes.positions : members_.size();
    rows_ = reinterpret_cast<Value**>(arena.take(count * sizeof(Value*)));
    std::memset(rows_, 0, count * sizeof(Value*));
  }
  LazyRows(LazyRows const&) = delete;

  std::span<Value const> at(std::size_t position) const {
    auto const which = class_of_.empty() ? position : class_of_[position];
    std::atomic_ref const place(rows_[which]);
    if (auto const* row = place.load(std::memory_order_acquire)) return {row, width_};
    auto* const fresh = store_.take();
    fill_(class_of_.empty() ? position : members_[which], {fresh, width_});
    Value* earlier = nullptr;
    if (place.compare_exchange_strong(earlier, fresh, std::memory_order_acq_rel)) return {fresh, width_};
    return {earlier, width_};
  }

 private:
  std::vector<std::uint32_t> class_of_, members_;
  std::size_t width_;
  Fill fill_;
  mutable RowStore<Value> store_;
  Value** rows_;  // by class; null: not computed
};

}  // namespace conductor::services::solver
