// The form is that of the generator which operators of the original know.
#include "core/config/sample.hpp"

#include "core/config/value.hpp"

#include <algorithm>
#include <sstream>

namespace conductor::config {
namespace {

using Entry = Catalogue::Entry;

std::string wrapped(std::string const& text, std::size_t width) {
  std::string out, line = "#";
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (line.size() > 1 && line.size() + 1 + word.size() > width) {
      out += line + "\n";
      line = "#";
    }
    line += " " + word;
  }
  return out + line + "\n";
}

// A default is data: what the reader would take for a reference, a quote or the end of the line is written so that it
// comes back unchanged.
std::string default_line(sdk::Option const& option) {
  if (!option.default_text) return "#" + option.name + " = <None>\n";
  auto text = *option.default_text;
  for (std::size_t at = 0; (at = text.find('\n', at)) != text.npos; at += 4) text.replace(at, 1, "\n#  ");
  bool const blank_ends = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  bool const quoted = text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.front() == text.back();
  return "#" + option.name + " =" +
         (text.empty()           ? ""
          : blank_ends || quoted ? " \"" + text + "\""
                                 : " " + text) +
         "\n";
}

std::string block(Entry const& entry, std::size_t width) {
  auto const& option = entry.option;
  auto out = wrapped(option.help + " (" + std::string(to_string(option.type)) + ")", width);
  if (option.is_required) out += "# This option must be set.\n";
  if (option.minimum) out += "# Minimum value: " + number_text(*option.minimum) + "\n";
  if (option.maximum) out += "# Maximum value: " + number_text(*option.maximum) + "\n";
  if (!option.choices.empty()) {
    std::string choices;
    for (auto const& choice : option.choices) choices += (choices.empty() ? "" : ", ") + choice;
    out += wrapped("Possible values: " + choices, width);
  }
  if (option.is_reloadable) out += "# Note: This option can be changed without restarting.\n";
  for (auto const& old : option.old_names)
    out += "# Deprecated group/name - [" +
           (old.find('/') == old.npos ? entry.section + "]/" + old
                                      : old.substr(0, old.find('/')) + "]" + old.substr(old.find('/'))) +
           "\n";
  return out + default_line(option);
}

}  // namespace

std::string sample(Catalogue const& catalogue, int wrap_width, std::vector<std::string> const& origins) {
  std::vector<Entry const*> entries;
  for (auto const& entry : catalogue.entries())
    if (origins.empty() || std::ranges::find(origins, entry.origin) != origins.end()) entries.push_back(&entry);
  // [DEFAULT] sorts first; within a section the name spaces keep the order in which they were declared.
  std::ranges::stable_sort(entries, {},
                           [](Entry const* entry) { return std::pair(entry->section != "DEFAULT", entry->section); });
  std::string out, section;
  auto const width = static_cast<std::size_t>(std::max(wrap_width, 20));
  for (auto at = entries.begin(); at != entries.end();) {
    bool const same_section = (*at)->section == section;
    if (!same_section) out += (out.empty() ? "[" : "\n[") + (section = (*at)->section) + "]\n";
    auto const end = std::stable_partition(at, entries.end(), [&, first = *at](Entry const* entry) {
      return entry->section == first->section && entry->origin == first->origin;
    });
    out += "\n#\n# From " + (*at)->origin + "\n#\n";
    for (; at != end; ++at) out += "\n" + block(**at, width);
  }
  return out;
}

}  // namespace conductor::config
