// Latency rules in the store: which countries are preferred from where (API specification 12, solver specification 9).
// One place for the form of the rows, for who loads them and for who reads them. Each table is replaced as a whole: a
// load writes rows of a new generation, then row `latency/{table}` of table `meta` names it, which switches all readers
// at once. The id of a row is `{generation}/{name}`.
//
// country_latency      one row per country code, and `*` for all others. `country_name`: the code or `*`. `groups`: the
//                      preferred countries, best group first, each text a comma-separated list of tokens: country codes
//                      and names of placeholders; a last group `*` stands for all other countries that have candidates.
//                      The loader splits its rule text at `|`.
// region_placeholders  one row per name. `region_name`: the name. `countries`: a map with one entry,
//                      name -> comma-separated country codes; readers merge the maps of all rows.
#pragma once
#include "conductor/sdk/store.hpp"

#include <optional>
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

// The row of table `meta` that names the current generation of `table`, and the id of a row.
inline std::string generation_row(std::string_view table) { return "latency/" + std::string(table); }
inline std::string row_id(std::string_view generation, std::string_view name) {
  std::string id(generation);
  id.append(1, '/').append(name);
  return id;
}

namespace detail {
inline sdk::Error unreadable(std::string_view table, sdk::Outcome outcome, std::string const& text) {
  bool const passing = outcome == sdk::Outcome::unavailable || outcome == sdk::Outcome::ambiguous;
  auto const code = outcome == sdk::Outcome::cancelled ? sdk::Errc::cancelled
                    : passing                          ? sdk::Errc::unavailable
                                                       : sdk::Errc::internal;
  std::string message = "cannot read ";
  message.append(table).append(": the store answers '").append(sdk::to_string(outcome)).append("' ").append(text);
  return {code, std::move(message)};
}
}  // namespace detail

// The current generation of a table and the version of the row that names it; empty when nothing was ever loaded.
struct Generation {
  std::string name;
  std::optional<sdk::Version> version{};
};
inline sdk::Result<Generation> current_generation(sdk::Store& store, sdk::Call const& call, std::string_view table) {
  auto const row = store.get(call, sdk::tables::meta.name, generation_row(table));
  if (row.outcome == sdk::Outcome::not_found) return Generation{};
  if (!row) return detail::unreadable(table, row.outcome, row.text);
  return Generation{row.value.text("value"), row.value.version};
}

// All rows of the current generation, never a mixture of two: a load in the middle of the reading begins it anew.
// Blocks. Errors: unavailable, cancelled, internal.
inline sdk::Result<std::vector<sdk::Row>> current_rows(sdk::Store& store, sdk::Call const& call,
                                                       std::string_view table) {
  constexpr std::size_t page_size = 1000;
  constexpr int most_loads = 10;
  for (int load = 0; load < most_loads; ++load) {
    auto const generation = current_generation(store, call, table);
    if (!generation) return generation.error();
    std::vector<sdk::Row> rows;
    if (generation->name.empty()) return rows;
    std::string const prefix = generation->name + "/";
    std::optional<std::string> after;
    do {
      auto page = store.list(call, table, {}, after, page_size);
      if (!page) return detail::unreadable(table, page.outcome, page.text);
      for (auto& row : page.value.rows)
        if (row.id.starts_with(prefix)) rows.push_back(std::move(row));
      after = std::move(page.value.cursor);
    } while (after);
    auto const now = current_generation(store, call, table);
    if (!now) return now.error();
    if (now->version == generation->version) return rows;
  }
  return sdk::Error{sdk::Errc::unavailable, "cannot read " + std::string(table) + ": it is loaded again and again"};
}

}  // namespace conductor::model::latency_rules
