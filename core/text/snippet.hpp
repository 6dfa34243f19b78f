// The piece of a source line that a message shows.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace conductor::text {

// Bytes of the UTF-8 sequence at `s`; 0 when it is none (overlong, surrogate, beyond U+10FFFF, cut off).
std::size_t sequence_length(std::string_view s);

// At most `most` bytes of a UTF-8 text, whole characters.
std::string_view shortened(std::string_view text, std::size_t most);

// The line of `text` around byte `offset`, trimmed; a long one is cut to 75 bytes around it, at whole characters. Bytes
// that are not UTF-8 are shown as U+FFFD.
std::string snippet_at(std::string_view text, std::size_t offset);

}  // namespace conductor::text
