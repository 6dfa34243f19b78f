// The known word nearest to a mistyped one, for "did you mean" hints. Words are compared in lower case and with dashes
// as underscores.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace conductor::config {

// Edits (insert, remove, replace, swap of neighbours) that turn one word into the other. Pure; O(|a|·|b|).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest of `known` within a third of the word's length (at least one edit); empty when none is near enough.
// Equally near: the first in `known`. Words of more than 100 bytes, and more than 1,000 known ones, are not looked at:
// both may come from a client.
std::string nearest(std::string_view word, std::vector<std::string> const& known);

}  // namespace conductor::config
