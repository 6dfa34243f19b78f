// Names for requests.
#pragma once
#include <string>

namespace conductor::http {

// A fresh UUID, version 4. Thread-safe.
std::string make_request_id();

}  // namespace conductor::http
