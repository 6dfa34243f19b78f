#include "services/placement/row_memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <utility>

namespace conductor::services::placement {
namespace {

constexpr std::size_t line = 64, first_size = 256 * 1024, large_page = std::size_t{2} << 20U;

std::size_t rounded(std::size_t size, std::size_t to) { return (size + to - 1) / to * to; }

}  // namespace

// Blocks are whole pages. Those of large pages begin at one: a problem with that much to compute fills them, and
// touching small pages one by one would take longer than computing what goes into them.
RowBlock::RowBlock(std::size_t size) : data_(nullptr), size_(rounded(size, size < large_page ? 4096 : large_page)) {
  auto const spare = size_ < large_page ? 0 : large_page;
  auto* const mapped = ::mmap(nullptr, size_ + spare, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<std::byte*>(mapped);
  if (spare == 0) return;
  auto const before = large_page - reinterpret_cast<std::uintptr_t>(mapped) % large_page;
  data_ += before;
  ::munmap(mapped, before);
  if (before < spare) ::munmap(data_ + size_, spare - before);
  ::madvise(data_, size_, MADV_HUGEPAGE);
}

RowBlock::RowBlock(RowBlock&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

RowBlock& RowBlock::operator=(RowBlock&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

RowBlock::~RowBlock() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

RowBlock RowPool::take(std::size_t size) {
  {
    std::lock_guard const lock(mutex_);
    auto const fits = std::find_if(blocks_.begin(), blocks_.end(), [&](auto const& b) { return b.size() >= size; });
    if (fits != blocks_.end()) {
      auto block = std::move(*fits);
      blocks_.erase(fits);
      kept_ -= block.size();
      return block;
    }
  }
  return RowBlock(size);
}

void RowPool::give_back(std::vector<RowBlock> blocks) {
  std::lock_guard const lock(mutex_);
  for (auto& block : blocks) {
    if (kept_ + block.size() > most_kept) continue;
    kept_ += block.size();
    blocks_.push_back(std::move(block));
  }
  std::sort(blocks_.begin(), blocks_.end(), [](auto const& a, auto const& b) { return a.size() < b.size(); });
}

std::size_t RowPool::kept() const {
  std::lock_guard const lock(mutex_);
  return kept_;
}

RowArena::~RowArena() {
  if (pool_) pool_->give_back(std::move(blocks_));
}

std::byte* RowArena::take(std::size_t bytes) {
  bytes = rounded(bytes, line);
  std::lock_guard const lock(mutex_);
  if (auto* const place = next_of_newest(bytes)) return place;
  next_size_ = std::clamp(2 * next_size_, first_size, large_page);
  auto const size = std::max(bytes, next_size_);
  blocks_.push_back(pool_ ? pool_->take(size) : RowBlock(size));
  used_ = 0;
  return next_of_newest(bytes);
}

std::byte* RowArena::next_of_newest(std::size_t bytes) {
  if (blocks_.empty() || blocks_.back().size() - used_ < bytes) return nullptr;
  return blocks_.back().data() + std::exchange(used_, used_ + bytes);
}

}  // namespace conductor::services::placement
