// From role table and command line to checked configuration and loaded plugin libraries: what `run`, `config` and
// `plugin` commands share.
#pragma once
#include "core/config/config.hpp"
#include "core/kernel/role.hpp"
#include "core/plugin/library.hpp"
#include "core/plugin/loader.hpp"

#include <span>
#include <vector>

namespace conductor::kernel {

struct Setup {
  config::Loaded loaded;                   // values, errors and warnings
  config::Catalogue catalogue;             // all options: core, roles, plugins
  std::vector<plugin::Choice> choices;     // what configuration chose for the given roles
  std::vector<plugin::Library> libraries;  // of the choices; in their order
  std::vector<std::filesystem::path> plugin_directories;
};

// Options of core, logging and all roles, without plugins.
config::Catalogue core_catalogue(std::span<Role const> all);

// Adds what the roles find wrong with options taken together to the errors; for a configuration that was just loaded.
void check_roles(std::span<Role const> all, config::Loaded& loaded);

// Reads the configuration twice: first for the names of plugins, then, with the options those declare, whole. A plugin
// that cannot be loaded is the Error; bad options are in `loaded.errors`. `chosen` decides which kinds of plugins are
// needed.
sdk::Result<Setup> set_up(std::span<Role const> all, std::span<Role const* const> chosen,
                          config::Sources const& sources);

// The plugin directories: [plugins] path, relative names beside the configuration file; else ../lib/conductor/plugins
// beside the binary.
std::vector<std::filesystem::path> plugin_directories(config::Config const& config);

// config::state_path as an absolute path; the error says when it is missing or not writable.
sdk::Result<std::filesystem::path> usable_state_path(config::Config const& config);

// The log of a running program, as `config` wants it from now on; what is wrong with that goes to the log as it is.
void renew_log(config::Config const& config, std::string const& program);

// The plugin choices of one kind: names and the option that names them.
std::vector<plugin::Choice> choices_of(config::Config const& config, std::string_view kind);

}  // namespace conductor::kernel
