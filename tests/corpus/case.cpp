#include "tests/corpus/case.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace conductor::tests::corpus {

namespace json = boost::json;
using text::Node;

namespace {

constexpr std::string_view removed = "$removed";

[[noreturn]] void wrong(std::string const& file, Node const& node, std::string const& what) {
  throw std::runtime_error(file + ", line " + std::to_string(node.line) + ": " + what);
}

std::string last_key(std::string_view pointer) {
  std::string key;
  for (std::size_t i = pointer.rfind('/') + 1; i < pointer.size(); ++i)
    if (pointer[i] == '~' && i + 1 < pointer.size())
      key += pointer[++i] == '0' ? '~' : '/';
    else
      key += pointer[i];
  return key;
}

// Sets, adds or removes one element; false when there is no place for it.
bool change(json::value& document, std::string_view pointer, Node const& value) {
  auto const slash = pointer.rfind('/');
  if (slash == std::string_view::npos) return pointer.empty() && (document = text::to_json(value), true);
  boost::system::error_code failed;
  auto* const parent = document.find_pointer(std::string(pointer.substr(0, slash)), failed);
  if (parent == nullptr) return false;
  auto const key = last_key(pointer);
  bool const removes = value.text() == removed;
  if (auto* const object = parent->if_object()) {
    if (removes) return object->erase(key) == 1;
    (*object)[key] = text::to_json(value);
    return true;
  }
  auto* const list = parent->if_array();
  if (list == nullptr || key.empty() || key.find_first_not_of("0123456789") != key.npos) return false;
  auto const at = static_cast<std::size_t>(std::stoul(key));
  if (at > list->size()) return false;
  if (removes) {
    list->erase(list->begin() + static_cast<std::ptrdiff_t>(at));
  } else {
    if (at == list->size()) list->emplace_back(nullptr);
    (*list)[at] = text::to_json(value);
  }
  return true;
}

class File {
 public:
  File(std::string name, Node const& root, std::vector<Case>& cases)
      : name_(std::move(name)), root_(root), cases_(cases) {}

  void read() {
    auto const* const base = root_.find("base");
    auto const* const list = root_.find("cases");
    if (base == nullptr || list == nullptr || !list->is_list()) wrong(name_, root_, "expected base and cases");
    base_ = text::to_json(*base);
    for (auto const& item : list->items) item.is_list() ? read_short(item) : read_long(item);
  }

 private:
  void read_short(Node const& item) {
    auto const& cells = item.items;
    if (cells.size() < 4 || cells.size() > 5 || !cells[1].is_text() || !cells[3].is_text())
      wrong(name_, item, "expected [title, pointer, value, says] and perhaps a pointer");
    std::string const pointer(cells[1].text());
    Case one{.file = name_, .title = std::string(cells[0].text()), .document = base_, .text = {}, .problems = {}};
    if (!change(one.document, pointer, cells[2])) wrong(name_, item, "the base has no place " + pointer);
    if (!cells[3].text().empty())
      one.problems.push_back(
          {std::string(cells.size() == 5 ? cells[4].text() : pointer), std::string(cells[3].text())});
    cases_.push_back(std::move(one));
  }

  void read_long(Node const& item) {
    Case one{.file = name_, .title = {}, .document = base_, .text = {}, .problems = {}};
    for (auto const& [key, value, line, column] : item.members)
      if (key == "title")
        one.title = value.text();
      else if (key == "text")
        one.text = std::string(value.text());
      else if (key == "set")
        read_changes(value, one);
      else if (key == "problems")
        read_problems(value, one);
      else if ((key == "line" || key == "column") && value.scalar.is_int64())
        (key == "line" ? one.line : one.column) = static_cast<int>(value.scalar.as_int64());
      else
        wrong(name_, item, "unknown key " + key);
    if (one.title.empty() || item.find("problems") == nullptr) wrong(name_, item, "expected title and problems");
    cases_.push_back(std::move(one));
  }

  void read_changes(Node const& changes, Case& one) const {
    for (auto const& member : changes.members)
      if (!change(one.document, member.key, member.value)) wrong(name_, changes, "the base has no place " + member.key);
  }

  void read_problems(Node const& list, Case& one) const {
    for (auto const& pair : list.items) {
      if (pair.items.size() != 2) wrong(name_, pair, "expected [pointer, says]");
      one.problems.push_back({std::string(pair.items[0].text()), std::string(pair.items[1].text())});
    }
  }

  std::string name_;
  Node const& root_;
  std::vector<Case>& cases_;
  json::value base_;
};

}  // namespace

std::vector<Case> read_cases(std::string const& folder) {
  std::vector<std::filesystem::path> files;
  for (auto const& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Case> cases;
  for (auto const& path : files) {
    std::ifstream file(path, std::ios::binary);
    std::string const content{std::istreambuf_iterator<char>(file), {}};
    auto const document = text::read_yaml(content);
    auto const name = (path.parent_path().filename() / path.filename()).string();
    if (!document.ok()) throw std::runtime_error(name + ": " + document.problems().front().message);
    File(name, document.root, cases).read();
  }
  return cases;
}

bool matches(std::string_view pattern, std::string_view text) {
  auto const star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  pattern.remove_prefix(star + 1);
  for (text.remove_prefix(star);; text.remove_prefix(1)) {
    if (matches(pattern, text)) return true;
    if (text.empty()) return false;
  }
}

}  // namespace conductor::tests::corpus
