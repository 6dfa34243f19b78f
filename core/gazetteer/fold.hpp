// Names as people compare them: without case and diacritics.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace conductor::gazetteer {

// Small letters without marks: "Île-de-France" is "ile-de-france", "Łódź" is "lodz", "Straße" is "strasse". Latin,
// Greek and Cyrillic letters; others stay as they are. Nullopt when the text is not UTF-8.
std::optional<std::string> folded(std::string_view text);

// Words of a folded text: everything that is no letter and no digit stands between words.
std::string words_only(std::string_view folded_text);

}  // namespace conductor::gazetteer
