#include "core/kernel/process.hpp"

#include "core/config/reload.hpp"
#include "core/log/log.hpp"
#include "core/log/messages.hpp"
#include "core/store/unfinished.hpp"

#include <signal.h>
#include <unistd.h>

#include <sstream>

namespace conductor::kernel {

using log::Message;
using sdk::Errc;
using sdk::Error;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::seconds status_patience{2};

constexpr std::size_t kept_document_bytes = 8U << 20U;

// A blob younger than this may be about to be referred to. Where several hosts share a store, its age is told by the
// clock of the host that wrote it.
constexpr std::chrono::milliseconds orphan_age = 2min, orphan_age_across_hosts = 1h;

sdk::Log& kernel_log() { return log::named("kernel"); }

std::string names_of(std::vector<Role const*> const& roles) {
  std::string names;
  for (auto const* role : roles) names += (names.empty() ? "" : ",") + std::string(role->name);
  return names;
}

std::string host_name() {
  char name[256] = {};
  ::gethostname(name, sizeof(name) - 1);
  return name;
}

}  // namespace

Process::Process(std::span<Role const> all, Launch const& launch, Setup setup)
    : all_(all),
      launch_(launch),
      setup_(std::move(setup)),
      config_(&setup_.loaded.config),
      management_(*config_, launch_.metrics_entry, metrics_, clock_),
      began_(clock_.now()) {}

Process::~Process() {
  management_.set_readiness([](sdk::Call const&) { return std::vector<std::string>{"process: it has ended"}; });
  components_.clear();
  context_.reset();
  bus_.reset();
  plans_.reset();
  lease_.reset();
  plugins_.reset();
  clients_.reset();
}

sdk::Result<void> Process::start(Signals& signals) {
  // First, so that it answers while the store is awaited.
  if (auto started = management_.start(); !started) return started;
  auto const& defaults = config_->section("DEFAULT");
  auto state = usable_state_path(*config_);
  if (!state) return state.error();
  state_path_ = *state;
  clients_ = http::make_client_pool(clock_, log::named("http"));
  auto plugins = plugin::create_all(
      setup_.libraries,
      {.config = *config_, .clock = clock_, .clients = *clients_, .metrics = metrics_, .state_path = state_path_});
  if (!plugins) return plugins.error();
  plugins_ = std::move(*plugins);
  if (auto started = plugins_->start({.deadline = clock_.now() + std::chrono::minutes(1)}); !started) return started;
  if (auto ready = prepare_store(signals); !ready) return ready;

  lease_ = work::make_lease(
      {.program = launch_.program,
       .state_path = state_path_,
       .ttl = defaults.seconds("lease_ttl"),
       .info = {{"roles", names_of(launch_.roles)}, {"host", host_name()}, {"pid", std::to_string(::getpid())}},
       .announced = true},
      *plugins_->store(), clock_, log::named("lease"));
  plans_ = std::make_unique<store::Plans>(*plugins_->store(), clock_, defaults.seconds("delay_time"));
  // A role reads what another one wrote: when both are here, it is at hand.
  if (launch_.roles.size() > 1) plans_->keep_documents(kept_document_bytes);
  auto bus = rpc::bus_config(*config_);
  bus.direct.state_path = state_path_;
  bus.direct.host = host_name();
  bus.notifier = &plans_->notifier();
  bus.metrics = &metrics_;
  bus.orphan_age = shares_hosts() ? orphan_age_across_hosts : orphan_age;
  bus_ = rpc::make_bus(std::move(bus), *plugins_->store(), *lease_, clock_, log::named("rpc"));
  return start_roles();
}

sdk::Result<void> Process::prepare_store(Signals& signals) {
  constexpr std::chrono::seconds longest{10};
  for (std::chrono::milliseconds pause{250};; pause = std::min<std::chrono::milliseconds>(pause * 2, longest)) {
    auto const made = plugins_->store()->ensure_schema({.deadline = clock_.now() + std::chrono::minutes(1)});
    if (made) return refuse_unfinished();
    bool const passing = made.outcome == sdk::Outcome::unavailable || made.outcome == sdk::Outcome::ambiguous;
    if (!passing)
      return Error{Errc::denied,
                   "the store cannot be used (" + std::string(sdk::to_string(made.outcome)) + "): " + made.text};
    kernel_log().warning(log::message<Message::store_unreachable>(made.text));
    management_.set_readiness([text = made.text](sdk::Call const&) { return std::vector{"store: " + text}; });
    if (auto const number = signals.next(pause); number && (*number == SIGTERM || *number == SIGINT))
      return Error{Errc::cancelled, "stopped while waiting for the store"};
  }
}

// A store that `conductor store restore` or `migrate` has not filled to the end.
sdk::Result<void> Process::refuse_unfinished() {
  auto const mark = store::unfinished(*plugins_->store(), {.deadline = clock_.now() + std::chrono::seconds(20)});
  if (!mark || !*mark) return {};
  return Error{Errc::denied, "the store is not complete: a restore from " + **mark +
                                 " was begun and not finished; run that command again"};
}

sdk::Result<void> Process::start_roles() {
  context_ = std::make_unique<Context>(Context{.config = *config_,
                                               .clock = clock_,
                                               .metrics = metrics_,
                                               .plugins = *plugins_,
                                               .plans = *plans_,
                                               .rpc = *bus_,
                                               .lease = *lease_,
                                               .clients = *clients_,
                                               .state_path = state_path_});
  for (auto const* role : launch_.roles) components_.push_back(role->make(*context_));
  bus_->serve_own(rpc::status_method, [this](sdk::Call const& call, boost::json::value const&) {
    return sdk::Result<boost::json::value>(status(call));
  });
  if (auto started = bus_->start(); !started) return started;
  for (auto& component : components_)
    if (auto started = component->start(); !started) return started;
  {
    std::lock_guard const lock(status_mutex_);
    running_ = true;
  }
  management_.set_readiness([this](sdk::Call const& call) { return reasons_not_ready(call); });
  kernel_log().info(log::message<Message::service_running>(launch_.program, names_of(launch_.roles), lease_->id()));
  return {};
}

// Whether processes of other hosts may use the same store.
bool Process::shares_hosts() const {
  auto const chosen = choices_of(*config_, "store");
  return !chosen.empty() && (plugins_->capabilities("store", chosen.front().name) & sdk::multi_host) != 0;
}

std::vector<std::string> Process::reasons_not_ready(sdk::Call const& call) {
  std::vector<std::string> reasons;
  if (auto const healthy = plugins_->store()->health(call); !healthy)
    reasons.push_back("store: " + healthy.error().text);
  for (std::size_t i = 0; i < components_.size(); ++i)
    if (auto const healthy = components_[i]->health(call); !healthy)
      reasons.push_back(std::string(launch_.roles[i]->name) + ": " + healthy.error().text);
  return reasons;
}

boost::json::object Process::status(sdk::Call const& call) {
  auto const within = call.within(clock_, status_patience);
  boost::json::object all{
      {"program", launch_.program},
      {"version", CONDUCTOR_VERSION},
      {"uptime_s", std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - began_).count()}};
  boost::json::array reasons, peers;
  {
    std::lock_guard const lock(status_mutex_);
    if (running_) {
      for (auto const& reason : reasons_not_ready(within)) reasons.emplace_back(reason);
      if (auto const healthy = plugins_->health(within); !healthy) all["plugin_problem"] = healthy.error().text;
    } else {
      reasons.emplace_back("process: it is starting or stopping");
    }
  }
  all["ready"] = reasons.empty();
  all["reasons"] = std::move(reasons);
  boost::json::object waiting;
  for (auto const& [topic, count] : bus_->waiting()) waiting[topic] = count;
  all["waiting"] = std::move(waiting);
  for (auto const& peer : bus_->peers())
    peers.push_back(boost::json::object{{"worker", peer.worker},
                                        {"address", peer.address},
                                        {"calls", peer.calls},
                                        {"failures", peer.failures},
                                        {"mean_ms", peer.mean_ms},
                                        {"left_out", peer.left_out},
                                        {"last_error", peer.last_error}});
  all["peers"] = std::move(peers);
  return all;
}

void Process::stop(sdk::Time deadline) {
  {
    std::lock_guard const lock(status_mutex_);
    running_ = false;
  }
  management_.set_readiness([](sdk::Call const&) { return std::vector<std::string>{"process: it is stopping"}; });
  kernel_log().info(log::message<Message::service_stopping>());
  for (auto component = components_.rbegin(); component != components_.rend(); ++component)
    (*component)->drain(deadline);
  if (bus_) bus_->drain(deadline);
  kernel_log().info(log::message<Message::service_stopped>());
}

bool Process::reload() {
  auto loaded = config::load(setup_.catalogue, launch_.sources);
  check_roles(all_, loaded);
  for (auto const& problem : loaded.errors) kernel_log().error(problem.where());
  if (!loaded.errors.empty()) {
    kernel_log().error(log::message<Message::configuration_kept>());
    return false;
  }
  auto const keyspace = [](config::Config const& config) { return config.section("DEFAULT").text("keyspace"); };
  if (keyspace(loaded.config) != keyspace(*config_)) return true;
  auto const changes = config::diff(*config_, loaded.config, setup_.catalogue);
  for (auto const& change : changes.restart_required) kernel_log().warning(change.restart_text());
  // Components read only reloadable options from it (Component::reload); the others have taken effect at their start.
  reloaded_.push_back(std::move(loaded.config));
  config_ = &reloaded_.back();
  renew_log(*config_, launch_.program);
  plans_->notifier().set_longest_pause(config_->section("DEFAULT").seconds("delay_time"));
  for (auto& component : components_) component->reload(*config_);
  kernel_log().info(log::message<Message::configuration_reloaded>(changes.reloadable.size()));
  return false;
}

void Process::report_state() {
  std::ostringstream out;
  out << "state of " << launch_.program << " (" << lease_->id() << "): roles " << names_of(launch_.roles);
  auto const healthy = plugins_->health({.deadline = clock_.now() + std::chrono::seconds(10)});
  out << "; plugins " << (healthy ? "healthy" : healthy.error().text);
  for (std::size_t i = 0; i < components_.size(); ++i) {
    auto const health = components_[i]->health({.deadline = clock_.now() + std::chrono::seconds(2)});
    out << "; " << launch_.roles[i]->name << ' ' << (health ? "ready" : health.error().text);
  }
  kernel_log().info(out.str());
}

}  // namespace conductor::kernel
