#include "core/text/members.hpp"

#include <algorithm>

namespace conductor::text {

namespace {

constexpr std::size_t few_members = 16, most_duplicates = 100, most_duplicate_bytes = 1U << 20U;

}  // namespace

std::string Path::pointer_to(std::string_view key) const {
  std::string pointer;
  for (auto const& step : steps_)
    pointer = step.key == nullptr ? text::pointer_to(pointer, step.index) : text::pointer_to(pointer, *step.key);
  return text::pointer_to(pointer, key);
}

Member* MemberIndex::add(Member&& added) {
  auto const size = members_.size();
  if (size < few_members) {
    auto const same = [&](Member const& member) { return member.key == added.key; };
    if (auto const found = std::find_if(members_.begin(), members_.end(), same); found != members_.end())
      return &*found;
    members_.push_back(std::move(added));
    return nullptr;
  }
  if (ordered_.empty())
    for (std::size_t at = 0; at < size; ++at) ordered_.insert(at);
  if (auto const found = ordered_.find(std::string_view(added.key)); found != ordered_.end()) return &members_[*found];
  members_.push_back(std::move(added));
  ordered_.insert(ordered_.end(), size);
  return nullptr;
}

void note_duplicate(Document& document, DuplicateKey duplicate) {
  std::size_t bytes = duplicate.key.size() + duplicate.pointer.size();
  for (auto const& known : document.duplicates) bytes += known.key.size() + known.pointer.size();
  bool const first = document.duplicates.empty();
  if (first || (document.duplicates.size() < most_duplicates && bytes <= most_duplicate_bytes))
    document.duplicates.push_back(std::move(duplicate));
}

}  // namespace conductor::text
