#include "wire.hpp"

#include "conductor/sdk/base64.hpp"

#include <charconv>

namespace conductor::plugins::etcd {

namespace json = boost::json;

namespace {

constexpr std::size_t operation_overhead = 32;

// Writes one JSON object; names are plain, values are bytes, numbers or flags.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) { out_ += '{'; }
  ~Writer() { out_ += '}'; }
  Writer(Writer const&) = delete;
  Writer& operator=(Writer const&) = delete;

  std::string& name(std::string_view text) {
    if (!first_) out_ += ',';
    first_ = false;
    return out_.append(1, '"').append(text).append("\":");
  }
  void bytes(std::string_view text, std::string_view value) {
    name(text) += '"';
    sdk::append_base64(out_, value);
    out_ += '"';
  }
  void number(std::string_view text, std::int64_t value) {
    name(text).append(1, '"').append(std::to_string(value)).append(1, '"');
  }
  void word(std::string_view text, std::string_view value) { name(text).append(1, '"').append(value).append(1, '"'); }
  void flag(std::string_view text, bool value) {
    if (value) name(text) += "true";
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void write(std::string& out, Compare const& compare) {
  Writer object(out);
  object.bytes("key", compare.key);
  object.word("result", "EQUAL");
  switch (compare.target) {
    case Compare::Target::version:
      object.word("target", "VERSION");
      return object.number("version", compare.value);
    case Compare::Target::mod:
      object.word("target", "MOD");
      return object.number("mod_revision", compare.value);
    case Compare::Target::lease:
      object.word("target", "LEASE");
      return object.number("lease", compare.value);
  }
}

void write(std::string& out, Range const& range) {
  Writer object(out);
  object.bytes("key", range.key);
  if (!range.end.empty()) object.bytes("range_end", range.end);
  if (range.limit > 0) object.number("limit", range.limit);
  if (range.revision > 0) object.number("revision", range.revision);
  object.flag("keys_only", range.keys_only);
  object.flag("count_only", range.count_only);
  object.flag("serializable", range.serializable);
}

void write(std::string& out, Operation const& operation) {
  Writer object(out);
  if (operation.kind == Operation::Kind::range) {
    Range range;
    range.key = operation.key;
    range.end = operation.end;
    range.revision = operation.revision;
    range.limit = operation.limit;
    return write(object.name("request_range"), range);
  }
  bool const is_put = operation.kind == Operation::Kind::put;
  Writer inner(object.name(is_put ? "request_put" : "request_delete_range"));
  inner.bytes("key", operation.key);
  if (!operation.end.empty()) inner.bytes("range_end", operation.end);
  if (is_put) inner.bytes("value", operation.value);
  if (operation.lease != 0) inner.number("lease", operation.lease);
}

template <class T>
void write_list(std::string& out, std::vector<T> const& items) {
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    write(out, items[i]);
  }
  out += ']';
}

json::value const* member(json::value const& value, std::string_view name) {
  auto const* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

bool flag_at(json::value const& object, std::string_view name) {
  auto const* value = member(object, name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::optional<std::string> bytes_at(json::value const& object, std::string_view name) {
  auto const* value = member(object, name);
  if (value == nullptr) return std::string();
  if (!value->is_string()) return std::nullopt;
  return sdk::from_base64(value->get_string());
}

std::optional<KeyValue> pair_of(json::value const& value) {
  auto key = bytes_at(value, "key"), content = bytes_at(value, "value");
  if (!key || !content) return std::nullopt;
  return KeyValue{std::move(*key),
                  std::move(*content),
                  number_at(value, "create_revision"),
                  number_at(value, "mod_revision"),
                  number_at(value, "version"),
                  number_at(value, "lease")};
}

std::int64_t revision_of(json::value const& reply) {
  auto const* header = member(reply, "header");
  return header == nullptr ? 0 : number_at(*header, "revision");
}

bool read_events(json::value const& result, WatchFrame& frame) {
  auto const* events = member(result, "events");
  if (events == nullptr) return true;
  if (!events->is_array()) return false;
  for (auto const& event : events->get_array()) {
    auto const* pair = member(event, "kv");
    auto read = pair == nullptr ? std::nullopt : pair_of(*pair);
    if (!read) return false;
    frame.events.push_back({text_at(event, "type") == "DELETE", std::move(*read)});
  }
  return true;
}

}  // namespace

std::string body_of(Range const& range) {
  std::string out;
  write(out, range);
  return out;
}

std::string body_of(Transaction const& transaction) {
  std::string out;
  {
    Writer object(out);
    write_list(object.name("compare"), transaction.compares);
    write_list(object.name("success"), transaction.success);
    write_list(object.name("failure"), transaction.failure);
  }
  return out;
}

std::size_t bytes_of(Operation const& operation) {
  return operation.key.size() + operation.end.size() + operation.value.size() + operation_overhead;
}

std::string watch_body(std::string const& prefix, std::int64_t from_revision, bool only_removals) {
  std::string out;
  {
    Writer object(out);
    Writer inner(object.name("create_request"));
    inner.bytes("key", prefix);
    auto end = prefix;
    end.back() = static_cast<char>(end.back() + 1);
    inner.bytes("range_end", end);
    inner.number("start_revision", from_revision);
    if (only_removals) inner.name("filters") += "[\"NOPUT\"]";
  }
  return out;
}

std::int64_t number_at(json::value const& object, std::string_view name) {
  auto const* value = member(object, name);
  if (value == nullptr) return 0;
  if (value->is_int64()) return value->get_int64();
  std::int64_t number = 0;
  if (value->is_string()) {
    auto const text = std::string_view(value->get_string());
    // Cluster and member ids use all 64 bits.
    std::uint64_t whole = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc()) return number;
    if (std::from_chars(text.data(), text.data() + text.size(), whole).ec == std::errc())
      return static_cast<std::int64_t>(whole);
  }
  return 0;
}

std::string text_at(json::value const& object, std::string_view name) {
  auto const* value = member(object, name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<json::value> json_of(std::string_view text) {
  boost::system::error_code failed;
  auto value = json::parse(text, failed);
  if (failed || !value.is_object()) return std::nullopt;
  return value;
}

std::optional<Ranged> ranged_of(json::value const& reply) {
  Ranged ranged;
  ranged.revision = revision_of(reply);
  ranged.more = flag_at(reply, "more");
  ranged.count = number_at(reply, "count");
  auto const* pairs = member(reply, "kvs");
  if (pairs == nullptr) return ranged;
  if (!pairs->is_array()) return std::nullopt;
  ranged.pairs.reserve(pairs->get_array().size());
  for (auto const& pair : pairs->get_array()) {
    auto read = pair_of(pair);
    if (!read) return std::nullopt;
    ranged.pairs.push_back(std::move(*read));
  }
  return ranged;
}

std::optional<Transacted> transacted_of(json::value const& reply) {
  Transacted done;
  done.succeeded = flag_at(reply, "succeeded");
  done.revision = revision_of(reply);
  if (done.revision == 0) return std::nullopt;
  auto const* answers = member(reply, "responses");
  if (answers == nullptr) return done;
  if (!answers->is_array()) return std::nullopt;
  for (auto const& answer : answers->get_array()) {
    auto const* range = member(answer, "response_range");
    auto read = range == nullptr ? Ranged() : ranged_of(*range);
    if (!read) return std::nullopt;
    done.answers.push_back(std::move(*read));
  }
  return done;
}

std::optional<WatchFrame> frame_of(std::string_view line) {
  auto const parsed = json_of(line);
  if (!parsed) return std::nullopt;
  WatchFrame frame;
  if (auto const* error = member(*parsed, "error")) {
    frame.canceled = true;
    frame.trouble = error->is_string() ? std::string(error->get_string()) : text_at(*error, "message");
    return frame;
  }
  auto const* result = member(*parsed, "result");
  if (result == nullptr) return std::nullopt;
  frame.created = flag_at(*result, "created");
  frame.canceled = flag_at(*result, "canceled");
  frame.revision = revision_of(*result);
  frame.compact_revision = number_at(*result, "compact_revision");
  frame.trouble = text_at(*result, "cancel_reason");
  if (!read_events(*result, frame)) return std::nullopt;
  return frame;
}

}  // namespace conductor::plugins::etcd
