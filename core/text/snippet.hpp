// The piece of a source line that a message shows.
#pragma once
#include <string>
#include <string_view>

namespace conductor::text {

// The line of `text` around byte `offset`, trimmed; a long one is cut to 75 bytes around it, at whole characters.
std::string snippet_at(std::string_view text, std::size_t offset);

}  // namespace conductor::text
