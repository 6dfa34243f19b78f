#include "services/api/plan_request.hpp"

#include "services/api/digest.hpp"
#include "services/api/request_text.hpp"
#include "services/api/request_values.hpp"
#include "services/api/solver_request.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace conductor::services::api {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;

namespace {

constexpr std::int64_t most_recommendations = 10'000, longest_timeout_s = 86'400;

Error refuse(std::string text) { return {Errc::invalid, std::move(text)}; }

Error wrong_type(std::string const& key, json::value const& value, std::string const& type, std::string const& python) {
  return refuse("-> " + key + " -> " + echo(value) + " did not pass validation against callable: " + type +
                " (not of type " + python + ")");
}

// Reads one field after the other into the request, in the order in which the original complains: unknown and missing
// keys, then the fields by name.
class Reader {
 public:
  Reader(json::object const& body, RequestHead const& head, RequestLimits const& limits)
      : body_(body), head_(head), limits_(limits) {}

  CheckedRequest read() {
    CheckedRequest checked;
    for (auto step :
         {&Reader::read_keys, &Reader::read_callback_url, &Reader::read_files, &Reader::read_id,
          &Reader::read_recommendations, &Reader::read_name, &Reader::read_overlay, &Reader::read_solver,
          &Reader::read_template, &Reader::read_template_url, &Reader::read_timeout, &Reader::read_transaction_id})
      if (auto done = (this->*step)(); !done) checked.problems.push_back(done.error().text);
    plan_.submitter = head_.submitter;
    if (!extras_.empty()) plan_.extras = std::move(extras_);
    checked.request = std::move(request_);
    return checked;
  }

 private:
  using Step = sdk::Result<void>;
  json::value const* field(std::string_view key) const {
    auto const* value = body_.if_contains(key);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  Step read_keys() {
    constexpr std::array accepted{"callback_url",  "files",   "id",     "limit",    "name",         "num_solution",
                                  "num_solutions", "overlay", "solver", "template", "template_url", "timeout",
                                  "transaction_id"};
    for (auto const& [key, value] : body_) {
      if (std::find(accepted.begin(), accepted.end(), key) != accepted.end()) continue;
      std::string known;
      for (auto const* name : accepted) known.append(known.empty() ? "" : ", ").append(name);
      return refuse("-> top level has unexpected item in data: " + echo_text(key) + " (accepted are: " + known + ")");
    }
    if (field("template") == nullptr && field("template_url") == nullptr)
      return refuse("-> top level is missing required items: template");
    return {};
  }

  Step read_callback_url() {
    auto const* url = field("callback_url");
    if (url == nullptr) return {};
    if (!url->is_string()) return wrong_type("callback_url", *url, "string", "string");
    if (auto const good = check_remote_url(url->as_string(), limits_.remote); !good)
      return refuse("-> callback_url: " + good.error().text);
    if (!limits_.callbacks)
      return refuse("-> callback_url: callbacks are off because they could not be signed; set [api] callback_secret");
    request_.callback_url = std::string(url->as_string());
    return {};
  }

  Step read_files() {
    auto const* files = field("files");
    if (files == nullptr) return {};
    if (!files->is_object()) return wrong_type("files", *files, "dictionary", "dictionary");
    for (auto const& [name, content] : files->as_object())
      if (!content.is_string()) return refuse("-> files -> " + echo_text(name) + " must be a text");
    return {};
  }

  Step read_id() {
    if (auto const* id = field("id")) {
      if (!id->is_string()) return wrong_type("id", *id, "string", "string");
      if (!is_uuid(id->as_string()))
        return refuse("-> id -> " + echo(*id) + " must be a UUID in its canonical form of 36 characters");
      plan_.id = lower(id->as_string());
    }
    if (auto const& key = head_.idempotency_key) {
      if (!is_printable(*key)) return refuse("The Idempotency-Key header must have 1 to 255 printable characters");
      extras_[digest_key] = sha256(json::serialize(sorted(body_)));
      if (plan_.id.empty()) plan_.id = uuid_of(head_.submitter + '\n' + *key);
    }
    if (plan_.id.empty()) plan_.id = fresh_uuid();
    return {};
  }

  // An integer or its digits, within the range; `all` where allowed.
  static sdk::Result<std::string> recommendations(std::string const& key, json::value const& value, bool all_allowed) {
    std::string text;
    if (value.is_int64() || value.is_uint64())
      text = json::serialize(value);
    else if (auto const* given = value.if_string())
      text = std::string(*given);
    else
      return wrong_type(key, value, key == "limit" ? "integer" : "string", key == "limit" ? "int" : "string");
    if (all_allowed && text == "all") return text;
    std::int64_t number = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size() || number < 1 || number > most_recommendations)
      return refuse("-> " + key + " -> " + echo(value) + " must be a number from 1 to " +
                    std::to_string(most_recommendations) + (all_allowed ? ", or all" : ""));
    return std::to_string(number);
  }

  Step read_recommendations() {
    plan_.recommend_max = std::to_string(limits_.default_recommendations);
    if (auto const* limit = field("limit")) {
      auto const text = recommendations("limit", *limit, false);
      if (!text) return text.error();
      plan_.recommend_max = *text;
    }
    std::string first;
    for (auto const* key : {"num_solution", "num_solutions"}) {
      auto const* given = field(key);
      if (given == nullptr) continue;
      auto const text = recommendations(key, *given, true);
      if (!text) return text.error();
      if (!first.empty() && first != *text)
        return refuse("-> num_solution is " + first + " and num_solutions is " + *text + "; give one of them");
      plan_.recommend_max = first = *text;
    }
    return {};
  }

  Step read_name() {
    auto const* name = field("name");
    if (name == nullptr) {
      plan_.name = fresh_uuid();
      return {};
    }
    if (!name->is_string()) return wrong_type("name", *name, "string", "string");
    plan_.name = std::string(name->as_string());
    if (limits_.strict_names && (plan_.name.empty() || !is_unreserved(plan_.name)))
      return refuse("-> name -> " + echo(*name) +
                    " did not pass validation against callable: plan_name_type (must contain only uppercase and "
                    "lowercase letters, decimal "
                    "digits, hyphens, periods, underscores, and tildes [RFC 3986, Section 2.3])");
    if (plan_.name.empty() || characters_in(plan_.name) > 255 || !is_control_free(plan_.name))
      return refuse("-> name -> " + echo(*name) + " must have 1 to 255 characters and no control characters");
    return {};
  }

  Step read_overlay() {
    auto const* overlay = field("overlay");
    if (overlay == nullptr) return {};
    if (!head_.dry_run) return refuse("-> overlay is for trying only; add dry_run=true to the query or leave it out");
    if (auto good = check_overlay_field(*overlay); !good) return good;
    request_.overlay = *overlay;
    return {};
  }

  Step read_solver() {
    auto const* solver = field("solver");
    if (solver == nullptr) return {};
    if (auto good = check_solver_field(*solver, limits_.longest_search_s); !good) return good;
    extras_["solver"] = *solver;
    return {};
  }

  // The document that is stored; a template that is still to be fetched is put into it later.
  Step read_template() {
    json::object document;
    if (auto const* files = field("files")) document["files"] = *files;
    if (auto const* given = field("template")) {
      if (!given->is_object() && !given->is_string())
        return refuse("-> template did not match 'dict or basestring type' (not of type dictionary or string)");
      if (auto const* text = given->if_string(); text != nullptr && !head_.template_unread)
        if (auto readable = check_template_text(*text); !readable) return readable;
      document["template"] = *given;
    }
    plan_.template_document = std::move(document);
    return {};
  }

  // A template in the request goes before its URL, which is not looked at then.
  Step read_template_url() {
    auto const* url = field("template_url");
    if (url == nullptr || field("template") != nullptr) return {};
    if (!url->is_string()) return wrong_type("template_url", *url, "string", "string");
    if (auto const good = check_remote_url(url->as_string(), limits_.remote); !good)
      return refuse("-> template_url: " + good.error().text);
    request_.template_url = std::string(url->as_string());
    return {};
  }

  Step read_timeout() {
    auto const* timeout = field("timeout");
    if (timeout == nullptr) return {};
    if (!timeout->is_int64() && !timeout->is_uint64()) return wrong_type("timeout", *timeout, "integer", "int");
    auto const seconds = timeout->is_int64() ? timeout->as_int64() : longest_timeout_s + 1;
    if (seconds < 1 || seconds > longest_timeout_s)
      return refuse("-> timeout -> " + echo(*timeout) + " must be a number of seconds from 1 to " +
                    std::to_string(longest_timeout_s));
    plan_.timeout_s = seconds;
    return {};
  }

  Step read_transaction_id() {
    plan_.transaction_id = head_.transaction_id;
    auto const* given = field("transaction_id");
    if (given == nullptr) return {};
    if (!given->is_string()) return wrong_type("transaction_id", *given, "string", "string");
    if (auto good = check_transaction_id(given->as_string()); !good) return good;
    if (plan_.transaction_id.empty()) plan_.transaction_id = std::string(given->as_string());
    return {};
  }

  json::object const& body_;
  RequestHead const& head_;
  RequestLimits const& limits_;
  PlanRequest request_;
  store::NewPlan& plan_ = request_.plan;
  json::object extras_;
};

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    char const c = text[i];
    bool const hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (hyphen ? c != '-' : !hex) return false;
  }
  return true;
}

sdk::Result<void> check_transaction_id(std::string_view id) {
  if (is_printable(id)) return {};
  return refuse("A transaction id must have 1 to 255 printable characters");
}

CheckedRequest check_plan_request(json::object const& body, RequestHead const& head, RequestLimits const& limits) {
  return Reader(body, head, limits).read();
}

sdk::Result<PlanRequest> read_plan_request(std::string_view body, RequestHead const& head,
                                           RequestLimits const& limits) {
  if (!head.transaction_id.empty())
    if (auto good = check_transaction_id(head.transaction_id); !good) return good.error();
  auto content = read_request_text(body);
  if (!content) return content.error();
  if (!content->is_object()) return refuse("The request body must be a JSON object, got " + echo(*content));
  auto checked = check_plan_request(content->as_object(), head, limits);
  if (!checked.problems.empty()) return refuse(checked.problems.front());
  return std::move(checked.request);
}

}  // namespace conductor::services::api
