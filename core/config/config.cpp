// Access to checked values and to where they came from.
#include "core/config/config.hpp"

#include <stdexcept>

namespace conductor::config {

std::string Problem::where() const {
  std::string out;
  if (!file.empty()) out += file.string() + (line > 0 ? ":" + std::to_string(line) : "") + ": ";
  if (!section.empty()) out += "[" + section + "] ";
  if (!option.empty()) out += option + ": ";
  return out + text;
}

std::vector<std::string> Config::family(std::string const& name) const {
  std::vector<std::string> found;
  auto const prefix = name + ".";
  for (auto const& [section, values] : sections_)
    if (section.starts_with(prefix)) found.push_back(section);
  return found;
}

sdk::Settings const& Config::section(std::string const& name) const {
  auto const found = sections_.find(name);
  if (found == sections_.end()) throw std::logic_error("configuration section [" + name + "] was never declared");
  return found->second;
}

Config::Origin const& Config::origin_of(std::string const& section, std::string const& option) const {
  static Origin const unset;
  auto const found = origins_.find({section, option});
  return found == origins_.end() ? unset : found->second;
}

std::string Config::origin(std::string const& section, std::string const& option) const {
  auto const& origin = origin_of(section, option);
  switch (origin.kind) {
    case Origin::Kind::file:
      return origin.file.string() + ":" + std::to_string(origin.line);
    case Origin::Kind::environment:
      return "environment";
    case Origin::Kind::command_line:
      return "command line";
    case Origin::Kind::unset:
      break;
  }
  return "default";
}

bool Config::given(std::string const& section, std::string const& option) const {
  return origin_of(section, option).kind != Origin::Kind::unset;
}

Problem Config::problem(std::string const& section, std::string const& option, std::string text) const {
  auto const& origin = origin_of(section, option);
  return {origin.file, origin.line, section, option, std::move(text)};
}

std::filesystem::path Config::located(std::string const& section, std::string const& option,
                                      std::filesystem::path const& name) const {
  return located(origin_of(section, option), name);
}

std::filesystem::path Config::located(Origin const& origin, std::filesystem::path const& name) const {
  if (name.empty() || name.is_absolute()) return name;
  std::error_code ignored;
  // On a command line a relative name means what it means to the shell.
  if (origin.kind == Origin::Kind::command_line) return std::filesystem::absolute(name, ignored);
  std::vector<std::filesystem::path> places;
  if (!origin.file.empty()) places.push_back(origin.file.parent_path());
  if (origin.file.empty())
    for (auto file = files_.rbegin(); file != files_.rend(); ++file) places.push_back(file->parent_path());
  places.insert(places.end(), search_directories_.begin(), search_directories_.end());
  for (auto const& place : places)
    if (std::filesystem::exists(place / name, ignored)) return (place / name).lexically_normal();
  return places.empty() ? std::filesystem::absolute(name, ignored) : (places.front() / name).lexically_normal();
}

}  // namespace conductor::config
