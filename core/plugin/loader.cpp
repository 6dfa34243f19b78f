#include "core/plugin/loader.hpp"

#include "core/log/log.hpp"
#include "core/plugin/guarded.hpp"
#include "core/plugin/guarded_store.hpp"
#include "core/plugin/host_services.hpp"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace conductor::plugin {

using sdk::Errc;
using sdk::Error;

sdk::Result<std::vector<Library>> load_all(std::vector<std::filesystem::path> const& directories,
                                           std::vector<Choice> const& choices) {
  std::vector<Library> libraries;
  for (auto const& choice : choices) {
    auto file = find_library(directories, choice.kind, choice.name);
    if (!file) return Error{file.error().code, choice.option + ": " + file.error().text};
    auto library = load_library(*file, choice.kind);
    if (!library) return Error{library.error().code, choice.option + ": " + library.error().text};
    libraries.push_back(std::move(*library));
  }
  return libraries;
}

namespace {

constexpr std::size_t threads_of_concurrent = 64;
constexpr std::chrono::seconds first_retry{1}, longest_retry{60}, start_time{15}, health_time{2};

// The settings of a plugin. A boolean option that has no default and is unset takes the value of the option of the same
// name in [DEFAULT], if there is one: a switch for the whole product that one plugin can have otherwise.
sdk::Settings settings_of(sdk::Schema const& schema, config::Config const& config) {
  auto settings = config.section(schema.section());
  for (auto const& option : schema.options()) {
    if (option.type != sdk::OptionType::boolean || option.default_text || settings.is_set(option.name)) continue;
    auto const& common = config.section("DEFAULT").values();
    if (auto const found = common.find(option.name);
        found != common.end() && std::holds_alternative<bool>(found->second))
      settings.set(option.name, found->second);
  }
  return settings;
}

// A plugin with all that belongs to it. Destroyed in the order: guard (waits for its threads), plugin, host.
struct Instance {
  std::string kind, name;
  sdk::Capabilities capabilities = 0;
  sdk::Settings settings;
  std::unique_ptr<HostServices> host;
  std::shared_ptr<sdk::Plugin> plugin;
  std::unique_ptr<Guard> guard;
  bool started = false;
  std::string not_ready;

  // Through the guard: also start() may hang or throw.
  sdk::Result<void> start(sdk::Call const& call) {
    return guard->run<void>(call, "start", [p = plugin, call] { return p->start(call); });
  }
};

class Plugins final : public Loaded {
 public:
  Plugins(LoaderContext const& context) : clock_(context.clock) {}

  ~Plugins() override {
    retry_.request_stop();
    if (retry_.joinable()) retry_.join();
    // Reverse order of start; nothing calls any more.
    for (auto instance = instances_.rbegin(); instance != instances_.rend(); ++instance) end(*instance);
    // The views share the plugins, which must go before their hosts: also one that never started may use its host.
    inventory_.clear();
    controllers_.clear();
    vims_.clear();
    strategies_.clear();
    store_.reset();
    while (!instances_.empty()) instances_.pop_back();
  }

  // One that a thread is still in is not stopped, and stays for that thread, with its host.
  static void end(std::unique_ptr<Instance>& instance) {
    if (instance->guard->end()) {
      if (instance->started) instance->plugin->stop();
      return;
    }
    log::named(instance->kind + "/" + instance->name).warning("is not stopped: a call into it has not come back");
    static auto& left_behind = *new std::vector<std::unique_ptr<Instance>>;
    left_behind.push_back(std::move(instance));
  }

  sdk::Result<void> add(Library const& library, LoaderContext const& context) {
    auto instance = std::make_unique<Instance>();
    instance->kind = library.kind();
    instance->name = library.name();
    instance->capabilities = library.descriptor.capabilities;
    std::string const full = instance->kind + "/" + instance->name;
    auto& log = log::named(full);
    instance->host =
        std::make_unique<HostServices>(full, log, context.clock, context.clients, context.metrics, context.state_path);
    bool const concurrent = (instance->capabilities & sdk::concurrent) != 0;
    auto& overruns = context.metrics.counter("conductor_plugin_overruns_total",
                                             "Calls into plugins that overran their deadline.", {{"plugin", full}});
    instance->guard = std::make_unique<Guard>(
        GuardConfig{.plugin = full, .threads = concurrent ? threads_of_concurrent : 1}, log, overruns);
    instance->settings = settings_of(library.schema, context.config);
    // A raw pointer crosses the border; it is owned from here on.
    auto created = instance->guard->run<sdk::Plugin*>(
        {.deadline = context.clock.now() + start_time}, "the constructor",
        [entry = library.entry, host = instance->host.get(),
         settings = instance->settings]() -> sdk::Result<sdk::Plugin*> { return entry->create(*host, settings); });
    if (!created)
      return Error{created.error().code, created.error().text + "; check section [" + library.schema.section() + "]"};
    instance->plugin = std::shared_ptr<sdk::Plugin>(*created);
    expose(*instance, context.config);
    instances_.push_back(std::move(instance));
    return {};
  }

  sdk::Result<void> start(sdk::Call const& call) override {
    bool waiting = false;
    for (auto& instance : instances_) {
      auto const started = instance->start(call.within(clock_, start_time));
      std::lock_guard const lock(mutex_);
      if (started) {
        instance->started = true;
        continue;
      }
      auto const code = started.error().code;
      if (code != Errc::unavailable && code != Errc::timed_out)
        return Error{code,
                     "plugin " + instance->kind + "/" + instance->name + " refuses to start: " + started.error().text};
      instance->not_ready = started.error().text;
      waiting = true;
      log::named(instance->kind + "/" + instance->name)
          .warning("not ready, will be started again: " + instance->not_ready);
    }
    if (waiting) retry_ = std::jthread([this](std::stop_token stop) { retry(std::move(stop)); });
    return {};
  }

  sdk::Result<void> health(sdk::Call const& call) override {
    for (auto const& instance : instances_) {
      if (auto ready = instance->guard->ready(); !ready) return ready;
      {
        std::lock_guard const lock(mutex_);
        if (!instance->started)
          return Error{Errc::unavailable,
                       "plugin " + instance->kind + "/" + instance->name + ": " + instance->not_ready};
      }
      auto const shorter = call.within(clock_, health_time);
      auto const healthy =
          instance->guard->run<void>(shorter, "health", [p = instance->plugin, shorter] { return p->health(shorter); });
      if (!healthy) return healthy;
    }
    return {};
  }

  std::vector<std::pair<std::string, sdk::InventoryProvider*>> inventory() override {
    return pointers<sdk::InventoryProvider>(inventory_);
  }
  std::vector<std::pair<std::string, sdk::ServiceController*>> controllers() override {
    return pointers<sdk::ServiceController>(controllers_);
  }
  std::vector<std::pair<std::string, sdk::VimController*>> vims() override {
    return pointers<sdk::VimController>(vims_);
  }
  sdk::Store* store() override { return store_.get(); }
  Strategy* strategy(std::string const& name) override {
    for (auto const& [known, view] : strategies_)
      if (known == name) return view.get();
    return nullptr;
  }
  std::vector<std::string> strategies() override {
    std::vector<std::string> names;
    for (auto const& [name, view] : strategies_) names.push_back(name);
    return names;
  }
  sdk::Capabilities capabilities(std::string_view kind, std::string_view name) override {
    for (auto const& instance : instances_)
      if (instance->kind == kind && instance->name == name) return instance->capabilities;
    return 0;
  }
  sdk::Settings settings(std::string_view kind, std::string_view name) override {
    for (auto const& instance : instances_)
      if (instance->kind == kind && instance->name == name) return instance->settings;
    return {};
  }

 private:
  template <class View>
  using Views = std::vector<std::pair<std::string, std::unique_ptr<View>>>;

  template <class Interface, class View>
  static std::vector<std::pair<std::string, Interface*>> pointers(Views<View> const& views) {
    std::vector<std::pair<std::string, Interface*>> all;
    for (auto const& [name, view] : views) all.emplace_back(name, view.get());
    return all;
  }

  // The kind was checked against the descriptor, which CONDUCTOR_PLUGIN takes from the interface itself.
  void expose(Instance& instance, config::Config const& config) {
    auto& guard = *instance.guard;
    if (instance.kind == sdk::InventoryProvider::kind)
      inventory_.emplace_back(
          instance.name,
          std::make_unique<GuardedInventory>(std::static_pointer_cast<sdk::InventoryProvider>(instance.plugin), guard));
    else if (instance.kind == sdk::ServiceController::kind)
      controllers_.emplace_back(instance.name,
                                std::make_unique<GuardedController>(
                                    std::static_pointer_cast<sdk::ServiceController>(instance.plugin), guard));
    else if (instance.kind == sdk::VimController::kind)
      vims_.emplace_back(instance.name, std::make_unique<GuardedVim>(
                                            std::static_pointer_cast<sdk::VimController>(instance.plugin), guard));
    else if (instance.kind == sdk::SolverStrategy::kind)
      strategies_.emplace_back(
          instance.name,
          std::make_unique<GuardedStrategy>(std::static_pointer_cast<sdk::SolverStrategy>(instance.plugin), guard));
    else
      store_ =
          std::make_unique<GuardedStore>(std::static_pointer_cast<sdk::Store>(instance.plugin), instance.capabilities,
                                         guard, config.section("db_options").boolean("watch"));
  }

  // Starts what is not started yet, again and again with growing pauses, until all are.
  void retry(std::stop_token stop) {
    for (auto pause = first_retry; clock_.sleep_for(pause, stop); pause = std::min(pause * 2, longest_retry)) {
      bool waiting = false;
      for (auto& instance : instances_) {
        {
          std::lock_guard const lock(mutex_);
          if (instance->started) continue;
        }
        auto const started = instance->start({.deadline = clock_.now() + start_time, .cancelled = stop});
        std::lock_guard const lock(mutex_);
        instance->started = started.has_value();
        if (started) {
          log::named(instance->kind + "/" + instance->name).info("ready");
        } else {
          instance->not_ready = started.error().text;
          waiting = true;
        }
      }
      if (!waiting) return;
    }
  }

  sdk::Clock& clock_;
  std::mutex mutex_;  // guards started and not_ready of the instances
  std::vector<std::unique_ptr<Instance>> instances_;
  Views<GuardedInventory> inventory_;
  Views<GuardedController> controllers_;
  Views<GuardedVim> vims_;
  Views<GuardedStrategy> strategies_;
  std::unique_ptr<GuardedStore> store_;
  std::jthread retry_;
};

}  // namespace

sdk::Result<std::unique_ptr<Loaded>> create_all(std::vector<Library> const& libraries, LoaderContext const& context) {
  auto plugins = std::make_unique<Plugins>(context);
  for (auto const& library : libraries)
    if (auto added = plugins->add(library, context); !added) return added.error();
  return std::unique_ptr<Loaded>(std::move(plugins));
}

}  // namespace conductor::plugin
