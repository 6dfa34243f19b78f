// Requests of the gateway, built by typed code: it ignores members that it does not know and takes a wrong compare for
// another one. Replies, in which members with default values are left out.
#pragma once
#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::plugins::etcd {

struct Compare {
  enum class Target { version, mod, lease } target = Target::version;
  std::string key;
  std::int64_t value = 0;  // must equal
};

// A range of keys: one, or with `end` all from `key` up to before it.
struct Range {
  std::string key, end{};
  std::int64_t limit = 0, revision = 0;  // 0: none, the present one
  bool keys_only = false, count_only = false, serializable = false;
};

// One step of a transaction.
struct Operation {
  enum class Kind { put, range, remove } kind = Kind::put;
  std::string key, end{}, value{};       // end: range and remove
  std::int64_t lease = 0;                // put
  std::int64_t revision = 0, limit = 0;  // range
};

inline Operation put(std::string key, std::string value, std::int64_t lease = 0) {
  return {Operation::Kind::put, std::move(key), {}, std::move(value), lease, 0, 0};
}
inline Operation erase(std::string key, std::string end = {}) {
  return {Operation::Kind::remove, std::move(key), std::move(end), {}, 0, 0, 0};
}
inline Operation read(std::string key, std::int64_t revision = 0) {
  return {Operation::Kind::range, std::move(key), {}, {}, 0, revision, 0};
}

struct Transaction {
  std::vector<Compare> compares;
  std::vector<Operation> success, failure;
};

std::string body_of(Range const& range);
std::string body_of(Transaction const& transaction);
// What counts against the server's limit of a request: keys and values as they are, with some overhead.
std::size_t bytes_of(Operation const& operation);

// {"create_request": …} for all keys with `prefix` from this revision on.
std::string watch_body(std::string const& prefix, std::int64_t from_revision, bool only_removals);

struct KeyValue {
  std::string key, value;
  std::int64_t create = 0, mod = 0, version = 0, lease = 0;
};

struct Ranged {
  std::int64_t revision = 0;
  std::vector<KeyValue> pairs;
  bool more = false;
  std::int64_t count = 0;
};

struct Transacted {
  bool succeeded = false;
  std::int64_t revision = 0;
  std::vector<Ranged> answers;  // one per operation; empty for puts
};

struct WatchEvent {
  bool removal = false;
  KeyValue pair;  // of a removal: key and mod only
};

struct WatchFrame {
  bool created = false, canceled = false;
  std::int64_t revision = 0, compact_revision = 0;
  std::string trouble;  // why it was cancelled, or the error that ended the stream
  std::vector<WatchEvent> events;
};

// Nothing: the reply is not what such a request is answered with.
std::optional<Ranged> ranged_of(boost::json::value const& reply);
std::optional<Transacted> transacted_of(boost::json::value const& reply);
std::optional<WatchFrame> frame_of(std::string_view line);
std::optional<boost::json::value> json_of(std::string_view text);
// A number, also as text; 0 when absent.
std::int64_t number_at(boost::json::value const& object, std::string_view name);
std::string text_at(boost::json::value const& object, std::string_view name);

}  // namespace conductor::plugins::etcd
