#include "connection.hpp"

#include "documents.hpp"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <charconv>

namespace conductor::plugins::inventory_aai {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;
using sdk::HttpReply;
using sdk::HttpRequest;
using sdk::Result;

namespace {

constexpr std::string_view key_of_regions = "cloud-region";
constexpr char regions_path[] = "/cloud-infrastructure/cloud-regions/";
constexpr std::size_t most_pages = 10'000;  // a peer that announces more is not followed

std::string transaction_id() {
  thread_local boost::uuids::random_generator generate;
  return boost::uuids::to_string(generate());
}

// "SVC3001", or empty when the body is no error document of A&AI.
std::string message_id(std::string const& body) {
  boost::system::error_code failed;
  auto const document = json::parse(body, failed);
  if (failed || !document.is_object()) return {};
  auto const* error = document.as_object().if_contains("requestError");
  if (error == nullptr || !error->is_object()) return {};
  for (auto const* kind : {"serviceException", "policyException"})
    if (auto const* exception = error->as_object().if_contains(kind); exception != nullptr && exception->is_object())
      return text_of(exception->as_object(), "messageId");
  return {};
}

Errc code_of(int status) {
  if (status == 404) return Errc::not_found;
  if (status == 401 || status == 403) return Errc::denied;
  if (status == 408 || status == 429 || status >= 500) return Errc::unavailable;
  return Errc::unsupported;
}

std::string status_text(HttpReply const& reply) {
  auto const id = message_id(reply.body);
  return std::to_string(reply.status) + (id.empty() ? "" : " (" + id + ")");
}

// Pages that the reply announces; 1 when it says nothing.
std::size_t pages_of(HttpReply const& reply) {
  auto const text = reply.header("total-pages");
  std::size_t pages = 1;
  std::from_chars(text.data(), text.data() + text.size(), pages);
  return std::clamp<std::size_t>(pages, 1, most_pages);
}

Target page_of(Target target, std::size_t index, std::size_t size) {
  return target.with("resultIndex", std::to_string(index)).with("resultSize", std::to_string(size));
}

}  // namespace

Result<json::object> interpret(std::string const& asker, std::string const& method, std::string const& path,
                               Result<HttpReply> const& reply) {
  auto const request = method + " " + path;
  if (!reply) {
    // The client's `invalid` (settings it cannot use, a reply that is too large) is no fault of the asker's template.
    auto const code = reply.error().code == Errc::invalid ? Errc::unsupported : reply.error().code;
    return Error{code, asker + ": no response from A&AI to " + request + ": " + reply.error().text +
                           (code == Errc::denied ? "; the options are [aai] certificate_file, certificate_key_file, "
                                                   "certificate_authority_bundle_file and server_name_override"
                                                 : "")};
  }
  if (reply->status != 200)
    return Error{code_of(reply->status), asker + ": A&AI answered " + status_text(*reply) + " to " + request +
                                             (reply->status == 401 || reply->status == 403
                                                  ? "; check [aai] username, password and certificate_file"
                                                  : "")};
  boost::system::error_code failed;
  auto body = json::parse(reply->body, failed);
  if (failed || !body.is_object())
    return Error{Errc::unavailable, asker + ": A&AI answered 200 to " + request + " with a body of " +
                                        std::to_string(reply->body.size()) + " bytes that is not a JSON object" +
                                        (failed ? " (" + failed.message() + ")" : "")};
  return std::move(body.as_object());
}

Result<Connection::Objects> members(std::string const& asker, std::string const& path, json::object& body,
                                    std::string_view key) {
  auto* list = body.if_contains(key);
  if (list == nullptr || !list->is_array())
    return Error{Errc::unavailable,
                 asker + ": A&AI answered 200 to GET " + path + " without the list '" + std::string(key) + "'"};
  Connection::Objects objects;
  objects.reserve(list->as_array().size());
  for (auto& item : list->as_array())
    if (item.is_object()) objects.push_back(std::move(item.as_object()));
  return objects;
}

void Connection::open() {
  if (client_ == nullptr) client_ = &host_.http(options_.http);
}

HttpRequest Connection::request(Target const& target) const {
  HttpRequest made;
  made.target = target.text();
  made.headers = {{"X-TransactionId", transaction_id()}};
  return made;
}

void Connection::note(Result<HttpReply> const& reply) {
  std::lock_guard const lock(mutex_);
  failure_.reset();
  if (!reply && reply.error().code != Errc::cancelled)
    failure_ = reply.error();
  else if (reply && (reply->status >= 500 || reply->status == 401 || reply->status == 403))
    failure_ = Error{code_of(reply->status), "A&AI answered " + status_text(*reply)};
}

std::vector<Result<HttpReply>> Connection::send_all(sdk::Call const& call, std::span<HttpRequest const> requests) {
  if (requests.empty()) return {};
  auto replies = client_->send_all(call, requests, options_.at_once);
  for (auto const& reply : replies) note(reply);
  return replies;
}

Result<HttpReply> Connection::send(sdk::Call const& call, HttpRequest const& made) {
  auto reply = client_->send(call, made);
  note(reply);
  return reply;
}

Result<json::object> Connection::read(sdk::Call const& call, std::string const& asker, Target const& target) {
  return interpret(asker, "GET", target.path(), send(call, request(target)));
}

std::vector<Result<json::object>> Connection::read_all(sdk::Call const& call, std::string const& asker,
                                                       std::span<Target const> targets) {
  std::vector<HttpRequest> requests;
  for (auto const& target : targets) requests.push_back(request(target));
  auto const replies = send_all(call, requests);
  std::vector<Result<json::object>> answers;
  for (std::size_t i = 0; i < targets.size(); ++i)
    answers.push_back(interpret(asker, "GET", targets[i].path(), replies[i]));
  return answers;
}

Result<Connection::Objects> Connection::list(sdk::Call const& call, std::string const& asker, Target const& target,
                                             std::string_view key, Paging paging) {
  bool const paged = paging == Paging::on && options_.page_size > 0;
  auto const reply = send(call, request(paged ? page_of(target, 1, options_.page_size) : target));
  auto body = interpret(asker, "GET", target.path(), reply);
  if (!body && body.error().code == Errc::not_found) return Objects();
  if (!body) return body.error();
  auto objects = members(asker, target.path(), *body, key);
  if (!objects || !paged) return objects;
  if (auto const done = more_pages(call, asker, target, key, pages_of(*reply), *objects); !done) return done.error();
  return objects;
}

Result<void> Connection::more_pages(sdk::Call const& call, std::string const& asker, Target const& target,
                                    std::string_view key, std::size_t pages, Objects& objects) {
  std::vector<HttpRequest> requests;
  for (std::size_t page = 2; page <= pages; ++page)
    requests.push_back(request(page_of(target, page, options_.page_size)));
  for (auto const& reply : send_all(call, requests)) {
    auto body = interpret(asker, "GET", target.path(), reply);
    if (!body && body.error().code == Errc::not_found) continue;  // the list became shorter meanwhile
    if (!body) return body.error();
    auto page = members(asker, target.path(), *body, key);
    if (!page) return page.error();
    std::move(page->begin(), page->end(), std::back_inserter(objects));
  }
  return {};
}

Result<json::object> Connection::query(sdk::Call const& call, std::string const& asker, json::object const& body) {
  Target target("/query");
  auto made = request(target.with("format", "id"));
  made.method = "PUT";
  made.body = json::serialize(body);
  made.idempotent = true;
  return interpret(asker, "PUT", target.path(), send(call, made));
}

Result<void> Connection::probe(sdk::Call const& call) {
  Target target(regions_path);
  target.with("depth", "0").with("resultIndex", "1").with("resultSize", "1");
  auto const reply = send(call, request(target));
  // An inventory without regions says so with a message of its own.
  if (reply && reply->status == 404 && message_id(reply->body) == "SVC3001") return {};
  if (reply && (reply->status == 400 || reply->status == 404 || reply->status == 410))
    return Error{Errc::invalid, "configuration: A&AI at " + options_.http.base_url + " answered " +
                                    status_text(*reply) + "; [aai] server_url_version is " + options_.version +
                                    ", which it does not seem to serve; set a version that it serves, for example v23"};
  auto body = interpret("start", "GET", target.path(), reply);
  if (!body) return body.error();
  auto const list = members("start", target.path(), *body, key_of_regions);
  if (!list) return list.error();
  return {};
}

std::optional<Error> Connection::last_failure() const {
  std::lock_guard const lock(mutex_);
  return failure_;
}

}  // namespace conductor::plugins::inventory_aai
