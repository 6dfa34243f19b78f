// The data of one in-memory store: rows with an ordered index, documents and the change log, behind one mutex. Shared
// by all instances of one name in this process; gone with the last of them.
#pragma once
#include "conductor/sdk/store_answers.hpp"
#include "conductor/sdk/store.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <tuple>

namespace conductor::plugins::memory {

struct StoredRow {
  sdk::Row row;
  std::deque<std::string> ops;  // latest first
};

// The last removal of a row, remembered so that operations repeated late do no harm.
struct Removal {
  std::deque<std::string> ops;
  std::int64_t number = 0;
};

struct Document {
  std::string bytes;
  std::int64_t at_ms = 0;  // written
};

class World {
 public:
  // The world of this name, made when nobody has it.
  static std::shared_ptr<World> of(std::string const& name);

  World();
  std::mutex& mutex() { return mutex_; }
  // All that follows: with the mutex held, arguments checked, `now_ms` of the wall clock.
  sdk::Written insert(sdk::Table const& table, std::string_view id, sdk::Values const& columns, std::string_view op,
                      std::int64_t now_ms) {
    return insert(table, id, columns, op, now_ms, now_ms);
  }
  sdk::Written insert(sdk::Table const& table, std::string_view id, sdk::Values const& columns, std::string_view op,
                      std::int64_t created_ms, std::int64_t updated_ms);
  sdk::Written update(sdk::Table const& table, std::string_view id, sdk::Values const& set, sdk::Expect const& expect,
                      std::string_view op, std::int64_t now_ms, std::size_t max_record_bytes);
  sdk::Written remove(sdk::Table const& table, std::string_view id, sdk::Expect const& expect, std::string_view op);
  sdk::MultiWritten multi(std::span<sdk::Mutation const> mutations, std::string_view op, std::int64_t now_ms,
                          std::size_t max_record_bytes);
  sdk::Written beat(std::string_view id, std::int64_t now_ms);

  sdk::Row const* find(sdk::Table const& table, std::string_view id) const;
  sdk::Page page(sdk::Table const& table, sdk::Values const& where, std::pair<std::int64_t, std::string> const& after,
                 std::size_t limit) const;
  std::int64_t count(sdk::Table const& table, sdk::Values const& where) const;
  sdk::Resolution resolve(sdk::Table const& table, std::string_view id, std::string_view op) const;

  using DocumentKey = std::tuple<std::string, std::string, std::string, std::string>;  // table, id, kind, generation
  std::map<DocumentKey, Document>& documents() { return documents_; }

  // The change log. Numbers of entries have no gaps.
  std::int64_t newest() const { return newest_; }
  std::int64_t oldest() const { return newest_ - static_cast<std::int64_t>(log_.size()) + 1; }
  sdk::Event const& logged(std::int64_t seq) const { return log_[static_cast<std::size_t>(seq - oldest())]; }
  std::condition_variable_any& logged_more() { return logged_more_; }
  std::string cursor(std::int64_t seq) const { return identity_ + ":" + std::to_string(seq); }
  std::optional<std::int64_t> position(std::string_view cursor) const;  // nothing: of another world

 private:
  // A place in a list: index values (or nothing, for the list of all), time and id.
  using Place = std::tuple<std::string, std::int64_t, std::string>;
  struct TableData {
    std::map<std::string, StoredRow, std::less<>> rows;
    std::set<Place> places;
  };
  TableData& data(sdk::Table const& table) { return tables_.find(table.name)->second; }
  TableData const& data(sdk::Table const& table) const { return tables_.find(table.name)->second; }
  void enlist(sdk::Table const& table, sdk::Row const& row, bool in);
  void log(sdk::Event::Kind kind, sdk::Table const& table, std::string_view id, std::int64_t number);
  std::optional<sdk::Written> repeated(StoredRow const* stored, sdk::Table const& table, std::string_view id,
                                       std::string_view op) const;
  sdk::Written apply(sdk::Mutation const& mutation, std::string_view op, std::int64_t now_ms,
                     std::size_t max_record_bytes);
  Removal const* removal(sdk::Table const& table, std::string_view id) const;
  void restore(sdk::Table const& table, std::string const& id, std::optional<StoredRow> before);
  // The rows of one list after a place, until `each` returns false.
  template <class Visit>
  void visit(sdk::Table const& table, Place const& after, Visit const& each) const;

  std::mutex mutex_;
  std::string const identity_;
  std::map<std::string_view, TableData> tables_;
  std::map<std::pair<std::string, std::string>, Removal, std::less<>> removals_;  // by table and id
  std::map<DocumentKey, Document> documents_;
  std::deque<sdk::Event> log_;
  std::int64_t newest_ = 0;
  std::condition_variable_any logged_more_;
};

using sdk::answers::failed;

}  // namespace conductor::plugins::memory
