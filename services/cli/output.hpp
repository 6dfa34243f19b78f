// How commands print: tables on a terminal, JSON in a pipe or with -o json.
#pragma once
#include <boost/json.hpp>

#include <ostream>
#include <string>
#include <vector>

namespace conductor::cli {

enum class Format { table, json };

// Columns aligned by characters; the header bold when standard output is a terminal that may have colours.
void print_table(std::ostream& out, std::vector<std::string> const& header,
                 std::vector<std::vector<std::string>> const& rows);

// The same, the header bold when `bold` says so.
void print_table(std::ostream& out, std::vector<std::string> const& header,
                 std::vector<std::vector<std::string>> const& rows, bool bold);

// Whether standard output may have colours: a terminal, and no NO_COLOR in the environment.
bool may_colour();

// One JSON document, indented by two spaces.
void print_json(std::ostream& out, boost::json::value const& value);

}  // namespace conductor::cli
