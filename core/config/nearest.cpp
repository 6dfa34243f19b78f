// Optimal string alignment distance over three rows.
#include "core/config/nearest.hpp"

#include <algorithm>

namespace conductor::config {
namespace {

constexpr std::size_t longest_word = 100, most_words = 1000;

std::string folded(std::string_view word) {
  std::string out;
  for (char const c : word) out += c == '-' ? '_' : (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      bool const same = a[i - 1] == b[j - 1];
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      bool const swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) now[j] = std::min(now[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

std::string nearest(std::string_view word, std::vector<std::string> const& known) {
  if (word.size() > longest_word) return "";
  auto const wanted = folded(word);
  std::size_t best = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  std::string found;
  for (std::size_t i = 0; i < known.size() && i < most_words; ++i) {
    auto const& candidate = known[i];
    // At least this many edits are needed.
    auto const longer = std::max(wanted.size(), candidate.size()) - std::min(wanted.size(), candidate.size());
    if (longer >= best) continue;
    auto const distance = edit_distance(wanted, folded(candidate));
    if (distance < best) best = distance, found = candidate;
  }
  return found;
}

}  // namespace conductor::config
