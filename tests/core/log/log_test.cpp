// The whole way of a line through configure() into files, standard error and the journal; rotation with a clock of the
// test's own.
#include "core/log/file_writer.hpp"
#include "core/log/log.hpp"
#include "core/log/sinks.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <thread>

using namespace conductor;
using namespace conductor::log;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "conductor-log-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()));
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Folder(Folder const&) = delete;
  Folder& operator=(Folder const&) = delete;
  fs::path path;
};

std::string content(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t count_lines(std::string const& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// [DEFAULT] with defaults, and what a test sets.
sdk::Settings settings(std::map<std::string, sdk::Settings::Value> const& given) {
  sdk::Schema schema("DEFAULT");
  declare(schema);
  sdk::Settings out;
  for (auto const& option : schema.options()) {
    auto const text = option.default_text.value_or("");
    sdk::Settings::Value value;
    if (option.default_text) switch (option.type) {
        case sdk::OptionType::boolean:
          value = text == "true";
          break;
        case sdk::OptionType::integer:
          value = std::int64_t{std::stoll(text)};
          break;
        case sdk::OptionType::list:
          value = std::vector<std::string>{text};
          break;
        default:
          value = text;
      }
    out.set(option.name, value);
  }
  for (auto const& [name, value] : given) out.set(name, value);
  return out;
}

// What is written to standard error while it lives.
class Captured {
 public:
  Captured() : file_(folder_.path / "stderr"), old_(::dup(STDERR_FILENO)) {
    int const fd = ::open(file_.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    ::dup2(fd, STDERR_FILENO);
    ::close(fd);
  }
  ~Captured() {
    ::dup2(old_, STDERR_FILENO);
    ::close(old_);
  }
  Captured(Captured const&) = delete;
  Captured& operator=(Captured const&) = delete;
  std::string text() const { return content(file_); }

 private:
  Folder folder_;
  fs::path file_;
  int old_;
};

sdk::Call plan_call() {
  sdk::Call call;
  call.plan_id = "plan-1", call.request_id = "req-1", call.transaction_id = "tx-1";
  return call;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(logging)

// Must be the first test: it sees the log before anybody configured it.
BOOST_AUTO_TEST_CASE(before_configuration_lines_go_to_standard_error_as_text) {
  Captured const captured;
  named("early").warning("hello");
  std::regex const form(R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \d+ WARNING early \[-\] hello\n)");
  BOOST_TEST(std::regex_match(captured.text(), form), captured.text());
}

BOOST_AUTO_TEST_CASE(default_lines_carry_request_transaction_and_plan_and_no_colours_outside_a_terminal) {
  Captured const captured;
  BOOST_REQUIRE(configure(settings({}), "conductor").has_value());
  named("api").error(plan_call(), "it\nfailed with password=hunter2");
  std::regex const form(R"(\S+ \S+ \d+ ERROR api \[req-1 tx-1 plan-1\] it\\nfailed with password=\*\*\*\n)");
  BOOST_TEST(std::regex_match(captured.text(), form), captured.text());
}

BOOST_AUTO_TEST_CASE(the_file_lies_in_log_dir_and_standard_error_stays_silent) {
  Folder const folder;
  Captured const captured;
  BOOST_REQUIRE(
      configure(settings({{"log_dir", folder.path.string()}, {"log_file", "x.log"}}), "conductor-api").has_value());
  named("api").info("one");
  BOOST_TEST(count_lines(content(folder.path / "x.log")) == 1U);
  struct stat status {};
  ::stat((folder.path / "x.log").c_str(), &status);
  BOOST_TEST((status.st_mode & 07U) == 0U);  // nothing for others
  BOOST_REQUIRE(configure(settings({{"log_dir", folder.path.string()}}), "conductor-api").has_value());
  named("api").info("two");
  BOOST_TEST(count_lines(content(folder.path / "conductor-api.log")) == 1U);
  BOOST_TEST(count_lines(content(folder.path / "x.log")) == 1U);
  BOOST_TEST(captured.text() == "");
  BOOST_REQUIRE(
      configure(settings({{"log_dir", folder.path.string()}, {"use_stderr", true}}), "conductor-api").has_value());
  named("api").info("three");
  BOOST_TEST(count_lines(captured.text()) == 1U);
}

BOOST_AUTO_TEST_CASE(debug_and_default_log_levels_reach_logs_that_already_exist) {
  Folder const folder;
  auto const file = (folder.path / "x.log").string();
  auto& quiet = named("noisy/part");
  auto& other = named("other");
  BOOST_REQUIRE(configure(settings({{"log_file", file}}), "c").has_value());
  BOOST_TEST(!other.enabled(sdk::Level::debug));
  BOOST_REQUIRE(configure(settings({{"log_file", file},
                                    {"debug", true},
                                    {"default_log_levels", std::vector<std::string>{"noisy=WARN"}}}),
                          "c")
                    .has_value());
  BOOST_TEST(other.enabled(sdk::Level::debug));
  BOOST_TEST(!quiet.enabled(sdk::Level::info));
  quiet.info("not written");
  other.debug(sdk::Call{}, "written");
  BOOST_TEST(content(file).find("DEBUG other [-] written") != std::string::npos);
  BOOST_TEST(content(file).find("not written") == std::string::npos);
  BOOST_TEST(&named("other") == &other);
}

BOOST_AUTO_TEST_CASE(json_lines_parse_whatever_the_text) {
  Folder const folder;
  auto const file = (folder.path / "x.log").string();
  BOOST_REQUIRE(configure(settings({{"log_file", file}, {"use_json", true}}), "c").has_value());
  named("api").info(plan_call(), "\"quoted\"\n\xFF {\"token\": \"abc\"}");
  auto const json = boost::json::parse(content(file)).as_object();
  BOOST_TEST(json.at("message").as_string() == "\"quoted\"\n\\xff {\"token\": \"***\"}");
  BOOST_TEST(json.at("plan_id").as_string() == "plan-1");
  BOOST_TEST(json.at("transaction_id").as_string() == "tx-1");
}

BOOST_AUTO_TEST_CASE(a_bad_configuration_leaves_the_log_as_it_was) {
  Folder const folder;
  auto const file = (folder.path / "x.log").string();
  BOOST_REQUIRE(configure(settings({{"log_file", file}}), "c").has_value());
  struct Case {
    std::string option;
    sdk::Settings::Value value;
    sdk::Errc code;
  };
  for (auto const& [option, value, code] :
       {Case{"log_file", (folder.path / "no/such/x.log").string(), sdk::Errc::unsupported},
        Case{"log_config_append", std::string("log.conf"), sdk::Errc::unsupported},
        Case{"logging_default_format_string", std::string("100%"), sdk::Errc::invalid},
        Case{"default_log_levels", std::vector<std::string>{"x"}, sdk::Errc::invalid},
        Case{"rate_limit_except_level", std::string("LOUD"), sdk::Errc::invalid}}) {
    auto const result = configure(settings({{option, value}}), "c");
    BOOST_REQUIRE(result.has_error());
    BOOST_TEST((result.error().code == code), option);
    BOOST_TEST(result.error().text.find(option) != std::string::npos, result.error().text);
  }
  auto const facility =
      configure(settings({{"use_syslog", true}, {"syslog_log_facility", std::string("LOG_MOON")}}), "c");
  BOOST_TEST(facility.error().text.find("LOG_MOON") != std::string::npos);
  named("api").info("still here");
  BOOST_TEST(count_lines(content(file)) == 1U);
}

BOOST_AUTO_TEST_CASE(the_rate_limit_drops_lines_but_not_excepted_ones) {
  Folder const folder;
  auto const file = (folder.path / "x.log").string();
  BOOST_REQUIRE(configure(settings({{"log_file", file},
                                    {"rate_limit_interval", std::int64_t{3600}},
                                    {"rate_limit_burst", std::int64_t{3}},
                                    {"rate_limit_except_level", std::string("ERROR")}}),
                          "c")
                    .has_value());
  for (int i = 0; i < 10; ++i) named("api").info("line");
  named("api").error("error");
  BOOST_TEST(count_lines(content(file)) == 4U);
  BOOST_REQUIRE(configure(settings({{"log_file", file}}), "c").has_value());
  named("api").info("line");
  BOOST_TEST(content(file).find("7 lines were dropped") != std::string::npos);
}

// DIVERGE of section 10: without copytruncate the original goes on in the renamed file.
BOOST_AUTO_TEST_CASE(a_moved_file_is_opened_anew_and_no_line_is_lost) {
  Folder const folder;
  auto const file = folder.path / "x.log", moved = folder.path / "x.log.1";
  BOOST_REQUIRE(configure(settings({{"log_file", file.string()}, {"watch_log_file", true}}), "c").has_value());
  named("api").info("one");
  fs::rename(file, moved);
  named("api").info("two");
  BOOST_TEST(count_lines(content(moved)) == 1U);
  BOOST_TEST(count_lines(content(file)) == 1U);
  BOOST_REQUIRE(configure(settings({{"log_file", file.string()}}), "c").has_value());
  fs::rename(file, moved);
  reopen();
  named("api").info("three");
  BOOST_TEST(content(file).find("three") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(lines_of_many_threads_stay_whole_while_the_log_is_reconfigured) {
  Folder const folder;
  auto const file = (folder.path / "x.log").string();
  BOOST_REQUIRE(configure(settings({{"log_file", file}}), "c").has_value());
  std::string const text(500, 'x');
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) named("t" + std::to_string(i % 3)).info(text);
      });
    for (int i = 0; i < 20; ++i) BOOST_REQUIRE(configure(settings({{"log_file", file}}), "c").has_value());
  }
  flush();
  auto const written = content(file);
  BOOST_TEST(count_lines(written) == 800U);
  std::istringstream in(written);
  for (std::string line; std::getline(in, line);) BOOST_REQUIRE(line.ends_with("] " + text));
}

BOOST_AUTO_TEST_CASE(the_journal_gets_fields_in_one_datagram) {
  Folder const folder;
  SinkPlan plan;
  plan.standard_error = false;
  plan.journal = true;
  plan.journal_socket = folder.path / "socket";
  plan.program = "conductor-api";
  auto const refused = install_sinks(plan);
  BOOST_REQUIRE(refused.has_error());
  BOOST_TEST(refused.error().text.find(plan.journal_socket.string()) != std::string::npos);

  int const fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  plan.journal_socket.string().copy(address.sun_path, sizeof address.sun_path - 1);
  BOOST_REQUIRE(::bind(fd, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0);
  BOOST_REQUIRE(install_sinks(plan).has_value());
  named("api").warning("hello");
  char buffer[1024];
  auto const length = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
  ::close(fd);
  BOOST_REQUIRE(length > 0);
  BOOST_TEST(std::string(buffer, static_cast<std::size_t>(length))
                 .starts_with("MESSAGE=hello\nPRIORITY=4\nSYSLOG_IDENTIFIER=conductor-api\n"));
  BOOST_REQUIRE(configure(settings({}), "c").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(rotation)

namespace {

struct Clock {
  std::chrono::system_clock::time_point now =
      std::chrono::system_clock::from_time_t(1769860800);  // 2026-01-31 12:00 UTC
  FileWriter::Now reader() {
    return [this] { return now; };
  }
};

std::vector<std::string> names_in(fs::path const& folder) {
  std::vector<std::string> out;
  for (auto const& entry : fs::directory_iterator(folder)) out.push_back(entry.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(by_size_keeps_so_many_files_and_every_kept_line_whole) {
  Folder const folder;
  Clock clock;
  auto const file = folder.path / "x.log";
  auto writer =
      FileWriter::open(file, {.type = Rotation::Type::size, .max_bytes = 10, .keep = 2}, false, clock.reader()).value();
  for (auto const* line : {"11111111", "22222222", "33333333", "44444444", "a", "b"}) writer.write(line);
  std::vector<std::string> const expected{"x.log", "x.log.1", "x.log.2"};
  BOOST_TEST(names_in(folder.path) == expected, boost::test_tools::per_element());
  BOOST_TEST(content(file) == "a\nb\n");
  BOOST_TEST(content(folder.path / "x.log.1") == "44444444\n");
  BOOST_TEST(content(folder.path / "x.log.2") == "33333333\n");
}

BOOST_AUTO_TEST_CASE(by_time_names_files_after_the_time_and_removes_the_oldest) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  Folder const folder;
  Clock clock;
  auto const file = folder.path / "x.log";
  Rotation const rotation{.type = Rotation::Type::interval, .keep = 2, .interval = std::chrono::hours(1)};
  auto writer = FileWriter::open(file, rotation, false, clock.reader()).value();
  std::ofstream(folder.path / "x.log.notes") << "not ours";
  for (int hour = 0; hour < 5; ++hour, clock.now += std::chrono::hours(1)) writer.write("hour " + std::to_string(hour));
  std::vector<std::string> const expected{"x.log", "x.log.2026-01-31_15-00-00", "x.log.2026-01-31_16-00-00",
                                          "x.log.notes"};
  BOOST_TEST(names_in(folder.path) == expected, boost::test_tools::per_element());
  BOOST_TEST(content(file) == "hour 4\n");
  BOOST_TEST(content(folder.path / expected[2]) == "hour 3\n");
}

BOOST_AUTO_TEST_CASE(at_midnight_or_on_a_weekday_counts_local_days) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  Folder const folder;
  Clock clock;
  auto const daily = folder.path / "d.log", weekly = folder.path / "w.log";
  auto day =
      FileWriter::open(daily, {.type = Rotation::Type::interval, .midnight = true}, false, clock.reader()).value();
  auto week = FileWriter::open(weekly, {.type = Rotation::Type::interval, .weekday = 1}, false, clock.reader()).value();
  auto const write = [&](char const* line) { day.write(line), week.write(line); };
  write("Saturday noon");
  clock.now += std::chrono::hours(11) + std::chrono::minutes(59);
  write("Saturday night");
  clock.now += std::chrono::minutes(1);
  write("Sunday");
  BOOST_TEST(content(daily) == "Sunday\n");
  BOOST_TEST(count_lines(content(weekly)) == 3U);
  clock.now += std::chrono::hours(24);
  write("Monday");
  BOOST_TEST(content(weekly) == "Monday\n");
}

BOOST_AUTO_TEST_CASE(a_moved_file_is_noticed_within_a_second_even_unwatched) {
  Folder const folder;
  Clock clock;
  auto const file = folder.path / "x.log", moved = folder.path / "y.log";
  auto writer = FileWriter::open(file, {}, false, clock.reader()).value();
  writer.write("one");
  fs::rename(file, moved);
  writer.write("two");  // still in the moved file, which nobody has removed
  clock.now += std::chrono::seconds(1);
  writer.write("three");
  BOOST_TEST(content(moved) == "one\ntwo\n");
  BOOST_TEST(content(file) == "three\n");
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_missing_is_named) {
  auto const result = FileWriter::open("/nonexistent/x.log", {}, false);
  BOOST_REQUIRE(result.has_error());
  BOOST_TEST(result.error().text.find("/nonexistent/x.log") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
