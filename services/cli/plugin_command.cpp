// conductor plugin: what there is, what it says of itself, and whether a shared object would be accepted.
#include "core/kernel/setup.hpp"
#include "core/plugin/descriptor.hpp"
#include "core/plugin/library.hpp"
#include "services/cli/api_client.hpp"
#include "services/cli/exit_code.hpp"
#include "services/cli/operator_commands.hpp"
#include "services/cli/output.hpp"

#include "conductor/sdk/store_writes.hpp"

#include <optional>
#include <ostream>

namespace conductor::cli {
namespace {

using Roles = std::span<kernel::Role const>;
using plugin::text_of;

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
                                   {"inventory", sdk::keeps_candidates, "keeps_candidates"},
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
                                   {"store", sdk::change_stamp, "change_stamp"},
                                   {"store", sdk::maintenance, "maintenance"},
                                   {"store", sdk::own_writer, "own_writer"},
                                   {"store", sdk::document_writes, "document_writes"},
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

config::Config load(Invocation const& invocation, Roles roles) {
  auto loaded = config::load(kernel::core_catalogue(roles), sources_of(invocation));
  std::string problems;
  for (auto const& problem : loaded.errors) problems += (problems.empty() ? "" : "\nerror: ") + problem.where();
  if (!problems.empty()) throw Ended(exit_failed, problems);
  return std::move(loaded.config);
}

int list(Invocation const& invocation, Console& console, Roles roles) {
  auto const config = load(invocation, roles);
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
  if (format_of(invocation.value("output"), console) == Format::json)
    print_json(console.out, all);
  else
    print_table(console.out, {"KIND", "NAME", "VERSION", "LOADED BY", "PATH"}, rows, console.colours);
  return exit_done;
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

void print_library(Console& console, plugin::Library const& library, Format format) {
  auto const capabilities = capability_names(library.kind(), library.descriptor.capabilities);
  if (format == Format::json) {
    json::array names;
    for (auto const& name : capabilities) names.emplace_back(name);
    print_json(console.out, json::object{{"kind", library.kind()},
                                         {"name", library.name()},
                                         {"version", text_of(library.descriptor.version)},
                                         {"description", text_of(library.descriptor.description)},
                                         {"path", library.file.string()},
                                         {"capabilities", std::move(names)},
                                         {"section", library.schema.section()},
                                         {"options", options_of(library.schema)}});
    return;
  }
  console.out << library.kind() << '/' << library.name() << ' ' << text_of(library.descriptor.version) << ": "
              << text_of(library.descriptor.description) << "\npath: " << library.file.string()
              << "\ncapabilities: " << joined(capabilities) << "\noptions of section [" << library.schema.section()
              << "]:\n";
  std::vector<std::vector<std::string>> rows;
  for (auto const& option : library.schema.options())
    rows.push_back({"  " + option.name, std::string(to_string(option.type)),
                    option.is_required ? "required" : option.default_text.value_or("<None>"), option.help});
  print_table(console.out, {"  NAME", "TYPE", "DEFAULT", "MEANING"}, rows, console.colours);
}

int info(Invocation const& invocation, Console& console, Roles roles) {
  auto const config = load(invocation, roles);
  auto const& wanted = invocation.operand();
  std::vector<Item> found;
  for (auto& item : survey(config))
    if (item.name == wanted || item.kind + "/" + item.name == wanted) found.push_back(std::move(item));
  if (found.empty())
    throw Ended(exit_failed, "no plugin '" + wanted + "' in the plugin path; see: conductor plugin list");
  if (found.size() > 1) {
    std::string names;
    for (auto const& item : found) names += " " + item.kind + "/" + item.name;
    throw Ended(exit_failed, "several kinds have a plugin '" + wanted + "', name one of:" + names);
  }
  auto const library = plugin::load_library(found[0].file, found[0].kind);
  if (!library) throw Ended(exit_failed, library.error().text);
  print_library(console, *library, format_of(invocation.value("output"), console));
  return exit_done;
}

// The kind comes from the descriptor here: the file may lie anywhere.
int check(Invocation const& invocation, Console& console, Roles) {
  auto const format = format_of(invocation.value("output"), console);
  auto const refuse = [&console](sdk::Error const& error) {
    console.err << "refused: " << error.text << '\n';
    return exit_failed;
  };
  std::filesystem::path const file = invocation.operand();
  if (auto const trusted = plugin::check_trusted(file); !trusted) return refuse(trusted.error());
  auto const descriptor = plugin::read_descriptor(file);
  if (!descriptor) return refuse(descriptor.error());
  auto const library = plugin::load_library(file, text_of(descriptor->kind));
  if (!library) return refuse(library.error());
  print_library(console, *library, format);
  if (format == Format::table) console.out << "accepted: owner and mode, build stamp, symbols and schema are good\n";
  return exit_done;
}

std::vector<Option> with_sources() {
  std::vector<Option> all{output_option()};
  for (auto& each : source_options()) all.push_back(std::move(each));
  return all;
}

}  // namespace

Commands plugin_commands(Roles roles) {
  auto const with_roles = [roles](int (*run)(Invocation const&, Console&, Roles)) {
    return [run, roles](Invocation const& invocation, Console& console) { return run(invocation, console, roles); };
  };
  return {{.group = "plugin",
           .verb = "list",
           .summary = "All plugins in the plugin path, and which option has them loaded.",
           .examples = {{"conductor plugin list --config-file conductor.conf", "What would this configuration load?"}},
           .options = with_sources(),
           .run = with_roles(list)},
          {.group = "plugin",
           .verb = "info",
           .operand = "NAME",
           .summary = "Description, capabilities and options of a plugin: kind/name, or a name that only one kind has.",
           .examples = {{"conductor plugin info inventory/file", "What can it do, and which options has it?"}},
           .options = with_sources(),
           .run = with_roles(info)},
          {.group = "plugin",
           .verb = "check",
           .operand = "PATH",
           .operand_is_file = true,
           .summary = "Whether this host would accept a shared object: owner and mode, build stamp, symbols, schema.",
           .examples = {{"conductor plugin check build/rest.so", "After a build"}},
           .options = {output_option()},
           .run = with_roles(check)}};
}

}  // namespace conductor::cli
