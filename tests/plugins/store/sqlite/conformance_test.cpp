// The conformance suite on the embedded store: four instances on one file, as four processes would have.
#include "store.hpp"
#include "tests/plugins/store/conformance_cases.hpp"
#include "tests/plugins/store/real_host.hpp"

#include <sqlite3.h>

using conductor::plugins::sqlite::SqliteStore;
using namespace conductor;

namespace {

std::unique_ptr<sdk::Store> open(test::RealHost& host) {
  auto store = std::make_unique<SqliteStore>(host, test::settings_for<SqliteStore>());
  if (auto const started = store->start(test::call_of(host.clock())); !started)
    throw std::runtime_error(started.error().text);
  if (auto const schema = store->ensure_schema(test::call_of(host.clock())); !schema)
    throw std::runtime_error(schema.text);
  return store;
}

// Changes one byte of the second part of a document, as a failing disk would.
void damage(std::filesystem::path const& file, std::string const& generation) {
  sqlite3* handle = nullptr;
  sqlite3_open(file.c_str(), &handle);
  sqlite3_busy_timeout(handle, 5000);
  std::string const sql =
      "UPDATE blobs SET body = zeroblob(length(body)) WHERE part = 1 AND gen = '" + generation + "'";
  sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr);
  sqlite3_close(handle);
}

test::ConformanceCases const cases([] {
  static test::TemporaryDirectory directory;
  static test::RealHost host(directory.path());
  sdk::conformance::StoreSetup setup;
  setup.open = [] { return open(host); };
  setup.clock = &host.clock();
  setup.capabilities = SqliteStore::capabilities;
  setup.damage_blob = [](sdk::BlobKey const&, std::string const& generation) {
    damage(directory.path() / "conductor.db", generation);
  };
  return setup;
});

}  // namespace
