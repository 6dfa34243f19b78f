// RFC 4180: quotes around cells that hold commas, quotes or line ends; doubled quotes inside.
#include "inventory.hpp"

namespace conductor::plugins::inventory_file {

using sdk::Errc;
using sdk::Error;

namespace {

// Walks over the text, cell by cell.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ >= text_.size(); }
  int line() const { return line_; }

  // The cells of the next record; an error when a quote is never closed.
  sdk::Result<std::vector<std::string>> record() {
    std::vector<std::string> cells(1);
    int const begun = line_;
    bool quoted = false;
    while (!at_end()) {
      char const c = text_[at_++];
      if (c == '\n') ++line_;
      if (quoted) {
        if (c != '"') {
          cells.back() += c;
        } else if (!at_end() && text_[at_] == '"') {
          cells.back() += text_[at_++];
        } else {
          quoted = false;
        }
      } else if (c == '"' && cells.back().empty()) {
        quoted = true;
      } else if (c == ',') {
        cells.emplace_back();
      } else if (c == '\n') {
        return cells;
      } else if (c != '\r') {
        cells.back() += c;
      }
    }
    if (quoted) return Error{Errc::invalid, "line " + std::to_string(begun) + ": a quoted cell is never closed"};
    return cells;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

sdk::Result<std::vector<CsvRow>> read_csv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Reader reader(text);
  auto const header = reader.record();
  if (!header) return header.error();
  std::vector<CsvRow> rows;
  while (!reader.at_end()) {
    CsvRow row;
    row.line = reader.line();
    auto const cells = reader.record();
    if (!cells) return cells.error();
    if (cells->size() == 1 && cells->front().empty()) continue;
    if (cells->size() != header->size())
      row.problem =
          "the row has " + std::to_string(cells->size()) + " cells, the header has " + std::to_string(header->size());
    else
      for (std::size_t i = 0; i < cells->size(); ++i)
        if (!(*cells)[i].empty()) row.fields[(*header)[i]] = (*cells)[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace conductor::plugins::inventory_file
