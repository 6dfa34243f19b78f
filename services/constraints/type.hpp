// What a type of constraint supplies: how it is written in templates, when and how it is evaluated, and a second,
// simple evaluation that shares no code with the first. Everything else about constraints goes by these values and
// names no type.
//
// The types are the files and folders of types/. One that is called NAME defines NAME_types(), and the build puts them
// all into the table (table.hpp). It includes the folders below (services/grammar, services/placement) and this one,
// never another type.
//
// Entries of the translated document, by which the solver goes (`properties` is always there):
//   unary types      one entry per demand: {"name", "type", "demands": NAME, "properties"}
//   pairwise types   {"name", "type", "demands": [NAME, ...], "properties"}
//   groups           {"name", "type", "demands": all demands of its members, "properties": {}, "constraints": [MEMBER,
//                    ...]} or "constraint": MEMBER
// A MEMBER is an entry without "name"; its "demands" are always a list, also of unary types: the member holds when it
// holds for all of them. Soft constraints have "penalty" or "weight", a number, beside "properties". Threshold
// properties are {"operator", "value", "units"}, see core/text/threshold.hpp.
#pragma once
#include "services/constraints/check.hpp"
#include "services/constraints/limit.hpp"
#include "services/constraints/recheck.hpp"
#include "services/grammar/vocabulary.hpp"
#include "services/placement/rule.hpp"

#include <span>

namespace conductor::services::constraints {

// unary: of one candidate each; pairwise: of every two of its demands; group: of other constraints.
enum class Scope { unary, pairwise, group };
// What a test needs: the model alone, answers of the data service, or answers of peers that work for each candidate.
enum class Stage { local, remote, late };
enum class Soft { no, penalty, penalty_or_weight };
// The constraints of a group: a list under `constraints`, or one under `constraint`.
enum class Members { none, list, one };
inline constexpr std::size_t deepest_group = 4, most_members = 16;

// One of the properties in a template.
struct Property {
  std::string_view name;
  std::string_view help{};
  bool required = false;
  grammar::ValueKind kind = grammar::ValueKind::any;
  std::span<std::string_view const> values{};  // vocabulary; empty: any value
  std::string_view threshold{};                // base unit of a threshold expression; empty: none
  json::object (*schema)() = nullptr;          // JSON Schema of its value; null: from the columns above
};

// Of types that ask a controller.
inline constexpr Property controller_property{.name = "controller",
                                              .help = "Name of a service controller, such as SDN-C.",
                                              .required = true,
                                              .kind = grammar::ValueKind::text};

// A part of the JSON Schema of templates that schemas of properties refer to.
struct Definition {
  char const* name;
  json::object (*schema)();
};

// Why there is no limit to be beyond, and what would be one.
struct NoLimit {
  std::string reason, expected;
};

// Null functions: there is nothing to do or to say.
struct Type {
  std::string_view name;
  std::string_view help{};  // a sentence
  int place = 1000;         // in lists for people; of equal ones the name decides

  // When it is evaluated, and who is needed for it.
  Scope scope = Scope::unary;
  Stage stage = Stage::local;   // the last one that its rules have a test in
  int rank = 10;                // order of evaluation and attribution within a stage (solver specification 6)
  bool reads_hardware = false;  // flavors and region_capabilities of candidates

  // In templates.
  Members members = Members::none;  // of a group
  std::span<Property const> properties{};
  std::size_t least_demands = 1;
  Soft soft = Soft::penalty;
  bool member = false;  // may stand in a group
  // What the columns above cannot say. `properties` is the translated form, which it may complete.
  void (*check)(ConstraintUnderCheck const& constraint, json::object& properties, Report& report) = nullptr;
  // What keeps a `weight` from having a meaning, apart from threshold properties with `=`.
  std::vector<NoLimit> (*without_limit)(json::object const& properties) = nullptr;
  std::span<Definition const> definitions{};

  // For one plan. Throws InvalidPlan when the properties make no sense.
  Rule (*prepare)(Constraint const& constraint, Preparation const& preparation) = nullptr;
  // The numbers that may be relaxed when nothing is found.
  std::vector<Limit> (*limits)(json::object const& properties) = nullptr;

  Recheck recheck{};

  bool is_group() const { return scope == Scope::group; }
};

}  // namespace conductor::services::constraints
