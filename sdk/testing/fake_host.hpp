// A host for unit tests of plugins: fake clock, fake HTTP, log lines and counters kept in memory.
#pragma once
#include "conductor/sdk/host.hpp"
#include "conductor/sdk/settings.hpp"
#include "sdk/testing/fake_clock.hpp"
#include "sdk/testing/fake_http.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace conductor::sdk::testing {

class FakeHost : public Host, private Log {
 public:
  ~FakeHost() override {
    std::error_code ignored;
    if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
  }
  struct Line {
    Level level;
    std::string text;
  };

  Log& log() override { return *this; }
  FakeClock& clock() override { return clock_; }
  HttpClient& http(HttpConfig const& config) override {
    config_ = config;
    return http_;
  }
  Counter& counter(std::string_view name, std::string_view, Labels const&) override { return number(name); }
  Gauge& gauge(std::string_view name, std::string_view, Labels const&) override { return number(name); }
  Result<std::string> secret(std::string_view name) override {
    auto const found = secrets.find(std::string(name));
    if (found == secrets.end()) return Error{Errc::not_found, "no secret '" + std::string(name) + "'"};
    return found->second;
  }
  Result<std::filesystem::path> state_directory() override { return state_path(); }
  std::filesystem::path state_path() const override {
    if (directory_.empty()) {
      std::string pattern = (std::filesystem::temp_directory_path() / "conductor-test-XXXXXX").string();
      directory_ = ::mkdtemp(pattern.data());
    }
    return directory_;
  }
  // One after the other, on the calling thread: the same result every time.
  void run_parallel(Call const& call, std::vector<Task> const& tasks, std::size_t) override {
    for (auto const& task : tasks) task(call);
  }

  // JSON only, without positions.
  Result<std::unique_ptr<ParsedDocument>> parse_document(std::string_view text) override {
    boost::system::error_code failed;
    auto content = boost::json::parse(text, failed);
    if (failed) return Error{Errc::invalid, "not JSON: " + failed.message()};
    return std::unique_ptr<ParsedDocument>(std::make_unique<PlainDocument>(std::move(content)));
  }

  // What a test looks at.
  FakeHttp& fake_http() { return http_; }
  HttpConfig const& http_config() const { return config_; }
  std::vector<Line> lines() const {
    std::lock_guard const lock(mutex_);
    return lines_;
  }
  double counted(std::string_view name) { return number(name).value; }
  std::map<std::string, std::string> secrets;

 private:
  struct PlainDocument final : ParsedDocument {
    explicit PlainDocument(boost::json::value value) : value_(std::move(value)) {}
    boost::json::value const& content() const override { return value_; }
    Position position(std::string_view) const override { return {}; }
    boost::json::value value_;
  };
  struct Number final : Counter, Gauge {
    void add(double amount) override { value = value + amount; }
    void set(double v) override { value = v; }
    double value = 0;
  };
  Number& number(std::string_view name) {
    std::lock_guard const lock(mutex_);
    return numbers_[std::string(name)];
  }
  void write(Level level, Call const*, std::string_view text) override {
    std::lock_guard const lock(mutex_);
    lines_.push_back({level, std::string(text)});
  }
  bool enabled(Level) const override { return true; }

  FakeClock clock_;
  FakeHttp http_;
  HttpConfig config_;
  mutable std::mutex mutex_;
  mutable std::filesystem::path directory_;
  std::vector<Line> lines_;
  std::map<std::string, Number> numbers_;
};

// The settings that a plugin gets when the configuration says nothing but `given`.
inline Settings settings_of(Schema const& schema, std::map<std::string, Settings::Value> const& given = {}) {
  Settings settings;
  for (auto const& option : schema.options()) {
    Settings::Value value;
    if (option.default_text) {
      std::string const& text = *option.default_text;
      switch (option.type) {
        case OptionType::integer:
          value = static_cast<std::int64_t>(std::stoll(text));
          break;
        case OptionType::number:
          value = std::stod(text);
          break;
        case OptionType::boolean:
          value = text == "true";
          break;
        case OptionType::list: {
          std::vector<std::string> items;
          for (std::size_t begin = 0; begin < text.size();) {
            auto const end = std::min(text.find(',', begin), text.size());
            items.push_back(text.substr(begin, end - begin));
            begin = end + 1;
          }
          value = items;
          break;
        }
        default:
          value = text;
      }
    }
    if (auto const found = given.find(option.name); found != given.end()) value = found->second;
    settings.set(option.name, value);
  }
  return settings;
}

}  // namespace conductor::sdk::testing
