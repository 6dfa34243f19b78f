// Named logs, and the step from checked options to sinks, levels and limits.
#include "core/log/log.hpp"

#include "core/log/levels.hpp"
#include "core/log/limiter.hpp"
#include "core/log/line.hpp"
#include "core/log/sinks.hpp"
#include "core/log/text.hpp"

#include <sys/syscall.h>
#include <syslog.h>
#include <unistd.h>

#include <atomic>
#include <cctype>
#include <map>
#include <memory>
#include <mutex>

namespace conductor::log {
namespace {

constexpr std::size_t longest_message = 32U << 10U;

int thread_id() {
  static thread_local int const id = static_cast<int>(::syscall(SYS_gettid));
  return id;
}

std::string message_text(std::string_view text) {
  if (text.size() <= longest_message) return masked(text);
  return masked(text.substr(0, longest_message)) + "… (" + std::to_string(text.size() - longest_message) +
         " bytes more)";
}

class NamedLog;

struct State {
  std::mutex mutex;  // of what follows; never held while a line is written
  std::map<std::string, std::unique_ptr<NamedLog>, std::less<>> logs;
  Levels levels;
  bool installed = false;
  Limiter limiter;  // has its own lock
};

State& state() {
  // Logs live until the process ends, later than static objects that may still write.
  static auto* const all = new State;
  return *all;
}

class NamedLog final : public sdk::Log {
 public:
  NamedLog(std::string name, int threshold) : name_(std::move(name)), threshold_(threshold) {}

  void write(sdk::Level level, sdk::Call const* call, std::string_view text) override {
    if (!enabled(level)) return;
    auto const verdict = state().limiter.judge(static_cast<int>(level), std::chrono::steady_clock::now());
    if (verdict.dropped_before > 0)
      emit(sdk::Level::warning, nullptr,
           std::to_string(verdict.dropped_before) + " lines were dropped by rate_limit_burst");
    if (verdict.pass) emit(level, call, text);
  }
  bool enabled(sdk::Level level) const override {
    return static_cast<int>(level) >= threshold_.load(std::memory_order_relaxed);
  }

  void set_threshold(int threshold) { threshold_.store(threshold, std::memory_order_relaxed); }
  std::string const& name() const { return name_; }

 private:
  void emit(sdk::Level level, sdk::Call const* call, std::string_view text) const {
    Line line;
    line.time = std::chrono::system_clock::now();
    line.level = level;
    line.logger = name_;
    line.message = message_text(text);
    if (call)
      line.plan_id = call->plan_id, line.request_id = call->request_id, line.transaction_id = call->transaction_id;
    line.pid = ::getpid();
    line.thread = thread_id();
    write_to_sinks(line);
  }

  std::string const name_;
  std::atomic<int> threshold_;
};

sdk::Error bad_option(std::string const& name, std::string const& reason) {
  return {sdk::Errc::invalid, "[DEFAULT] " + name + ": " + reason};
}

std::optional<int> facility_of(std::string name) {
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (!name.starts_with("LOG_")) name = "LOG_" + name;
  static std::map<std::string, int> const known{
      {"LOG_KERN", LOG_KERN},     {"LOG_USER", LOG_USER},     {"LOG_MAIL", LOG_MAIL},
      {"LOG_DAEMON", LOG_DAEMON}, {"LOG_AUTH", LOG_AUTH},     {"LOG_SYSLOG", LOG_SYSLOG},
      {"LOG_LPR", LOG_LPR},       {"LOG_NEWS", LOG_NEWS},     {"LOG_UUCP", LOG_UUCP},
      {"LOG_CRON", LOG_CRON},     {"LOG_FTP", LOG_FTP},       {"LOG_AUTHPRIV", LOG_AUTHPRIV},
      {"LOG_LOCAL0", LOG_LOCAL0}, {"LOG_LOCAL1", LOG_LOCAL1}, {"LOG_LOCAL2", LOG_LOCAL2},
      {"LOG_LOCAL3", LOG_LOCAL3}, {"LOG_LOCAL4", LOG_LOCAL4}, {"LOG_LOCAL5", LOG_LOCAL5},
      {"LOG_LOCAL6", LOG_LOCAL6}, {"LOG_LOCAL7", LOG_LOCAL7}};
  auto const found = known.find(name);
  if (found == known.end()) return std::nullopt;
  return found->second;
}

Rotation rotation_of(sdk::Settings const& settings) {
  Rotation out;
  auto const type = settings.text("log_rotation_type");
  out.type = type == "size"       ? Rotation::Type::size
             : type == "interval" ? Rotation::Type::interval
                                  : Rotation::Type::none;
  out.max_bytes = static_cast<std::uint64_t>(settings.integer("max_logfile_size_mb")) << 20U;
  out.keep = static_cast<int>(settings.integer("max_logfile_count"));
  auto const count = settings.integer("log_rotate_interval");
  auto const unit = settings.text("log_rotate_interval_type");
  out.midnight = unit == "Midnight";
  if (unit == "Weekday") out.weekday = static_cast<int>(count % 7);
  std::int64_t const seconds = unit == "Seconds" ? 1 : unit == "Minutes" ? 60 : unit == "Hours" ? 3600 : 86400;
  out.interval = std::chrono::seconds(seconds * count);
  return out;
}

sdk::Result<std::function<std::string(Line const&)>> format_of(sdk::Settings const& settings) {
  if (settings.boolean("use_json")) return std::function<std::string(Line const&)>(json_text);
  TextFormat format;
  struct Part {
    char const* option;
    Pattern* pattern;
  };
  for (auto const& [option, pattern] : {Part{"logging_context_format_string", &format.with_context},
                                        Part{"logging_default_format_string", &format.without_context},
                                        Part{"logging_debug_format_suffix", &format.debug_suffix}}) {
    auto compiled = Pattern::compile(settings.text(option));
    if (!compiled) return bad_option(option, compiled.error().text);
    *pattern = std::move(*compiled);
  }
  format.date_format = settings.text("log_date_format");
  return std::function<std::string(Line const&)>([format](Line const& line) { return format.print(line); });
}

sdk::Result<SinkPlan> plan_of(sdk::Settings const& settings, std::string const& program) {
  SinkPlan plan;
  auto format = format_of(settings);
  if (!format) return format.error();
  plan.format = std::move(*format);
  plan.program = program;
  std::filesystem::path const directory = settings.text("log_dir"), file = settings.text("log_file");
  if (!file.empty())
    plan.file = directory / file;
  else if (!directory.empty())
    plan.file = directory / (program + ".log");
  plan.rotation = rotation_of(settings);
  plan.watch_file = settings.boolean("watch_log_file");
  plan.journal = settings.boolean("use_journal");
  if (settings.boolean("use_syslog")) {
    auto const name = settings.text("syslog_log_facility");
    plan.syslog_facility = facility_of(name);
    if (!plan.syslog_facility)
      return bad_option("syslog_log_facility", "unknown facility '" + name + "', expected one like LOG_USER");
  }
  plan.standard_error = settings.boolean("use_stderr") || !(plan.file || plan.journal || plan.syslog_facility);
  return plan;
}

// The sinks that hold before the first configure(): standard error, the options' defaults.
SinkPlan early_plan() {
  SinkPlan plan;
  TextFormat format;
  auto const compiled = [](char const* text) { return Pattern::compile(text).value(); };
  format.with_context = compiled(
      "%(asctime)s.%(msecs)03d %(process)d %(levelname)s %(name)s [%(request_id)s %(transaction_id)s %(plan_id)s] "
      "%(message)s");
  format.without_context = compiled("%(asctime)s.%(msecs)03d %(process)d %(levelname)s %(name)s [-] %(message)s");
  format.date_format = "%Y-%m-%d %H:%M:%S";
  plan.format = [format](Line const& line) { return format.print(line); };
  return plan;
}

}  // namespace

sdk::Result<void> configure(sdk::Settings const& settings, std::string const& program) {
  if (!settings.text("log_config_append").empty())
    return sdk::Error{sdk::Errc::unsupported,
                      "[DEFAULT] log_config_append: logging configuration files are not supported; remove it and use "
                      "log_file, log_dir, use_syslog, use_journal, default_log_levels and the log_rotation options"};
  auto levels = Levels::parse(settings.boolean("debug"), settings.list("default_log_levels"));
  if (!levels) return levels.error();
  auto const except_name = settings.text("rate_limit_except_level");
  auto const except = except_name.empty() ? std::optional<int>(silent) : threshold(except_name);
  if (!except)
    return bad_option("rate_limit_except_level", "unknown level '" + except_name + "', expected one like ERROR");
  auto plan = plan_of(settings, program);
  if (!plan) return plan.error();

  auto& all = state();
  std::lock_guard const lock(all.mutex);
  if (auto done = install_sinks(*plan); !done) return done;
  all.installed = true;
  all.levels = std::move(*levels);
  for (auto& [name, log] : all.logs) log->set_threshold(all.levels.of(name));
  all.limiter.set(std::chrono::seconds(settings.integer("rate_limit_interval")),
                  static_cast<int>(settings.integer("rate_limit_burst")), *except);
  return {};
}

void reopen() { reopen_files(); }
void flush() { flush_sinks(); }

sdk::Log& named(std::string const& name) {
  auto& all = state();
  std::lock_guard const lock(all.mutex);
  if (!all.installed) {
    all.installed = true;
    // Standard error alone cannot fail.
    static_cast<void>(install_sinks(early_plan()));
  }
  auto& log = all.logs[name];
  if (!log) log = std::make_unique<NamedLog>(name, all.levels.of(name));
  return *log;
}

}  // namespace conductor::log
