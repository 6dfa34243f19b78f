#include "services/cli/arguments.hpp"

#include "core/config/nearest.hpp"
#include "services/cli/version.hpp"

#include <boost/program_options.hpp>

#include <algorithm>
#include <set>
#include <sstream>

namespace conductor::cli {

namespace po = boost::program_options;

namespace {

// Command-line switches that set a boolean option of [DEFAULT], each with a --no… form without a hyphen after `no`.
struct Switch {
  char const* name;
  char const* option;
  char const* help;
};
constexpr Switch switches[] = {{"debug", "debug", "log at level DEBUG"},
                               {"watch-log-file", "watch_log_file", "reopen the log file when it was moved"},
                               {"use-syslog", "use_syslog", "log to syslog"},
                               {"use-journal", "use_journal", "log to the systemd journal"},
                               {"use-json", "use_json", "log one JSON object per line"}};

// Options that set a text option of [DEFAULT]; the names after the first are older spellings.
struct Text {
  std::vector<char const*> names;
  char const* option;
  char const* help;
};
std::vector<Text> const& texts() {
  static std::vector<Text> const all = {
      {{"log-config-append", "log-config", "log_config"}, "log_config_append", "logging configuration file"},
      {{"log-date-format"}, "log_date_format", "time format of log lines"},
      {{"log-dir", "logdir"}, "log_dir", "directory of the log file"},
      {{"log-file", "logfile"}, "log_file", "log file; none: standard error"},
      {{"syslog-log-facility"}, "syslog_log_facility", "syslog facility"}};
  return all;
}

po::options_description service_options() {
  po::options_description options("Options of the service");
  auto add = options.add_options();
  add("help,h", "show this help and exit");
  add("version", "show the version and exit");
  add("config-file", po::value<std::vector<std::string>>()->value_name("PATH"),
      "configuration file, may be repeated; later files win");
  add("config-dir", po::value<std::vector<std::string>>()->value_name("DIR"),
      "directory of *.conf files, read in sorted order after the files");
  add("check", "read and check the configuration and the plugins, exit 0 or 1");
  for (auto const& [name, option, help] : switches) {
    std::string const spelled = name == std::string("debug") ? "debug,d" : name;
    add(spelled.c_str(), help);
    add(("no" + std::string(name)).c_str(), ("do not " + std::string(help)).c_str());
  }
  for (auto const& text : texts()) add(text.names[0], po::value<std::string>()->value_name("VALUE"), text.help);
  return options;
}

po::options_description hidden_options() {
  po::options_description options;
  for (auto const& text : texts())
    for (std::size_t i = 1; i < text.names.size(); ++i) options.add_options()(text.names[i], po::value<std::string>());
  return options;
}

po::options_description address_options() {
  po::options_description options("Address of the API");
  options.add_options()("host,b", po::value<std::string>()->value_name("IP"), "address to listen on (127.0.0.1)")(
      "port,p", po::value<std::string>()->value_name("PORT"), "TCP port (8091; 0: any free one, logged)")(
      "listen", po::value<std::vector<std::string>>()->value_name("ADDRESS"),
      "instead of both: HOST:PORT or unix:/PATH; may be repeated");
  return options;
}

po::options_description roles_option(std::span<kernel::Role const> all) {
  std::string names;
  for (auto const& role : all) names += (names.empty() ? "" : ",") + std::string(role.name);
  po::options_description options("What to run");
  options.add_options()("roles", po::value<std::string>()->value_name("LIST"),
                        ("roles to run in this process (" + names + ")").c_str());
  return options;
}

// Options of one name here set one thing: of several the last one counts. Empty for those that add up.
std::string meaning_of(std::string const& name) {
  if (name == "config-file" || name == "config-dir" || name == "listen") return "";
  for (auto const& each : switches)
    if (name == "no" + std::string(each.name)) return each.name;
  for (auto const& text : texts())
    for (auto const* spelling : text.names)
      if (name == spelling) return text.names[0];
  return name;
}

void keep_last(std::vector<po::option>& options) {
  std::set<std::string> seen;
  std::vector<po::option> kept;
  for (auto at = options.rbegin(); at != options.rend(); ++at)
    if (auto const meaning = meaning_of(at->string_key); meaning.empty() || seen.insert(meaning).second)
      kept.push_back(*at);
  options.assign(kept.rbegin(), kept.rend());
}

po::variables_map parse(std::vector<std::string> const& arguments, po::options_description const& options) {
  po::command_line_parser parser(arguments);
  auto parsed =
      parser.options(options).style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing).run();
  std::string words;
  for (auto const& option : parsed.options)
    if (option.string_key.empty())
      for (auto const& word : option.value) words += " " + word;
  if (!words.empty()) throw po::error("unrecognized arguments:" + words);
  keep_last(parsed.options);
  po::variables_map values;
  po::store(parsed, values);
  po::notify(values);
  return values;
}

void apply_service(po::variables_map const& values, kernel::Launch& launch) {
  auto const text = [&](char const* name) { return values[name].as<std::vector<std::string>>(); };
  if (values.count("config-file") != 0)
    for (auto const& file : text("config-file")) launch.sources.files.emplace_back(file);
  if (values.count("config-dir") != 0)
    for (auto const& directory : text("config-dir")) launch.sources.directories.emplace_back(directory);
  launch.check_only = launch.check_only || values.count("check") != 0;
  for (auto const& [name, option, help] : switches) {
    if (values.count(name) != 0) launch.sources.overrides["DEFAULT." + std::string(option)] = "true";
    if (values.count("no" + std::string(name)) != 0)
      launch.sources.overrides["DEFAULT." + std::string(option)] = "false";
  }
  for (auto const& option : texts())
    for (auto const* name : option.names)
      if (values.count(name) != 0)
        launch.sources.overrides["DEFAULT." + std::string(option.option)] = values[name].as<std::string>();
}

void apply_address(po::variables_map const& values, kernel::Launch& launch) {
  auto& overrides = launch.sources.overrides;
  bool const host = values.count("host") != 0, port = values.count("port") != 0;
  if (values.count("listen") != 0) {
    if (host || port) throw po::error("--listen stands for host and port; give either it or --host and --port");
    std::string all;
    for (auto const& address : values["listen"].as<std::vector<std::string>>())
      all.append(all.empty() ? "" : ",").append(address);
    overrides["api.listen"] = all;
  }
  if (host) overrides["api.bind_host"] = values["host"].as<std::string>();
  if (port) overrides["api.bind_port"] = values["port"].as<std::string>();
  // They win over a list of addresses in the configuration too.
  if (host || port) overrides["api.listen"] = "";
}

// Which port of [prometheus] metrics_port a service takes (configuration specification 4.11).
std::size_t metrics_entry(kernel::Role const* role) {
  constexpr std::string_view order[] = {"data", "solver", "controller", "reservation", "api"};
  if (role == nullptr) return 0;
  return static_cast<std::size_t>(std::find(std::begin(order), std::end(order), role->name) - std::begin(order));
}

// The roles of a comma-separated list; an error text when one is unknown.
std::string choose_roles(std::span<kernel::Role const> all, std::string const& list,
                         std::vector<kernel::Role const*>& chosen) {
  std::stringstream names(list);
  for (std::string name; std::getline(names, name, ',');) {
    auto const found = std::find_if(all.begin(), all.end(), [&](auto const& role) { return role.name == name; });
    if (found == all.end()) {
      std::string known;
      for (auto const& role : all) known += (known.empty() ? "" : ", ") + std::string(role.name);
      return "unknown role '" + name + "'; roles are: " + known;
    }
    if (std::find(chosen.begin(), chosen.end(), &*found) == chosen.end()) chosen.push_back(&*found);
  }
  return chosen.empty() ? "--roles names no role" : "";
}

std::string usage_of(std::string const& command, bool launcher) {
  return "usage: " + command +
         (launcher ? " [-h] [--port PORT] [--host IP] -- [options of the service]" : " [options]");
}

std::string help_of(std::string const& command, std::string const& summary, bool launcher,
                    std::vector<po::options_description> const& groups) {
  std::ostringstream out;
  out << usage_of(command, launcher) << "\n\n" << summary << "\n";
  for (auto const& group : groups) out << '\n' << group;
  out << "\nWithout --config-file and --config-dir: the first conductor.conf in ~/.conductor, ~, /etc/conductor, "
         "/etc.\n"
         "All options of the configuration file, with defaults:  conductor config sample\n"
         "Check a configuration:                                 conductor config check --config-file PATH\n";
  return out.str();
}

Parsed usage_error(std::string const& command, bool launcher, std::string const& text) {
  return {std::nullopt,
          usage_of(command, launcher) + "\n" + command + ": error: " + text + "\nTry: " + command + " --help\n", 2};
}

}  // namespace

std::vector<Option> run_options(std::span<kernel::Role const> all, kernel::Role const* role) {
  po::options_description known;
  if (role == nullptr) known.add(roles_option(all));
  if (role == nullptr || role->name == "api") known.add(address_options());
  known.add(service_options());
  std::vector<Option> options;
  for (auto const& each : known.options()) {
    Option option{.name = each->long_name(), .help = each->description()};
    if (option.name == "help") continue;
    if (each->semantic()->max_tokens() > 0) option.value = each->format_parameter();
    auto const short_form = each->canonical_display_name(po::command_line_style::allow_dash_for_short);
    if (short_form.size() == 2 && short_form[0] == '-') option.letter = short_form[1];
    option.file = option.name.find("config") != std::string::npos || option.name.starts_with("log-");
    options.push_back(std::move(option));
  }
  return options;
}

namespace {

// What may be meant by an option that is none; nothing for one that only stands on the wrong side of `--`.
std::string hint(std::string given, std::vector<Option> const& options) {
  given.erase(0, given.find_first_not_of('-'));
  std::vector<std::string> names{"help"};
  for (auto const& option : options) names.push_back(option.name);
  auto const near = config::nearest(given, names);
  return near.empty() || near == given ? "" : "; did you mean --" + near + "?";
}

}  // namespace

Parsed parse_run(std::span<kernel::Role const> all, kernel::Role const* role, std::string const& command,
                 std::vector<std::string> const& arguments) {
  bool const launcher = role != nullptr && role->name == "api";
  auto const separator = std::find(arguments.begin(), arguments.end(), "--");
  std::vector<std::string> const before(arguments.begin(), separator);
  std::vector<std::string> const after(separator == arguments.end() ? separator : separator + 1, arguments.end());
  std::string const summary(role != nullptr ? role->summary : "Runs all five roles in one process.");

  kernel::Launch launch;
  launch.program = role != nullptr ? "conductor-" + std::string(role->name) : "conductor";
  launch.sources.program = launch.program;
  launch.metrics_entry = metrics_entry(role);
  auto const service = service_options();
  po::options_description visible_after;
  visible_after.add(service);
  auto known_after = po::options_description();
  known_after.add(service).add(hidden_options());
  try {
    // What stands before `--`: the launcher's options for the API; everything for the others.
    po::options_description known_before;
    std::vector<po::options_description> groups;
    if (launcher) {
      po::options_description help("Launcher");
      help.add_options()("help,h", "show this help and exit; with -- in front: the options of the service");
      groups.push_back(help);
      groups.push_back(address_options());
    } else if (role == nullptr) {
      groups.push_back(roles_option(all));
      groups.push_back(address_options());
      groups.push_back(service);
    } else {
      groups.push_back(service);
    }
    for (auto const& group : groups) known_before.add(group);
    if (!launcher) known_before.add(hidden_options());

    auto const first = parse(before, known_before);
    if (first.count("help") != 0) return {std::nullopt, help_of(command, summary, launcher, groups), 0};
    auto const second = parse(after, known_after);
    if (second.count("help") != 0) return {std::nullopt, help_of(command, summary, launcher, {service}), 0};
    if ((!launcher && first.count("version") != 0) || second.count("version") != 0)
      return {std::nullopt, version_line() + "\n", 0};

    if (launcher || role == nullptr) apply_address(first, launch);
    if (!launcher) apply_service(first, launch);
    apply_service(second, launch);
    if (role != nullptr) {
      launch.roles = {role};
    } else if (first.count("roles") != 0) {
      if (auto const wrong = choose_roles(all, first["roles"].as<std::string>(), launch.roles); !wrong.empty())
        return usage_error(command, launcher, wrong);
    } else {
      for (auto const& each : all) launch.roles.push_back(&each);
    }
  } catch (po::unknown_option const& unknown) {
    auto const& given = unknown.get_option_name();
    return usage_error(command, launcher,
                       "unrecognized arguments: " + given + hint(given, run_options(all, role)) +
                           (launcher && separator == arguments.end() ? "; options of the service stand after --" : ""));
  } catch (po::error const& failure) {
    return usage_error(command, launcher, failure.what());
  }
  return {std::move(launch), "", 0};
}

}  // namespace conductor::cli
