// The rows of a gazetteer file (RFC 4180 with six columns).
#pragma once
#include "core/gazetteer/gazetteer.hpp"

namespace conductor::gazetteer {

inline constexpr std::string_view csv_header = "country,administrative_area,locality,postal_code,latitude,longitude";

// Blanks round cells and empty lines do not count. The first thing wrong is `invalid`: "gazetteer NAME, line 3, column
// latitude: ...".
sdk::Result<std::vector<Place>> read_places(std::string_view text, std::string_view name);

}  // namespace conductor::gazetteer
