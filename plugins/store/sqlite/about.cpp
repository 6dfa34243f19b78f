// What the plugin says of itself: options and limits.
#include "store.hpp"

#include <sqlite3.h>

namespace conductor::plugins::sqlite {

void SqliteStore::describe(sdk::Schema& schema) {
  schema.text("path", "Database file, relative to [DEFAULT] state_path; on a local file system.")
      .default_to("conductor.db");
  schema.text("sync", "full: every answered change survives a loss of power; normal: only a crash of the process.")
      .default_to("full")
      .one_of({"full", "normal"});
}

sdk::StoreInfo SqliteStore::info() const {
  sdk::StoreInfo info;
  info.name = "sqlite";
  info.version = std::string("1.0.0, SQLite ") + sqlite3_libversion() + (sync_normal_ ? ", sync = normal" : "");
  info.max_multi_ops = 1000;
  return info;
}

}  // namespace conductor::plugins::sqlite
