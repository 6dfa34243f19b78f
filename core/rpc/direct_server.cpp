#include "core/rpc/direct_server.hpp"

#include "core/work/deadline.hpp"
#include "core/work/failpoint.hpp"

#include <algorithm>

namespace conductor::rpc {

namespace {

using namespace std::chrono_literals;
using sdk::Errc;
using sdk::Error;

constexpr auto write_patience = 10s;
constexpr auto stop_patience = 1s;  // for methods that were told to stop

sdk::Call call_of(boost::json::object const& frame, std::stop_token const& stop, sdk::Clock const& clock) {
  return {.deadline = work::deadline_in(clock, integer_of(frame, "deadline_ms")),
          .cancelled = stop,
          .request_id = text_of(frame, "request_id"),
          .transaction_id = text_of(frame, "transaction_id"),
          .plan_id = text_of(frame, "plan_id")};
}

boost::json::object hello(std::string const& worker, std::vector<std::string> const& topics) {
  return {{"kind", "hello"},
          {"v", protocol_version},
          {"worker", worker},
          {"topics", boost::json::array(topics.begin(), topics.end())}};
}

}  // namespace

DirectServer::DirectServer(Options options, Methods const& methods, Methods const& own, Pools& pools, sdk::Clock& clock,
                           sdk::Log& log)
    : options_(std::move(options)), methods_(methods), own_(own), pools_(pools), clock_(clock), log_(log) {}

void DirectServer::stop() {
  stop_all();
  std::list<Entry> all;
  {
    std::lock_guard const lock(mutex_);
    draining_ = true;
    all.swap(connections_);
    for (auto const& entry : all)
      if (entry.connection->channel) entry.connection->channel->close();
  }
  // The list's end waits for the threads, each of which stops what runs for its caller.
}

void DirectServer::drain(sdk::Time deadline) {
  std::vector<Shared> open;
  {
    std::lock_guard const lock(mutex_);
    draining_ = true;
    for (auto const& entry : connections_)
      if (entry.connection->channel && !entry.connection->ended) open.push_back(entry.connection);
  }
  for (auto const& connection : open) send(*connection, {{"kind", "draining"}});
  auto const is_idle = [this] { return busy_ == 0; };
  {
    std::unique_lock lock(mutex_);
    if (idle_.wait_until(lock, deadline, is_idle)) return;
  }
  stop_all();
  std::unique_lock lock(mutex_);
  idle_.wait_for(lock, stop_patience, is_idle);
}

void DirectServer::stop_all() {
  std::vector<std::stop_source> stops;
  {
    std::lock_guard const lock(mutex_);
    for (auto const& entry : connections_)
      for (auto const& [id, stop] : entry.connection->running) stops.push_back(stop);
  }
  // Outside the lock: who is told to stop may call us.
  for (auto& stop : stops) stop.request_stop();
}

void DirectServer::connect(Opening opening) {
  reap();
  auto const connection = std::make_shared<Connection>();
  std::lock_guard const lock(mutex_);
  if (draining_ || connections_.size() >= options_.max_connections) return;
  connections_.push_back({connection, std::jthread([this, connection, opening = std::move(opening)] {
                            work::name_thread("rpc-peer");
                            serve(connection, opening);
                          })});
}

// Threads of connections that have ended.
void DirectServer::reap() {
  std::list<Entry> ended;
  std::lock_guard const lock(mutex_);
  for (auto place = connections_.begin(); place != connections_.end();) {
    auto const next = std::next(place);
    if (place->connection->ended) ended.splice(ended.end(), connections_, place);
    place = next;
  }
}

void DirectServer::serve(Shared const& connection, Opening const& opening) {
  auto opened = opening();
  if (!opened) {
    log_.warning("a peer was turned away: " + opened.error().text);
  } else {
    bool refused = false;
    {
      std::lock_guard const lock(mutex_);
      connection->channel = std::move(*opened);
      refused = draining_;
    }
    if (!refused) {
      send(*connection, hello(options_.worker, methods_.topics()));
      read_all(connection);
    }
    connection->channel->close();
  }
  // Nobody waits for these answers any more.
  std::map<std::string, std::stop_source> left;
  {
    std::lock_guard const lock(mutex_);
    left = connection->running;
    connection->ended = true;
  }
  for (auto& [id, stop] : left) stop.request_stop();
}

void DirectServer::read_all(Shared const& connection) {
  FrameReader reader;
  while (true) {
    auto const bytes = connection->channel->read();
    if (!bytes || bytes->empty()) return;
    reader.feed(*bytes);
    while (true) {
      auto frame = reader.next();
      if (!frame) return log_.warning("a peer's connection is closed: " + frame.error().text);
      if (!*frame) break;
      on_frame(connection, std::move(**frame));
    }
  }
}

void DirectServer::on_frame(Shared const& connection, boost::json::object frame) {
  auto const kind = text_of(frame, "kind");
  if (kind == "request") return on_request(connection, std::move(frame));
  if (kind == "cancel") return cancel(*connection, text_of(frame, "id"));
  if (kind == "ping") send(*connection, {{"kind", "pong"}, {"id", value_of(frame, "id")}});
}

void DirectServer::on_request(Shared const& connection, boost::json::object frame) {
  auto request = std::make_shared<Request>();
  request->id = text_of(frame, "id");
  request->topic = text_of(frame, "topic");
  request->method = text_of(frame, "method");
  std::stop_source const stop;
  request->call = call_of(frame, stop.get_token(), clock_);
  if (auto* args = frame.if_contains("args")) request->args = std::move(*args);
  auto const& id = request->id;
  auto const& topic = request->topic;
  if (topic == own_topic)
    return answer(*connection, id, own_.run(request->call, topic, request->method, request->args));
  if (!methods_.serves(topic)) return refuse(*connection, id, "topic '" + topic + "' is not served here");
  if (is_draining()) return refuse(*connection, id, "the process is stopping");
  if (work::failpoint("rpc", "before_claim")) return refuse(*connection, id, "fail-point before_claim");
  {
    std::lock_guard const lock(mutex_);
    if (!connection->running.try_emplace(id, stop).second) return;  // asked twice: one answer
  }
  send(*connection, {{"kind", "taken"}, {"id", id}});
  if (pools_.offer(topic, [this, connection, request] { run(*connection, *request); })) return;
  end(*connection, id);
  refuse(*connection, id, "overloaded: too many requests wait for topic '" + topic + "'");
}

void DirectServer::run(Connection& connection, Request const& request) {
  bool refused = false;
  {
    std::lock_guard const lock(mutex_);
    refused = draining_;
    busy_ += refused ? 0U : 1U;
  }
  if (refused) {
    end(connection, request.id);
    return refuse(connection, request.id, "the process is stopping");
  }
  work::failpoint("rpc", "after_claim");
  if (options_.log_messages)
    log_.debug(request.call, request.topic + "." + request.method + " " + boost::json::serialize(request.args));
  auto const result = methods_.run(request.call, request.topic, request.method, request.args);
  if (options_.log_messages)
    log_.debug(request.call, request.topic + "." + request.method + " -> " +
                                 (result ? boost::json::serialize(*result) : write_error(result.error())));
  if (work::failpoint("rpc", "before_reply"))
    connection.channel->close();
  else
    answer(connection, request.id, result);
  work::failpoint("rpc", "after_reply");
  end(connection, request.id);
  std::lock_guard const lock(mutex_);
  if (--busy_ == 0) idle_.notify_all();
}

void DirectServer::cancel(Connection& connection, std::string const& id) {
  std::stop_source stop{std::nostopstate};
  {
    std::lock_guard const lock(mutex_);
    if (auto const found = connection.running.find(id); found != connection.running.end()) stop = found->second;
  }
  stop.request_stop();
}

void DirectServer::end(Connection& connection, std::string const& id) {
  std::lock_guard const lock(mutex_);
  connection.running.erase(id);
}

void DirectServer::send(Connection& connection, boost::json::object const& frame) {
  auto const bytes = encode_frame(frame);
  // Who does not read is cut off, and finds its answer over the store.
  if (!bytes || !connection.channel->write(*bytes, write_patience)) connection.channel->close();
}

void DirectServer::answer(Connection& connection, std::string const& id,
                          sdk::Result<boost::json::value> const& result) {
  auto const bytes = encode_frame(answer_frame(id, result));
  if (!bytes) return send(connection, answer_frame(id, bytes.error()));
  if (!connection.channel->write(*bytes, write_patience)) connection.channel->close();
}

void DirectServer::refuse(Connection& connection, std::string const& id, std::string const& text) {
  send(connection, {{"kind", "refused"}, {"id", id}, {"text", text}});
}

bool DirectServer::is_draining() const {
  std::lock_guard const lock(mutex_);
  return draining_;
}

}  // namespace conductor::rpc
