// What errors of the host's HTTP client tell beside their code.
#pragma once
#include "conductor/sdk/result.hpp"

#include <string_view>

namespace conductor::sdk {

// Stands in the text of every error after which the peer has certainly not seen the request.
inline constexpr std::string_view not_sent_mark = "nothing was sent";

// False when the peer may have seen the request, and acted on it.
inline bool surely_not_sent(Error const& error) { return error.text.find(not_sent_mark) != std::string::npos; }

}  // namespace conductor::sdk
