// Collecting: which text each option has after all files, the environment and the command line.
#include "core/config/loader.hpp"

#include "core/config/nearest.hpp"
#include "core/config/places.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

extern char** environ;

namespace conductor::config {
namespace {

constexpr std::string_view file_suffix = "_file";
constexpr std::uintmax_t largest_file = 16U << 20U;

// GROUP and OPTION of OS_{GROUP}__{OPTION}.
std::string shouted(std::string_view text) {
  std::string out;
  for (char const c : text) out += c == '-' ? '_' : (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

}  // namespace

Loaded load(Catalogue const& catalogue, Sources const& sources) { return Loader(catalogue, sources).run(); }

Loaded Loader::run() {
  auto places = find_files(sources_);
  out_.errors = std::move(places.problems);
  out_.config.search_directories_ = std::move(places.search_directories);
  std::vector<std::pair<std::filesystem::path, IniFile>> files;
  for (auto const& file : places.files)
    if (auto ini = read_file(file)) files.emplace_back(file, std::move(*ini));
  // Entries are referred to by address: the catalogue must be complete first.
  for (auto const& [file, ini] : files)
    for (auto const& [section, line] : ini.sections) catalogue_.extend(section);
  for (auto const& [file, ini] : files) take_file(file, ini);
  if (sources_.environment) read_environment();
  read_overrides();
  for (auto const& section : catalogue_.sections()) out_.config.sections_[section];
  for (auto const& entry : catalogue_.entries()) check(entry);
  for (auto const& file : out_.config.files_) check_permissions(file);

  auto const* fatal = catalogue_.find("DEFAULT", "fatal_deprecations");
  auto const& defaults = out_.config.sections_;
  bool const deprecation_is_error =
      fatal && fatal->section == "DEFAULT" && defaults.at("DEFAULT").boolean("fatal_deprecations");
  auto& target = deprecation_is_error ? out_.errors : out_.warnings;
  target.insert(target.end(), deprecations_.begin(), deprecations_.end());
  return std::move(out_);
}

std::optional<IniFile> Loader::read_file(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  for (char block[16384]; in.read(block, sizeof block), in.gcount() > 0 && text.size() <= largest_file;)
    text.append(block, static_cast<std::size_t>(in.gcount()));
  if (in.bad() || !in.eof()) {
    auto const* reason = text.size() > largest_file ? "it is larger than 16 MiB" : std::strerror(errno);
    out_.errors.push_back({file, 0, "", "", std::string("configuration file cannot be read: ") + reason});
    return std::nullopt;
  }
  return parse_ini(text);
}

void Loader::take_file(std::filesystem::path const& file, IniFile const& ini) {
  out_.config.files_.push_back(file);
  for (auto const& error : ini.errors) out_.errors.push_back({file, error.line, "", "", error.text});
  std::set<std::string> warned;
  for (auto const& [section, line] : ini.sections) {
    bool const used = std::ranges::any_of(ini.assignments, [&, name = section](Assignment const& assignment) {
      return assignment.section == name && target_of(name, assignment.name).entry;
    });
    if (!used && warned.insert(section).second) warn_unknown_section(section, file, line);
  }
  for (auto const& assignment : ini.assignments) take(assignment, file);
}

void Loader::warn_unknown_section(std::string const& section, std::filesystem::path const& file, int line) {
  if (catalogue_.has_section(section) || catalogue_.ignores(section)) return;
  std::vector<std::string> known;
  for (auto const& entry : catalogue_.entries()) known.push_back(entry.section);
  auto const near = nearest(section, known);
  out_.warnings.push_back(
      {file, line, section, "", "unknown section is ignored" + (near.empty() ? "" : "; did you mean [" + near + "]?")});
}

void Loader::take(Assignment const& assignment, std::filesystem::path const& file) {
  auto const target = target_of(assignment.section, assignment.name);
  if (target.entry)
    return store(target, assignment.name, {assignment.value, {Origin::Kind::file, file, assignment.line}});
  // An unknown section has had its warning.
  if (!catalogue_.has_section(assignment.section) || catalogue_.ignores(assignment.section)) return;
  out_.warnings.push_back({file, assignment.line, assignment.section, assignment.name,
                           "unknown option is ignored" + nearest_option(assignment.section, assignment.name)});
}

std::string Loader::nearest_option(std::string const& section, std::string const& name) const {
  std::vector<std::string> here, elsewhere;
  for (auto const& entry : catalogue_.entries())
    if (entry.section == section) here.push_back(entry.option.name);
  if (auto const near = nearest(name, here); !near.empty()) return "; did you mean " + near + "?";
  // A right name in the wrong section is as frequent as a mistyped one.
  for (auto const& entry : catalogue_.entries())
    if (entry.option.name == name) return "; there is an option of this name in [" + entry.section + "]";
  return "";
}

Loader::Target Loader::target_of(std::string const& section, std::string const& name) const {
  auto const is_current = [&](Entry const& entry, std::string_view wanted) {
    return entry.section == section && shouted(entry.option.name) == shouted(wanted);
  };
  if (auto const* entry = catalogue_.find(section, name)) return {entry, !is_current(*entry, name), false};
  if (name.size() <= file_suffix.size() || !(name.ends_with(file_suffix) || name.ends_with("-file"))) return {};
  auto const stem = name.substr(0, name.size() - file_suffix.size());
  auto const* entry = catalogue_.find(section, stem);
  if (!entry || entry->option.type != sdk::OptionType::secret) return {};
  return {entry, !is_current(*entry, stem), true};
}

void Loader::store(Target const& target, std::string const& given_name, Raw raw) {
  auto const& entry = *target.entry;
  raw.old_name = target.old_name;
  raw.secret_file = target.secret_file;
  if (raw.old_name)
    deprecations_.push_back(
        {raw.origin.file, raw.origin.line, entry.section, entry.option.name,
         "'" + given_name + "' is a deprecated name of this option; use [" + entry.section + "] " + entry.option.name});
  if (entry.option.type == sdk::OptionType::secret && !raw.secret_file && !raw.text.empty() && !raw.origin.file.empty())
    with_secrets_.insert(raw.origin.file);
  auto const found = raw_.find(&entry);
  // Within one file the current name goes before an old one, wherever they stand.
  bool const outranked = found != raw_.end() && raw.old_name && !found->second.old_name &&
                         found->second.origin.kind == raw.origin.kind && found->second.origin.file == raw.origin.file;
  if (!outranked) raw_.insert_or_assign(&entry, std::move(raw));
}

void Loader::read_environment() {
  for (char** variable = environ; variable && *variable; ++variable) {
    std::string_view const text = *variable;
    auto const equals = text.find('=');
    auto const name = text.substr(0, equals);
    auto const border = name.find("__", 3);
    if (equals == text.npos || !name.starts_with("OS_") || border == name.npos) continue;
    auto const group = name.substr(3, border - 3), option = name.substr(border + 2);
    bool known_group = false, taken = false;
    for (auto const& entry : catalogue_.entries()) {
      if (shouted(entry.section) != group) continue;
      known_group = true;
      auto const upper = shouted(entry.option.name);
      bool const from_file = entry.option.type == sdk::OptionType::secret && option == upper + "_FILE" &&
                             !catalogue_.find(entry.section, entry.option.name + std::string(file_suffix));
      if (option != upper && !from_file) continue;
      store({&entry, false, from_file}, std::string(name),
            {std::string(text.substr(equals + 1)), {Origin::Kind::environment, {}, 0}});
      taken = true;
    }
    // Variables of unknown groups belong to other programs.
    if (known_group && !taken)
      out_.warnings.push_back(
          {{}, 0, "", "", "environment variable " + std::string(name) + " names no known option and is ignored"});
  }
}

void Loader::read_overrides() {
  for (auto const& [full_name, value] : sources_.overrides) {
    auto const dot = full_name.rfind('.');
    auto const section = dot == full_name.npos ? "DEFAULT" : full_name.substr(0, dot);
    auto const name = dot == full_name.npos ? full_name : full_name.substr(dot + 1);
    if (auto const target = target_of(section, name); target.entry)
      store(target, name, {value, {Origin::Kind::command_line, {}, 0}});
    else
      out_.errors.push_back(
          {{}, 0, section, name, "unknown option on the command line" + nearest_option(section, name)});
  }
}

void Loader::check_permissions(std::filesystem::path const& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (status.st_mode & S_IWOTH)
    out_.errors.push_back({file, 0, "", "", "configuration file is writable by everybody; remove that with chmod o-w"});
  else if ((status.st_mode & S_IROTH) && with_secrets_.contains(file))
    out_.warnings.push_back(
        {file, 0, "", "", "configuration file holds secrets and is readable by everybody; remove that with chmod o-r"});
}

}  // namespace conductor::config
