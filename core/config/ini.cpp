// A line-by-line reader with one piece of state: the assignment that a following indented line would continue.
#include "core/config/ini.hpp"

namespace conductor::config {
namespace {

constexpr std::string_view blanks = " \t\r\v\f";

std::string unquoted(std::string value) {
  bool const quoted =
      value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.front() == value.back();
  return quoted ? value.substr(1, value.size() - 2) : value;
}

class Reader {
 public:
  IniFile read(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty()) {
      auto const end = text.find('\n');
      ++line_;
      take(text.substr(0, end));
      text = end == text.npos ? std::string_view{} : text.substr(end + 1);
    }
    finish();
    return std::move(file_);
  }

 private:
  void take(std::string_view raw) {
    bool const indented = !raw.empty() && (raw.front() == ' ' || raw.front() == '\t');
    auto const line = trimmed(raw);
    if (line.empty()) return finish();
    if (indented && (open_ || !(line.front() == '#' || line.front() == ';'))) return continuation(line);
    finish();
    if (line.front() == '#' || line.front() == ';') return;
    if (line.front() == '[') return header(line);
    assignment(line);
  }

  void continuation(std::string_view line) {
    if (!open_) return fail("unexpected continuation line; remove the white space at its start");
    current_.value += '\n';
    current_.value += line;
  }

  void header(std::string_view line) {
    have_section_ = true;
    if (line.back() != ']') {
      section_ = trimmed(line.substr(1));
      return fail("section header '" + std::string(line) + "' does not end in ']'");
    }
    section_ = trimmed(line.substr(1, line.size() - 2));
    if (section_.empty()) return fail("section header without a name");
    file_.sections.emplace_back(section_, line_);
  }

  void assignment(std::string_view line) {
    auto const separator = line.find_first_of("=:");
    // The line itself may be a secret that lost its name, so it is not repeated.
    if (separator == line.npos) return fail("neither '[section]' nor 'option = value' nor a comment");
    auto const name = trimmed(line.substr(0, separator));
    if (name.empty()) return fail("value without an option name");
    if (!have_section_) return fail("option '" + std::string(name) + "' stands before any [section]");
    current_ = {section_, std::string(name), std::string(trimmed(line.substr(separator + 1))), line_};
    open_ = true;
  }

  void finish() {
    if (!open_) return;
    open_ = false;
    current_.value = unquoted(std::move(current_.value));
    file_.assignments.push_back(std::move(current_));
  }

  void fail(std::string text) { file_.errors.push_back({line_, std::move(text)}); }

  IniFile file_;
  Assignment current_;
  std::string section_;
  int line_ = 0;
  bool open_ = false, have_section_ = false;
};

}  // namespace

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

IniFile parse_ini(std::string_view text) { return Reader().read(text); }

}  // namespace conductor::config
