#include "core/kernel/setup.hpp"

#include "core/config/options.hpp"
#include "core/kernel/management.hpp"
#include "core/log/log.hpp"
#include "core/log/messages.hpp"
#include "core/rpc/bus.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace conductor::kernel {

using sdk::Errc;
using sdk::Error;
namespace fs = std::filesystem;

namespace {

// Which options name the plugins of a kind; several options: the union, in order.
struct KindOption {
  std::string_view kind;
  char const* section;
  char const* option;
};
constexpr std::array kind_options{KindOption{"inventory", "inventory_provider", "extensions"},
                                  KindOption{"controller", "service_controller", "extensions"},
                                  KindOption{"vim", "vim_controller", "extensions"},
                                  KindOption{"store", "db_options", "db_backend"},
                                  KindOption{"solver", "solver", "strategy"},
                                  KindOption{"solver", "solver", "extensions"}};

std::vector<std::string> names_in(sdk::Settings const& section, std::string const& option) {
  auto const& value = section.values().find(option)->second;
  if (auto const* text = std::get_if<std::string>(&value)) return {*text};
  if (auto const* list = std::get_if<std::vector<std::string>>(&value)) return *list;
  return {};
}

}  // namespace

config::Catalogue core_catalogue(std::span<Role const> all) {
  config::Catalogue catalogue;
  config::declare_core(catalogue);
  sdk::Schema logging("DEFAULT");
  log::declare(logging);
  catalogue.add(logging, "oslo.log");
  for (auto const& role : all) role.declare(catalogue);
  return catalogue;
}

void check_roles(std::span<Role const> all, config::Loaded& loaded) {
  auto const ports = loaded.config.section("prometheus").list("metrics_port");
  for (std::size_t entry = 0; entry < ports.size(); ++entry)
    if (auto const port = metrics_port(ports, entry); !port)
      loaded.errors.push_back(loaded.config.problem("prometheus", "metrics_port", port.error().text));
  rpc::check_options(loaded.config, loaded.errors);
  for (auto const& role : all)
    if (role.check != nullptr) role.check(loaded.config, loaded.errors);
}

std::vector<plugin::Choice> choices_of(config::Config const& config, std::string_view kind) {
  std::vector<plugin::Choice> choices;
  for (auto const& [known, section, option] : kind_options) {
    if (known != kind) continue;
    for (auto& name : names_in(config.section(section), option)) {
      bool const twice =
          std::any_of(choices.begin(), choices.end(), [&](auto const& choice) { return choice.name == name; });
      if (!twice && !name.empty())
        choices.push_back({std::string(kind), std::move(name), "[" + std::string(section) + "] " + option});
    }
  }
  // The old switch for an in-memory store.
  if (kind == "store" && config.section("db_options").boolean("music_mock"))
    choices.assign(1, {"store", "memory", "[db_options] music_mock"});
  return choices;
}

std::vector<fs::path> plugin_directories(config::Config const& config) {
  std::vector<fs::path> directories;
  for (auto const& name : config.section("plugins").list("path"))
    if (!name.empty()) directories.push_back(config.located("plugins", "path", name));
  if (directories.empty()) {
    std::error_code ignored;
    auto const binary = fs::read_symlink("/proc/self/exe", ignored);
    directories.push_back(binary.parent_path().parent_path() / "lib" / "conductor" / "plugins");
  }
  return directories;
}

sdk::Result<fs::path> usable_state_path(config::Config const& config) {
  auto const path = config::state_path(config);
  std::error_code failed;
  if (!fs::is_directory(path, failed))
    return Error{Errc::denied, log::message<log::Message::state_path_missing>(path.string())};
  if (::access(path.c_str(), W_OK | X_OK) != 0)
    return Error{Errc::denied, log::message<log::Message::state_path_read_only>(path.string())};
  return fs::absolute(path);
}

sdk::Result<Setup> set_up(std::span<Role const> all, std::span<Role const* const> chosen,
                          config::Sources const& sources) {
  Setup setup{.loaded = {}, .catalogue = core_catalogue(all), .choices = {}, .libraries = {}, .plugin_directories = {}};
  setup.loaded = config::load(setup.catalogue, sources);

  std::vector<std::string_view> kinds{"store"};
  for (auto const* role : chosen)
    for (auto const kind : role->plugin_kinds)
      if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  for (auto const kind : kinds)
    for (auto& choice : choices_of(setup.loaded.config, kind)) setup.choices.push_back(std::move(choice));

  setup.plugin_directories = plugin_directories(setup.loaded.config);
  auto libraries = plugin::load_all(setup.plugin_directories, setup.choices);
  if (!libraries) return libraries.error();
  setup.libraries = std::move(*libraries);
  for (auto const& library : setup.libraries) try {
      setup.catalogue.add(library.schema, library.name());
    } catch (std::logic_error const& twice) {
      return Error{Errc::invalid, "plugin " + library.file.string() + ": " + twice.what()};
    }
  setup.loaded = config::load(setup.catalogue, sources);
  check_roles(all, setup.loaded);
  return setup;
}

void renew_log(config::Config const& config, std::string const& program) {
  log::reopen();
  if (auto configured = log::configure(config.section("DEFAULT"), program); !configured)
    log::named("kernel").error(configured.error().text);
}

}  // namespace conductor::kernel
