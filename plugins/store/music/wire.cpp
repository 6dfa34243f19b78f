#include "wire.hpp"

#include <random>

namespace conductor::plugins::music {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds first_pause = 25ms, longest_pause = 1s;
constexpr int most_lock_doublings = 4;  // pauses between two tries for a lock stay below half a second
constexpr std::size_t at_once = 8;
// When no server does what it should for so long, the caller is told rather than kept waiting.
constexpr std::chrono::milliseconds patience_with_servers = 2s;
// Waiting longer than this for a lock, somebody may have died with it.
constexpr std::chrono::milliseconds patience_with_holders = 1s;

std::string path_of(Spot const& spot) { return "/keyspaces/" + spot.keyspace + "/tables/" + spot.table; }

std::string where(std::string_view column, std::string_view value) {
  return std::string("?").append(column).append("=").append(sdk::percent_encode(value));
}

json::object with_kind(std::string_view kind, std::string const& lock = {}) {
  json::object info{{"type", kind}};
  if (!lock.empty()) info["lockId"] = lock;
  return {{"consistencyInfo", std::move(info)}};
}

sdk::HttpRequest request_of(std::string method, std::string target, json::object const& body) {
  sdk::HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  if (!body.empty()) request.body = json::serialize(body);
  return request;
}

sdk::HttpRequest select_request(Spot const& spot, std::string_view column, std::string_view value) {
  return request_of("GET", path_of(spot) + "/rows" + (column.empty() ? std::string() : where(column, value)), {});
}

sdk::HttpRequest read_request(Spot const& spot, std::string_view key, json::object const& kind) {
  return request_of("PUT", path_of(spot) + "/rows/criticalget" + where("id", key), kind);
}

Answer answer_of(Sent&& sent, bool changes) {
  if (sent.reply) {
    auto answer = classify(*sent.reply, changes);
    answer.took = sent.took;
    return answer;
  }
  bool const doubtful = changes && sent.may_have_acted;
  auto const verdict = doubtful                              ? Verdict::doubtful
                       : sent.code == sdk::Errc::denied      ? Verdict::auth
                       : sent.code == sdk::Errc::unsupported ? Verdict::invalid
                                                             : Verdict::unavailable;
  return {verdict, {}, std::move(sent.text), sent.took};
}

bool passes(Verdict verdict) {
  return verdict == Verdict::contended || verdict == Verdict::unavailable || verdict == Verdict::garbage;
}

}  // namespace

Wire::Wire(sdk::Host& host, Options const& options) : host_(host), options_(options), hosts_(host, options_) {}

bool Wire::pause(sdk::Call const& call, int tries) {
  static thread_local std::minstd_rand random(std::random_device{}());
  auto pause = first_pause;
  for (int i = 0; i < tries && pause < longest_pause; ++i) pause *= 2;
  pause = std::min(pause, longest_pause) * std::uniform_int_distribution<int>(20, 100)(random) / 100;
  auto const& clock = host_.clock();
  if (call.remaining(clock) <= pause) return false;
  return host_.clock().sleep_for(pause, call.cancelled);
}

bool Wire::gives_up(sdk::Time begin) const { return host_.clock().now() - begin > patience_with_servers; }

// `repeatable`: does no harm when it is done twice.
Answer Wire::repeat(sdk::Call const& call, sdk::HttpRequest const& request, bool repeatable) {
  bool const changes = request.method != "GET" && request.target.find("/criticalget?") == std::string::npos;
  auto const begin = host_.clock().now();
  hosts_.budget().asked();
  for (int tries = 0;; ++tries) {
    auto answer = answer_of(hosts_.send(call, request, repeatable), changes);
    if (answer || (answer.verdict != Verdict::contended && gives_up(begin))) return answer;
    bool const again = passes(answer.verdict) || (repeatable && answer.verdict == Verdict::doubtful);
    if (!again || (answer.verdict != Verdict::contended && !may_repeat()) || !pause(call, tries)) return answer;
  }
}

Answer Wire::select(sdk::Call const& call, Spot const& spot, std::string_view column, std::string_view value) {
  return repeat(call, select_request(spot, column, value), true);
}

std::vector<Answer> Wire::ask_each(sdk::Call const& call, std::span<sdk::HttpRequest const> requests) {
  std::vector<Answer> answers;
  hosts_.budget().asked(requests.size());
  for (auto& sent : hosts_.read_all(call, requests, at_once)) answers.push_back(answer_of(std::move(sent), false));
  // What did not come at the first try is asked for one by one.
  for (std::size_t i = 0; i < answers.size(); ++i)
    if (passes(answers[i].verdict) && !call.expired(host_.clock()) && may_repeat())
      answers[i] = repeat(call, requests[i], true);
  return answers;
}

std::vector<Answer> Wire::select_each(sdk::Call const& call, Spot const& spot, std::string_view column,
                                      std::span<std::string const> values) {
  std::vector<sdk::HttpRequest> requests;
  for (auto const& value : values) requests.push_back(select_request(spot, column, value));
  return ask_each(call, requests);
}

Answer Wire::read(sdk::Call const& call, Spot const& spot, std::string_view key) {
  return repeat(call, read_request(spot, key, with_kind("atomic")), true);
}

std::vector<Answer> Wire::read_each(sdk::Call const& call, Spot const& spot, std::span<std::string const> keys) {
  std::vector<sdk::HttpRequest> requests;
  for (auto const& key : keys) requests.push_back(read_request(spot, key, with_kind("atomic")));
  return ask_each(call, requests);
}

Answer Wire::update(sdk::Call const& call, Spot const& spot, std::string_view key, json::object const& values,
                    json::object const& conditions) {
  auto body = with_kind("atomic");
  body["values"] = values;
  if (!conditions.empty()) body["conditions"] = conditions;
  return repeat(call, request_of("PUT", path_of(spot) + "/rows" + where("id", key), body), false);
}

Answer Wire::put(sdk::Call const& call, Spot const& spot, json::object const& values) {
  auto body = with_kind("atomic");
  body["values"] = values;
  return repeat(call, request_of("POST", path_of(spot) + "/rows", body), true);
}

Answer Wire::erase(sdk::Call const& call, Spot const& spot, std::string_view key, json::object const& conditions) {
  auto body = with_kind("atomic");
  if (!conditions.empty()) body["conditions"] = conditions;
  return repeat(call, request_of("DELETE", path_of(spot) + "/rows" + where("id", key), body), conditions.empty());
}

sdk::Result<Held> Wire::lock(sdk::Call const& call, Spot const& spot, std::string_view key,
                             std::chrono::milliseconds patience) {
  auto& clock = host_.clock();
  auto const bounded = call.within(clock, patience);
  Held held{hosts_.pick(call), {}, clock.now()};
  auto const name = spot.keyspace + "." + spot.table + "." + std::string(key);
  auto const created = hosts_.send_to(
      bounded, held.server, request_of("POST", "/locks/create/" + sdk::percent_encode(name), {{"lockType", "WRITE"}}));
  if (!created.reply) return sdk::Error{sdk::Errc::unavailable, created.text};
  auto const answer = classify(*created.reply, false);
  if (answer.verdict == Verdict::auth) return sdk::Error{sdk::Errc::denied, answer.text};
  if (!answer) return sdk::Error{sdk::Errc::unavailable, answer.text};
  boost::system::error_code none;
  auto const body = json::parse(created.reply->body, none);
  auto const* const id = none ? nullptr : body.find_pointer("/lock/lock", none);
  if (id == nullptr || !id->is_string()) return sdk::Error{sdk::Errc::unavailable, "MUSIC gave no lock for " + name};
  held.id = std::string(id->as_string());
  auto const path = sdk::percent_encode(held.id);
  for (int tries = 0;; ++tries) {
    // Plain acquire never puts out a holder that died; the one with a lease does.
    bool const with_lease = clock.now() - held.since > patience_with_holders;
    auto const sent = with_lease
                          ? hosts_.send_to(bounded, held.server,
                                           request_of("POST", "/locks/acquire-with-lease/" + path,
                                                      {{"leasePeriod", options_.lease.count()}}))
                          : hosts_.send_to(bounded, held.server, request_of("GET", "/locks/acquire/" + path, {}));
    if (sent.reply && classify(*sent.reply, false)) {
      held.since = clock.now() - sent.took;
      return held;
    }
    auto const seen = sent.reply ? classify(*sent.reply, false).text : sent.text;
    bool const gone = seen.find("Unable to a") != std::string::npos;
    if (gone || !pause(bounded, std::min(tries, most_lock_doublings))) {
      release(call, held);
      return sdk::Error{sdk::Errc::conflict, "the lock of " + name + " was not to be had: " + seen};
    }
  }
}

// Also when the call has no time left: a lock that stays holds up others for its lease.
void Wire::release(sdk::Call const& call, Held const& held) {
  auto own = call;
  own.cancelled = {};
  own.deadline = std::max(call.deadline, host_.clock().now() + 50ms);
  hosts_.send_to(own, held.server, request_of("DELETE", "/locks/release/" + sdk::percent_encode(held.id), {}));
}

Answer Wire::read_held(sdk::Call const& call, Spot const& spot, std::string_view key, Held const& held) {
  return answer_of(hosts_.send_to(call, held.server, read_request(spot, key, with_kind("critical", held.id))), false);
}

Answer Wire::insert_held(sdk::Call const& call, Spot const& spot, json::object const& values, Held const& held) {
  auto body = with_kind("critical", held.id);
  body["values"] = values;
  return answer_of(hosts_.send_to(call, held.server, request_of("POST", path_of(spot) + "/rows", body)), true);
}

Answer Wire::update_held(sdk::Call const& call, Spot const& spot, std::string_view key, json::object const& values,
                         Held const& held) {
  auto body = with_kind("critical", held.id);
  body["values"] = values;
  return answer_of(
      hosts_.send_to(call, held.server, request_of("PUT", path_of(spot) + "/rows" + where("id", key), body)), true);
}

Answer Wire::erase_held(sdk::Call const& call, Spot const& spot, std::string_view key, Held const& held) {
  auto const request = request_of("DELETE", path_of(spot) + "/rows" + where("id", key), with_kind("critical", held.id));
  return answer_of(hosts_.send_to(call, held.server, request), true);
}

Answer Wire::create_keyspace(sdk::Call const& call, std::string const& keyspace, json::object const& replication) {
  auto body = with_kind("eventual");
  body["replicationInfo"] = replication;
  body["durabilityOfWrites"] = "true";
  return repeat(call, request_of("POST", "/keyspaces/" + keyspace, body), true);
}

Answer Wire::create_table(sdk::Call const& call, Spot const& spot, json::object const& fields) {
  auto body = with_kind("eventual");
  body["fields"] = fields;
  body["properties"] = json::object{{"comment", spot.table}};
  return repeat(call, request_of("POST", path_of(spot), body), true);
}

Answer Wire::create_index(sdk::Call const& call, Spot const& spot, std::string_view column) {
  return repeat(call, request_of("POST", path_of(spot) + "/index/" + std::string(column), {}), true);
}

std::optional<sdk::Error> Wire::trouble(sdk::Call const& call) {
  auto const sent = hosts_.send(call, request_of("GET", "/service/musicHealthCheck", {}), true);
  auto const servers = hosts_.count() == 1 ? hosts_.url(0) : "any of " + std::to_string(hosts_.count()) + " servers";
  if (!sent.reply)
    return sdk::Error{sdk::Errc::unavailable, "store/music: no answer from " + servers + ": " + sent.text};
  boost::system::error_code bad;
  auto const body = json::parse(sent.reply->body, bad);
  auto const* const cassandra = bad || !body.is_object() ? nullptr : body.as_object().if_contains("Cassandra");
  if (sent.reply->status != 200 || cassandra == nullptr)
    return sdk::Error{sdk::Errc::unavailable, "store/music: HTTP " + std::to_string(sent.reply->status) + " from " +
                                                  servers + ", whose answer is not MUSIC's; check server_url"};
  if (*cassandra != json::value("Active"))
    return sdk::Error{sdk::Errc::unavailable, "store/music: MUSIC at " + servers + " answers, its Cassandra does not"};
  return std::nullopt;
}

}  // namespace conductor::plugins::music
