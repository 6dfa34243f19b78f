// Group commit: writes that come while a commit is under way share the next one, and its sync. Syncs are counted, and
// held up, by a VFS in front of the real one.
#include "store.hpp"
#include "conductor/sdk/claims.hpp"
#include "tests/plugins/store/real_host.hpp"

#include <boost/test/unit_test.hpp>

#include <sqlite3.h>

#include <condition_variable>
#include <cstring>
#include <thread>

using namespace conductor;
using namespace conductor::plugins::sqlite;

namespace {

// Counts syncs of WAL files; while the gate is shut they wait before it.
struct Syncs {
  std::mutex mutex;
  std::condition_variable changed;
  int wal = 0;
  bool shut = false, waiting = false;

  void pass() {
    std::unique_lock lock(mutex);
    ++wal;
    waiting = shut;
    changed.notify_all();
    changed.wait(lock, [this] { return !shut; });
    waiting = false;
  }
  int count() {
    std::lock_guard const lock(mutex);
    return wal;
  }
  void set_shut(bool now) {
    std::lock_guard const lock(mutex);
    shut = now;
    changed.notify_all();
  }
  void await_one() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return waiting; });
  }
};
Syncs syncs;

// The methods of the real VFS's WAL files, but for the sync.
sqlite3_io_methods const* real_methods = nullptr;
sqlite3_io_methods counting_methods;

int counted_sync(sqlite3_file* file, int flags) {
  syncs.pass();
  return real_methods->xSync(file, flags);
}

int open_file(sqlite3_vfs* self, char const* name, sqlite3_file* file, int flags, int* result) {
  auto* const real = static_cast<sqlite3_vfs*>(self->pAppData);
  int const code = real->xOpen(real, name, file, flags, result);
  if (code != SQLITE_OK || (flags & SQLITE_OPEN_WAL) == 0) return code;
  static std::once_flag once;
  std::call_once(once, [file] {
    real_methods = file->pMethods;
    counting_methods = *file->pMethods;
    counting_methods.xSync = counted_sync;
  });
  file->pMethods = &counting_methods;
  return code;
}

// The counting VFS is the default one while it exists.
class CountingFiles {
 public:
  CountingFiles() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
    vfs_.zName = "counting";
    vfs_.pAppData = real_;
    vfs_.xOpen = open_file;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~CountingFiles() {
    sqlite3_vfs_register(real_, 1);
    sqlite3_vfs_unregister(&vfs_);
  }

 private:
  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
};

// A store on counted files.
struct Counted {
  CountingFiles files;
  test::TemporaryDirectory directory;
  test::RealHost host{directory.path()};
  SqliteStore store{host, test::settings_for<SqliteStore>()};
  Counted() {
    BOOST_REQUIRE(store.start(test::call_of(host.clock())).has_value());
    BOOST_REQUIRE(static_cast<bool>(store.ensure_schema(test::call_of(host.clock()))));
  }
  bool insert(std::string const& id, sdk::Durability durability) {
    return static_cast<bool>(store.insert(test::call_of(host.clock()), "plans", id, {}, sdk::random_id(), durability));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sqlite_group_commit, Counted)

BOOST_AUTO_TEST_CASE(writes_that_wait_for_a_commit_share_the_next_sync) {
  BOOST_REQUIRE(insert("warm", sdk::Durability::full));
  auto const before = syncs.count();
  BOOST_REQUIRE(insert("alone", sdk::Durability::full));
  BOOST_TEST(syncs.count() - before >= 1, "an answered write was synced");
  BOOST_TEST(syncs.count() - before <= 2, "one write alone is one commit");

  constexpr int followers = 24;
  auto const begin = syncs.count();
  std::atomic<int> done = 0;
  {
    syncs.set_shut(true);
    std::jthread const first([&] { done += insert("first", sdk::Durability::full) ? 1 : 0; });
    syncs.await_one();  // the first commit is under way
    std::atomic<int> calling = 0;
    std::vector<std::jthread> others;
    for (int i = 0; i < followers; ++i)
      others.emplace_back([&, i] {
        ++calling;
        done += insert("other" + std::to_string(i), sdk::Durability::full) ? 1 : 0;
      });
    while (calling < followers) std::this_thread::yield();
    BOOST_TEST(done == 0, "nobody is answered before the sync");
    syncs.set_shut(false);
  }
  BOOST_TEST(done == followers + 1);
  // Whoever was late to the queue may need another one.
  BOOST_TEST(syncs.count() - begin <= followers / 2,
             syncs.count() - begin << " syncs for " << followers + 1 << " writes");
}

BOOST_AUTO_TEST_CASE(relaxed_writes_are_not_synced) {
  BOOST_REQUIRE(insert("p0", sdk::Durability::full));
  auto const before = syncs.count();
  for (int i = 1; i <= 20; ++i) BOOST_REQUIRE(insert("p" + std::to_string(i), sdk::Durability::relaxed));
  BOOST_TEST(syncs.count() == before);
  BOOST_REQUIRE(insert("p21", sdk::Durability::full));
  BOOST_TEST(syncs.count() > before);
}

BOOST_AUTO_TEST_SUITE_END()
