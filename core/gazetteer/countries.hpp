// Countries of ISO 3166-1: the two codes and the English short name of each. The only such table here.
#pragma once
#include <string>
#include <string_view>

namespace conductor::gazetteer {

// The alpha-3 code in capitals for an alpha-2 or alpha-3 code in any case; any other text in capitals, as it is.
std::string three_letters(std::string_view code);
// "Sweden" for "SWE" (capitals); empty for codes that the standard does not know.
std::string_view country_name(std::string_view alpha3);
// Whether two codes, each alpha-2 or alpha-3 in capitals, mean one country. Codes the standard does not know equal only
// themselves.
bool same_country(std::string_view a, std::string_view b);

}  // namespace conductor::gazetteer
