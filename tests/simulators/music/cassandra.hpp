// The data behind the simulated MUSIC, as Cassandra keeps it: cells with timestamps, of which the highest wins; deletes
// that hide what is older; a quorum that is up to date and one replica that may lag.
#pragma once
#include <boost/json.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace conductor::simulators::music {

namespace json = boost::json;

// What Cassandra or its driver refuses; the text is Cassandra's.
struct QueryError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Cell {
  json::value value;
  std::int64_t stamp = 0;
};

struct StoredRow {
  std::map<std::string, Cell> cells;
  std::int64_t deleted = INT64_MIN;  // cells stamped up to here are hidden
};

struct TableData {
  std::map<std::string, std::string> columns;  // name and CQL type
  std::string key;
  std::map<std::string, StoredRow> rows;     // as a quorum sees them
  std::map<std::string, StoredRow> lagging;  // as the slow replica sees them, live ones only
  // Of each column with an index: the ids in `lagging` by value, which is written as JSON.
  std::map<std::string, std::map<std::string, std::set<std::string>>> indexes;
};

// Not thread-safe: music.hpp guards it. Names are lower-case identifiers; `id` is the text key.
class Cassandra {
 public:
  using Clock = std::chrono::steady_clock;

  // False when it exists.
  bool create_keyspace(std::string const& name);
  bool drop_keyspace(std::string const& name) { return keyspaces_.erase(name) != 0; }
  bool has_keyspace(std::string const& name) const { return keyspaces_.contains(name); }
  // `fields` maps columns to types and may hold PRIMARY KEY. False when the table exists. Throws QueryError.
  bool create_table(std::string const& keyspace, std::string const& table, json::object const& fields);
  bool drop_table(std::string const& keyspace, std::string const& table);
  void create_index(std::string const& keyspace, std::string const& table, std::string const& column);
  // Null when there is none.
  TableData* find(std::string const& keyspace, std::string const& table);

  // `value` as the server stores it in a column of this CQL type: through its text form; null what cannot be converted.
  static json::value converted(json::value const& value, std::string const& type);
  void write(TableData& table, std::string const& id, json::object const& values, std::int64_t stamp);
  void erase(TableData& table, std::string const& id, std::int64_t stamp);
  // Columns of a live row, nulls as the driver reads them; nothing when there is no such row. `strong`: by quorum.
  std::optional<json::object> read(TableData& table, std::string const& id, bool strong);
  // Rows that match, by one replica. Throws QueryError for a column without index.
  std::vector<json::object> select(TableData& table, std::map<std::string, std::string> const& where);
  // Unconverted cell, as conditions see it: null when unset.
  json::value cell(TableData const& table, std::string const& id, std::string const& column) const;

  // How far the replica that answers reads at consistency ONE lags behind.
  void set_lag(std::chrono::milliseconds lag);
  json::value snapshot() const;
  void restore(json::value const& snapshot);

 private:
  struct Change {
    TableData* table;
    std::string id;
    StoredRow row;
  };
  void catch_up();
  std::map<std::string, std::map<std::string, TableData>> keyspaces_;
  std::deque<std::pair<Clock::time_point, Change>> pending_;  // on their way to the slow replica
  std::chrono::milliseconds lag_{0};
  void replicate(TableData& table, std::string const& id);
};

}  // namespace conductor::simulators::music
