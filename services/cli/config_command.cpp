// conductor config: the annotated sample, the check of files, the effective values.
#include "core/config/sample.hpp"
#include "core/config/show.hpp"
#include "core/kernel/setup.hpp"
#include "core/plugin/library.hpp"
#include "services/cli/api_client.hpp"
#include "services/cli/exit_code.hpp"
#include "services/cli/operator_commands.hpp"
#include "services/cli/output.hpp"

#include <fstream>
#include <ostream>

namespace conductor::cli {
namespace {

using Roles = std::span<kernel::Role const>;

// Core, roles, and every plugin in the plugin path, configured or not: the sample and the check should know them all.
config::Catalogue whole_catalogue(Roles all, config::Sources const& sources) {
  auto catalogue = kernel::core_catalogue(all);
  auto const loaded = config::load(catalogue, sources);
  for (auto const& file : plugin::list_libraries(kernel::plugin_directories(loaded.config))) {
    auto library = plugin::load_library(file, file.parent_path().filename().string());
    if (!library) throw Ended(exit_failed, library.error().text);
    catalogue.add(library->schema, library->name());
  }
  return catalogue;
}

int sample(Invocation const& invocation, Console& console, Roles roles) {
  auto const width = invocation.integer("wrap-width", 20, 10'000).value_or(79);
  auto const catalogue = whole_catalogue(roles, sources_of(invocation));
  auto const text = config::sample(catalogue, static_cast<int>(width), invocation.values("namespace"));
  auto const file = invocation.value("output-file");
  if (file.empty()) {
    console.out << text;
    return exit_done;
  }
  std::ofstream out(file, std::ios::trunc);
  out << text << std::flush;
  if (!out) throw Ended(exit_failed, "cannot write " + file);
  return exit_done;
}

int check(Invocation const& invocation, Console& console, Roles roles) {
  auto const sources = sources_of(invocation);
  auto loaded = config::load(whole_catalogue(roles, sources), sources);
  kernel::check_roles(roles, loaded);
  for (auto const& problem : loaded.warnings) console.err << "warning: " << problem.where() << '\n';
  for (auto const& problem : loaded.errors) console.err << "error: " << problem.where() << '\n';
  if (!loaded.errors.empty()) return exit_failed;
  console.out << "configuration is good";
  for (auto const& file : loaded.config.files()) console.out << "\n  read " << file.string();
  console.out << '\n';
  return exit_done;
}

int show(Invocation const& invocation, Console& console, Roles roles) {
  auto const sources = sources_of(invocation);
  auto const catalogue = whole_catalogue(roles, sources);
  auto loaded = config::load(catalogue, sources);
  kernel::check_roles(roles, loaded);
  for (auto const& problem : loaded.errors) console.err << "error: " << problem.where() << '\n';
  if (!loaded.errors.empty()) return exit_failed;
  if (format_of(invocation.value("output"), console) == Format::json)
    print_json(console.out, config::show_json(catalogue, loaded.config));
  else
    console.out << config::show_text(catalogue, loaded.config, invocation.has("given"));
  return exit_done;
}

std::vector<Option> with_sources(std::vector<Option> own) {
  for (auto& each : source_options()) own.push_back(std::move(each));
  return own;
}

}  // namespace

std::vector<Option> source_options() {
  return {{.name = "config-file",
           .value = "PATH",
           .help = "Configuration file; later files win.",
           .repeats = true,
           .file = true},
          {.name = "config-dir",
           .value = "DIR",
           .help = "Directory of *.conf files, read in sorted order after the files.",
           .repeats = true,
           .file = true}};
}

config::Sources sources_of(Invocation const& invocation) {
  config::Sources sources;
  for (auto const& file : invocation.values("config-file")) sources.files.emplace_back(file);
  for (auto const& folder : invocation.values("config-dir")) sources.directories.emplace_back(folder);
  return sources;
}

Commands config_commands(Roles roles) {
  auto const with_roles = [roles](int (*run)(Invocation const&, Console&, Roles)) {
    return [run, roles](Invocation const& invocation, Console& console) { return run(invocation, console, roles); };
  };
  return {
      {.group = "config",
       .verb = "sample",
       .summary = "Every option with its meaning and default, all commented out.",
       .examples = {{"conductor config sample > conductor.conf", "A file to start from"}},
       .options = with_sources({{.name = "output-file", .value = "PATH", .help = "Write to this file.", .file = true},
                                {.name = "wrap-width", .value = "N", .help = "Width of comments; default 79."},
                                {.name = "namespace",
                                 .value = "NAME",
                                 .help = "Only options of conductor or of this plugin.",
                                 .repeats = true}}),
       .run = with_roles(sample)},
      {.group = "config",
       .verb = "check",
       .summary = "Reports every bad option with file and line; exit status 1 when there is any.",
       .examples = {{"conductor config check --config-file conductor.conf", "Before a restart"}},
       .options = with_sources({}),
       .run = with_roles(check)},
      {.group = "config",
       .verb = "show",
       .summary = "Effective values and where they come from, secrets masked.",
       .examples = {{"conductor config show --given --config-file conductor.conf", "What is set, and where"}},
       .options = with_sources({{.name = "given", .help = "Leave out defaults."}, output_option()}),
       .run = with_roles(show)}};
}

}  // namespace conductor::cli
