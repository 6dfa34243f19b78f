// Times as people read them.
#pragma once
#include <cstdint>
#include <string>

namespace conductor::cli {

// Milliseconds since 1970 as "2026-01-31 08:00:00", UTC.
std::string date_of(std::int64_t ms);
// Milliseconds as "840 ms", "3.2 s", "4 min 10 s".
std::string span_of(double ms);
// At most four decimals, none that are zero.
std::string number_text(double number);

}  // namespace conductor::cli
