#include "core/rpc/bus.hpp"

#include "core/rpc/caller.hpp"
#include "core/rpc/server.hpp"
#include "core/rpc/sweeper.hpp"

#include <atomic>

namespace conductor::rpc {

namespace {

class StoreBus final : public RunningBus {
 public:
  StoreBus(BusConfig config, sdk::Store& store, work::Lease& lease, sdk::Clock& clock, sdk::Log& log)
      : config_(std::move(config)),
        store_(store),
        lease_(lease),
        clock_(clock),
        log_(log),
        own_notifier_(config_.notifier == nullptr ? std::make_unique<store::Notifier>(store, clock) : nullptr),
        notifier_(own_notifier_ ? *own_notifier_ : *config_.notifier),
        messages_(store, notifier_, clock),
        caller_({.check_interval = config_.check_interval, .response_timeout = config_.response_timeout}, messages_,
                lease, clock, log),
        sweeper_(config_.response_timeout, messages_, store, clock, log) {}

  ~StoreBus() override {
    messages_told_ = {};
    plans_told_ = {};
    sweeper_.stop();
    server_.reset();
  }

  void serve(std::string topic, std::string method, Method handler) override {
    methods_.add(std::move(topic), std::move(method), std::move(handler));
  }
  void workers(std::string const& topic, std::size_t count) override { config_.topic_workers[topic] = count; }

  sdk::Result<boost::json::value> call(sdk::Call const& call, std::string const& topic, std::string const& method,
                                       boost::json::value args) override {
    if (methods_.serves(topic)) return methods_.run(call, topic, method, args);
    listen();
    return caller_.call(call, topic, method, args);
  }

  sdk::Result<void> start() override {
    if (!methods_.topics().empty()) {
      server_ = std::make_unique<Server>(
          Server::Options{
              .workers = config_.workers, .topic_workers = config_.topic_workers, .log_messages = config_.log_messages},
          methods_, messages_, store_, lease_, clock_, log_);
      server_->start();
      listen();
      // Documents of plans leave blobs behind, too.
      plans_told_ =
          notifier_.subscribe(std::string(sdk::tables::plans.name), {.touched = [this] { sweeper_.active(); }});
    }
    return {};
  }

  void drain(sdk::Time deadline) override {
    if (server_) server_->drain(deadline);
  }

 private:
  // Begins to hear of messages; a process that never sends or serves any need not.
  void listen() {
    std::call_once(listening_, [this] {
      messages_told_ = notifier_.subscribe(std::string(sdk::tables::messages.name), {.changed =
                                                                                         [this](sdk::Row const& row) {
                                                                                           sweeper_.active();
                                                                                           caller_.changed(row);
                                                                                           if (server_)
                                                                                             server_->changed(row);
                                                                                         },
                                                                                     .removed =
                                                                                         [this](std::string const& id) {
                                                                                           caller_.removed(id);
                                                                                           if (server_)
                                                                                             server_->removed(id);
                                                                                         },
                                                                                     .look =
                                                                                         [this] {
                                                                                           caller_.look();
                                                                                           if (server_) server_->look();
                                                                                         }});
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
  std::unique_ptr<Server> server_;  // made by start(), before anything is told
  std::once_flag listening_;
  store::Notifier::Subscription messages_told_, plans_told_;
};

}  // namespace

BusConfig bus_config(sdk::Settings const& messaging_server) {
  return {.check_interval = messaging_server.seconds("check_interval"),
          .response_timeout = messaging_server.seconds("response_timeout"),
          .workers = static_cast<std::size_t>(messaging_server.integer("workers")),
          .log_messages = messaging_server.boolean("debug")};
}

std::unique_ptr<RunningBus> make_bus(BusConfig config, sdk::Store& store, work::Lease& lease, sdk::Clock& clock,
                                     sdk::Log& log) {
  return std::make_unique<StoreBus>(std::move(config), store, lease, clock, log);
}

}  // namespace conductor::rpc
