#include "sdnc.hpp"

#include "tests/simulators/peer/request.hpp"

#include <algorithm>
#include <ctime>

namespace conductor::simulators::sdnc {

namespace json = boost::json;
using peer::header;
using sdk::HttpReply;
using sdk::HttpRequest;

namespace {

std::string text(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

std::string candidate_name(json::object const& candidate) {
  return text(candidate, "inventory-type") + "/" + text(candidate, "candidate-id");
}

Room needs(json::object const& object) {
  Room room;
  auto const* list = object.if_contains("resource");
  if (list == nullptr) return room;
  for (auto const& item : list->as_array()) {
    auto const& resource = item.as_object();
    auto const type = text(resource, "resource-type"), unit = text(resource, "unit");
    auto amount = std::stod(text(resource, "quantity"));
    if (unit == "Gbps") amount *= 1000;
    if (unit == "Kbps") amount /= 1000;
    auto const direction = text(resource, "direction");
    if (type == "bandwidth" && direction != "downstream") room.upstream += amount;
    if (type == "bandwidth" && direction != "upstream") room.downstream += amount;
    if (type == "port") room.ports += amount;
    if (type == "vnf") room.vnfs += amount;
  }
  return room;
}

// What does not fit, or nothing.
std::string shortage(Room const& wanted, Room const& left) {
  if (wanted.upstream > left.upstream)
    return "upstream: " + std::to_string(static_cast<int>(left.upstream)) + " Mbps free";
  if (wanted.downstream > left.downstream)
    return "downstream: " + std::to_string(static_cast<int>(left.downstream)) + " Mbps free";
  if (wanted.ports > left.ports) return "ports: " + std::to_string(static_cast<int>(left.ports)) + " free";
  if (wanted.vnfs > left.vnfs) return "vnfs: " + std::to_string(static_cast<int>(left.vnfs)) + " free";
  return "";
}

sdk::WallTime time_of(std::string const& utc) {
  std::tm parts{};
  ::strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

std::string digest_of(json::object const& item) {
  return json::serialize(item.at("candidate")) +
         (item.contains("resource") ? json::serialize(item.at("resource")) : "") +
         (item.contains("parameter") ? json::serialize(item.at("parameter")) : "");
}

bool take(int& count) { return count > 0 && count-- > 0; }

}  // namespace

void Sdnc::set_room(std::string const& type, std::string const& id, Room room) {
  std::lock_guard const lock(mutex_);
  rooms_[type + "/" + id] = room;
}

void Sdnc::lock(int count) {
  std::lock_guard const guard(mutex_);
  locks_ = count;
}

void Sdnc::fail_inside_200(std::string code, int count) {
  std::lock_guard const lock(mutex_);
  inner_code_ = std::move(code);
  inner_failures_ = count;
}

void Sdnc::accept_only(int count, int looks) {
  std::lock_guard const lock(mutex_);
  accepts_ = count;
  looks_ = looks;
}

void Sdnc::occupy(std::string const& key, int looks) {
  std::lock_guard const lock(mutex_);
  in_progress_.insert(key);
  auto& hold = holds_[key];
  hold.state = "pending";
  hold.looks = looks;
  hold.reference = "sdnc-res-other";
}

void Sdnc::shift(std::chrono::seconds ahead) {
  std::lock_guard const lock(mutex_);
  ahead_ = ahead;
}

void Sdnc::activate(std::string const& key) {
  std::lock_guard const lock(mutex_);
  holds_.at(key).state = "active";
}

std::set<std::string> Sdnc::held() const {
  std::lock_guard const lock(mutex_);
  std::set<std::string> keys;
  for (auto const& [key, hold] : holds_)
    if (hold.state == "held" || hold.state == "active") keys.insert(key);
  return keys;
}

std::map<std::string, int> Sdnc::effects() const {
  std::lock_guard const lock(mutex_);
  return effects_;
}

std::vector<json::object> Sdnc::inputs() const {
  std::lock_guard const lock(mutex_);
  return inputs_;
}

Room Sdnc::left(std::string const& candidate) const {
  auto const found = rooms_.find(candidate);
  auto room = found == rooms_.end() ? Room() : found->second;
  for (auto const& [key, hold] : holds_) {
    if (hold.candidate != candidate || (hold.state != "held" && hold.state != "active" && hold.state != "pending"))
      continue;
    room.upstream -= hold.takes.upstream;
    room.downstream -= hold.takes.downstream;
    room.ports -= hold.takes.ports;
    room.vnfs -= hold.takes.vnfs;
  }
  return room;
}

HttpReply Sdnc::reply(int status, Json body) const {
  return {status,
          {{"Content-Type", rules_.old_style ? "application/json" : "application/yang-data+json"}},
          json::serialize(body)};
}

HttpReply Sdnc::refuse(Refusal const& refusal) const {
  Json error{{"error-type", "application"}, {"error-tag", refusal.tag}, {"error-message", refusal.message}};
  if (!refusal.app_tag.empty()) error["error-app-tag"] = refusal.app_tag;
  if (!refusal.key.empty()) error["error-info"] = Json{{"reservation-key", json::array{refusal.key}}};
  Json body;
  body[rules_.old_style ? "errors" : "ietf-restconf:errors"] = Json{{"error", json::array{std::move(error)}}};
  return reply(refusal.status, std::move(body));
}

HttpReply Sdnc::answer(HttpRequest const& request) {
  std::lock_guard const lock(mutex_);
  if (!rules_.username.empty() && !peer::is_from(request, rules_.username, rules_.password))
    return refuse({401, "access-denied", "", "who are you?", ""});
  if (request.target == "/.well-known/host-meta") {
    if (!rules_.host_meta) return {404, {}, ""};
    return {200, {}, "<XRD><Link rel='restconf' href='" + rules_.root + "'/></XRD>"};
  }
  if (header(request, "X-FromAppId") != "CONDUCTOR" || header(request, "X-TransactionId").size() != 36)
    return refuse({400, "malformed-message", "", "X-FromAppId and X-TransactionId (a UUID) are needed", ""});
  if (!request.target.starts_with(rules_.root + "/")) return {404, {}, ""};
  auto const path = request.target.substr(rules_.root.size());
  auto const accept = header(request, "Accept");
  if (accept.find(rules_.old_style ? "application/json" : "application/yang-data+json") == accept.npos)
    return refuse({406, "invalid-value", "", "Accept", ""});
  auto const operations = "/operations/" + rules_.module + ":";
  if (path.starts_with(operations) && rules_.installed) {
    if (request.method != "POST") return refuse({405, "operation-not-supported", "", request.method, ""});
    return operation(path.substr(operations.size()), request);
  }
  if (request.method == "GET" && rules_.installed) return read(path);
  return refuse({404, "invalid-value", "", "no such resource", ""});
}

HttpReply Sdnc::read(std::string const& path) {
  auto const base = (rules_.old_style ? "/operational/" : "/data/") + rules_.module + ":";
  if (path == base + "capabilities") {
    Json body;
    body[rules_.module + ":capabilities"] =
        Json{{"idempotent-reserve", rules_.idempotent}, {"can-query", rules_.can_query},
             {"atomic-batch", rules_.atomic},           {"fencing", rules_.fencing},
             {"max-items", rules_.max_items},           {"resource-type", json::array{"bandwidth", "port", "vnf"}}};
    return reply(200, std::move(body));
  }
  auto const list = base + (rules_.old_style ? "reservations/reservation/" : "reservations/reservation=");
  std::string const query = rules_.old_style ? "" : "?content=nonconfig";
  if (!rules_.can_query || !path.starts_with(list) || !path.ends_with(query) ||
      path.size() < list.size() + query.size())
    return refuse({404, "invalid-value", "", "no such resource", ""});
  auto const key = path.substr(list.size(), path.size() - list.size() - query.size());
  auto const found = holds_.find(key);
  if (found == holds_.end()) return refuse({404, "invalid-value", "", "no such reservation", ""});
  auto& hold = found->second;
  if ((hold.state == "pending" || hold.state == "releasing") && --hold.looks <= 0) {
    hold.state = hold.state == "pending" ? "held" : "released";
    in_progress_.erase(key);
  }
  Json body;
  body[rules_.module + ":reservation"] = json::array{Json{{"reservation-key", key},
                                                          {"plan-id", hold.plan},
                                                          {"state", hold.state == "releasing" ? "held" : hold.state},
                                                          {"fencing", hold.fencing},
                                                          {"reference", hold.reference}}};
  return reply(200, std::move(body));
}

HttpReply Sdnc::operation(std::string const& name, HttpRequest const& request) {
  if (name != "check-capacity" && name != "reserve" && name != "release")
    return refuse({404, "invalid-value", "", "no operation " + name, ""});
  if (header(request, "Content-Type") != (rules_.old_style ? "application/json" : "application/yang-data+json"))
    return refuse({415, "invalid-value", "", "Content-Type", ""});
  boost::system::error_code failed;
  auto const body = json::parse(request.body, failed);
  auto const* input = failed || !body.is_object() || body.as_object().size() != 1
                          ? nullptr
                          : body.as_object().if_contains(rules_.old_style ? "input" : rules_.module + ":input");
  if (input == nullptr || !input->is_object()) return refuse({400, "malformed-message", "", "no input", ""});
  auto const& given = input->as_object();
  if (auto const bad = check_input(name, given); bad.status != 0) return refuse(bad);
  inputs_.push_back(given);
  if (take(locks_)) return refuse({409, "lock-denied", "", "the datastore is locked", ""});
  Json output = head(given);
  if (take(inner_failures_)) {
    output["response-code"] = inner_code_;
    output["response-message"] = "the directed graph failed";
  } else if (name == "check-capacity") {
    output["candidate"] = check(given).at("candidate");
  } else {
    if (auto const no = may_reserve(given); no.status != 0) return refuse(no);
    bool const later = take(accepts_);
    auto result = name == "reserve" ? reserve(given) : release(given);
    if (name == "release" && rules_.empty_release) return {204, {}, ""};
    if (later) {
      output["ack-final-indicator"] = "N";
      for (auto& item : result.at("item").as_array()) {
        auto& outcome = item.as_object()["outcome"];
        auto& hold = holds_[text(item.as_object(), "reservation-key")];
        if (outcome != "held" && outcome != "released") continue;
        hold.state = outcome == "held" ? "pending" : "releasing";
        hold.looks = looks_;
        outcome = "pending";
      }
    }
    output["item"] = result.at("item");
  }
  Json whole;
  whole[rules_.old_style ? "output" : rules_.module + ":output"] = std::move(output);
  return reply(200, std::move(whole));
}

json::object Sdnc::head(Json const& input) const {
  return {{"svc-request-id", input.at("svc-request-id")},
          {"response-code", "200"},
          {"response-message", ""},
          {"ack-final-indicator", "Y"}};
}

json::object Sdnc::check(Json const& input) const {
  json::array list;
  auto const wanted = needs(input);
  for (auto const& item : input.at("candidate").as_array()) {
    auto const& candidate = item.as_object();
    auto const lack = shortage(wanted, left(candidate_name(candidate)));
    Json entry{{"candidate-key", candidate.at("candidate-key")}, {"available", lack.empty()}};
    if (!lack.empty()) entry["reason-code"] = "insufficient-capacity", entry["reason"] = lack;
    list.push_back(std::move(entry));
  }
  return {{"candidate", std::move(list)}};
}

// What is refused as a whole, without effect.
Refusal Sdnc::may_reserve(Json const& input) {
  auto const& items = input.at("item").as_array();
  if (items.size() > rules_.max_items) return {400, "invalid-value", "", "more than max-items", ""};
  auto const number = std::stoll(text(input, "fencing"));
  auto& highest = fences_[text(input, "plan-id")];
  if (rules_.fencing && number < highest)
    return {409, "resource-denied", "stale-fencing",
            "fencing " + std::to_string(number) + " is lower than " + std::to_string(highest), ""};
  if (input.contains("execute-before") &&
      rules_.wall() + ahead_ > time_of(text(input, "execute-before")) + std::chrono::seconds(5))
    return {409, "resource-denied", "request-expired", "too late", ""};
  if (input.contains("execute-before"))
    for (auto const& item : items) {
      auto const key = text(item.as_object(), "reservation-key");
      if (in_progress_.contains(key)) return {409, "in-use", "in-progress", "another request has it", key};
      auto const known = holds_.find(key);
      if (rules_.idempotent && known != holds_.end() && !closed_.contains(key) && !known->second.digest.empty() &&
          known->second.digest != digest_of(item.as_object()))
        return {409, "data-exists", "key-mismatch", "another item has this key", key};
    }
  highest = std::max(highest, number);
  return {};
}

json::object Sdnc::hold(Json const& item, Json const& input) {
  auto const key = text(item, "reservation-key");
  Json answer{{"reservation-key", key}};
  if (closed_.contains(key)) {
    answer["outcome"] = "refused", answer["reason-code"] = "reservation-closed", answer["temporary"] = false;
    return answer;
  }
  if (auto const known = holds_.find(key); known != holds_.end() && rules_.idempotent) {
    answer = known->second.answer;
    answer["replayed"] = true;
    return answer;
  }
  Hold made;
  made.plan = text(input, "plan-id");
  made.fencing = text(input, "fencing");
  made.digest = digest_of(item);
  made.candidate = candidate_name(item.at("candidate").as_object());
  made.takes = needs(item);
  auto const lack = shortage(made.takes, left(made.candidate));
  if (lack.empty()) {
    made.state = "held";
    made.reference = "sdnc-res-" + std::to_string(++next_reference_);
    answer["outcome"] = "held", answer["replayed"] = false, answer["reference"] = made.reference;
    ++effects_[key];
  } else {
    made.state = "refused";
    answer["outcome"] = "refused", answer["reason-code"] = "insufficient-capacity", answer["reason"] = lack,
    answer["temporary"] = false;
  }
  made.answer = answer;
  holds_[key] = made;
  return answer;
}

json::object Sdnc::reserve(Json const& input) {
  json::array list;
  bool refused = false;
  for (auto const& item : input.at("item").as_array()) {
    list.push_back(hold(item.as_object(), input));
    refused = refused || list.back().at("outcome") != "held";
  }
  if (refused && input.at("atomic").as_bool())
    for (auto& entry : list) {
      auto const key = text(entry.as_object(), "reservation-key");
      if (entry.at("outcome") != "held") continue;
      if (!entry.as_object().at("replayed").as_bool()) --effects_[key];
      entry = Json{{"reservation-key", key},
                   {"outcome", "refused"},
                   {"reason-code", "batch-refused"},
                   {"reason", "another item of the batch"},
                   {"temporary", false}};
      holds_[key].state = "refused";
      holds_[key].answer = entry.as_object();
    }
  return {{"item", std::move(list)}};
}

json::object Sdnc::release(Json const& input) {
  json::array list;
  for (auto const& item : input.at("item").as_array()) {
    auto const key = text(item.as_object(), "reservation-key");
    Json answer{{"reservation-key", key}};
    auto const found = holds_.find(key);
    if (found != holds_.end() && found->second.state == "active") {
      answer["outcome"] = "failed", answer["reason-code"] = "reservation-active";
    } else {
      bool const was = found != holds_.end() && (found->second.state == "held" || found->second.state == "pending");
      answer["outcome"] = was ? "released" : "absent";
      if (was) found->second.state = "released";
      closed_.insert(key);
      in_progress_.erase(key);
    }
    list.push_back(std::move(answer));
  }
  return {{"item", std::move(list)}};
}

}  // namespace conductor::simulators::sdnc
