#include "services/api/plan_request.hpp"

#include "core/http/target.hpp"
#include "services/api/digest.hpp"
#include "services/api/request_text.hpp"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace conductor::services::api {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;

namespace {

constexpr std::int64_t most_recommendations = 10'000, longest_timeout_s = 86'400;
// Namespace of the ids that are made from idempotency keys; fixed for ever.
constexpr char key_namespace[] = "6f1d6a5e-64b1-5c0a-9a52-0f3c1a7c2b9d";

Error refuse(std::string text) { return {Errc::invalid, std::move(text)}; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// A client's value as it may stand in an explanation: without control characters, not too long, cut between characters.
std::string echo(json::value const& value) {
  constexpr std::size_t longest = 100;
  std::string text = value.is_string() ? std::string(value.as_string()) : json::serialize(value);
  std::erase_if(text, is_control);
  if (text.size() <= longest) return text;
  auto end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

Error wrong_type(std::string const& key, json::value const& value, std::string const& type, std::string const& python) {
  return refuse("-> " + key + " -> " + echo(value) + " did not pass validation against callable: " + type +
                " (not of type " + python + ")");
}

// Neither C0 nor DEL nor, in UTF-8, C1.
bool is_control_free(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), is_control)) return false;
  for (auto at = text.find('\xC2'); at != std::string_view::npos; at = text.find('\xC2', at + 1))
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0) return false;
  return true;
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Headers may hold any bytes; what is stored and shown is text.
bool is_printable(std::string_view text) {
  return !text.empty() && http::is_utf8(text) && characters_in(text) <= 255 && is_control_free(text);
}

// The same content in one order of keys.
json::value sorted(json::value const& value) {
  if (auto const* list = value.if_array()) {
    json::array items;
    items.reserve(list->size());
    for (auto const& item : *list) items.push_back(sorted(item));
    return items;
  }
  auto const* mapping = value.if_object();
  if (mapping == nullptr) return value;
  std::vector<json::object::value_type const*> members;
  for (auto const& member : *mapping) members.push_back(&member);
  std::sort(members.begin(), members.end(), [](auto const* a, auto const* b) { return a->key() < b->key(); });
  json::object ordered;
  for (auto const* member : members) ordered[member->key()] = sorted(member->value());
  return ordered;
}

bool is_unreserved(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
  });
}

// Reads one field after the other into the plan; the first that is wrong ends it.
class Reader {
 public:
  Reader(json::object const& body, RequestHead const& head, RequestLimits const& limits)
      : body_(body), head_(head), limits_(limits) {}

  sdk::Result<store::NewPlan> read() {
    for (auto step :
         {&Reader::read_keys, &Reader::read_files, &Reader::read_id, &Reader::read_recommendations, &Reader::read_name,
          &Reader::read_solver, &Reader::read_template, &Reader::read_timeout, &Reader::read_transaction_id})
      if (auto done = (this->*step)(); !done) return done.error();
    plan_.submitter = head_.submitter;
    if (!extras_.empty()) plan_.extras = std::move(extras_);
    return std::move(plan_);
  }

 private:
  using Step = sdk::Result<void>;
  json::value const* field(std::string_view key) const {
    auto const* value = body_.if_contains(key);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  Step read_keys() {
    constexpr std::array accepted{"files",         "id",     "limit",    "name",    "num_solution",
                                  "num_solutions", "solver", "template", "timeout", "transaction_id"};
    constexpr std::array later{"callback_url", "overlay", "template_url"};
    for (auto const& [key, value] : body_) {
      if (std::find(later.begin(), later.end(), key) != later.end())
        return refuse("-> " + std::string(key) + " is not supported by this release; leave it out");
      if (std::find(accepted.begin(), accepted.end(), key) == accepted.end()) {
        std::string known;
        for (auto const* name : accepted) known += (known.empty() ? "" : ", ") + std::string(name);
        return refuse("-> top level has unexpected item in data: " + echo(json::value(key)) +
                      " (accepted are: " + known + ")");
      }
    }
    if (field("template") == nullptr) return refuse("-> top level is missing required items: template");
    return {};
  }

  Step read_files() {
    auto const* files = field("files");
    if (files == nullptr) return {};
    if (!files->is_object()) return wrong_type("files", *files, "dictionary", "dictionary");
    for (auto const& [name, content] : files->as_object())
      if (!content.is_string()) return refuse("-> files -> " + echo(json::value(name)) + " must be a text");
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
      if (plan_.id.empty()) {
        boost::uuids::name_generator_sha1 const make(boost::uuids::string_generator()(key_namespace));
        plan_.id = to_string(make(head_.submitter + '\n' + *key));
      }
    }
    if (plan_.id.empty()) plan_.id = fresh_uuid();
    return {};
  }

  // An integer or its digits, within the range; `all` where allowed.
  sdk::Result<std::string> recommendations(std::string const& key, json::value const& value, bool all_allowed) const {
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

  // The same keys may stand in the template; what a request says is checked here, whether the strategy exists when the
  // plan is translated.
  Step read_solver() {
    auto const* solver = field("solver");
    if (solver == nullptr) return {};
    if (!solver->is_object()) return wrong_type("solver", *solver, "dictionary", "dictionary");
    for (auto const& [key, value] : solver->as_object()) {
      bool good = false;
      std::string expected;
      if (key == "strategy") {
        good = value.is_string() && !value.as_string().empty();
        expected = "the name of a solver strategy";
      } else if (key == "deadline") {
        good = value.is_number() && value.to_number<double>() > 0;
        expected = "a number of seconds above 0";
      } else if (key == "seed") {
        good = value.is_int64() || value.is_uint64();
        expected = "an integer";
      } else {
        return refuse("-> solver -> " + echo(json::value(key)) +
                      " is not supported by this release; accepted are: strategy, deadline, seed");
      }
      if (!good) return refuse("-> solver -> " + std::string(key) + " -> " + echo(value) + " must be " + expected);
    }
    extras_["solver"] = *solver;
    return {};
  }

  Step read_template() {
    auto const& given = *field("template");
    if (!given.is_object() && !given.is_string())
      return refuse("-> template did not match 'dict or basestring type' (not of type dictionary or string)");
    if (auto const* text = given.if_string())
      if (auto readable = check_template_text(*text); !readable) return readable;
    json::object document{{"template", given}};
    if (auto const* files = field("files")) document["files"] = *files;
    plan_.template_document = std::move(document);
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

  static std::string fresh_uuid() {
    static thread_local boost::uuids::random_generator generator;
    return to_string(generator());
  }

  json::object const& body_;
  RequestHead const& head_;
  RequestLimits const& limits_;
  store::NewPlan plan_;
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

sdk::Result<store::NewPlan> read_plan_request(std::string_view body, RequestHead const& head,
                                              RequestLimits const& limits) {
  if (!head.transaction_id.empty())
    if (auto good = check_transaction_id(head.transaction_id); !good) return good.error();
  auto content = read_request_text(body);
  if (!content) return content.error();
  if (!content->is_object()) return refuse("The request body must be a JSON object, got " + echo(*content));
  return Reader(content->as_object(), head, limits).read();
}

}  // namespace conductor::services::api
