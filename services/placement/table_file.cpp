// CSV after RFC 4180: quotes round cells that hold commas, quotes or line ends.
#include "services/placement/table_file.hpp"

#include "core/text/reader.hpp"

#include <fstream>
#include <sstream>

namespace conductor::services::placement {
namespace {

class Csv {
 public:
  explicit Csv(std::string_view text) : text_(text) {}
  bool at_end() const { return at_ >= text_.size(); }
  int line() const { return line_; }

  std::vector<std::string> record() {
    std::vector<std::string> cells(1);
    bool quoted = false;
    while (!at_end()) {
      char const c = text_[at_++];
      if (c == '\n') ++line_;
      if (c == '"' && quoted && !at_end() && text_[at_] == '"')
        cells.back() += text_[at_++];
      else if (c == '"')
        quoted = !quoted;
      else if (quoted)
        cells.back() += c;
      else if (c == ',')
        cells.emplace_back();
      else if (c == '\n')
        break;
      else if (c != '\r')
        cells.back() += c;
    }
    return cells;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
};

std::string trimmed(std::string const& text) {
  auto const first = text.find_first_not_of(" \t");
  return first == text.npos ? std::string() : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

sdk::Result<std::vector<TableRow>> read_csv(std::string_view text, std::string const& name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Csv csv(text);
  auto const header = csv.record();
  std::vector<TableRow> rows;
  while (!csv.at_end()) {
    TableRow row{{}, "line " + std::to_string(csv.line())};
    auto const cells = csv.record();
    if (cells.size() == 1 && trimmed(cells[0]).empty()) continue;
    if (cells.size() != header.size())
      return sdk::Error{sdk::Errc::invalid, name + ", " + row.where + ": " + std::to_string(cells.size()) +
                                                " cells, but the header has " + std::to_string(header.size())};
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (auto cell = trimmed(cells[i]); !cell.empty()) row.values[trimmed(header[i])] = std::move(cell);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

sdk::Result<std::vector<TableRow>> read_table(std::filesystem::path const& file) {
  auto const name = file.string();
  std::ifstream stream(file, std::ios::binary);
  std::stringstream content;
  if (!stream || !(content << stream.rdbuf()))
    return sdk::Error{sdk::Errc::unavailable, name + " cannot be read, or is empty"};
  auto const text = std::move(content).str();
  if (file.extension() == ".csv") return read_csv(text, name);
  auto const document = text::read_json_or_yaml(text, text::file_limits);
  if (!document.ok()) return sdk::Error{sdk::Errc::invalid, name + ": " + document.problems().front().message};
  if (!document.root.is_list())
    return sdk::Error{sdk::Errc::invalid,
                      name + " is " + std::string(to_string(document.root.kind)) + ", expected a list of objects"};
  std::vector<TableRow> rows;
  for (auto const& item : document.root.items) {
    auto const where = "item " + std::to_string(rows.size() + 1);
    auto value = to_json(item);
    if (!value.is_object())
      return sdk::Error{sdk::Errc::invalid, name + ", " + where + " is " + shown(value) + ", expected an object"};
    rows.push_back({std::move(value.get_object()), where});
  }
  return rows;
}

}  // namespace conductor::services::placement
