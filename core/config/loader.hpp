// The steps of load(): collects raw texts by precedence, then resolves references and checks each value once.
// Internal to core/config.
#pragma once
#include "core/config/config.hpp"
#include "core/config/ini.hpp"
#include "core/config/substitute.hpp"

namespace conductor::config {

class Loader {
 public:
  Loader(Catalogue const& catalogue, Sources const& sources) : catalogue_(catalogue), sources_(sources) {}
  Loaded run();

 private:
  using Entry = Catalogue::Entry;
  using Origin = Config::Origin;
  using Text = std::variant<std::string, BadReference>;

  // A value as it was given, before references and checks.
  struct Raw {
    std::string text;
    Origin origin;
    bool old_name = false;     // under a deprecated name
    bool secret_file = false;  // the text names a file that holds the value
  };
  struct Target {
    Entry const* entry = nullptr;
    bool old_name = false, secret_file = false;
  };

  std::optional<IniFile> read_file(std::filesystem::path const& file);
  void take_file(std::filesystem::path const& file, IniFile const& ini);
  void check_permissions(std::filesystem::path const& file);
  void take(Assignment const& assignment, std::filesystem::path const& file);
  void warn_unknown_section(std::string const& section, std::filesystem::path const& file, int line);
  void read_environment();
  void read_overrides();

  Target target_of(std::string const& section, std::string const& name) const;
  void store(Target const& target, std::string const& given_name, Raw raw);
  void check(Entry const& entry);
  // The text of an entry with references replaced; unset: nullopt inside the variant is an empty string.
  Text resolve(Entry const& entry);
  Text read_secret(Raw const& raw) const;
  std::string nearest_option(std::string const& section, std::string const& name) const;

  Catalogue catalogue_;  // with the sections of families that the files have
  Sources const& sources_;
  Loaded out_;
  std::map<Entry const*, Raw> raw_;
  std::map<Entry const*, Text> resolved_;
  std::vector<Entry const*> resolving_;  // the way from the option being resolved, for cycles
  std::vector<Problem> deprecations_;    // warnings, or errors with fatal_deprecations
  std::set<std::filesystem::path> with_secrets_;
};

}  // namespace conductor::config
