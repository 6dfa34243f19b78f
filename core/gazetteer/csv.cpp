#include "core/gazetteer/csv.hpp"
#include "core/gazetteer/fold.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace conductor::gazetteer {

using sdk::Errc;
using sdk::Error;

namespace {

constexpr std::array<std::string_view, 6> columns{
    "country", "administrative_area", "locality", "postal_code", "latitude", "longitude"};
using Cells = std::vector<std::string>;

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Reads records off the front of a text.
class Records {
 public:
  explicit Records(std::string_view text) : rest_(text) {}
  bool at_end() const { return rest_.empty(); }
  int line() const { return line_; }  // on which the next record begins

  // Nullopt: a quote that is never closed.
  std::optional<Cells> next() {
    Cells cells;
    do {
      auto cell = rest_.starts_with('"') ? quoted_cell() : plain_cell();
      if (!cell) return std::nullopt;
      cells.push_back(std::move(*cell));
    } while (take(','));
    if (take('\n')) ++line_;
    return cells;
  }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<std::string> plain_cell() {
    auto const end = std::min(rest_.find_first_of(",\n"), rest_.size());
    std::string cell(trimmed(rest_.substr(0, end)));
    rest_.remove_prefix(end);
    return cell;
  }

  std::optional<std::string> quoted_cell() {
    std::string cell;
    while (take('"')) {
      auto const end = rest_.find('"');
      if (end == std::string_view::npos) return std::nullopt;
      if (!cell.empty() || joined_) cell += '"';  // a doubled quote stands for one
      cell.append(rest_.substr(0, end));
      line_ += static_cast<int>(std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
      rest_.remove_prefix(end + 1);
      joined_ = true;
    }
    joined_ = false;
    auto const tail = plain_cell();
    return std::string(trimmed(cell.append(*tail)));
  }

  std::string_view rest_;
  int line_ = 1;
  bool joined_ = false;
};

struct Wrong {
  std::string_view column;
  std::string what;
};

std::optional<Wrong> read_degrees(std::string const& cell, std::string_view column, int limit, double& degrees) {
  auto const* const end = cell.data() + cell.size();
  auto const [stop, failed] = std::from_chars(cell.data(), end, degrees, std::chars_format::fixed);
  if (failed == std::errc() && stop == end && degrees >= -limit && degrees <= limit) return std::nullopt;
  auto const most = std::to_string(limit);
  return Wrong{
      column, std::string("'").append(cell).append("', expected a number in -").append(most).append("..").append(most)};
}

bool is_country_code(std::string_view text) {
  return text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::optional<Wrong> read_place(Cells& cells, Place& place) {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (!folded(cells[i])) return Wrong{columns[i], "the cell is not UTF-8"};
  if (!is_country_code(cells[0]))
    return Wrong{columns[0], std::string("'").append(cells[0]).append(
                                 "', expected three capitals (ISO 3166 alpha-3), such as SWE")};
  if (auto wrong = read_degrees(cells[4], columns[4], 90, place.latitude)) return wrong;
  if (auto wrong = read_degrees(cells[5], columns[5], 180, place.longitude)) return wrong;
  place.country = std::move(cells[0]);
  place.administrative_area = std::move(cells[1]);
  place.locality = std::move(cells[2]);
  place.postal_code = std::move(cells[3]);
  return std::nullopt;
}

Error error_at(std::string_view name, int line, std::string const& what) {
  return {Errc::invalid,
          std::string("gazetteer ").append(name).append(", line ").append(std::to_string(line)).append(what)};
}

}  // namespace

sdk::Result<std::vector<Place>> read_places(std::string_view text, std::string_view name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Records records(text);
  std::vector<Place> places;
  bool headed = false;
  while (!records.at_end()) {
    int const line = records.line();
    auto cells = records.next();
    if (!cells) return error_at(name, line, ": a quoted cell is never closed");
    if (cells->size() == 1 && cells->front().empty()) continue;
    if (!headed && !std::equal(cells->begin(), cells->end(), columns.begin(), columns.end()))
      return error_at(name, line, std::string(": expected the header ").append(csv_header));
    if (!std::exchange(headed, true)) continue;
    if (cells->size() != columns.size())
      return error_at(
          name, line,
          ": the row has " + std::to_string(cells->size()) + " cells, expected " + std::to_string(columns.size()));
    Place place;
    if (auto const wrong = read_place(*cells, place))
      return error_at(name, line, std::string(", column ").append(wrong->column).append(": ").append(wrong->what));
    places.push_back(std::move(place));
  }
  if (!headed) return error_at(name, 1, std::string(": the file is empty, expected the header ").append(csv_header));
  return places;
}

}  // namespace conductor::gazetteer
