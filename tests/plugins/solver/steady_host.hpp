// A host whose clock is the machine's: for tests of deadlines, which a clock moved by hand cannot show. Everything else
// is fake.
#pragma once
#include "conductor/sdk/sdk.hpp"
#include "sdk/testing/fake_host.hpp"

namespace conductor::tests::solver {

class SteadyClock final : public sdk::Clock {
 public:
  sdk::Time now() const override { return std::chrono::steady_clock::now(); }
  sdk::WallTime wall() const override { return std::chrono::system_clock::now(); }
  bool sleep_until(sdk::Time until, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    return !wake_.wait_until(lock, stop, until, [&] { return stop.stop_requested(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
};

class SteadyHost final : public sdk::Host {
 public:
  sdk::Log& log() override { return fake_.log(); }
  sdk::Clock& clock() override { return clock_; }
  sdk::HttpClient& http(sdk::HttpConfig const& config) override { return fake_.http(config); }
  sdk::Counter& counter(std::string_view name, std::string_view help, sdk::Labels const& labels) override {
    return fake_.counter(name, help, labels);
  }
  sdk::Gauge& gauge(std::string_view name, std::string_view help, sdk::Labels const& labels) override {
    return fake_.gauge(name, help, labels);
  }
  sdk::Result<std::string> secret(std::string_view name) override { return fake_.secret(name); }
  sdk::Result<std::filesystem::path> state_directory() override { return fake_.state_directory(); }
  std::filesystem::path state_path() const override { return fake_.state_path(); }
  void run_parallel(sdk::Call const& call, std::vector<sdk::Task> const& tasks, std::size_t at_once) override {
    fake_.run_parallel(call, tasks, at_once);
  }
  sdk::Result<std::unique_ptr<sdk::ParsedDocument>> parse_document(std::string_view text) override {
    return fake_.parse_document(text);
  }

 private:
  sdk::testing::FakeHost fake_;
  SteadyClock clock_;
};

}  // namespace conductor::tests::solver
