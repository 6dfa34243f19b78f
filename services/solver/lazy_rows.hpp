// Rows that are computed when they are first asked for and stay where they are. Equal rows - candidates of one class -
// are computed once. Thread-safe without locks: two threads may compute the same row, one of the results is kept.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace conductor::services::solver {

template <class Value>
class LazyRows {
 public:
  // Fills a row of zeros for a class, given by one of its members.
  using Fill = std::function<void(std::size_t member, std::span<Value> out)>;

  // class_of: by position; classes are numbered from 0 without gaps in the order of their first member.
  LazyRows(std::vector<std::uint32_t> class_of, std::size_t width, Fill fill)
      : class_of_(std::move(class_of)), width_(width), fill_(std::move(fill)) {
    for (std::size_t position = 0; position < class_of_.size(); ++position)
      if (class_of_[position] == members_.size()) members_.push_back(position);
    rows_ = std::make_unique<std::atomic<Value*>[]>(members_.size());
  }
  ~LazyRows() {
    for (std::size_t i = 0; i < members_.size(); ++i) delete[] rows_[i].load();
  }
  LazyRows(LazyRows const&) = delete;

  std::span<Value const> at(std::size_t position) const {
    auto const which = class_of_[position];
    auto& place = rows_[which];
    if (auto const* row = place.load(std::memory_order_acquire)) return {row, width_};
    auto fresh = std::make_unique<Value[]>(width_);
    fill_(members_[which], {fresh.get(), width_});
    Value* expected = nullptr;
    if (place.compare_exchange_strong(expected, fresh.get(), std::memory_order_acq_rel)) expected = fresh.release();
    return {expected, width_};
  }

  std::size_t classes() const { return members_.size(); }

 private:
  std::vector<std::uint32_t> class_of_;
  std::vector<std::size_t> members_;
  std::size_t width_;
  Fill fill_;
  std::unique_ptr<std::atomic<Value*>[]> rows_;
};

}  // namespace conductor::services::solver
