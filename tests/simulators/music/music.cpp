#include "music.hpp"
#include "conductor/sdk/base64.hpp"
#include "request.hpp"

#include <algorithm>
#include <charconv>

namespace conductor::simulators::music {

namespace {

constexpr std::string_view no_body = "Incomplete Request body. Please correct your input request and retry.";
constexpr std::string_view null_pointer = "NullPointerException - Please check to make sure all inputs are valid.";

bool is_number(std::string const& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

sdk::HttpReply Music::answer(sdk::HttpRequest const& http, std::optional<Fault> const& fault) {
  if (fault && fault->kind == Fault::Kind::status) return page(fault->status);
  if (fault && fault->kind == Fault::Kind::text) return failure(fault->text);
  Request request;
  request.http = &http;
  request.method = http.method;
  request.fault = fault;
  auto const question = std::min(http.target.find('?'), http.target.size());
  std::string_view path = std::string_view(http.target).substr(0, question);
  if (!path.starts_with(rules_.base_path + "/v")) return page(404);
  path.remove_prefix(rules_.base_path.size() + 2);
  auto const slash = std::min(path.find('/'), path.size());
  bool const v2 = path.substr(0, slash) == "2";
  if (!is_number(std::string(path.substr(0, slash)))) return page(404);
  for (path.remove_prefix(slash); path.size() > 1;) {
    path.remove_prefix(1);
    auto const end = std::min(path.find('/'), path.size());
    request.path.push_back(decoded(path.substr(0, end)));
    path.remove_prefix(end);
  }
  for (auto rest = std::string_view(http.target).substr(std::min(question + 1, http.target.size())); !rest.empty();) {
    auto const one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    auto const equals = std::min(one.find('='), one.size());
    request.query.emplace_back(decoded(one.substr(0, equals)), decoded(one.substr(std::min(equals + 1, one.size()))));
  }
  // The version endpoint alone takes any number.
  if (!v2 && (request.path.empty() || request.path[0] != "version")) return page(404);
  auto answered = dispatch(request);
  answered.headers.emplace_back("X-latestVersion", rules_.version);
  if (fault && fault->kind == Fault::Kind::applied_text) return failure(fault->text);
  if (fault && fault->kind == Fault::Kind::garbage) answered.body = "<html>not what you asked for";
  if (fault && fault->kind == Fault::Kind::empty) answered = {200, {}, ""};
  return answered;
}

sdk::HttpReply Music::dispatch(Request const& given) {
  auto request = given;
  if (request.path.empty()) return page(404);
  auto const accept = request.header("Accept");
  if (!accept.empty() && accept.find("application/json") == accept.npos && accept.find("*/*") == accept.npos)
    return page(406);
  for (auto const* name : {"X-minorVersion", "X-patchVersion"})
    if (auto const value = request.header(name); !value.empty() && !is_number(value)) return page(404);
  auto const& area = request.path[0];
  if (area == "version" || area == "service") return service(request);
  if (area != "keyspaces" && area != "locks") return page(404);
  if (!rules_.demanded_header.empty() && request.header(rules_.demanded_header).empty())
    return reply(400, {{"responseCode", 400},
                       {"responseMessage", "Transaction id '" + rules_.demanded_header + "' required on http header"}});
  if ((!rules_.username.empty() || !rules_.password.empty()) &&
      request.header("Authorization") != "Basic " + sdk::base64(rules_.username + ":" + rules_.password))
    return reply(401, {{"responseCode", 401},
                       {"responseMessage", "Unauthorized Access - Please make sure the user is provisioned"}});
  if (auto const& body = request.http->body; !body.empty()) {
    if (request.header("Content-Type").find("application/json") == std::string::npos) return page(415);
    boost::system::error_code bad;
    auto value = json::parse(body, bad);
    if (bad || !value.is_object()) return page(400);
    request.body = std::move(value.as_object());
    request.has_body = true;
  }
  if (!alive_) return failure("All host(s) tried for query failed (no host was tried)");
  try {
    if (area == "locks") return locks(request);
    return request.path.size() <= 2 ? keyspaces(request) : tables(request);
  } catch (QueryError const& refused) {
    return failure(std::string("Query Exception: ") + refused.what());
  }
}

sdk::HttpReply Music::keyspaces(Request const& request) {
  if (request.is("DELETE", 2)) {
    Guard const guard(mutex_);
    if (!cassandra_.drop_keyspace(request.path[1])) return failure("Keyspace " + request.path[1] + " does not exist");
    return success("Keyspace " + request.path[1] + " Deleted");
  }
  if (!request.is("POST", 2)) return page(405);
  if (!rules_.may_create_keyspaces)
    return failure(
        "Keyspace Creation has been turned off. Contact DBA to create the keyspace or set keyspace.active to true.");
  if (!request.has_body) return failure(no_body);
  if (request.consistency().empty() || !request.body.contains("replicationInfo")) return failure(null_pointer);
  Guard const guard(mutex_);
  auto const& name = request.path[1];
  if (!cassandra_.create_keyspace(name))
    return failure("Already Exists Exception: Keyspace " + name + " already exists");
  return success("Keyspace " + name + " Created");
}

// keyspaces/{ks}/tables/{t}[/rows|/index/{column}]
sdk::HttpReply Music::tables(Request const& request) {
  if (request.path.size() < 4 || request.path[2] != "tables") return page(404);
  if (request.path.size() >= 5 && request.path[4] == "rows") return rows(request);
  auto const &keyspace = request.path[1], &table = request.path[3];
  Guard const guard(mutex_);
  if (request.is("POST", 6) && request.path[4] == "index") {
    cassandra_.create_index(keyspace, table, request.path[5]);
    return success("Index Created on " + keyspace + "." + table + "." + request.path[5]);
  }
  if (request.is("DELETE", 4)) {
    if (!cassandra_.drop_table(keyspace, table))
      return failure("Table information not found. Please check input for table name= " + table);
    return success(json::object{});
  }
  if (!request.is("POST", 4)) return page(405);
  if (!request.has_body) return failure(no_body);
  auto const* fields = request.body.if_contains("fields");
  if (request.consistency().empty() || fields == nullptr || !fields->is_object()) return failure(null_pointer);
  if (!cassandra_.has_keyspace(keyspace)) return failure("Query Exception: Keyspace '" + keyspace + "' does not exist");
  if (!cassandra_.create_table(keyspace, table, fields->as_object()))
    return failure("Already Exists Exception: Table " + keyspace + "." + table + " already exists");
  return success("TableName " + table + " Created under keyspace " + keyspace);
}

sdk::HttpReply Music::service(Request const& request) {
  if (request.method != "GET") return page(405);
  if (request.path[0] == "version") {
    json::object body{{"version", "MUSIC:" + rules_.version}};
    if (request.path.size() == 2 && request.path[1] == "build") body["build"] = "simulated";
    return success(std::move(body));
  }
  if (request.path.size() == 2 && request.path[1] == "musicHealthCheck")
    return reply(200, {{"MUSIC", "Active"}, {"Cassandra", alive_ ? "Active" : "Inactive"}});
  if (request.path.size() == 3 && request.path[1] == "pingCassandra") {
    if (request.path[2] != "ONE" && request.path[2] != "QUORUM" && request.path[2] != "LOCAL_QUORUM")
      return failure("No enum constant com.datastax.driver.core.ConsistencyLevel." + request.path[2]);
    return reply(alive_ ? 200 : 400, {{"status", alive_ ? "ACTIVE" : "INACTIVE"}});
  }
  return page(404);
}

void Music::set_lag(std::chrono::milliseconds lag) {
  Guard const guard(mutex_);
  cassandra_.set_lag(lag);
}

void Music::set_cassandra(bool alive) { alive_ = alive; }

bool Music::damage(std::string const& keyspace, std::string const& table, std::string const& id,
                   std::string const& column, json::value const& value) {
  Guard const guard(mutex_);
  auto* const data = cassandra_.find(keyspace, table);
  if (data == nullptr || !cassandra_.read(*data, id, true)) return false;
  cassandra_.write(*data, id, json::object{{column, value}}, INT64_MAX);
  return true;
}

json::value Music::row(std::string const& keyspace, std::string const& table, std::string const& id) {
  Guard const guard(mutex_);
  auto* const data = cassandra_.find(keyspace, table);
  if (data == nullptr) return nullptr;
  auto row = cassandra_.read(*data, id, true);
  return row ? json::value(std::move(*row)) : json::value();
}

json::value Music::snapshot() {
  Guard const guard(mutex_);
  auto ordinals = json::object{};
  for (auto const& [name, queue] : queues_) ordinals[name] = queue.last;
  return json::object{{"data", cassandra_.snapshot()}, {"ordinals", std::move(ordinals)}};
}

void Music::restore(json::value const& snapshot) {
  Guard const guard(mutex_);
  cassandra_.restore(snapshot.at("data"));
  queues_.clear();
  for (auto const& [name, last] : snapshot.at("ordinals").as_object())
    queues_[std::string(name)].last = last.as_int64();
}

}  // namespace conductor::simulators::music
