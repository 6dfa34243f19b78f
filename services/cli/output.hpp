// How commands print: tables on a terminal, JSON in a pipe or with -o json.
#pragma once
#include <boost/json.hpp>

#include <ostream>
#include <string>
#include <vector>

namespace conductor::cli {

enum class Format { table, json };

// Takes `-o FORMAT` / `--output FORMAT` out of `arguments`; without it: table when standard output is a terminal, else
// JSON. An error text, or empty.
std::string take_format(std::vector<std::string>& arguments, Format& format);

// Columns aligned, header underlined on a terminal.
void print_table(std::ostream& out, std::vector<std::string> const& header,
                 std::vector<std::vector<std::string>> const& rows);

// One JSON document, indented by two spaces.
void print_json(std::ostream& out, boost::json::value const& value);

}  // namespace conductor::cli
