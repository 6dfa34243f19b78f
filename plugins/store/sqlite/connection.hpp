// One connection to the database file and its prepared statements. A connection belongs to one thread at a time and
// never crosses a fork. What is asked through it is left to the other files of this folder.
#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace conductor::plugins::sqlite {

// What SQLite answered instead of doing it; failure.hpp says what it means to callers.
class SqlError : public std::runtime_error {
 public:
  SqlError(int code, std::string const& text) : std::runtime_error(text), code_(code) {}
  int code() const noexcept { return code_; }            // extended
  int primary() const noexcept { return code_ & 0xFF; }  // SQLITE_BUSY, …

 private:
  int code_;
};

// A prepared statement in use: reset when this object ends. Texts given to bind must live until the last step.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  Statement(Statement const&) = delete;
  Statement& operator=(Statement const&) = delete;
  ~Statement() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

  // Binds the next parameters in order.
  template <class... Ts>
  Statement& bind(Ts const&... values) {
    (add(values), ...);
    return *this;
  }
  void add(std::string_view text);
  void add(std::string const& text) { add(std::string_view(text)); }
  void add(char const* text) { add(std::string_view(text)); }
  void add(std::int64_t number);
  void add(int number) { add(static_cast<std::int64_t>(number)); }
  void add_bytes(std::string_view bytes);

  bool step();  // true while there is a row
  void run() {
    while (step()) {
    }
  }

  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  // Valid until the next step; text and blob alike.
  std::string_view text(int column) const {
    auto const* bytes = static_cast<char const*>(sqlite3_column_blob(statement_, column));
    return {bytes == nullptr ? "" : bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  void check(int code) const;
  sqlite3_stmt* statement_;
  int next_ = 1;
};

class Connection {
 public:
  // Opens or creates the file and reads nothing. Throws SqlError.
  explicit Connection(std::filesystem::path const& file);
  Connection(Connection const&) = delete;
  Connection& operator=(Connection const&) = delete;
  ~Connection();

  // The settings of contract 4.1 that every connection needs; switches the file to WAL.
  void configure();
  // Executes without result; for texts that are used once.
  void execute(char const* sql);
  // A cached statement, ready to bind. Not to be used again while the first use is still stepping.
  Statement use(std::string_view sql);
  std::int64_t single(char const* sql);  // the number in the first column of the first row

  // Asked while a lock is held by somebody else (times asked before): true goes on waiting. Default: 5 s.
  void on_busy(std::function<bool(int)> handler);
  // Asked every few thousand steps: true interrupts the statement.
  void interrupt_when(std::function<bool()> handler);

  bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
  std::int64_t changes() const { return sqlite3_changes64(handle_); }
  std::int64_t last_row() const { return sqlite3_last_insert_rowid(handle_); }  // that was inserted
  sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
  std::function<bool(int)> busy_;
  std::function<bool()> interrupt_;
};

}  // namespace conductor::plugins::sqlite
