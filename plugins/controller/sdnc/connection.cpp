#include "connection.hpp"

#include "documents.hpp"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <charconv>

namespace conductor::plugins::controller_sdnc {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;
using sdk::HttpRequest;
using sdk::Result;

namespace {

constexpr std::chrono::milliseconds first_pause{500}, longest_pause{5'000};

std::string uuid() {
  thread_local boost::uuids::random_generator generate;
  return boost::uuids::to_string(generate());
}

// 0.5 s doubling to 5 s, less up to a half by chance, so that several askers do not come back at once.
std::chrono::milliseconds pause(int retry, std::string const& chance) {
  auto whole = first_pause;
  for (int i = 1; i < retry && whole < longest_pause; ++i) whole *= 2;
  whole = std::min(whole, longest_pause);
  return whole - whole * static_cast<int>(std::hash<std::string>()(chance) % 100U) / 200;
}

// Nothing happened, or nothing that a repetition could do twice.
bool worth_repeating(Reply const& reply, Repeat repeat) {
  if (!reply.failure) return false;
  if (reply.failure->trouble == Trouble::locked) return true;
  return repeat == Repeat::allowed && reply.failure->trouble == Trouble::failed;
}

Abilities abilities_of(json::object const& body) {
  Abilities abilities{.installed = true};
  auto const* found = body.if_contains("capabilities");
  if (found == nullptr || !found->is_object()) return abilities;
  auto const& object = found->as_object();
  abilities.idempotent = flag_of(object, "idempotent-reserve");
  abilities.can_query = flag_of(object, "can-query");
  abilities.atomic = flag_of(object, "atomic-batch");
  abilities.fences = flag_of(object, "fencing");
  auto const most = text_of(object, "max-items");
  std::from_chars(most.data(), most.data() + most.size(), abilities.max_items);
  abilities.max_items = std::max<std::size_t>(abilities.max_items, 1);
  return abilities;
}

}  // namespace

void Connection::open() {
  if (client_ == nullptr) client_ = &host_.http(options_.http);
}

Style Connection::style() const {
  std::lock_guard const lock(mutex_);
  return style_.value_or(Style::rfc8040);
}

HttpRequest Connection::request(sdk::Call const& call, Style style, std::string const& method,
                                std::string target) const {
  HttpRequest made;
  made.method = method;
  made.target = std::move(target);
  bool const current = style == Style::rfc8040;
  made.headers = {{"X-TransactionId", uuid()},
                  {"X-ONAP-RequestID", call.plan_id.empty() ? call.request_id : call.plan_id},
                  {"Accept", current ? "application/yang-data+json, application/json" : "application/json"}};
  if (method == "POST")
    made.headers.emplace_back("Content-Type", current ? "application/yang-data+json" : "application/json");
  return made;
}

Reply Connection::send(sdk::Call const& call, HttpRequest const& made) {
  auto reply = interpret(made.method + " " + made.target, client_->send(call, made));
  if (!reply.failure || reply.failure->error.code == Errc::cancelled) return reply;
  auto const trouble = reply.failure->trouble;
  if (trouble == Trouble::lost || trouble == Trouble::not_sent || trouble == Trouble::denied) {
    std::lock_guard const lock(mutex_);
    abilities_.reset();
  }
  return reply;
}

Reply Connection::read_abilities(sdk::Call const& call, Style style) {
  auto const* folder = style == Style::rfc8040 ? "/data/" : "/operational/";
  return send(call, request(call, style, "GET", options_.root + folder + options_.module + ":capabilities"));
}

// A server that names its RESTCONF root speaks RFC 8040; one that does not is asked for the module in the old way.
Result<Style> Connection::detect(sdk::Call const& call) {
  auto ask = request(call, Style::rfc8040, "GET", "/.well-known/host-meta");
  ask.headers[2].second = "application/xrd+xml, */*";
  auto const reply = client_->send(call, ask);
  if (!reply) return interpret("GET " + ask.target, reply).failure->error;
  if (reply->status == 200 && reply->body.find("restconf") != std::string::npos) {
    if (reply->body.find(options_.root) == std::string::npos)
      host_.log().warning(call, "SDN-C's /.well-known/host-meta does not name '" + options_.root +
                                    "', the path of [sdnc] server_url; requests may find nothing there");
    return Style::rfc8040;
  }
  auto const old = read_abilities(call, Style::bierman02);
  if (!old.failure) return Style::bierman02;
  if (old.failure->trouble == Trouble::lost || old.failure->trouble == Trouble::not_sent) return old.failure->error;
  return Style::rfc8040;
}

Result<Abilities> Connection::abilities(sdk::Call const& call) {
  std::optional<Style> style;
  {
    std::lock_guard const lock(mutex_);
    if (abilities_) return *abilities_;
    style = style_;
  }
  if (!style) {
    auto const detected = detect(call);
    if (!detected) return detected.error();
    style = *detected;
  }
  auto const reply = read_abilities(call, *style);
  bool const missing = reply.failure && reply.failure->trouble == Trouble::missing;
  if (reply.failure && !missing) return reply.failure->error;
  auto const found = missing ? Abilities() : abilities_of(reply.body);
  std::lock_guard const lock(mutex_);
  if (missing && !missed_)
    host_.log().warning(call, reply.failure->error.text + "; capacity checks and reservations are not possible");
  missed_ = missing;
  // A server without the module is asked again next time: it may have been started, or upgraded, meanwhile.
  if (!missing) style_ = style, abilities_ = found;
  return found;
}

Reply Connection::operation(sdk::Call const& call, std::string const& name, json::object input, Repeat repeat) {
  auto const current = style();
  auto const id = uuid();
  input["svc-request-id"] = id;
  input["plan-id"] = call.plan_id.empty() ? call.request_id : call.plan_id;
  auto const named = options_.module + ":" + name;
  json::object body;
  body[current == Style::rfc8040 ? options_.module + ":input" : "input"] = std::move(input);
  auto made = request(call, current, "POST", options_.root + "/operations/" + named);
  made.body = json::serialize(body);
  made.idempotent = repeat == Repeat::allowed;
  for (int attempt = 1;; ++attempt) {
    auto reply = output_of("POST " + made.target, send(call, made), id);
    if (!worth_repeating(reply, repeat) || attempt >= options_.attempts) return reply;
    auto& clock = host_.clock();
    auto const until = clock.now() + pause(attempt, made.headers[0].second);
    if (until >= call.deadline || !clock.sleep_until(until, call.cancelled)) return reply;
    made.headers[0].second = uuid();
  }
}

Reply Connection::reservation(sdk::Call const& call, std::string const& key) {
  auto const current = style();
  auto const encoded = sdk::percent_encode(key);
  auto const target =
      current == Style::rfc8040
          ? options_.root + "/data/" + options_.module + ":reservations/reservation=" + encoded + "?content=nonconfig"
          : options_.root + "/operational/" + options_.module + ":reservations/reservation/" + encoded;
  return send(call, request(call, current, "GET", target));
}

}  // namespace conductor::plugins::controller_sdnc
