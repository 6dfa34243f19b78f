// An inventory as it stands in a file: candidates, locations, groups, roles. Read once, then only looked at.
#pragma once
#include "conductor/sdk/host.hpp"
#include "conductor/sdk/inventory.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::plugins::inventory_file {

inline constexpr std::size_t max_bytes = 64U << 20U, max_candidates = 200'000;

struct Inventory {
  std::vector<sdk::Candidate> candidates;
  std::map<std::string, sdk::Location, std::less<>> by_clli, by_host_name;
  std::vector<std::pair<std::string, std::string>> groups;
  std::map<std::string, std::set<std::string>, std::less<>> roles;  // network role -> region ids
  std::vector<std::string> skipped;  // bad rows that were left out, each with its place; only when not strict
};

enum class Form { json_or_yaml, csv };

// The suffix decides; `invalid` for one that is none of .json, .yaml, .yml, .csv.
sdk::Result<Form> form_of(std::string const& file_name);

// The error of a text that is longer than max_bytes; nothing for a shorter one.
sdk::Result<void> check_size(std::size_t bytes);

// Reads a whole text. A bad row is `invalid` with line and column when `strict`, else it is left out and noted.
sdk::Result<Inventory> read_inventory(sdk::Host& host, std::string_view text, Form form, bool strict);

// The candidate of one row: known and unknown fields, `attributes` merged in, vim-id computed. `invalid` says what is
// wrong.
sdk::Result<sdk::Candidate> candidate_of(boost::json::object const& row);

struct CsvRow {
  int line = 0;                // on which it begins
  boost::json::object fields;  // empty cells left out
  std::string problem;         // why it cannot be used; empty when it can
};

// CSV (RFC 4180) with a header line. `invalid`: the text has no end that makes sense.
sdk::Result<std::vector<CsvRow>> read_csv(std::string_view text);

}  // namespace conductor::plugins::inventory_file
