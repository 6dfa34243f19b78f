// JSON and YAML readers: into one tree with positions, with limits that hold before anything large is built, and with
// every duplicate key reported. Strict where leniency would hide a mistake: no NaN, no number beyond a double, no lone
// surrogate, no custom tag. Pure functions; they throw nothing but std::bad_alloc.
#pragma once
#include "core/text/node.hpp"
#include "core/text/problem.hpp"

#include "conductor/sdk/host.hpp"
#include "conductor/sdk/result.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace conductor::text {

struct Limits {
  std::size_t max_bytes = 8U << 20U;
  std::size_t max_depth = 64;
  std::size_t max_key_bytes = 4096;
  std::size_t max_nodes = 1'000'000;     // values; of YAML also lines and commas, which are cheap to count beforehand
  std::size_t max_expanded = 2U << 20U;  // weight() of what YAML aliases and merge keys copy, plus 64 for each
};
// For files that an operator names, such as an inventory.
inline constexpr Limits file_limits{.max_bytes = 64U << 20U, .max_nodes = 10'000'000, .max_expanded = 64U << 20U};

// A key given twice in one mapping. The tree keeps the last value.
struct DuplicateKey {
  std::string key, pointer;  // pointer: of the second occurrence
  int line = 0, column = 0;
  std::string snippet;  // the line of the second occurrence, trimmed, at most 75 characters around it
};

struct Document {
  Node root;                             // as far as it was read
  std::optional<Problem> failure;        // the reader stopped here: syntax or a limit
  bool at_limit = false;                 // which is a limit: another syntax would not help
  std::vector<DuplicateKey> duplicates;  // in the order of the text; at most 100
  bool ok() const { return !failure && duplicates.empty(); }
  // Failure and duplicates as a list; messages have line and column.
  Problems problems() const;
};

Document read_json(std::string_view text, Limits const& limits = {});
// YAML 1.1 core types as PyYAML takes them; dates stay text. Aliases and merge keys are expanded. One document.
Document read_yaml(std::string_view text, Limits const& limits = {});
// JSON when the text is JSON, else YAML, whose complaint then counts.
Document read_json_or_yaml(std::string_view text, Limits const& limits = {});

// "{where} has a duplicate key on line {n}: {snippet}" (API specification 5.3).
std::string duplicate_key_text(std::string_view where, DuplicateKey const& duplicate);

// What sdk::Host::parse_document gives: JSON or YAML, `invalid` with line and column when anything is wrong.
sdk::Result<std::unique_ptr<sdk::ParsedDocument>> parse_document(std::string_view text,
                                                                 Limits const& limits = file_limits);

}  // namespace conductor::text
