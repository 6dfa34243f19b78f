#include "core/rpc/bus.hpp"

#include "core/rpc/caller.hpp"
#include "core/rpc/direct.hpp"
#include "core/rpc/server.hpp"
#include "core/rpc/sweeper.hpp"

#include <atomic>

namespace conductor::rpc {

namespace {

class ProcessBus final : public RunningBus {
 public:
  ProcessBus(BusConfig config, sdk::Store& store, work::Lease& lease, sdk::Clock& clock, sdk::Log& log,
             std::unique_ptr<Dialer> dialer)
      : config_(std::move(config)),
        store_(store),
        lease_(lease),
        clock_(clock),
        log_(log),
        own_notifier_(config_.notifier == nullptr ? std::make_unique<store::Notifier>(store, clock) : nullptr),
        notifier_(own_notifier_ ? *own_notifier_ : *config_.notifier),
        messages_(store, notifier_, clock),
        caller_({.check_interval = config_.check_interval, .max_waiting = config_.max_waiting}, messages_, lease, clock,
                log),
        sweeper_(config_.response_timeout, config_.orphan_age, messages_, store, clock, log),
        direct_(config_.direct, std::move(dialer), store, lease, clock, log) {}

  ~ProcessBus() override {
    messages_told_ = {};
    plans_told_ = {};
    sweeper_.stop();
    direct_.close();
    if (direct_server_) direct_server_->stop();
    if (server_) server_->stop();
    if (pools_) pools_->close();
  }

  void serve(std::string topic, std::string method, Method handler) override {
    methods_.add(std::move(topic), std::move(method), std::move(handler));
  }
  void serve_own(std::string method, Method handler) override {
    own_methods_.add(own_topic, std::move(method), std::move(handler));
  }
  void workers(std::string const& topic, std::size_t count) override { config_.topic_workers[topic] = count; }

  sdk::Result<boost::json::value> call(sdk::Call const& call, std::string const& topic, std::string const& method,
                                       boost::json::value args) override {
    if (methods_.serves(topic)) return methods_.run(call, topic, method, args);
    auto const limited = call.within(clock_, config_.response_timeout);
    // The same id whichever way it goes: it is one message.
    auto const id = sdk::random_id();
    if (auto* direct = direct_.caller(); direct != nullptr)
      if (auto answer = direct->call(limited, id, topic, method, args)) {
        count(topic, "direct");
        return std::move(*answer);
      }
    listen();
    count(topic, "store");
    return caller_.call(limited, id, topic, method, args);
  }

  sdk::Result<void> start() override {
    if (auto prepared = direct_.prepare(); !prepared) return prepared;
    pools_ = std::make_unique<Pools>(
        Pools::Options{
            .workers = config_.workers, .topic_workers = config_.topic_workers, .max_waiting = config_.max_waiting},
        methods_.topics());
    direct_server_ = std::make_unique<DirectServer>(
        DirectServer::Options{.worker = lease_.id(), .log_messages = config_.log_messages}, methods_, own_methods_,
        *pools_, clock_, log_);
    if (auto opened = direct_.open(*direct_server_); !opened) return opened;
    // Messages are taken under the lease.
    lease_.announce(announcement());
    if (!methods_.topics().empty()) start_server();
    return {};
  }

  sdk::TextMap announcement() const override {
    auto info = direct_.announcement();
    std::string topics;
    for (auto const& topic : methods_.topics()) topics += (topics.empty() ? "" : ",") + topic;
    info[peer_info::topics] = topics;
    return info;
  }

  void drain(sdk::Time deadline) override {
    // First those who can go elsewhere at once.
    direct_.close();
    if (direct_server_) direct_server_->drain(deadline);
    if (server_) server_->drain(deadline);
  }

  std::vector<PeerReport> peers() const override {
    return direct_.caller() == nullptr ? std::vector<PeerReport>() : direct_.caller()->report();
  }

  std::map<std::string, std::size_t> waiting() const override {
    std::map<std::string, std::size_t> all;
    for (auto const& topic : methods_.topics()) all[topic] = pools_ ? pools_->waiting(topic) : 0;
    return all;
  }

 private:
  void start_server() {
    server_ = std::make_unique<Server>(Server::Options{.log_messages = config_.log_messages}, methods_, *pools_,
                                       messages_, store_, lease_, clock_, log_);
    server_->start();
    listen();
    // Documents of plans leave blobs behind, too.
    plans_told_ = notifier_.subscribe(std::string(sdk::tables::plans.name), {.touched = [this] { sweeper_.active(); }});
  }

  void count(std::string const& topic, char const* way) {
    if (config_.metrics == nullptr) return;
    config_.metrics
        ->counter("conductor_rpc_calls_total", "Calls to other processes, by topic and way (direct or store).",
                  {{"topic", topic}, {"way", way}})
        .add(1);
  }

  // Begins to hear of messages; a process that never sends or serves any need not.
  void listen() {
    std::call_once(listening_, [this] {
      store::Subscriber to;
      to.changed = [this](sdk::Row const& row) {
        sweeper_.active();
        caller_.changed(row);
        if (server_) server_->changed(row);
      };
      to.removed = [this](std::string const& id) {
        caller_.removed(id);
        if (server_) server_->removed(id);
      };
      to.look = [this] {
        caller_.look();
        if (server_) server_->look();
      };
      if (server_) to.longest_pause = config_.polling_interval;
      messages_told_ = notifier_.subscribe(std::string(sdk::tables::messages.name), std::move(to));
    });
  }

  BusConfig config_;
  sdk::Store& store_;
  work::Lease& lease_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  std::unique_ptr<store::Notifier> own_notifier_;
  store::Notifier& notifier_;
  Methods methods_;
  Messages messages_;
  Caller caller_;
  Sweeper sweeper_;
  Methods own_methods_;  // of topic `process`
  Direct direct_;
  std::unique_ptr<Pools> pools_;  // this and the servers: made by start(), before anything is told
  std::unique_ptr<Server> server_;
  std::unique_ptr<DirectServer> direct_server_;
  std::once_flag listening_;
  store::Notifier::Subscription messages_told_, plans_told_;
};

}  // namespace

std::unique_ptr<RunningBus> make_bus(BusConfig config, sdk::Store& store, work::Lease& lease, sdk::Clock& clock,
                                     sdk::Log& log, std::unique_ptr<Dialer> dialer) {
  return std::make_unique<ProcessBus>(std::move(config), store, lease, clock, log, std::move(dialer));
}

}  // namespace conductor::rpc
