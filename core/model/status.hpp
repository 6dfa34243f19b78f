// The statuses of a plan, as they stand on the wire and in the store.
#pragma once
#include <array>
#include <string_view>

namespace conductor::model::status {

inline constexpr std::string_view template_ = "template", translating = "translating", translated = "translated",
                                  solving = "solving", solved = "solved", reserving = "reserving", done = "done",
                                  not_found = "not found", error = "error", waiting_spinup = "waiting spinup";

inline constexpr std::array all{template_, translating, translated, solving, solved,
                                reserving, done,        not_found,  error,   waiting_spinup};

// Nothing follows without a client asking for it.
constexpr bool is_final(std::string_view s) { return s == done || s == not_found || s == error; }

}  // namespace conductor::model::status
