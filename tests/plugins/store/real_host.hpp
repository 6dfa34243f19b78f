// A host with a real clock, for tests of stores: threads of a store wait in real time. Its state path is a directory of
// its own, or one that several hosts and processes share.
#pragma once
#include "sdk/testing/fake_host.hpp"

#include <atomic>
#include <cstdlib>

namespace conductor::test {

class RealClock final : public sdk::Clock {
 public:
  sdk::Time now() const override { return std::chrono::steady_clock::now(); }
  sdk::WallTime wall() const override { return std::chrono::system_clock::now() + shift.load(); }
  bool sleep_until(sdk::Time until, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_until(lock, stop, until, [] { return false; });
    return !stop.stop_requested();
  }
  std::atomic<std::chrono::milliseconds> shift{std::chrono::milliseconds(0)};  // of the wall clock
};

class RealHost : public sdk::Host, private sdk::Log {
 public:
  explicit RealHost(std::filesystem::path directory) : directory_(std::move(directory)) {}

  sdk::Log& log() override { return *this; }
  RealClock& clock() override { return clock_; }
  sdk::HttpClient& http(sdk::HttpConfig const& config) override {
    return clients ? clients(config) : fake_.http(config);
  }
  // Of a real client, for stores that talk to a server.
  std::function<sdk::HttpClient&(sdk::HttpConfig const&)> clients;
  sdk::Counter& counter(std::string_view name, std::string_view help, sdk::Labels const& labels) override {
    return fake_.counter(name, help, labels);
  }
  sdk::Gauge& gauge(std::string_view name, std::string_view help, sdk::Labels const& labels) override {
    return fake_.gauge(name, help, labels);
  }
  double counted(std::string_view name) { return fake_.counted(name); }
  sdk::Result<std::string> secret(std::string_view name) override { return fake_.secret(name); }
  sdk::Result<std::filesystem::path> state_directory() override { return directory_; }
  std::filesystem::path state_path() const override { return directory_; }
  void run_parallel(sdk::Call const& call, std::vector<sdk::Task> const& tasks, std::size_t at_once) override {
    fake_.run_parallel(call, tasks, at_once);
  }
  std::vector<std::string> lines() const {
    std::lock_guard const lock(mutex_);
    return lines_;
  }

 private:
  void write(sdk::Level, sdk::Call const*, std::string_view text) override {
    std::lock_guard const lock(mutex_);
    lines_.emplace_back(text);
  }
  bool enabled(sdk::Level) const override { return true; }

  std::filesystem::path directory_;
  RealClock clock_;
  sdk::testing::FakeHost fake_;
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// A directory that is gone with its owner.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "conductor-store-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryDirectory(TemporaryDirectory const&) = delete;
  TemporaryDirectory& operator=(TemporaryDirectory const&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// As a configuration without a file gives them: defaults may refer to options of other sections.
inline sdk::Settings store_settings(sdk::Schema const& schema, std::map<std::string, sdk::Settings::Value> given = {}) {
  std::map<std::string, std::string> const others{{"${DEFAULT.keyspace}", "conductor"},
                                                  {"${messaging_server.keyspace}", "conductor_rpc"}};
  for (auto const& option : schema.options())
    for (auto const& [reference, value] : others)
      if (auto text = option.default_text.value_or(""); text.starts_with(reference))
        given.try_emplace(option.name, text.replace(0, reference.size(), value));
  return sdk::testing::settings_of(schema, given);
}

template <class Plugin>
sdk::Settings settings_for(std::map<std::string, sdk::Settings::Value> const& given = {}) {
  sdk::Schema schema("store");
  Plugin::describe(schema);
  return store_settings(schema, given);
}

inline sdk::Call call_of(sdk::Clock& clock, std::chrono::milliseconds time = std::chrono::seconds(20)) {
  sdk::Call call;
  call.deadline = clock.now() + time;
  return call;
}

}  // namespace conductor::test
