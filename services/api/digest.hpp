// SHA-256 in hex, for comparing request bodies.
#pragma once
#include <string>
#include <string_view>

namespace conductor::services::api {

std::string sha256(std::string_view bytes);

}  // namespace conductor::services::api
