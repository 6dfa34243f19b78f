#include "connection.hpp"

#include <mutex>

namespace conductor::plugins::sqlite {

namespace {
// Far more than the program has texts; a bound against one that would make them up.
constexpr std::size_t max_statements = 512;

[[noreturn]] void raise(sqlite3* handle, int code, std::string_view doing) {
  int const extended = handle == nullptr ? code : sqlite3_extended_errcode(handle);
  std::string text(doing);
  text += ": ";
  text += handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
  throw SqlError((extended & 0xFF) == (code & 0xFF) ? extended : code, text);
}
}  // namespace

void Statement::check(int code) const {
  if (code != SQLITE_OK) raise(sqlite3_db_handle(statement_), code, "bind");
}

void Statement::add(std::string_view text) {
  // An empty view may have no address, which SQLite would take for NULL.
  char const* const bytes = text.data() == nullptr ? "" : text.data();
  check(sqlite3_bind_text64(statement_, next_++, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::add(std::int64_t number) { check(sqlite3_bind_int64(statement_, next_++, number)); }

void Statement::add_bytes(std::string_view bytes) {
  char const* const begin = bytes.data() == nullptr ? "" : bytes.data();
  check(sqlite3_bind_blob64(statement_, next_++, begin, bytes.size(), SQLITE_STATIC));
}

bool Statement::step() {
  int const code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  raise(sqlite3_db_handle(statement_), code, sqlite3_sql(statement_));
}

Connection::Connection(std::filesystem::path const& file) {
  // Counting its memory would take a lock at each allocation. Refused, without harm, once SQLite is in use.
  static std::once_flag once;
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
  int const flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (int const code = sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr); code != SQLITE_OK) {
    std::string const text = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
    sqlite3_close(handle_);
    throw SqlError(code, "open " + file.string() + ": " + text);
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, 5000);
}

Connection::~Connection() {
  for (auto const& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

void Connection::configure() {
  {
    auto mode = use("PRAGMA journal_mode=WAL");
    if (!mode.step() || mode.text(0) != "wal")
      throw SqlError(SQLITE_CANTOPEN, "the file system of the database does not allow journal_mode=WAL");
  }
  execute(
      "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-2048;"
      "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=67108864; PRAGMA trusted_schema=OFF");
}

void Connection::execute(char const* sql) {
  if (int const code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr); code != SQLITE_OK)
    raise(handle_, code, sql);
}

Statement Connection::use(std::string_view sql) {
  if (auto const found = statements_.find(sql); found != statements_.end()) return Statement(found->second);
  if (statements_.size() >= max_statements) {
    // None of the cached is stepping when a new text comes up, except the caller's own; those stay.
    std::erase_if(statements_, [](auto const& entry) {
      if (sqlite3_stmt_busy(entry.second) != 0) return false;
      sqlite3_finalize(entry.second);
      return true;
    });
  }
  sqlite3_stmt* statement = nullptr;
  int const code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) raise(handle_, code, sql);
  statements_.emplace(sql, statement);
  return Statement(statement);
}

std::int64_t Connection::single(char const* sql) {
  auto statement = use(sql);
  return statement.step() ? statement.integer(0) : 0;
}

void Connection::on_busy(std::function<bool(int)> handler) {
  busy_ = std::move(handler);
  auto const ask = [](void* self, int times) { return static_cast<Connection*>(self)->busy_(times) ? 1 : 0; };
  sqlite3_busy_handler(handle_, ask, this);
}

void Connection::interrupt_when(std::function<bool()> handler) {
  interrupt_ = std::move(handler);
  auto const ask = [](void* self) { return static_cast<Connection*>(self)->interrupt_() ? 1 : 0; };
  sqlite3_progress_handler(handle_, interrupt_ ? 4000 : 0, interrupt_ ? +ask : nullptr, this);
}

}  // namespace conductor::plugins::sqlite
