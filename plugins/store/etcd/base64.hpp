// Standard padded base64, as the gateway wants it for all bytes.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace conductor::plugins::etcd {

// Appends, so that a request is built in one buffer.
void append_base64(std::string& out, std::string_view bytes);
// Nothing when the text is no padded base64 of the standard alphabet.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace conductor::plugins::etcd
