// What a YAML scalar means: the YAML 1.1 core types, with the spellings that PyYAML takes.
#pragma once
#include "core/text/node.hpp"

#include <string>
#include <string_view>

namespace conductor::text {

// Sets kind and scalar of `node` from an untagged plain scalar. Dates and times stay text, as they were written.
// Returns why it is refused (not a number, infinite, too large); empty when all is well.
std::string resolve_plain(std::string_view text, Node& node);

// The same for a scalar with a core tag (`int`, `float`, `bool`, `null`, `str`).
std::string resolve_tagged(std::string_view tag, std::string_view text, Node& node);

}  // namespace conductor::text
