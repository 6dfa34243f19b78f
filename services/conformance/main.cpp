// conductor-store-conformance PLUGIN.so [--option NAME=VALUE]...: runs the rules of the store contract against a store
// plugin, as the host would load it. Exit status: 0 all claimed rules hold, 1 some do not, 2 usage or no store.
#include "core/config/config.hpp"
#include "core/config/options.hpp"
#include "core/http/client.hpp"
#include "core/log/log.hpp"
#include "core/metrics/metrics.hpp"
#include "core/plugin/host_services.hpp"
#include "core/plugin/library.hpp"
#include "core/work/system_clock.hpp"
#include "sdk/conformance/store/suite.hpp"

#include <boost/program_options.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace {

using namespace conductor;
namespace po = boost::program_options;
namespace fs = std::filesystem;
namespace suite = sdk::conformance;

// Ends the program: what() goes to standard error, exit status 2.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr char about[] =
    "usage: conductor-store-conformance PLUGIN.so [options]\n\n"
    "Checks a store plugin against the rules of the store contract. The plugin is loaded as conductor\n"
    "would load it. The storage may hold other data; the rules use ids of their own and leave rows\n"
    "behind, so give it a storage that can be thrown away.\n\n"
    "Examples:\n"
    "  conductor-store-conformance build/mystore.so --option url=http://127.0.0.1:9000\n"
    "  conductor-store-conformance build/mystore.so --rule CAS-3 --rule WAT-1 --scale 1\n\n";

struct Arguments {
  fs::path plugin;
  std::vector<std::string> options, rules;
  double scale = 0.05;
  unsigned threads = 8;
  bool list = false, help = false;
  std::string text;  // of the help
};

Arguments parse(int count, char** values) {
  Arguments result;
  po::options_description visible("Options");
  visible.add_options()("option,o", po::value(&result.options)->composing()->value_name("NAME=VALUE"),
                        "Option of the plugin, as in its section of a configuration file.")(
      "rule,r", po::value(&result.rules)->composing()->value_name("ID"), "Only rules of this id, or that begin so.")(
      "scale", po::value(&result.scale)->value_name("PART"),
      "Part of the contract's rounds: 0.05 takes about a minute, 1 is the whole.")(
      "threads", po::value(&result.threads)->value_name("N"), "Client threads.")(
      "list", po::bool_switch(&result.list), "List the rules and exit.")("help,h", po::bool_switch(&result.help),
                                                                         "Show this help and exit.");
  po::options_description all;
  std::vector<std::string> plugins;
  all.add(visible).add_options()("plugin", po::value(&plugins));
  po::positional_options_description positions;
  positions.add("plugin", -1);
  po::variables_map map;
  po::store(po::command_line_parser(count, values).options(all).positional(positions).run(), map);
  po::notify(map);
  std::ostringstream help;
  help << about << visible;
  result.text = help.str();
  if (result.help || result.list) return result;
  if (plugins.size() != 1) throw Refused("name one plugin, a shared object; see --help");
  if (!(result.scale > 0 && result.scale <= 10) || result.threads < 1 || result.threads > 256)
    throw Refused("--scale must be above 0 and at most 10, --threads from 1 to 256");
  result.plugin = plugins.front();
  return result;
}

bool chosen(Arguments const& arguments, suite::StoreRule const& rule) {
  return arguments.rules.empty() || std::ranges::any_of(arguments.rules, [&](std::string const& wanted) {
           return rule.id == wanted || rule.id.starts_with(wanted + "-") ||
                  (wanted.find('-') == std::string::npos && rule.id.starts_with(wanted));
         });
}

plugin::Library load(fs::path const& file) {
  auto library = plugin::load_library(file, "store");
  if (!library) throw Refused(library.error().text);
  return std::move(*library);
}

// The plugin's options checked as those of a configuration file are.
sdk::Settings settings_of(plugin::Library const& library, std::vector<std::string> const& options) {
  config::Catalogue catalogue;
  config::declare_core(catalogue);  // which the plugin's defaults may refer to
  catalogue.add(library.schema, library.name());
  config::Sources sources{.default_places = false, .environment = false};
  for (auto const& option : options) {
    auto const equals = option.find('=');
    if (equals == std::string::npos || equals == 0) throw Refused("'" + option + "' is not NAME=VALUE");
    auto const name = option.substr(0, equals);
    if (catalogue.find(library.schema.section(), name) == nullptr)
      throw Refused("plugin " + library.name() + " has no option '" + name + "'");
    sources.overrides[library.schema.section() + "." + name] = option.substr(equals + 1);
  }
  auto loaded = config::load(catalogue, sources);
  for (auto const& problem : loaded.errors) throw Refused(problem.where());
  return loaded.config.section(library.schema.section());
}

// A state path of this run.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "conductor-conformance-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw Refused("cannot make a directory " + pattern);
    path_ = pattern;
  }
  Scratch(Scratch const&) = delete;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path const& path() const { return path_; }

 private:
  fs::path path_;
};

// Makes instances of the plugin, all with the same host.
class Maker {
 public:
  Maker(plugin::Library const& library, sdk::Settings settings)
      : library_(library),
        settings_(std::move(settings)),
        clients_(http::make_client_pool(clock_, log::named("http"))),
        host_("store/" + library.name(), log::named("store/" + library.name()), clock_, *clients_, metrics_,
              scratch_.path()) {}

  work::SystemClock& clock() { return clock_; }

  std::unique_ptr<sdk::Store> open() {
    std::unique_ptr<sdk::Plugin> made(library_.entry->create(host_, settings_));
    auto* const store = dynamic_cast<sdk::Store*>(made.get());
    if (store == nullptr) throw std::runtime_error("the plugin's object is no sdk::Store");
    made.release();
    std::unique_ptr<sdk::Store> result(store);
    sdk::Call call;
    call.deadline = clock_.now() + std::chrono::seconds(30);
    if (auto const started = result->start(call); !started) throw std::runtime_error("start: " + started.error().text);
    if (auto const schema = result->ensure_schema(call); !schema)
      throw std::runtime_error("ensure_schema: " + schema.text);
    return result;
  }

 private:
  plugin::Library const& library_;
  sdk::Settings settings_;
  Scratch scratch_;
  work::SystemClock clock_;
  metrics::Registry metrics_;
  std::unique_ptr<http::ClientPool> clients_;
  plugin::HostServices host_;
};

int run(Arguments const& arguments) {
  auto const library = load(arguments.plugin);
  Maker maker(library, settings_of(library, arguments.options));
  // A first instance that does not start says more than the failure of every rule.
  try {
    maker.open()->stop();
  } catch (std::exception const& failure) {
    throw Refused(library.kind() + "/" + library.name() + " cannot be used: " + failure.what());
  }
  suite::StoreSetup setup;
  setup.open = [&maker] { return maker.open(); };
  setup.clock = &maker.clock();
  setup.capabilities = library.descriptor.capabilities;
  setup.scale = arguments.scale;
  setup.threads = arguments.threads;
  int passed = 0, failed = 0, skipped = 0;
  for (auto const& rule : suite::store_rules()) {
    if (!chosen(arguments, rule)) continue;
    auto const verdict = suite::run_rule(rule, setup);
    bool const good = verdict.state == suite::RuleState::passed;
    bool const bad = verdict.state == suite::RuleState::failed;
    ++(good ? passed : bad ? failed : skipped);
    std::cout << (good  ? "holds        "
                  : bad ? "FAILS        "
                        : "not claimed  ")
              << rule.id << "  " << rule.sentence << '\n';
    for (auto const& sentence : verdict.failures) std::cout << "               " << sentence << '\n';
    std::cout << std::flush;
  }
  if (passed + failed + skipped == 0) throw Refused("there is no such rule; see --list");
  std::cout << library.name() << ": " << passed << " rules hold, " << failed << " fail, " << skipped
            << " are not claimed\n";
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** values) {
  try {
    auto const arguments = parse(count, values);
    if (arguments.help) {
      std::cout << arguments.text;
    } else if (arguments.list) {
      for (auto const& rule : suite::store_rules()) std::cout << rule.id << "  " << rule.sentence << '\n';
    } else {
      return run(arguments);
    }
    return 0;
  } catch (Refused const& refused) {
    std::cerr << "error: " << refused.what() << '\n';
  } catch (po::error const& wrong) {
    std::cerr << "error: " << wrong.what() << "; see --help\n";
  } catch (std::exception const& failure) {
    std::cerr << "error: " << failure.what() << '\n';
  }
  return 2;
}
