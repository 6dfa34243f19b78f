// conductor config: the annotated sample, the check of files, the effective values.
#include "services/cli/commands.hpp"

#include "core/config/sample.hpp"
#include "core/config/show.hpp"
#include "core/kernel/setup.hpp"
#include "core/plugin/library.hpp"
#include "services/cli/arguments.hpp"
#include "services/cli/output.hpp"

#include <charconv>
#include <fstream>
#include <iostream>

namespace conductor::cli {
namespace {

constexpr char usage[] =
    "usage: conductor config sample [--output-file PATH] [--wrap-width N] [--namespace NAME ...] [--config-file PATH "
    "...]\n"
    "       conductor config check [--config-file PATH ...] [--config-dir DIR]\n"
    "       conductor config show [--given] [--config-file PATH ...] [--config-dir DIR] [-o table|json]\n"
    "sample: every option with its meaning and default, all commented out\n"
    "check:  reports every bad option with file and line; exit 1 when there is any\n"
    "show:   effective values and where they come from, secrets masked; --given leaves out defaults\n";

// Core, roles, and every plugin in the plugin path, configured or not: the sample and the check should know them all.
sdk::Result<config::Catalogue> whole_catalogue(std::span<kernel::Role const> all, config::Sources const& sources) {
  auto catalogue = kernel::core_catalogue(all);
  auto const loaded = config::load(catalogue, sources);
  for (auto const& file : plugin::list_libraries(kernel::plugin_directories(loaded.config))) {
    auto library = plugin::load_library(file, file.parent_path().filename().string());
    if (!library) return library.error();
    catalogue.add(library->schema, library->name());
  }
  return catalogue;
}

struct SampleOptions {
  std::string file;
  int width = 79;
  std::vector<std::string> origins;
};

// Takes the options of `sample`; an error text, or empty.
std::string take_sample_options(Arguments& arguments, SampleOptions& options) {
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    std::string name = arguments[i], value;
    if (auto const equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    } else if (++i < arguments.size()) {
      value = arguments[i];
    } else {
      return name + " needs a value";
    }
    if (name == "--output-file") {
      options.file = value;
    } else if (name == "--namespace") {
      options.origins.push_back(value);
    } else if (name == "--wrap-width") {
      auto const [end, failed] = std::from_chars(value.data(), value.data() + value.size(), options.width);
      if (failed != std::errc() || end != value.data() + value.size() || options.width < 20)
        return "--wrap-width '" + value + "' is no number of at least 20";
    } else {
      return "unknown option " + name;
    }
  }
  return "";
}

int sample(config::Catalogue const& catalogue, SampleOptions const& options) {
  auto const text = config::sample(catalogue, options.width, options.origins);
  if (options.file.empty()) {
    std::cout << text;
    return 0;
  }
  std::ofstream out(options.file, std::ios::trunc);
  out << text << std::flush;
  if (out) return 0;
  std::cerr << "error: cannot write " << options.file << '\n';
  return 1;
}

int check(config::Loaded const& loaded) {
  for (auto const& problem : loaded.warnings) std::cerr << "warning: " << problem.where() << '\n';
  for (auto const& problem : loaded.errors) std::cerr << "error: " << problem.where() << '\n';
  if (!loaded.errors.empty()) return 1;
  std::cout << "configuration is good";
  for (auto const& file : loaded.config.files()) std::cout << "\n  read " << file.string();
  std::cout << '\n';
  return 0;
}

int show(config::Catalogue const& catalogue, config::Loaded const& loaded, bool only_given, Format format) {
  for (auto const& problem : loaded.errors) std::cerr << "error: " << problem.where() << '\n';
  if (!loaded.errors.empty()) return 1;
  if (format == Format::json)
    print_json(std::cout, config::show_json(catalogue, loaded.config));
  else
    std::cout << config::show_text(catalogue, loaded.config, only_given);
  return 0;
}

int usage_error(std::string const& text) {
  std::cerr << usage << (text.empty() ? "" : "error: " + text + "\n");
  return 2;
}

}  // namespace

int config_command(std::span<kernel::Role const> all, Arguments arguments) {
  Format format{};
  config::Sources sources;
  if (auto const wrong = take_format(arguments, format); !wrong.empty()) return usage_error(wrong);
  if (auto const wrong = take_sources(arguments, sources); !wrong.empty()) return usage_error(wrong);
  std::string const verb = arguments.empty() ? "" : arguments[0];
  if (verb == "--help" || verb == "-h") {
    std::cout << usage;
    return 0;
  }
  SampleOptions options;
  bool const given = verb == "show" && arguments.size() == 2 && arguments[1] == "--given";
  if (verb == "sample") {
    if (auto const wrong = take_sample_options(arguments, options); !wrong.empty()) return usage_error(wrong);
  } else if ((verb != "check" && verb != "show") || (arguments.size() != 1 && !given)) {
    return usage_error("");
  }

  auto const catalogue = whole_catalogue(all, sources);
  if (!catalogue) {
    std::cerr << "error: " << catalogue.error().text << '\n';
    return 1;
  }
  if (verb == "sample") return sample(*catalogue, options);
  auto loaded = config::load(*catalogue, sources);
  kernel::check_roles(all, loaded);
  return verb == "check" ? check(loaded) : show(*catalogue, loaded, given, format);
}

}  // namespace conductor::cli
