// sdk::Host as one plugin sees it.
#pragma once
#include "conductor/sdk/host.hpp"
#include "core/http/client.hpp"
#include "core/metrics/metrics.hpp"

#include <filesystem>
#include <string>

namespace conductor::plugin {

class HostServices final : public sdk::Host {
 public:
  // `plugin`: kind/name. All references outlive it.
  HostServices(std::string plugin, sdk::Log& log, sdk::Clock& clock, http::ClientPool& clients,
               metrics::Registry& metrics, std::filesystem::path state_path)
      : plugin_(std::move(plugin)),
        log_(log),
        clock_(clock),
        clients_(clients),
        metrics_(metrics),
        state_path_(std::move(state_path)) {}

  sdk::Log& log() override { return log_; }
  sdk::Clock& clock() override { return clock_; }
  sdk::HttpClient& http(sdk::HttpConfig const& config) override { return clients_.client(config); }
  sdk::Counter& counter(std::string_view name, std::string_view help, sdk::Labels const& labels) override {
    return metrics_.counter(name, help, labels);
  }
  sdk::Gauge& gauge(std::string_view name, std::string_view help, sdk::Labels const& labels) override {
    return metrics_.gauge(name, help, labels);
  }
  // Files below $CREDENTIALS_DIRECTORY, where systemd (LoadCredential=) and others put secrets.
  sdk::Result<std::string> secret(std::string_view name) override;
  sdk::Result<std::filesystem::path> state_directory() override;
  std::filesystem::path state_path() const override { return state_path_; }
  void run_parallel(sdk::Call const& call, std::vector<sdk::Task> const& tasks, std::size_t at_once) override;

  sdk::Result<std::unique_ptr<sdk::ParsedDocument>> parse_document(std::string_view text) override;

 private:
  std::string plugin_;
  sdk::Log& log_;
  sdk::Clock& clock_;
  http::ClientPool& clients_;
  metrics::Registry& metrics_;
  std::filesystem::path state_path_;
};

}  // namespace conductor::plugin
