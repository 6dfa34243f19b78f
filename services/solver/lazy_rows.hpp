// Rows that are computed when they are first asked for and stay where they are. Equal rows - candidates of one class -
// are computed once. Thread-safe without locks: two threads may compute the same row, one of the results is used.
#pragma once
#include "services/solver/row_store.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace conductor::services::solver {

template <class Value>
class LazyRows {
 public:
  // Fills the whole row of a class, given by one of its members; there may be anything in it before.
  using Fill = std::function<void(std::size_t member, std::span<Value> out)>;

  // class_of: by position; classes are numbered from 0 without gaps in the order of their first member.
  LazyRows(std::vector<std::uint32_t> class_of, std::size_t width, Fill fill)
      : class_of_(std::move(class_of)), width_(width), fill_(std::move(fill)), store_(width) {
    members_.reserve(class_of_.size());
    for (std::uint32_t position = 0; position < class_of_.size(); ++position)
      if (class_of_[position] == members_.size()) members_.push_back(position);
    rows_ = std::make_unique<std::atomic<Value*>[]>(members_.size());
  }
  LazyRows(LazyRows const&) = delete;

  std::span<Value const> at(std::size_t position) const {
    auto const which = class_of_[position];
    auto& place = rows_[which];
    if (auto const* row = place.load(std::memory_order_acquire)) return {row, width_};
    auto* const fresh = store_.take();
    fill_(members_[which], {fresh, width_});
    Value* earlier = nullptr;
    if (place.compare_exchange_strong(earlier, fresh, std::memory_order_acq_rel)) return {fresh, width_};
    return {earlier, width_};
  }

 private:
  std::vector<std::uint32_t> class_of_, members_;
  std::size_t width_;
  Fill fill_;
  mutable RowStore<Value> store_;
  std::unique_ptr<std::atomic<Value*>[]> rows_;
};

}  // namespace conductor::services::solver
