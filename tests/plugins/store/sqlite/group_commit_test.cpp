// Group commit: writes that come while a commit is under way share the next one, and its sync. What becomes of them
// when the disk fails. Syncs are counted, held up and made to fail by a VFS in front of the real one.
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

// Counts syncs of WAL files; while the gate is shut they wait before it, and the next `failing` of them fail.
struct Syncs {
  std::mutex mutex;
  std::condition_variable changed;
  int wal = 0, failing = 0;
  bool shut = false, waiting = false;

  // False: this one fails.
  bool pass() {
    std::unique_lock lock(mutex);
    ++wal;
    waiting = shut;
    changed.notify_all();
    changed.wait(lock, [this] { return !shut; });
    waiting = false;
    return failing == 0 || failing-- == 0;
  }
  void fail(int times) {
    std::lock_guard const lock(mutex);
    failing = times;
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
  return syncs.pass() ? real_methods->xSync(file, flags) : SQLITE_IOERR_FSYNC;
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

// --- a disk that fails

namespace {

struct FailingDisk {
  CountingFiles const files;
  test::TemporaryDirectory const directory;
  test::RealHost host{directory.path()};
  SqliteStore store{host, test::settings_for<SqliteStore>()};

  FailingDisk() {
    BOOST_REQUIRE(store.start(call()).has_value());
    BOOST_REQUIRE(static_cast<bool>(store.ensure_schema(call())));
    BOOST_REQUIRE(static_cast<bool>(insert("warm")));
  }
  ~FailingDisk() { syncs.fail(0); }
  sdk::Call call() { return test::call_of(host.clock()); }
  sdk::Written insert(std::string const& id, std::string const& op = sdk::random_id()) {
    return store.insert(call(), "plans", id, {}, op, sdk::Durability::full);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(writes_whose_commit_failed_are_made_once_by_another, FailingDisk) {
  std::vector<sdk::Written> written(8);
  {
    syncs.set_shut(true);
    std::jthread const first([&] { written[0] = insert("w0"); });
    syncs.await_one();
    std::atomic<int> calling = 0;
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < written.size(); ++i)
      others.emplace_back([&, i] {
        ++calling;
        written[i] = insert("w" + std::to_string(i));
      });
    while (calling < 7) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    syncs.fail(2);
    syncs.set_shut(false);
  }
  for (std::size_t i = 0; i < written.size(); ++i) {
    BOOST_TEST((written[i].outcome == sdk::Outcome::ok), to_string(written[i].outcome) << " " << written[i].text);
    auto const row = store.get(call(), "plans", "w" + std::to_string(i), sdk::Strength::strong);
    BOOST_TEST(static_cast<bool>(row), row.text);
    BOOST_TEST((row.value.version == written[i].version));
  }
  BOOST_TEST(store.count(call(), "plans", {}).value == 9);
  BOOST_TEST(store.verify(call()).value.empty());
}

BOOST_FIXTURE_TEST_CASE(a_write_that_cannot_be_committed_is_in_doubt_and_can_be_settled, FailingDisk) {
  auto const op = sdk::random_id();
  syncs.fail(1000);
  auto const doubtful = insert("p", op);
  BOOST_TEST((doubtful.outcome == sdk::Outcome::ambiguous), to_string(doubtful.outcome) << " " << doubtful.text);
  BOOST_TEST(!store.health(call()).has_value());
  syncs.fail(0);
  auto const known = store.resolve(call(), "plans", "p", op);
  auto const row = store.get(call(), "plans", "p", sdk::Strength::strong);
  BOOST_REQUIRE(static_cast<bool>(known));
  BOOST_TEST((known.value == (row ? sdk::Resolution::applied : sdk::Resolution::not_applied)));
  auto const before = syncs.count();
  BOOST_TEST((insert("p", op).outcome == sdk::Outcome::ok));
  BOOST_TEST(syncs.count() > before, "what was visible already is synced before it is answered");
  BOOST_TEST(store.get(call(), "plans", "p", sdk::Strength::strong).value.version.number == 1);
  BOOST_TEST(store.health(call()).has_value());
  BOOST_TEST(store.verify(call()).value.empty());
}

BOOST_AUTO_TEST_SUITE_END()
