// Stores: where plans, messages and leases are kept. The rules are those of the store contract (ids such as CAS-3); the
// conformance suite (sdk/conformance/store) checks every plugin against them.
//
// All calls block, are thread-safe and return by their deadline + 100 ms. A mutation names its operation (`op`, a fresh
// random id); repeating a mutation with the same op never applies it twice.
#pragma once
#include "conductor/sdk/plugin.hpp"
#include "conductor/sdk/store_schema.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace conductor::sdk {

inline constexpr Capabilities atomic_multi = 1U << 8U, native_watch = 1U << 9U, native_lease = 1U << 10U,
                              strong_list = 1U << 11U, multi_host = 1U << 12U, claim_readback = 1U << 13U,
                              change_stamp = 1U << 14U, maintenance = 1U << 15U;

enum class Outcome {
  ok,           // applied and durable
  exists,       // insert refused; the stored row comes along
  conflict,     // an expectation did not hold; certainly not applied; the current row comes along if cheap
  not_found,    // no such row; certainly not applied
  invalid,      // bad argument, unknown column, wrong type: fix the program
  too_large,    // beyond the announced limits
  unavailable,  // certainly not applied; retry within the deadline
  ambiguous,    // may or may not be applied; settle later with resolve(op)
  auth,
  no_space,
  schema,
  corrupt,   // an operator is needed; not applied
  cancelled  // deadline or stop before anything was sent
};

constexpr std::string_view to_string(Outcome outcome) {
  constexpr std::string_view names[] = {"ok",        "exists",      "conflict",  "not found", "invalid",
                                        "too large", "unavailable", "ambiguous", "auth",      "no space",
                                        "schema",    "corrupt",     "cancelled"};
  return names[static_cast<std::size_t>(outcome)];
}

using TextMap = std::map<std::string, std::string>;
using TextList = std::vector<std::string>;
// The alternatives stand for the column types; a document is a text.
using Value = std::variant<std::string, std::int64_t, bool, TextMap, TextList>;
using Values = std::map<std::string, Value, std::less<>>;

// Opaque: only equality matters. Within one incarnation (life of a row between insert and remove) `number` grows by one
// per mutation.
struct Version {
  std::string incarnation;
  std::int64_t number = 0;
  bool operator==(Version const&) const = default;
};

struct Row {
  std::string id;
  Version version;
  std::int64_t created_ms = 0, updated_ms = 0;
  std::string op;  // of the last mutation
  Values columns;  // complete: every column of the table, defaults included

  std::string const& text(std::string_view column) const { return std::get<std::string>(columns.find(column)->second); }
  std::int64_t integer(std::string_view column) const { return std::get<std::int64_t>(columns.find(column)->second); }
  bool boolean(std::string_view column) const { return std::get<bool>(columns.find(column)->second); }
  TextMap const& map(std::string_view column) const { return std::get<TextMap>(columns.find(column)->second); }
  TextList const& list(std::string_view column) const { return std::get<TextList>(columns.find(column)->second); }
};

// What must hold for a mutation; all given parts are ANDed and at least one is mandatory.
struct Expect {
  std::optional<Version> version{};
  Values columns{};                    // scalar columns only; empty text and 0 can be expected
  std::optional<std::string> claim{};  // the row's `claim` column
  bool unconditional = false;          // configuration tables only
};

// full: durable when the call returns. relaxed: visible at once, its sync may wait for the next full one.
enum class Durability { full, relaxed };

struct Written {
  Outcome outcome = Outcome::unavailable;
  Version version;         // ok: after the mutation
  std::optional<Row> row;  // exists, conflict: what stands there
  std::string text;        // for the operator, when not ok
  explicit operator bool() const { return outcome == Outcome::ok; }
};

template <class T>
struct Read {
  Outcome outcome = Outcome::unavailable;
  T value{};
  std::string text;
  explicit operator bool() const { return outcome == Outcome::ok; }
};

enum class Strength { strong, relaxed };

struct Page {
  std::vector<Row> rows;              // by (created_ms, id), ascending
  std::optional<std::string> cursor;  // of the next page; none at the end
};

// A place in any list, beside the cursors of pages: after the row of this creation time and id, whether there is one or
// not. With an empty id: before the first row of that time. Every store takes it as `after` (LST-4).
inline std::string list_position(std::int64_t created_ms, std::string_view id) {
  return std::to_string(created_ms).append(1, ':').append(id);
}

// One step of a multi: the same arguments as the single operations.
struct Mutation {
  enum class Kind { insert, update, remove } kind = Kind::update;
  std::string table, id;
  Values values;  // insert: columns; update: what is set
  Expect expect;  // update, remove
};

struct MultiWritten {
  Outcome outcome = Outcome::unavailable;
  std::size_t which = 0;          // the mutation whose expectation failed
  std::vector<Version> versions;  // ok: one per mutation
  std::string text;
  explicit operator bool() const { return outcome == Outcome::ok; }
};

struct BlobKey {
  std::string table, id, kind;  // kind: the document column
};

struct Event {
  enum class Kind {
    put,
    remove,
    resync
  } kind = Kind::put;  // resync: events were lost; list again, then go on from here
  std::string table, id;
  std::int64_t number = 0;  // of the version
  std::string cursor;       // resume after this event
};

struct WatchFilter {
  std::vector<std::string> tables;  // empty: all
};

// Destroying the handle ends the watch; after that the sink is not called.
class Watch {
 public:
  virtual ~Watch() = default;
};

struct WorkerInfo {
  std::string id;        // unique per process life: <role>-<host>-<nonce>
  std::int64_t seq = 0;  // grows with every beat
  std::int64_t ttl_ms = 0;
  TextMap info;  // role, host, pid, addresses
};

enum class Resolution { applied, not_applied, unknown };

struct StoreInfo {
  std::string name, version;
  std::size_t max_record_bytes = 256U << 10U, max_blob_bytes = 64U << 20U, max_id_bytes = 255, max_multi_ops = 1;
  std::chrono::milliseconds lease_resolution{1000};
};

// What a store with the capability `change_stamp` implements beside Store: whether anything has changed, cheaper than
// any reading. It lets the host answer from memory what it has read before.
class ChangeStamp {
 public:
  virtual ~ChangeStamp() = default;
  // Another number after every mutation by whatever process: when two calls give the same number, no call of this store
  // that began after the first and ended before the second would have read anything else. Nothing: it cannot be told
  // now. Thread-safe, called on threads that must not wait: microseconds, no disk, no network.
  virtual std::optional<std::uint64_t> stamp() noexcept = 0;
};

// What a store with the capability `maintenance` implements beside Store, for the commands of operators
// (`conductor store`). Thread-safe, blocking, by their deadlines.
class StoreMaintenance {
 public:
  virtual ~StoreMaintenance() = default;
  // What is wrong with the storage beyond what rows and documents show, a sentence each, the first hundred: damaged
  // pages, indexes that do not agree with rows, documents that nothing frees. Changes nothing; may read everything.
  virtual Read<TextList> verify(Call const& call) = 0;
  // Inserts a row of another store: as insert() with row.op, but created_ms and updated_ms are the row's and not those
  // of this moment. The version begins anew. Document columns hold generations of this store.
  virtual Written import_row(Call const& call, std::string_view table, Row const& row,
                             Durability durability = Durability::full) = 0;
};

class Store : public Plugin {
 public:
  static constexpr char kind[] = "store";

  virtual StoreInfo info() const = 0;
  // Creates or migrates the tables; start() has been called before.
  virtual Read<int> ensure_schema(Call const& call) = 0;

  // Columns left out get their defaults ("" , 0, false, empty).
  virtual Written insert(Call const& call, std::string_view table, std::string_view id, Values const& columns,
                         std::string_view op, Durability durability = Durability::full) = 0;
  virtual Read<Row> get(Call const& call, std::string_view table, std::string_view id,
                        Strength strength = Strength::strong) = 0;
  // Rows in the order of the ids; missing ones are left out.
  virtual Read<std::vector<Row>> get_many(Call const& call, std::string_view table, std::span<std::string const> ids,
                                          Strength strength = Strength::strong) = 0;
  virtual Written update(Call const& call, std::string_view table, std::string_view id, Values const& set,
                         Expect const& expect, std::string_view op, Durability durability = Durability::full) = 0;
  virtual Written remove(Call const& call, std::string_view table, std::string_view id, Expect const& expect,
                         std::string_view op, Durability durability = Durability::full) = 0;
  // `where`: empty for all rows, or a value for each column of the table's index. `after`: a page's cursor or a
  // list_position. limit 1..1000. The plan `healthcheck` is in no list.
  virtual Read<Page> list(Call const& call, std::string_view table, Values const& where,
                          std::optional<std::string> const& after, std::size_t limit) = 0;
  virtual Read<std::int64_t> count(Call const& call, std::string_view table, Values const& where) = 0;
  // All or nothing; only with the capability atomic_multi.
  virtual MultiWritten multi(Call const& call, std::span<Mutation const> mutations, std::string_view op,
                             Durability durability = Durability::full) = 0;

  // Stores the bytes under a fresh generation, which is returned and then written into the row's document column.
  // Immutable.
  virtual Read<std::string> put_blob(Call const& call, BlobKey const& key, std::string_view bytes,
                                     Durability durability = Durability::full) = 0;
  virtual Read<std::string> get_blob(Call const& call, BlobKey const& key, std::string_view generation) = 0;
  // Frees blobs of this key that are older than `age` and are not the row's current generation; of rows that are gone,
  // all.
  virtual Read<std::int64_t> sweep_blobs(Call const& call, std::chrono::milliseconds age, std::size_t limit) = 0;

  // The cursor of this moment, for list + watch without a gap.
  virtual Read<std::string> cursor(Call const& call) = 0;
  // `sink` is called on a thread of the store, one event at a time; it must be quick. A cursor too old, or a sink too
  // slow, gives resync.
  virtual Read<std::unique_ptr<Watch>> watch(Call const& call, WatchFilter const& filter,
                                             std::string const& from_cursor,
                                             std::function<void(Event const&)> sink) = 0;

  virtual Written worker_register(Call const& call, WorkerInfo const& worker) = 0;
  // conflict: the lease was lost, the worker counts as dead.
  virtual Written worker_beat(Call const& call, std::string_view id) = 0;
  virtual Written worker_close(Call const& call, std::string_view id) = 0;
  // The living and the not yet swept; a store with leases of its own leaves out the dead.
  virtual Read<std::vector<WorkerInfo>> workers(Call const& call) = 0;

  // Whether the mutation with this op was applied.
  virtual Read<Resolution> resolve(Call const& call, std::string_view table, std::string_view id,
                                   std::string_view op) = 0;
};

}  // namespace conductor::sdk
