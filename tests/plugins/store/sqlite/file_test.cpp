// Which files the embedded store opens and which it refuses, untouched and with a reason.
#include "store.hpp"
#include "file.hpp"
#include "schema.hpp"
#include "tests/plugins/store/real_host.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <thread>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace conductor;
using namespace conductor::plugins::sqlite;

BOOST_AUTO_TEST_SUITE(sqlite_file)

namespace {

struct Place {
  test::TemporaryDirectory directory;
  test::RealHost host{directory.path()};
  std::filesystem::path file = directory.path() / "conductor.db";

  std::unique_ptr<SqliteStore> store() {
    return std::make_unique<SqliteStore>(host, test::settings_for<SqliteStore>());
  }
  sdk::Error refusal() {
    auto const started = store()->start(test::call_of(host.clock()));
    BOOST_REQUIRE(!started);
    return started.error();
  }
  void execute(char const* sql) { Connection(file).execute(sql); }
  std::string bytes() const {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
};

using conductor::tests::has;

}  // namespace

BOOST_AUTO_TEST_CASE(files_are_open_to_the_group_whatever_the_umask) {
  Place place;
  auto const before = ::umask(0077);
  auto const store = place.store();
  BOOST_REQUIRE(store->start({}).has_value());
  BOOST_REQUIRE(static_cast<bool>(store->ensure_schema({})));
  BOOST_REQUIRE(static_cast<bool>(store->insert({}, "plans", "p", {}, "op", sdk::Durability::full)));
  ::umask(before);
  for (auto const* const suffix : {"", "-wal", "-shm", ".notify"}) {
    struct stat facts {};
    BOOST_REQUIRE(::stat((place.file.string() + suffix).c_str(), &facts) == 0);
    BOOST_TEST((facts.st_mode & 0777U) == 0660U, suffix);
  }
}

BOOST_AUTO_TEST_CASE(all_that_open_a_new_file_at_once_find_it_theirs) {
  for (int round = 0; round < 15; ++round) {
    Place place;
    std::vector<std::string> refused(6);
    {
      std::vector<std::jthread> openers;
      for (auto& why : refused)
        openers.emplace_back([&] {
          auto const store = place.store();
          if (auto const started = store->start(test::call_of(place.host.clock())); !started) {
            why = started.error().text;
          } else if (auto const ensured = store->ensure_schema(test::call_of(place.host.clock())); !ensured) {
            why = ensured.text;
          }
          store->stop();
        });
    }
    for (auto const& why : refused) BOOST_TEST(why == "");
  }
}

BOOST_AUTO_TEST_CASE(refuses_the_file_of_another_product_and_leaves_it_untouched) {
  Place place;
  place.execute("CREATE TABLE theirs(x); PRAGMA application_id=4711");
  auto const before = place.bytes();
  auto const error = place.refusal();
  BOOST_TEST((error.code == sdk::Errc::unsupported));
  BOOST_TEST(has(error.text, "4711"), error.text);
  BOOST_TEST(place.bytes() == before);
}

BOOST_AUTO_TEST_CASE(refuses_tables_of_unknown_origin) {
  Place place;
  place.execute("CREATE TABLE theirs(x)");
  auto const before = place.bytes();
  BOOST_TEST((place.refusal().code == sdk::Errc::unsupported));
  BOOST_TEST(place.bytes() == before);
}

BOOST_AUTO_TEST_CASE(refuses_a_newer_major_version_and_serves_a_newer_minor_one) {
  Place place;
  {
    auto const store = place.store();
    BOOST_REQUIRE(store->start({}).has_value());
    BOOST_REQUIRE(static_cast<bool>(store->ensure_schema({})));
  }
  place.execute("PRAGMA user_version=2000");
  auto const before = place.bytes();
  auto const error = place.refusal();
  BOOST_TEST((error.code == sdk::Errc::unsupported));
  BOOST_TEST(has(error.text, "2000"), error.text);
  BOOST_TEST(place.bytes() == before);
  place.execute("PRAGMA user_version=1007; ALTER TABLE plans ADD COLUMN newer TEXT NOT NULL DEFAULT 'theirs'");
  auto const store = place.store();
  BOOST_REQUIRE(store->start({}).has_value());
  BOOST_TEST(store->ensure_schema({}).value == 1007);
  auto const made = store->insert({}, "plans", "p", {}, "op", sdk::Durability::full);
  sdk::Expect expect;
  expect.version = made.version;
  BOOST_TEST(static_cast<bool>(store->update({}, "plans", "p", {{"name", "n"}}, expect, "op2", sdk::Durability::full)));
  BOOST_TEST(Connection(place.file).single("SELECT count(*) FROM plans WHERE newer = 'theirs'") == 1);
}

// The indexes of plans are others since schema 1001.
BOOST_AUTO_TEST_CASE(a_file_of_an_earlier_minor_version_gets_what_it_lacks) {
  Place place;
  {
    auto const store = place.store();
    BOOST_REQUIRE(store->start({}).has_value());
    BOOST_REQUIRE(static_cast<bool>(store->ensure_schema({})));
    BOOST_REQUIRE(
        static_cast<bool>(store->insert({}, "plans", "p", {{"status", "template"}}, "op", sdk::Durability::full)));
  }
  place.execute(
      "DROP INDEX plans_unfinished; DROP INDEX plans_finished; "
      "CREATE INDEX plans_open ON plans(status, created_ms, id) WHERE status NOT IN ('done', 'error', 'not found'); "
      "CREATE INDEX plans_final ON plans(status, created_ms, id) WHERE status IN ('done', 'error', 'not found'); "
      "PRAGMA user_version=1000");
  auto const store = place.store();
  BOOST_REQUIRE(store->start({}).has_value());
  BOOST_TEST(store->ensure_schema({}).value == sdk::store_schema_version);
  BOOST_TEST(store->list({}, "plans", {{"status", "template"}}, {}, 10).value.rows.size() == 1U);
  Connection connection(place.file);
  std::string indexes;
  auto statement =
      connection.use("SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'plans%' ORDER BY name");
  while (statement.step()) indexes.append(statement.text(0)).append(" ");
  BOOST_TEST(indexes == "plans_age plans_finished plans_unfinished ");
}

BOOST_AUTO_TEST_CASE(a_change_of_a_plan_makes_no_table_of_its_own) {
  Place place;
  auto const store = place.store();
  BOOST_REQUIRE(store->start({}).has_value());
  BOOST_REQUIRE(static_cast<bool>(store->ensure_schema({})));
  Connection connection(place.file);
  auto change = connection.use("EXPLAIN UPDATE plans SET status = ? WHERE id = ?");
  while (change.step()) BOOST_TEST(change.text(1) != "OpenEphemeral");
}

BOOST_AUTO_TEST_CASE(says_so_when_the_file_is_no_database) {
  Place place;
  std::ofstream(place.file) << std::string(5000, 'x');
  auto const error = place.refusal();
  BOOST_TEST((error.code == sdk::Errc::denied), error.text);
  BOOST_TEST(has(error.text, "restore a backup"), error.text);
}

BOOST_AUTO_TEST_CASE(names_the_directory_that_cannot_be_written) {
  Place place;
  // As another user: root may write everywhere.
  std::filesystem::permissions(place.directory.path(), std::filesystem::perms(0555));
  int answer[2];
  BOOST_REQUIRE(::pipe(answer) == 0);
  auto const child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) ::_exit(1);
    auto const prepared = prepare_file(place.file, place.host.log());
    std::string const text = prepared ? "no refusal" : prepared.error().text;
    [[maybe_unused]] auto const written = ::write(answer[1], text.data(), text.size());
    ::_exit(0);
  }
  ::close(answer[1]);
  std::string text(1000, '\0');
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(answer[0], text.data(), text.size()))));
  ::close(answer[0]);
  ::waitpid(child, nullptr, 0);
  std::filesystem::permissions(place.directory.path(), std::filesystem::perms(0755));
  BOOST_TEST(has(text, place.directory.path().string()), text);
  BOOST_TEST(has(text, "writable"), text);
}

BOOST_AUTO_TEST_CASE(a_store_that_was_opened_before_a_fork_refuses_its_use_after_it) {
  Place place;
  auto const store = place.store();
  BOOST_REQUIRE(store->start({}).has_value());
  BOOST_REQUIRE(static_cast<bool>(store->ensure_schema({})));
  auto const child = ::fork();
  if (child == 0) {
    auto const inserted = store->insert({}, "plans", "p", {}, "op", sdk::Durability::full);
    auto const read = store->get({}, "plans", "p", sdk::Strength::strong);
    bool const refused = inserted.outcome == sdk::Outcome::unavailable && read.outcome == sdk::Outcome::unavailable;
    ::_exit(refused ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_CASE(an_unclean_end_is_noticed_by_the_next_and_not_while_others_are_there) {
  Place place;
  BOOST_REQUIRE(prepare_file(place.file, place.host.log()).has_value());
  std::ofstream(wal_file(place.file)) << "left behind";
  Presence const first(place.file);
  BOOST_TEST(first.unclean());
  Presence const second(place.file);
  BOOST_TEST(!second.unclean());
}

BOOST_AUTO_TEST_CASE(starts_and_stops_again_and_again) {
  Place place;
  for (int i = 0; i < 20; ++i) {
    auto const store = place.store();
    BOOST_REQUIRE(store->start({}).has_value());
    BOOST_REQUIRE(static_cast<bool>(store->ensure_schema({})));
    BOOST_REQUIRE(store->health({}).has_value());
    BOOST_REQUIRE(static_cast<bool>(store->watch({}, {}, "", [](sdk::Event const&) {})));
    store->stop();
    BOOST_REQUIRE(!store->health({}).has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()
