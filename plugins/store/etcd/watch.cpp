#include "watch.hpp"

#include <pthread.h>

#include <algorithm>
#include <charconv>

namespace conductor::plugins::etcd {

using namespace std::chrono_literals;
using sdk::Event;

namespace {

// Then the member is asked whether it lives. A little more than half a minute: the minute's beat of an idle process is
// such a question, too.
constexpr auto longest_silence = 31s;
constexpr std::chrono::milliseconds first_pause{50}, longest_pause{2000};
constexpr std::size_t longest_line = std::size_t{64} << 20U;
constexpr auto patience = 10s;

}  // namespace

std::string EtcdWatch::cursor(std::int64_t revision) { return "r" + std::to_string(revision); }

std::optional<std::int64_t> EtcdWatch::revision_of(std::string_view cursor) {
  if (!cursor.starts_with('r')) return std::nullopt;
  std::int64_t revision = 0;
  auto const [end, error] = std::from_chars(cursor.data() + 1, cursor.data() + cursor.size(), revision);
  if (error != std::errc() || end != cursor.data() + cursor.size() || revision < 1) return std::nullopt;
  return revision;
}

EtcdWatch::EtcdWatch(Connection& connection, sdk::WatchFilter filter, std::string from,
                     std::function<void(Event const&)> sink)
    : connection_(connection),
      filter_(std::move(filter)),
      from_(std::move(from)),
      sink_(std::move(sink)),
      thread_([this](std::stop_token const& stop) { run(stop); }) {}

EtcdWatch::~EtcdWatch() {
  thread_.request_stop();
  thread_.join();
}

void EtcdWatch::run(std::stop_token const& stop) {
  ::pthread_setname_np(::pthread_self(), "etcd-watch");
  auto pause = first_pause;
  while (!stop.stop_requested()) {
    heard_ = false;
    if (seen_ || begin(stop)) stream(stop);
    if (heard_) {
      pause = first_pause;
      continue;
    }
    connection_.host.clock().sleep_for(pause, stop);
    pause = std::min(pause * 2, longest_pause);
  }
}

// Where to begin. A cursor that etcd has not reached is of another cluster, or of one before it was restored.
bool EtcdWatch::begin(std::stop_token const& stop) {
  sdk::Call call;
  call.deadline = connection_.host.clock().now() + patience;
  call.cancelled = stop;
  Range range;
  range.key = connection_.keys.schema();
  auto const answer = connection_.range(call, range);
  if (!answer) return false;
  auto const wanted = revision_of(from_);
  if (wanted && *wanted <= answer.value->revision)
    seen_ = *wanted;
  else if (from_.empty())
    seen_ = answer.value->revision;
  else
    resync(answer.value->revision);
  return true;
}

void EtcdWatch::stream(std::stop_token const& stop) {
  auto& gateway = connection_.gateway;
  auto const member = gateway.pick();
  auto const failures = gateway.failures(member);
  std::stop_source over;
  std::stop_callback const on_stop(stop, [&over] { over.request_stop(); });
  // Ends the stream when its member is silent and does not answer either, or fails others.
  std::jthread const guard([&](std::stop_token const& done) {
    ::pthread_setname_np(::pthread_self(), "etcd-silence");
    std::stop_callback const on_done(done, [&over] { over.request_stop(); });
    while (gateway.answers_when_silent(member, failures, longest_silence, over.get_token())) {
    }
    over.request_stop();
  });
  auto const body =
      watch_body(connection_.keys.rows(), *seen_ + 1, false) + watch_body(connection_.keys.workers(), *seen_ + 1, true);
  sdk::Call call;
  call.cancelled = over.get_token();
  std::string rest;
  trouble_.clear();
  auto const ended =
      gateway.stream(call, member, body, [&](std::string_view bytes) { return take(bytes, rest, member); });
  if (stop.stop_requested()) return;
  if (!ended && trouble_.empty()) trouble_ = ended.error().text;
  if (ended && ended->status != 200) trouble_ = meaning_of(ended->status, ended->body).text;
  // An end that the guard made was counted by it.
  if (!trouble_.empty() && !over.stop_requested()) gateway.failed(member, "its watch ended: " + trouble_);
}

bool EtcdWatch::take(std::string_view bytes, std::string& rest, std::size_t member) {
  connection_.gateway.heard(member);
  rest += bytes;
  std::size_t begin = 0;
  for (auto end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', begin)) {
    auto const parsed = frame_of(std::string_view(rest).substr(begin, end - begin));
    begin = end + 1;
    if (!parsed) {
      trouble_ = "a line that is no frame of a watch";
      return false;
    }
    if (!frame(*parsed)) return false;
  }
  rest.erase(0, begin);
  if (rest.size() <= longest_line) return true;
  trouble_ = "a frame of more than 64 MiB";
  return false;
}

// False: the stream is of no more use.
bool EtcdWatch::frame(WatchFrame const& frame) {
  if (frame.canceled && frame.compact_revision > 0) {
    // What was compacted is not told any more.
    resync(std::max(frame.compact_revision - 1, frame.revision));
    heard_ = true;
    return false;
  }
  if (frame.canceled) {
    auto const meaning = meaning_of_reason(frame.trouble);
    // A token that has expired is no failure of the member.
    if (meaning.verdict == Verdict::login)
      connection_.gateway.forget_token({});
    else
      trouble_ = meaning.text;
    return false;
  }
  heard_ = true;
  std::int64_t last = 0;
  for (std::size_t i = 0; i < frame.events.size(); ++i) {
    auto const mod = frame.events[i].pair.mod;
    // A group of changes has one revision; only after the last of them it has been seen.
    bool const complete = i + 1 == frame.events.size() || frame.events[i + 1].pair.mod != mod;
    tell(frame.events[i], complete ? mod : mod - 1);
    last = std::max(last, mod);
  }
  // Workers go by a watch of their own, which may run ahead of that of the rows.
  bool const rows = std::any_of(frame.events.begin(), frame.events.end(), [&](WatchEvent const& event) {
    return event.pair.key.starts_with(connection_.keys.rows());
  });
  if (rows) seen_ = std::max(*seen_, last);
  return true;
}

void EtcdWatch::tell(WatchEvent const& event, std::int64_t after) {
  auto const& pair = event.pair;
  auto const kind = event.removal ? Event::Kind::remove : Event::Kind::put;
  if (auto const worker = connection_.keys.worker_of(pair.key)) {
    if (event.removal && wants(sdk::tables::workers.name))
      sink_({kind, std::string(sdk::tables::workers.name), *worker, 0, cursor(*seen_)});
    return;
  }
  auto const row = connection_.keys.row_of(pair.key);
  if (!row) return;
  auto const key = pair.key;
  if (event.removal)
    connection_.cache.drop(key);
  else
    connection_.cache.put(key, {pair.value, pair.create, pair.mod, pair.version, 0, {}},
                          connection_.host.clock().now());
  if (wants(row->first)) sink_({kind, row->first, row->second, pair.version, cursor(after)});
}

void EtcdWatch::resync(std::int64_t revision) {
  seen_ = revision;
  sink_({Event::Kind::resync, {}, {}, 0, cursor(revision)});
}

bool EtcdWatch::wants(std::string_view table) const {
  return filter_.tables.empty() ||
         std::find(filter_.tables.begin(), filter_.tables.end(), table) != filter_.tables.end();
}

}  // namespace conductor::plugins::etcd
