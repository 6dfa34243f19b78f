// The options of [DEFAULT] about logging (configuration specification 4.2). All take effect on reload.
#include "core/log/log.hpp"

namespace conductor::log {
namespace {

// Declares options that all take effect on reload.
class Reloadable {
 public:
  explicit Reloadable(sdk::Schema& schema) : schema_(schema) {}
  sdk::Option& text(char const* name, char const* help) { return schema_.text(name, help).reloadable(); }
  sdk::Option& boolean(char const* name, char const* help) { return schema_.boolean(name, help).reloadable(); }
  sdk::Option& integer(char const* name, char const* help) { return schema_.integer(name, help).reloadable(); }
  sdk::Option& list(char const* name, char const* help) { return schema_.list(name, help).reloadable(); }

 private:
  sdk::Schema& schema_;
};

void declare_destinations(Reloadable& s) {
  s.text("log_config_append",
         "Logging configuration file in the format of an earlier release. Not supported: setting it stops the start.")
      .formerly("log_config");
  s.text("log_file", "Log file; a relative name lies in log_dir. Unset: standard error.").formerly("logfile");
  s.text("log_dir", "Directory of a relative log_file. Without log_file, the file is named after the program.")
      .formerly("logdir");
  s.boolean(
       "watch_log_file",
       "Notice before each line that the log file was moved or removed, and open it anew. When false, this is noticed "
       "within a second.")
      .default_to(false);
  s.boolean("use_syslog", "Send lines to syslog.").default_to(false);
  s.text("syslog_log_facility", "Syslog facility, by its name in the C library.").default_to("LOG_USER");
  s.boolean("use_journal", "Send lines to the system journal, with plan, request and transaction id as fields.")
      .default_to(false);
  s.boolean("use_json", "Write one JSON object per line.").default_to(false);
  s.boolean("use_stderr", "Write to standard error also when there is another destination.").default_to(false);
}

void declare_rotation(Reloadable& s) {
  s.text("log_rotation_type", "Built-in rotation of the log file, by time, by size or not at all.")
      .default_to("none")
      .one_of({"interval", "size", "none"});
  s.integer("log_rotate_interval", "Number of units between two rotations by time.").default_to(1).at_least(1);
  s.text("log_rotate_interval_type",
         "Unit of log_rotate_interval. Midnight: every midnight. Weekday: at the midnight that begins day "
         "log_rotate_interval of the week, 1 being Monday.")
      .default_to("days")
      .one_of({"Seconds", "Minutes", "Hours", "Days", "Weekday", "Midnight"});
  s.integer("max_logfile_count", "Number of rotated files that are kept; 0: all.").default_to(30).at_least(0);
  s.integer("max_logfile_size_mb", "Size in MB at which rotation by size begins a new file.")
      .default_to(200)
      .at_least(1);
  s.integer("rate_limit_interval", "Interval, in seconds, of the limit rate_limit_burst; 0: no limit.")
      .default_to(0)
      .at_least(0);
  s.integer("rate_limit_burst", "Largest number of lines per rate_limit_interval; 0: no limit.")
      .default_to(0)
      .at_least(0);
  s.text("rate_limit_except_level", "Lines of this level and above are never limited; empty: all are.")
      .default_to("CRITICAL");
}

void declare_formats(Reloadable& s) {
  s.text("log_date_format", "Format of %(asctime)s, as strftime takes it.").default_to("%Y-%m-%d %H:%M:%S");
  s.text("logging_context_format_string", "Format of lines that belong to a request or plan.")
      .default_to(
          "%(asctime)s.%(msecs)03d %(process)d %(levelname)s %(name)s [%(request_id)s %(transaction_id)s %(plan_id)s] "
          "%(instance)s%(message)s");
  s.text("logging_default_format_string", "Format of all other lines.")
      .default_to("%(asctime)s.%(msecs)03d %(process)d %(levelname)s %(name)s [-] %(instance)s%(message)s");
  s.text("logging_debug_format_suffix",
         "Added to DEBUG lines. Places in the source are not recorded and print as a dash.")
      .default_to("");
  s.text("logging_exception_prefix",
         "Prefix of lines of an error trace. Accepted, without effect: no traces are written.")
      .default_to("%(asctime)s.%(msecs)03d %(process)d ERROR %(name)s %(instance)s");
  s.text("logging_user_identity_format", "Format of %(user_identity)s. Accepted, without effect.")
      .default_to("%(user)s %(project)s");
  s.text("instance_format", "Format of an instance in a line. Accepted, without effect.")
      .default_to("[instance: %(uuid)s] ");
  s.text("instance_uuid_format", "Format of an instance's id in a line. Accepted, without effect.")
      .default_to("[instance: %(uuid)s] ");
}

}  // namespace

void declare(sdk::Schema& default_section) {
  Reloadable s(default_section);
  s.boolean("debug", "Write DEBUG lines too.").default_to(false);
  declare_destinations(s);
  declare_formats(s);
  s.list("default_log_levels", "Levels of single loggers and of those below them, as name=LEVEL.")
      .default_to("futurist=INFO");
  declare_rotation(s);
  s.boolean("publish_errors", "Publish error events. Accepted, without effect.").default_to(false);
  s.boolean("fatal_deprecations", "Treat a deprecated name of an option as an error.").default_to(false);
}

}  // namespace conductor::log
