#include "services/cli/store_access.hpp"

#include "core/log/log.hpp"
#include "services/cli/exit_code.hpp"

namespace conductor::cli {

namespace {

[[noreturn]] void refuse(std::vector<config::Problem> const& problems) {
  std::string text;
  for (auto const& problem : problems) text += (text.empty() ? "" : "\nerror: ") + problem.where();
  throw Ended(exit_failed, text);
}

// The section that a store plugin's options stand in.
std::string section_of(std::span<kernel::Role const> roles, config::Sources const& sources, std::string const& name) {
  auto const loaded = config::load(kernel::core_catalogue(roles), sources);
  auto const file = plugin::find_library(kernel::plugin_directories(loaded.config), "store", name);
  if (!file) throw Ended(exit_usage, file.error().text);
  auto const library = plugin::load_library(*file, "store");
  if (!library) throw Ended(exit_failed, library.error().text);
  return library->schema.section();
}

config::Sources sources_for(std::span<kernel::Role const> roles, StoreChoice const& choice) {
  auto sources = choice.sources;
  if (choice.backend.empty()) return sources;
  sources.overrides["db_options.db_backend"] = choice.backend;
  sources.overrides["db_options.music_mock"] = "false";  // it would win
  auto const section = section_of(roles, choice.sources, choice.backend);
  for (auto const& option : choice.options) {
    auto const equals = option.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw Ended(exit_usage, "'" + option + "' is no option of a store; it must be NAME=VALUE, as in section [" +
                                  section + "] of a configuration file");
    sources.overrides[section + "." + option.substr(0, equals)] = option.substr(equals + 1);
  }
  return sources;
}

}  // namespace

OpenStore::OpenStore(Console& console, std::span<kernel::Role const> roles, StoreChoice const& choice) {
  auto setup = kernel::set_up(roles, {}, sources_for(roles, choice));
  if (!setup) throw Ended(exit_failed, setup.error().text);
  setup_ = std::move(*setup);
  if (!setup_.loaded.errors.empty()) refuse(setup_.loaded.errors);
  auto const& config = setup_.loaded.config;
  auto state = kernel::usable_state_path(config);
  if (!state) throw Ended(exit_failed, state.error().text);
  state_path_ = *state;
  clients_ = http::make_client_pool(console.clock, log::named("http"));
  auto plugins = plugin::create_all(
      setup_.libraries,
      {.config = config, .clock = console.clock, .clients = *clients_, .metrics = metrics_, .state_path = state_path_});
  if (!plugins) throw Ended(exit_failed, plugins.error().text);
  plugins_ = std::move(*plugins);
  name_ = setup_.choices.front().name;
  if (auto started = plugins_->start({.deadline = console.clock.now() + std::chrono::minutes(1)}); !started)
    throw Ended(exit_failed, started.error().text);
  if (choice.make_tables)
    if (auto made = store().ensure_schema({.deadline = console.clock.now() + std::chrono::minutes(1)}); !made)
      throw Ended(exit_failed, "store " + name_ + ": " + made.text);
  if (auto healthy = plugins_->health({.deadline = console.clock.now() + std::chrono::seconds(10)}); !healthy)
    throw Ended(exit_failed, healthy.error().text);
  auto const capabilities = plugins_->capabilities("store", name_);
  notifies_ = (capabilities & sdk::native_watch) != 0;
  if ((capabilities & sdk::maintenance) != 0) maintenance_ = dynamic_cast<sdk::StoreMaintenance*>(plugins_->store());
}

OpenStore::~OpenStore() = default;

}  // namespace conductor::cli
