// Resolving and checking: references, secrets from files, types and bounds, places of files.
#include "core/config/loader.hpp"

#include "core/config/value.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace conductor::config {

Loader::Text Loader::read_secret(Raw const& raw) const {
  auto const file = out_.config.located(raw.origin, std::string(trimmed(raw.text)));
  std::error_code ignored;
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file, ignored))
    return BadReference{"secret file " + file.string() + " cannot be read; it must exist and be readable by this user"};
  std::string text{std::istreambuf_iterator<char>(in), {}};
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

Loader::Text Loader::resolve(Entry const& entry) {
  if (auto const known = resolved_.find(&entry); known != resolved_.end()) return known->second;
  auto const cycle = std::ranges::find(resolving_, &entry);
  if (cycle != resolving_.end()) {
    std::string way;
    for (auto at = cycle; at != resolving_.end(); ++at)
      way += "[" + (*at)->section + "] " + (*at)->option.name + " -> ";
    return BadReference{"options refer to each other in a circle: " + way + "[" + entry.section + "] " +
                        entry.option.name};
  }
  auto const given = raw_.find(&entry);
  if (given != raw_.end() && given->second.secret_file) return resolved_[&entry] = read_secret(given->second);

  resolving_.push_back(&entry);
  auto const lookup = [&](std::string const& group, std::string const& name) -> Text {
    auto const* referred = catalogue_.find(group.empty() ? entry.section : group, name);
    if (!referred && group.empty()) referred = catalogue_.find("DEFAULT", name);
    if (referred) return resolve(*referred);
    auto const full = group.empty() ? name : group + "." + name;
    return BadReference{"refers to '" + full + "', which is no known option; write $$ for a dollar sign"};
  };
  auto text = substitute(given != raw_.end() ? given->second.text : entry.option.default_text.value_or(""), lookup);
  resolving_.pop_back();
  return resolved_[&entry] = std::move(text);
}

void Loader::check(Entry const& entry) {
  auto const& option = entry.option;
  auto& settings = out_.config.sections_[entry.section];
  auto const given = raw_.find(&entry);
  auto const origin = given == raw_.end() ? Origin{} : given->second.origin;
  out_.config.origins_[{entry.section, option.name}] = origin;
  settings.set(option.name, std::monostate{});

  auto const fail = [&](std::string reason) {
    out_.errors.push_back({origin.file, origin.line, entry.section, option.name, std::move(reason)});
    // Later readers of the broken configuration get the default's type, not an exception.
    auto fallback = parse_value(option, option.default_text.value_or(""));
    if (auto* value = std::get_if<sdk::Settings::Value>(&fallback)) settings.set(option.name, std::move(*value));
  };
  // The sample writes `<None>` for unset; uncommenting that line must not change anything.
  bool const unset = given == raw_.end() ? !option.default_text.has_value()
                                         : given->second.text == "<None>" && !given->second.secret_file;
  if (unset) {
    if (option.is_required) fail("is required but not set; set it in section [" + entry.section + "]");
    return;
  }
  auto const text = resolve(entry);
  if (auto const* bad = std::get_if<BadReference>(&text)) return fail(bad->reason);
  auto parsed = parse_value(option, std::get<std::string>(text));
  if (auto const* bad = std::get_if<BadValue>(&parsed))
    return fail(option.type == sdk::OptionType::secret ? "Unexpected secret value (not shown)" : bad->reason);
  auto value = std::get<sdk::Settings::Value>(std::move(parsed));
  if (auto* string = std::get_if<std::string>(&value)) {
    if (option.is_required && string->empty()) return fail("is required but empty; give it a value");
    if (option.type == sdk::OptionType::path) *string = out_.config.located(origin, *string).string();
  }
  settings.set(option.name, std::move(value));
}

}  // namespace conductor::config
