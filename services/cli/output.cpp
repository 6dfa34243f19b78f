#include "services/cli/output.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace conductor::cli {

namespace json = boost::json;

namespace {

// Code points, which is as wide as the texts here are.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void print_row(std::ostream& out, std::vector<std::string> const& cells, std::vector<std::size_t> const& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    line += cells[i];
    if (i + 1 < cells.size()) line.append(widths[i] - width_of(cells[i]) + 2, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

void write_indented(std::ostream& out, json::value const& value, std::size_t depth) {
  std::string const inner((depth + 1) * 2, ' ');
  if (auto const* object = value.if_object(); object != nullptr && !object->empty()) {
    out << "{";
    char const* separator = "\n";
    for (auto const& [key, member] : *object) {
      out << separator << inner << json::serialize(json::value(key)) << ": ";
      write_indented(out, member, depth + 1);
      separator = ",\n";
    }
    out << '\n' << std::string(depth * 2, ' ') << '}';
  } else if (auto const* array = value.if_array(); array != nullptr && !array->empty()) {
    out << "[";
    char const* separator = "\n";
    for (auto const& item : *array) {
      out << separator << inner;
      write_indented(out, item, depth + 1);
      separator = ",\n";
    }
    out << '\n' << std::string(depth * 2, ' ') << ']';
  } else {
    out << json::serialize(value);
  }
}

}  // namespace

bool may_colour() {
  char const* const unwanted = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) != 0 && (unwanted == nullptr || *unwanted == '\0');
}

void print_table(std::ostream& out, std::vector<std::string> const& header,
                 std::vector<std::vector<std::string>> const& rows, bool bold) {
  std::vector<std::size_t> widths;
  for (auto const& cell : header) widths.push_back(width_of(cell));
  for (auto const& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  if (bold) out << "\033[1m";
  print_row(out, header, widths);
  if (bold) out << "\033[0m";
  for (auto const& row : rows) print_row(out, row, widths);
}

void print_table(std::ostream& out, std::vector<std::string> const& header,
                 std::vector<std::vector<std::string>> const& rows) {
  print_table(out, header, rows, &out == &std::cout && may_colour());
}

void print_json(std::ostream& out, json::value const& value) {
  write_indented(out, value, 0);
  out << '\n';
}

}  // namespace conductor::cli
