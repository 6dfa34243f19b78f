// Latency rules in the store: which countries are preferred from where (API specification 12, solver specification 9).
// One place for the form of the rows, for who loads them and for who reads them. Both tables are replaced as a whole.
//
// country_latency      one row per country code, and `*` for all others. `country_name`: the code or `*`, which is the
//                      row's id, too. `groups`: the preferred countries, best group first, each text a
//                      comma-separated list of tokens: country codes and names of placeholders; a last group `*`
//                      stands for all other countries that have candidates. The loader splits its rule text at `|`.
// region_placeholders  one row per name. `region_name`: the name, which is the row's id, too. `countries`: a map with
//                      one entry, name -> comma-separated country codes; readers merge the maps of all rows.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace conductor::model::latency_rules {

inline constexpr std::string_view country_table = "country_latency", country_name = "country_name", groups = "groups",
                                  placeholder_table = "region_placeholders", region_name = "region_name",
                                  countries = "countries";
inline constexpr std::string_view wildcard = "*";

namespace detail {
inline std::vector<std::string> parts(std::string_view text, char separator) {
  std::vector<std::string> list;
  constexpr std::string_view blank = " \t\r\n";
  for (;;) {
    auto const end = text.find(separator);
    auto part = text.substr(0, end);
    auto const first = part.find_first_not_of(blank);
    part = first == part.npos ? std::string_view() : part.substr(first, part.find_last_not_of(blank) - first + 1);
    if (!part.empty()) list.emplace_back(part);
    if (end == text.npos) return list;
    text.remove_prefix(end + 1);
  }
}
}  // namespace detail

// "SWE|NORDIC|DEU,NLD|*" -> its groups; empty ones are left out, white space round them too.
inline std::vector<std::string> groups_of(std::string_view rule) { return detail::parts(rule, '|'); }
// "DEU, NLD" -> its tokens, likewise.
inline std::vector<std::string> tokens_of(std::string_view group) { return detail::parts(group, ','); }

}  // namespace conductor::model::latency_rules
