// The table of the plan workflow, as data: which role takes a plan from which state to which, and what it keeps where.
// The one place where roles and states meet; the generic worker (worker.hpp) and everything that shows the workflow
// read it.
#pragma once
#include "core/model/status.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace conductor::workflow {

// What a transition undoes beside the status.
enum class Reset {
  nothing,
  solver_counter,  // a rolled-back reservation: only its own counter limits the loop
  rehome,          // documents, message and all counters: translated again from the start
};

struct Exit {
  std::string_view status;
  Reset reset = Reset::nothing;
  // Stored relaxed: lost with the machine's power, the stage is done again, and nobody outside has been told or
  // changed.
  bool repeatable = false;
};

// What becomes of a plan whose owner died or gave it back.
enum class Takeover {
  give_back,  // returns to the claimed state and is claimed anew
  go_on,      // stays in the working state: what was begun outside must be continued
};

struct Stage {
  std::string_view role;     // of the component, and first part of the fail-points
  std::string_view verb;     // "Plan … is unable to {verb}"
  std::string_view doing;    // "Internal error while {doing} plan …"
  std::string_view from;     // claimed
  std::string_view working;  // while the claim is held
  std::span<Exit const> exits;
  std::string_view owner_column, counter_column;
  std::string_view begin_column;    // milliseconds of the claim; empty: none
  std::string_view needs_document;  // without it the plan ends in `error`; empty: none
  std::int64_t max_counter = 3;     // default of the option
  Takeover takeover = Takeover::give_back;
  bool without_effects = false;  // outside: it may begin before the claim is certain
  // Waiting states that no role claims and whose expiry this one looks after.
  std::span<std::string_view const> guards;

  constexpr Exit const* exit(std::string_view status) const {
    for (auto const& candidate : exits)
      if (candidate.status == status) return &candidate;
    return nullptr;
  }
};

namespace stages {
namespace detail {
using namespace model::status;
inline constexpr std::array translation_exits{Exit{.status = translated, .repeatable = true}, Exit{error}};
// `done`: nothing is to be reserved, so no other role needs to touch the plan.
inline constexpr std::array solving_exits{
    Exit{solved}, Exit{done}, Exit{not_found}, Exit{waiting_spinup}, Exit{template_, Reset::rehome}, Exit{error}};
inline constexpr std::array reservation_exits{Exit{done}, Exit{translated, Reset::solver_counter}, Exit{error}};
inline constexpr std::array solving_guards{waiting_spinup};
}  // namespace detail

inline constexpr Stage translation{.role = "controller",
                                   .verb = "translate",
                                   .doing = "translating",
                                   .from = model::status::template_,
                                   .working = model::status::translating,
                                   .exits = detail::translation_exits,
                                   .owner_column = "translation_owner",
                                   .counter_column = "translation_counter",
                                   .begin_column = "translation_begin_timestamp",
                                   .needs_document = {},
                                   .without_effects = true,
                                   .guards = {}};
inline constexpr Stage solving{.role = "solver",
                               .verb = "solve",
                               .doing = "solving",
                               .from = model::status::translated,
                               .working = model::status::solving,
                               .exits = detail::solving_exits,
                               .owner_column = "solver_owner",
                               .counter_column = "solver_counter",
                               .begin_column = {},
                               .needs_document = "translation",
                               .without_effects = true,
                               .guards = detail::solving_guards};
inline constexpr Stage reservation{.role = "reservation",
                                   .verb = "reserve",
                                   .doing = "reserving",
                                   .from = model::status::solved,
                                   .working = model::status::reserving,
                                   .exits = detail::reservation_exits,
                                   .owner_column = "reservation_owner",
                                   .counter_column = "reservation_counter",
                                   .begin_column = {},
                                   .needs_document = "solution",
                                   .takeover = Takeover::go_on,
                                   .guards = {}};
inline constexpr std::array all{&translation, &solving, &reservation};
}  // namespace stages

// The texts that the worker itself writes into `message` (API specification 9.3 and 5.1).
namespace messages {

inline std::string tried_too_often(Stage const& stage, std::int64_t tries, std::string_view plan) {
  return "Tried " + std::to_string(tries) + " times. Plan " + std::string(plan) + " is unable to " +
         std::string(stage.verb);
}
inline std::string document_missing(Stage const& stage, std::string_view plan) {
  return "Plan " + std::string(plan) + " status is " + std::string(stage.from) + ", yet the " +
         std::string(stage.needs_document) + " wasn't found";
}
inline std::string timed_out(std::int64_t seconds, std::string_view plan) {
  return "Plan " + std::string(plan) + " timed out after " + std::to_string(seconds) + " seconds";
}
// `reference` stands on the log line that has the details.
inline std::string internal_error(Stage const& stage, std::string_view plan, std::string_view reference) {
  return "Internal error while " + std::string(stage.doing) + " plan " + std::string(plan) +
         "; the log has details under " + std::string(reference);
}

}  // namespace messages

}  // namespace conductor::workflow
