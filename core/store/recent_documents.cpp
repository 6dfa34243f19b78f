#include "core/store/recent_documents.hpp"

#include <utility>
#include <vector>

namespace conductor::store {

namespace {
// A parsed document takes several times its text: nodes of 24 bytes, keys and texts each with an allocation.
constexpr std::size_t memory_per_text_byte = 5;
}  // namespace

void RecentDocuments::keep(std::string const& generation, Document document, std::size_t text_bytes) {
  auto const bytes = text_bytes * memory_per_text_byte;
  if (bytes > most_) return;
  std::lock_guard const lock(mutex_);
  if (!kept_.try_emplace(generation, Kept{std::move(document), bytes}).second) return;
  order_.push_back(generation);
  bytes_ += bytes;
}

void RecentDocuments::make_room() {
  std::vector<Document> gone;  // destroyed without the lock
  std::lock_guard const lock(mutex_);
  while (bytes_ > most_) {
    auto const oldest = kept_.find(order_.front());
    bytes_ -= oldest->second.bytes;
    gone.push_back(std::move(oldest->second.document));
    kept_.erase(oldest);
    order_.pop_front();
  }
}

Document RecentDocuments::find(std::string const& generation) const {
  std::lock_guard const lock(mutex_);
  auto const found = kept_.find(generation);
  return found == kept_.end() ? nullptr : found->second.document;
}

}  // namespace conductor::store
