#include "core/work/failpoint.hpp"

#ifdef CONDUCTOR_FAILPOINTS

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace conductor::work {

namespace {

enum class Action { kill, sleep, error };

struct Point {
  Action action = Action::error;
  int milliseconds = 0;
  int only = 0;  // the pass it is for; 0: every one
  int passes = 0;
};

constexpr std::size_t remembered = 10'000;

struct State {
  std::mutex mutex;
  std::map<std::string, Point, std::less<>> points;
  std::vector<std::string> passed;
  std::string orders;  // a file that may name new points; empty: none
  int trace = -1;      // descriptor of the file that gets each name once
  std::set<std::string, std::less<>> traced;
};

[[noreturn]] void refuse(std::string_view entry) {
  throw std::invalid_argument("CONDUCTOR_FAILPOINTS: '" + std::string(entry) +
                              "' is not NAME=kill|error|sleep:MILLISECONDS, each with an optional @N");
}

int number(std::string_view text, std::string_view entry) {
  int value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) refuse(entry);
  return value;
}

std::pair<std::string, Point> parse_entry(std::string_view entry) {
  auto const equals = entry.find('=');
  if (equals == std::string_view::npos || equals == 0) refuse(entry);
  Point point;
  auto action = entry.substr(equals + 1);
  if (auto const at = action.find('@'); at != std::string_view::npos) {
    point.only = number(action.substr(at + 1), entry);
    action = action.substr(0, at);
  }
  if (action == "kill")
    point.action = Action::kill;
  else if (action.starts_with("sleep:"))
    point.action = Action::sleep, point.milliseconds = number(action.substr(6), entry);
  else if (action != "error")
    refuse(entry);
  return {std::string(entry.substr(0, equals)), point};
}

std::map<std::string, Point, std::less<>> parse(std::string_view definition) {
  std::map<std::string, Point, std::less<>> points;
  while (!definition.empty()) {
    auto const end = std::min(definition.find(';'), definition.size());
    if (auto const entry = definition.substr(0, end); !entry.empty()) points.insert(parse_entry(entry));
    definition.remove_prefix(std::min(end + 1, definition.size()));
  }
  return points;
}

State& state() {
  static State instance;
  static bool const read = [] {
    if (char const* text = std::getenv("CONDUCTOR_FAILPOINTS")) instance.points = parse(text);
    if (char const* file = std::getenv("CONDUCTOR_FAILPOINTS_FILE")) instance.orders = file;
    if (char const* file = std::getenv("CONDUCTOR_FAILPOINTS_TRACE"))
      instance.trace = ::open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
    return true;
  }();
  static_cast<void>(read);
  return instance;
}

// Takes new orders over and removes the file: a process that is started again is not killed by them once more.
void read_orders(State& all) {
  std::ifstream in(all.orders);
  if (!in) return;
  all.points = parse(std::string(std::istreambuf_iterator<char>(in), {}));
  ::unlink(all.orders.c_str());
}

void note(State& all, std::string const& name) {
  if (all.passed.size() < remembered) all.passed.push_back(name);
  if (all.trace < 0 || !all.traced.insert(name).second) return;
  auto const line = name + "\n";
  if (::write(all.trace, line.data(), line.size()) < 0) all.trace = -1;
}

}  // namespace

bool failpoint(std::string_view part, std::string_view place) {
  auto const name = std::string(part) + "." + std::string(place);
  Point due;
  {
    auto& all = state();
    std::lock_guard const lock(all.mutex);
    if (!all.orders.empty()) read_orders(all);
    note(all, name);
    auto const found = all.points.find(name);
    if (found == all.points.end()) return false;
    auto& point = found->second;
    ++point.passes;
    if (point.only != 0 && point.only != point.passes) return false;
    due = point;
  }
  if (due.action == Action::kill) {
    ::kill(::getpid(), SIGKILL);
    ::pause();
  }
  if (due.action == Action::sleep) std::this_thread::sleep_for(std::chrono::milliseconds(due.milliseconds));
  return due.action == Action::error;
}

void set_failpoints(std::string_view definition) {
  auto points = parse(definition);
  auto& all = state();
  std::lock_guard const lock(all.mutex);
  all.points = std::move(points);
  all.passed.clear();
}

std::vector<std::string> passed_failpoints() {
  auto& all = state();
  std::lock_guard const lock(all.mutex);
  return all.passed;
}

}  // namespace conductor::work

#endif
