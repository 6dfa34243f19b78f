#include "failure.hpp"

namespace conductor::plugins::sqlite {

using sdk::Errc;
using sdk::Outcome;

Failure failure_of(SqlError const& error, std::filesystem::path const& file) {
  std::string const text = "store/sqlite: " + file.string() + ": " + error.what();
  switch (error.primary()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {Outcome::unavailable, text + "; another process holds the write lock"};
    case SQLITE_FULL:
      return {Outcome::no_space, text + "; make room on the file system"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Outcome::corrupt, text + "; stop all roles, keep the file and restore a backup"};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {Outcome::unavailable,
              text + "; the file, its -wal and -shm and the directory " + file.parent_path().string() +
                  " must exist and be writable by the user that conductor runs as",
              true};
    case SQLITE_TOOBIG:
      return {Outcome::too_large, text};
    case SQLITE_INTERRUPT:
      return {Outcome::cancelled, "the call was cancelled or its deadline has passed"};
    case SQLITE_IOERR:
      // The index of the WAL could not grow.
      if (error.code() == SQLITE_IOERR_SHMSIZE || error.code() == SQLITE_IOERR_SHMMAP)
        return {Outcome::no_space, text + "; make room on the file system", true};
      return {Outcome::unavailable, text + "; check the disk", true};
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
      // Our texts are right; the tables are not those they were written for.
      return {Outcome::schema, text + "; the tables are missing or of another version"};
    default:
      return {Outcome::unavailable, text};
  }
}

sdk::Error error_of(Failure const& failure) {
  switch (failure.outcome) {
    case Outcome::schema:
      return {Errc::unsupported, failure.text};
    case Outcome::corrupt:
      return {Errc::denied, failure.text};
    case Outcome::cancelled:
      return {Errc::timed_out, failure.text};
    default:
      return {Errc::unavailable, failure.text};
  }
}

}  // namespace conductor::plugins::sqlite
