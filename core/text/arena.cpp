#include "core/text/arena.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>

namespace conductor::text {
namespace {

constexpr std::size_t first_block = 4096, largest_block = std::size_t{1} << 18U;
constexpr std::size_t step = alignof(boost::json::value);  // the strictest alignment that JSON values ask for

class Arena final : public boost::json::memory_resource {
 public:
  Arena() : block_(make_block(nullptr, first_block)) {}
  Arena(Arena const&) = delete;
  ~Arena() override {
    for (auto* block = block_.load(); block != nullptr;) {
      auto* const before = block->before;
      ::operator delete(block);
      block = before;
    }
  }

 private:
  struct Block {
    Block* before;
    std::size_t size;
    std::atomic<std::size_t> used;
    char* data() { return reinterpret_cast<char*>(this + 1); }
  };

  static Block* make_block(Block* before, std::size_t size) {
    return ::new (::operator new(sizeof(Block) + size)) Block{before, size, 0};
  }

  void* do_allocate(std::size_t bytes, std::size_t) override {
    bytes = (bytes + step - 1) / step * step;
    for (auto* block = block_.load(std::memory_order_acquire);; block = grow(block, bytes))
      if (auto const at = block->used.fetch_add(bytes, std::memory_order_relaxed); at + bytes <= block->size)
        return block->data() + at;
  }
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  bool do_is_equal(boost::container::pmr::memory_resource const& other) const noexcept override {
    return this == &other;
  }

  // A block behind `full` that has room for `bytes`.
  Block* grow(Block* full, std::size_t bytes) {
    std::lock_guard const lock(growing_);
    auto* current = block_.load(std::memory_order_relaxed);
    if (current != full) return current;  // another thread was faster
    auto const size = std::max(std::min(full->size * 2, largest_block), bytes);
    current = make_block(full, size);
    block_.store(current, std::memory_order_release);
    return current;
  }

  std::atomic<Block*> block_;
  std::mutex growing_;
};

}  // namespace

boost::json::storage_ptr make_arena() { return boost::json::make_shared_resource<Arena>(); }

}  // namespace conductor::text
