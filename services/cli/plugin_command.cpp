// conductor plugin: what there is, what it says of itself, and whether a shared object would be accepted.
#include "services/cli/commands.hpp"

#include "core/kernel/setup.hpp"
#include "core/plugin/descriptor.hpp"
#include "core/plugin/library.hpp"
#include "services/cli/arguments.hpp"
#include "services/cli/output.hpp"

#include <iostream>
#include <optional>

namespace conductor::cli {
namespace {

namespace json = boost::json;
using plugin::text_of;

constexpr char usage[] =
    "usage: conductor plugin list [--config-file PATH] [-o table|json]\n"
    "       conductor plugin info NAME [--config-file PATH] [-o table|json]   NAME: kind/name, or a name that only one "
    "kind has\n"
    "       conductor plugin check PATH [-o table|json]\n"
    "list:  all plugins in the plugin path and which option has them loaded\n"
    "info:  description, capabilities and options of one plugin\n"
    "check: whether this host would accept the shared object: owner and mode, build stamp, symbols, schema\n";

struct Item {
  std::filesystem::path file;
  std::string kind, name;
  std::optional<sdk::Descriptor> descriptor;
  std::string problem;    // why it would be refused
  std::string loaded_by;  // the option that names it
};

// Names of the capability flags, by kind.
std::vector<std::string> capability_names(std::string_view kind, sdk::Capabilities flags) {
  struct Flag {
    std::string_view kind;
    sdk::Capabilities bit;
    char const* name;
  };
  static constexpr Flag table[] = {{"", sdk::concurrent, "concurrent"},
                                   {"inventory", sdk::cloud, "cloud"},
                                   {"inventory", sdk::service, "service"},
                                   {"inventory", sdk::vfmodule, "vfmodule"},
                                   {"inventory", sdk::transport, "transport"},
                                   {"inventory", sdk::nssi, "nssi"},
                                   {"inventory", sdk::nsi, "nsi"},
                                   {"inventory", sdk::nst, "nst"},
                                   {"inventory", sdk::nsst, "nsst"},
                                   {"inventory", sdk::slice_profiles, "slice_profiles"},
                                   {"inventory", sdk::locations, "locations"},
                                   {"inventory", sdk::network_roles, "network_roles"},
                                   {"inventory", sdk::candidate_roles, "candidate_roles"},
                                   {"inventory", sdk::group_pairs, "group_pairs"},
                                   {"controller", sdk::filters, "filters"},
                                   {"controller", sdk::reserves, "reserves"},
                                   {"controller", sdk::idempotent_reserve, "idempotent_reserve"},
                                   {"controller", sdk::can_query, "can_query"},
                                   {"controller", sdk::atomic_batch, "atomic_batch"},
                                   {"controller", sdk::fences, "fences"},
                                   {"store", sdk::atomic_multi, "atomic_multi"},
                                   {"store", sdk::native_watch, "native_watch"},
                                   {"store", sdk::native_lease, "native_lease"},
                                   {"store", sdk::strong_list, "strong_list"},
                                   {"store", sdk::multi_host, "multi_host"},
                                   {"store", sdk::claim_readback, "claim_readback"},
                                   {"solver", sdk::exact, "exact"},
                                   {"solver", sdk::anytime, "anytime"},
                                   {"solver", sdk::seeded, "seeded"}};
  std::vector<std::string> names;
  for (auto const& flag : table)
    if ((flag.kind.empty() || flag.kind == kind) && (flags & flag.bit) != 0) names.emplace_back(flag.name);
  return names;
}

std::string joined(std::vector<std::string> const& words) {
  std::string text;
  for (auto const& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// Every shared object in the plugin path, judged but not loaded.
std::vector<Item> survey(config::Config const& config) {
  std::vector<Item> items;
  for (auto const& file : plugin::list_libraries(kernel::plugin_directories(config))) {
    Item item{.file = file,
              .kind = file.parent_path().filename(),
              .name = file.stem(),
              .descriptor = {},
              .problem = "",
              .loaded_by = ""};
    if (auto const trusted = plugin::check_trusted(file); !trusted) {
      item.problem = trusted.error().text;
    } else if (auto descriptor = plugin::read_descriptor(file); !descriptor) {
      item.problem = descriptor.error().text;
    } else {
      item.descriptor = *descriptor;
    }
    for (auto const& choice : kernel::choices_of(config, item.kind))
      if (choice.name == item.name) item.loaded_by = choice.option;
    items.push_back(std::move(item));
  }
  return items;
}

int list(config::Config const& config, Format format) {
  json::array all;
  std::vector<std::vector<std::string>> rows;
  for (auto const& item : survey(config)) {
    std::string const version(item.descriptor ? text_of(item.descriptor->version) : "-");
    std::string const loaded = !item.problem.empty() ? "refused" : item.loaded_by.empty() ? "-" : item.loaded_by;
    rows.push_back({item.kind, item.name, version, loaded, item.file.string()});
    json::object row{{"kind", item.kind}, {"name", item.name}, {"version", version}, {"path", item.file.string()}};
    row["loaded_by"] = item.loaded_by.empty() ? json::value(nullptr) : json::value(item.loaded_by);
    if (!item.problem.empty()) row["problem"] = item.problem;
    all.push_back(std::move(row));
  }
  if (format == Format::json)
    print_json(std::cout, all);
  else
    print_table(std::cout, {"KIND", "NAME", "VERSION", "LOADED BY", "PATH"}, rows);
  return 0;
}

json::array options_of(sdk::Schema const& schema) {
  json::array options;
  for (auto const& option : schema.options()) {
    json::object row{{"name", option.name},
                     {"type", to_string(option.type)},
                     {"help", option.help},
                     {"required", option.is_required}};
    row["default"] = option.default_text ? json::value(*option.default_text) : json::value(nullptr);
    options.push_back(std::move(row));
  }
  return options;
}

void print_library(plugin::Library const& library, Format format) {
  auto const capabilities = capability_names(library.kind(), library.descriptor.capabilities);
  if (format == Format::json) {
    json::array names;
    for (auto const& name : capabilities) names.emplace_back(name);
    print_json(std::cout, json::object{{"kind", library.kind()},
                                       {"name", library.name()},
                                       {"version", text_of(library.descriptor.version)},
                                       {"description", text_of(library.descriptor.description)},
                                       {"path", library.file.string()},
                                       {"capabilities", std::move(names)},
                                       {"section", library.schema.section()},
                                       {"options", options_of(library.schema)}});
    return;
  }
  std::cout << library.kind() << '/' << library.name() << ' ' << text_of(library.descriptor.version) << ": "
            << text_of(library.descriptor.description) << "\npath: " << library.file.string()
            << "\ncapabilities: " << joined(capabilities) << "\noptions of section [" << library.schema.section()
            << "]:\n";
  std::vector<std::vector<std::string>> rows;
  for (auto const& option : library.schema.options())
    rows.push_back({"  " + option.name, std::string(to_string(option.type)),
                    option.is_required ? "required" : option.default_text.value_or("<None>"), option.help});
  print_table(std::cout, {"  NAME", "TYPE", "DEFAULT", "MEANING"}, rows);
}

int info(config::Config const& config, std::string const& wanted, Format format) {
  std::vector<Item> found;
  for (auto& item : survey(config))
    if (item.name == wanted || item.kind + "/" + item.name == wanted) found.push_back(std::move(item));
  if (found.size() != 1) {
    std::string names;
    for (auto const& item : found) names += " " + item.kind + "/" + item.name;
    std::cerr << "error: "
              << (found.empty() ? "no plugin '" + wanted + "' in the plugin path; see: conductor plugin list"
                                : "several kinds have a plugin '" + wanted + "', name one of:" + names)
              << '\n';
    return 1;
  }
  auto const library = plugin::load_library(found[0].file, found[0].kind);
  if (!library) {
    std::cerr << "error: " << library.error().text << '\n';
    return 1;
  }
  print_library(*library, format);
  return 0;
}

// The kind comes from the descriptor here: the file may lie anywhere.
int check(std::filesystem::path const& file, Format format) {
  auto const refuse = [](sdk::Error const& error) {
    std::cerr << "refused: " << error.text << '\n';
    return 1;
  };
  if (auto const trusted = plugin::check_trusted(file); !trusted) return refuse(trusted.error());
  auto const descriptor = plugin::read_descriptor(file);
  if (!descriptor) return refuse(descriptor.error());
  auto const library = plugin::load_library(file, text_of(descriptor->kind));
  if (!library) return refuse(library.error());
  print_library(*library, format);
  if (format == Format::table) std::cout << "accepted: owner and mode, build stamp, symbols and schema are good\n";
  return 0;
}

}  // namespace

int plugin_command(std::span<kernel::Role const> all, Arguments arguments) {
  Format format{};
  config::Sources sources;
  std::string wrong = take_format(arguments, format);
  if (wrong.empty()) wrong = take_sources(arguments, sources);
  std::string const verb = arguments.empty() ? "" : arguments[0];
  if (verb == "--help" || verb == "-h") {
    std::cout << usage;
    return 0;
  }
  bool const complete =
      (verb == "list" && arguments.size() == 1) || ((verb == "info" || verb == "check") && arguments.size() == 2);
  if (!wrong.empty() || !complete) {
    std::cerr << usage << (wrong.empty() ? "" : "error: " + wrong + "\n");
    return 2;
  }
  if (verb == "check") return check(arguments[1], format);
  auto const loaded = config::load(kernel::core_catalogue(all), sources);
  for (auto const& problem : loaded.errors) std::cerr << "error: " << problem.where() << '\n';
  if (!loaded.errors.empty()) return 1;
  return verb == "list" ? list(loaded.config, format) : info(loaded.config, arguments[1], format);
}

}  // namespace conductor::cli
