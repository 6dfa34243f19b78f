// Memory for the rows of one problem, handed out piece by piece and returned as a whole. What small problems need goes
// from one to the next, so that they do not pay for fresh pages; the rest goes back to the system at once.
#pragma once
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace conductor::services::placement {

// A stretch of memory with anything in it, aligned for everything.
class RowBlock {
 public:
  explicit RowBlock(std::size_t size);
  RowBlock(RowBlock&& other) noexcept;
  RowBlock& operator=(RowBlock&& other) noexcept;
  ~RowBlock();

  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  std::byte* data_;
  std::size_t size_;
};

// Blocks between two problems. Thread-safe.
class RowPool {
 public:
  static constexpr std::size_t most_kept = std::size_t{4} << 20U;  // bytes

  // One that is kept and large enough, or a new one of that size.
  RowBlock take(std::size_t size);
  void give_back(std::vector<RowBlock> blocks);
  std::size_t kept() const;

 private:
  mutable std::mutex mutex_;
  std::vector<RowBlock> blocks_;
  std::size_t kept_ = 0;
};

// Thread-safe. What it handed out lives as long as it does.
class RowArena {
 public:
  // pool: null when nothing is kept.
  explicit RowArena(std::shared_ptr<RowPool> pool) : pool_(std::move(pool)) {}
  ~RowArena();
  RowArena(RowArena const&) = delete;

  // With anything in it, aligned for cache lines.
  std::byte* take(std::size_t bytes);

 private:
  std::byte* next_of_newest(std::size_t bytes);

  std::shared_ptr<RowPool> pool_;
  std::mutex mutex_;
  std::vector<RowBlock> blocks_;
  std::size_t used_ = 0;       // of the newest block
  std::size_t next_size_ = 0;  // of a new one
};

}  // namespace conductor::services::placement
