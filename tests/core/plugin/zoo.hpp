// Loads animals of tests/zoo as the kernel loads plugins.
#pragma once
#include "core/http/client.hpp"
#include "core/log/log.hpp"
#include "core/plugin/loader.hpp"
#include "core/work/system_clock.hpp"

#include <cstdlib>
#include <filesystem>

namespace conductor::plugin {

inline std::filesystem::path zoo() {
  return std::filesystem::path(std::getenv("CONDUCTOR_BUILD_DIR")) / "tests" / "zoo";
}

inline std::filesystem::path animal(std::string const& name) { return zoo() / "inventory" / (name + ".so"); }

// A running animal with everything around it.
struct Cage {
  explicit Cage(std::string const& name) {
    auto loaded = load_all({zoo()}, {{"inventory", name, "[inventory_provider] extensions"}});
    if (!loaded) throw std::runtime_error(loaded.error().text);
    libraries = std::move(*loaded);
    for (auto const& library : libraries) catalogue.add(library.schema, library.name());
    config =
        config::load(catalogue,
                     {.files = {}, .directories = {}, .overrides = {}, .default_places = false, .environment = false})
            .config;
  }
  sdk::Result<void> open() {
    auto created = create_all(libraries, {config, clock, *clients, metrics, std::filesystem::temp_directory_path()});
    if (!created) return created.error();
    plugins = std::move(*created);
    return plugins->start({.deadline = clock.now() + std::chrono::seconds(5)});
  }
  sdk::InventoryProvider& provider() { return *plugins->inventory().at(0).second; }

  work::SystemClock clock;
  metrics::Registry metrics;
  std::unique_ptr<http::ClientPool> clients = http::make_client_pool(clock, log::named("http"));
  std::vector<Library> libraries;
  config::Catalogue catalogue;
  config::Config config;
  std::unique_ptr<Loaded> plugins;
};

}  // namespace conductor::plugin
