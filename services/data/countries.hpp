// Country codes of ISO 3166-1: inventories write three letters, subdivisions of ISO 3166-2 begin with two.
#pragma once
#include <string_view>

namespace conductor::services::data {

// Whether two codes, each alpha-2 or alpha-3 in capitals, mean one country. Codes the standard does not know equal only
// themselves.
bool same_country(std::string_view a, std::string_view b);

}  // namespace conductor::services::data
