// What GET /v1/plans may ask (API specification 19.1). Pure functions.
#pragma once
#include "core/http/message.hpp"

#include "conductor/sdk/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::services::api {

// The largest page of a list, the store's too.
inline constexpr std::size_t largest_page = 1000;

struct ListQuery {
  std::size_t limit = 100;
  std::string marker{};                    // id of the last plan seen, in small letters; empty: none
  std::vector<std::string> statuses{};     // empty: all; each once
  std::optional<std::string> name{};       // exact
  std::optional<std::int64_t> since_ms{};  // created at or after
  bool newest_first = false;
};

// Unknown parameters are ignored. `invalid`: the explanation of a 400, with all that is wrong.
sdk::Result<ListQuery> read_list_query(http::Request const& request, std::size_t default_limit);

// A moment as milliseconds since 1970: digits, or RFC 3339 (2026-11-28T16:30:00.5Z, 2026-11-28T17:30:00+01:00). A blank
// before an offset counts as the plus sign that it was before the query was decoded. Nothing: it is neither, or lies
// before 1970.
std::optional<std::int64_t> read_moment(std::string_view text);

}  // namespace conductor::services::api
