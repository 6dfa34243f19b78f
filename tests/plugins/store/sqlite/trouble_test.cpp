// A disk that fills up, files that cannot be written, files that were damaged: what the embedded store says and how it
// goes on.
#include "store.hpp"
#include "file.hpp"
#include "conductor/sdk/claims.hpp"
#include "verify.hpp"
#include "tests/plugins/store/real_host.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace conductor;
using namespace conductor::plugins::sqlite;
using sdk::Outcome;

BOOST_AUTO_TEST_SUITE(sqlite_trouble)

namespace {

using conductor::tests::has;

// A file system of its own that is soon full; needs root.
class SmallDisk {
 public:
  SmallDisk() { mounted_ = ::mount("conductor-test", path().c_str(), "tmpfs", 0, "size=3m") == 0; }
  ~SmallDisk() {
    if (mounted_) ::umount2(path().c_str(), MNT_DETACH);
  }
  bool usable() const {
    if (!mounted_) BOOST_TEST_MESSAGE("skipped: this user may not mount a small file system");
    return mounted_;
  }
  std::filesystem::path const& path() const { return directory_.path(); }
  void fill() const {
    std::ofstream filler(path() / "filler", std::ios::binary);
    std::string const block(4096, 'f');
    while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void grow() const { BOOST_REQUIRE(::mount("conductor-test", path().c_str(), "tmpfs", MS_REMOUNT, "size=24m") == 0); }
  void make_room() const { std::filesystem::remove(path() / "filler"); }

 private:
  test::TemporaryDirectory directory_;
  bool mounted_ = false;
};

std::unique_ptr<SqliteStore> open_at(test::RealHost& host) {
  auto store = std::make_unique<SqliteStore>(host, test::settings_for<SqliteStore>());
  auto const started = store->start(test::call_of(host.clock()));
  BOOST_REQUIRE_MESSAGE(started, started.error().text);
  auto const made = store->ensure_schema(test::call_of(host.clock()));
  BOOST_REQUIRE_MESSAGE(made, made.text);
  return store;
}

sdk::Written insert(SqliteStore& store, test::RealHost& host, std::string const& id, std::size_t bytes) {
  return store.insert(test::call_of(host.clock()), "plans", id, {{"message", std::string(bytes, 'x')}},
                      sdk::random_id(), sdk::Durability::full);
}

// What a child process that is not root answers.
std::string as_stranger(std::function<std::string()> const& work) {
  int answer[2];
  BOOST_REQUIRE(::pipe(answer) == 0);
  auto const child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) ::_exit(1);
    auto const text = work();
    [[maybe_unused]] auto const written = ::write(answer[1], text.data(), text.size());
    ::_exit(0);
  }
  ::close(answer[1]);
  std::string text(2000, '\0');
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(answer[0], text.data(), text.size()))));
  ::close(answer[0]);
  ::waitpid(child, nullptr, 0);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_full_disk_refuses_writes_and_all_goes_on_when_there_is_room) {
  SmallDisk const disk;
  if (!disk.usable()) return;
  test::RealHost host(disk.path());
  auto const store = open_at(host);
  for (int i = 0; i < 20; ++i)
    BOOST_REQUIRE(static_cast<bool>(insert(*store, host, "before-" + std::to_string(i), 1000)));
  disk.fill();
  sdk::Written refused;
  int stored = 0;
  for (; stored < 1000; ++stored) {
    refused = insert(*store, host, "large-" + std::to_string(stored), 100'000);
    if (!refused) break;
  }
  BOOST_TEST((refused.outcome == Outcome::no_space), sdk::to_string(refused.outcome) << ": " << refused.text);
  BOOST_TEST(has(refused.text, "make room"), refused.text);
  auto const gone =
      store->get(test::call_of(host.clock()), "plans", "large-" + std::to_string(stored), sdk::Strength::strong);
  BOOST_TEST((gone.outcome == Outcome::not_found), "what was refused was written");
  BOOST_TEST(static_cast<bool>(store->get(test::call_of(host.clock()), "plans", "before-7", sdk::Strength::strong)),
             "reads go on");
  disk.make_room();
  auto const after = insert(*store, host, "after", 100'000);
  BOOST_TEST((after.outcome == Outcome::ok), after.text);
  BOOST_TEST(store->health(test::call_of(host.clock())).has_value());
  BOOST_TEST(store->count(test::call_of(host.clock()), "plans", {}).value == 21 + stored);
  auto const faults = store->verify(test::call_of(host.clock()));
  BOOST_TEST((faults && faults.value.empty()), "the file is sound");
}

BOOST_AUTO_TEST_CASE(a_store_that_refused_a_change_is_not_healthy_until_one_succeeds) {
  SmallDisk const disk;
  if (!disk.usable()) return;
  test::RealHost host(disk.path());
  auto const store = open_at(host);
  disk.fill();
  // Use up the WAL, too, so that not even the smallest change finds a place.
  for (std::size_t bytes = 200'000; bytes > 0; bytes /= 2)
    for (int i = 0; i < 1000 && insert(*store, host, sdk::random_id(), bytes); ++i) {
    }
  auto const ill = store->health(test::call_of(host.clock()));
  BOOST_REQUIRE(!ill.has_value());
  BOOST_TEST((ill.error().code == sdk::Errc::unavailable));
  BOOST_TEST(has(ill.error().text, "make room"), ill.error().text);
  auto const said = host.lines();
  auto const complaints =
      std::count_if(said.begin(), said.end(), [](std::string const& line) { return has(line, "make room"); });
  BOOST_TEST(complaints <= 40, "the log has " << complaints << " lines for one full disk");
  disk.make_room();
  BOOST_TEST(store->health(test::call_of(host.clock())).has_value());
}

BOOST_AUTO_TEST_CASE(a_document_that_does_not_fit_leaves_nothing_behind) {
  SmallDisk const disk;
  if (!disk.usable()) return;
  test::RealHost host(disk.path());
  auto const store = open_at(host);
  auto const put = store->put_blob(test::call_of(host.clock()), {"plans", "p", "template"}, std::string(8U << 20U, 'd'),
                                   sdk::Durability::full);
  BOOST_TEST((put.outcome == Outcome::no_space), put.text);
  disk.grow();
  auto const swept = store->sweep_blobs(test::call_of(host.clock()), std::chrono::milliseconds(-1000), 100);
  BOOST_TEST(swept.value == 1, sdk::to_string(swept.outcome) << ": " << swept.text);
  BOOST_TEST(store->verify(test::call_of(host.clock())).value.empty());
  BOOST_TEST((insert(*store, host, "p", 100'000).outcome == Outcome::ok));
}

BOOST_AUTO_TEST_CASE(a_file_of_another_owner_is_named_with_the_remedy) {
  test::TemporaryDirectory const directory;
  test::RealHost host(directory.path());
  auto const file = directory.path() / "conductor.db";
  open_at(host)->stop();
  std::filesystem::permissions(directory.path(), std::filesystem::perms(0777));
  std::filesystem::permissions(file, std::filesystem::perms(0400));
  auto const text = as_stranger([&] {
    auto const prepared = prepare_file(file, host.log());
    return prepared ? std::string("no refusal") : prepared.error().text;
  });
  BOOST_TEST(has(text, file.string()), text);
  BOOST_TEST(has(text, "Permission denied"), text);
  BOOST_TEST(has(text, "writable by the user"), text);
}

BOOST_AUTO_TEST_CASE(a_missing_directory_is_made) {
  test::TemporaryDirectory const directory;
  test::RealHost host(directory.path() / "not" / "yet");
  auto const store = open_at(host);
  BOOST_TEST((insert(*store, host, "p", 10).outcome == Outcome::ok));
}

BOOST_AUTO_TEST_CASE(damage_is_reported_and_nothing_more_is_served) {
  test::TemporaryDirectory const directory;
  test::RealHost host(directory.path());
  auto const file = directory.path() / "conductor.db";
  {
    auto const store = open_at(host);
    for (int i = 0; i < 300; ++i) BOOST_REQUIRE(static_cast<bool>(insert(*store, host, "p" + std::to_string(i), 2000)));
    store->stop();
  }
  {
    // All but the first pages, which hold the schema, as if the disk had lost them.
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    auto const size = static_cast<std::streamoff>(std::filesystem::file_size(file));
    auto const begin = size / 2;
    stream.seekp(begin);
    std::string const noise(static_cast<std::size_t>(size - begin), '\xA5');
    stream.write(noise.data(), static_cast<std::streamsize>(noise.size()));
  }
  auto const store = std::make_unique<SqliteStore>(host, test::settings_for<SqliteStore>());
  auto const started = store->start(test::call_of(host.clock()));
  BOOST_REQUIRE_MESSAGE(started, started.error().text);
  auto const faults = store->verify(test::call_of(host.clock()));
  BOOST_TEST((!faults || !faults.value.empty()), "verify finds the damage");
  Outcome seen = Outcome::ok;
  std::string text;
  for (int i = 0; i < 300 && seen != Outcome::corrupt; ++i) {
    auto const row = store->get(test::call_of(host.clock()), "plans", "p" + std::to_string(i), sdk::Strength::strong);
    seen = row.outcome;
    text = row.text;
  }
  BOOST_TEST((seen == Outcome::corrupt), text);
  BOOST_TEST(has(text, "restore a backup"), text);
  BOOST_TEST((insert(*store, host, "more", 10).outcome == Outcome::corrupt), "nothing is written to a damaged file");
  auto const ill = store->health(test::call_of(host.clock()));
  BOOST_REQUIRE(!ill.has_value());
  BOOST_TEST(has(ill.error().text, "damaged"), ill.error().text);
}

BOOST_AUTO_TEST_CASE(documents_that_nothing_would_free_are_found) {
  test::TemporaryDirectory const directory;
  test::RealHost host(directory.path());
  auto const store = open_at(host);
  auto const put =
      store->put_blob(test::call_of(host.clock()), {"plans", "p", "template"}, "document", sdk::Durability::full);
  BOOST_TEST(store->verify(test::call_of(host.clock())).value.empty());
  Connection(directory.path() / "conductor.db").execute("DELETE FROM loose");
  auto const faults = store->verify(test::call_of(host.clock()));
  BOOST_REQUIRE(faults.value.size() == 1U);
  BOOST_TEST(has(faults.value.front(), put.value), faults.value.front());
}

BOOST_AUTO_TEST_SUITE_END()
