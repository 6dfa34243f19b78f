// How watches hear of commits: those of their own process from its writer, those of others by the bell, all of them
// once and in the order of the change log.
#include "bell.hpp"
#include "file.hpp"
#include "store.hpp"
#include "tests/plugins/store/real_host.hpp"

#include <boost/test/unit_test.hpp>

#include <condition_variable>
#include <mutex>

using namespace conductor;
using namespace conductor::plugins::sqlite;
using namespace std::chrono_literals;

namespace {

// What a watch was told.
class Told {
 public:
  void operator()(sdk::Event const& event) {
    std::lock_guard const lock(mutex_);
    ids_.push_back(event.kind == sdk::Event::Kind::put ? event.id : "resync");
    changed_.notify_all();
  }
  std::vector<std::string> first(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 10s, [&] { return ids_.size() >= count; });
    return ids_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> ids_;
};

struct Place {
  test::TemporaryDirectory directory;
  test::RealHost host{directory.path()};
  std::filesystem::path file = directory.path() / "conductor.db";

  // A store of its own is to the others what one in another process is.
  std::unique_ptr<SqliteStore> store() {
    auto made = std::make_unique<SqliteStore>(host, test::settings_for<SqliteStore>());
    BOOST_REQUIRE(made->start(test::call_of(host.clock())).has_value());
    BOOST_REQUIRE(static_cast<bool>(made->ensure_schema(test::call_of(host.clock()))));
    return made;
  }
};

void insert(SqliteStore& store, std::string const& id) {
  BOOST_REQUIRE(static_cast<bool>(store.insert({}, "plans", id, {}, "op-" + id, sdk::Durability::relaxed)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sqlite_feed)

BOOST_AUTO_TEST_CASE(the_bell_rings_for_others_who_listen_and_for_nobody_else) {
  Place place;
  BOOST_REQUIRE(prepare_file(place.file, place.host.log()).has_value());
  Bell ours(place.file), theirs(place.file);
  Listener ear(place.file);
  auto const rings = [&](Bell& bell) {
    bell.ring();
    return ear.wait(0ms).bell;
  };
  BOOST_TEST(!rings(ours));
  ours.listen();
  BOOST_TEST(!rings(ours));
  BOOST_TEST(rings(theirs));
  theirs.listen();
  BOOST_TEST(rings(ours));
  theirs.listen_no_more();
  BOOST_TEST(!rings(ours));
  {
    Bell gone(place.file);
    gone.listen();
    BOOST_TEST(rings(ours));
  }
  BOOST_TEST(!rings(ours));
}

BOOST_AUTO_TEST_CASE(a_watch_hears_commits_of_its_own_and_of_others_once_and_in_order) {
  Place place;
  auto const ours = place.store(), theirs = place.store();
  Told told;
  auto const watch = ours->watch({}, {{"plans"}}, "", [&](sdk::Event const& event) { told(event); });
  BOOST_REQUIRE(static_cast<bool>(watch));
  std::vector<std::string> expected;
  // Short runs of each, so that commits of one come between those of the other.
  for (int i = 0; i < 200; ++i) {
    expected.push_back("p" + std::to_string(i));
    insert(i % 5 < 3 ? *ours : *theirs, expected.back());
  }
  BOOST_TEST(told.first(expected.size()) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(two_stores_that_watch_hear_of_each_other) {
  Place place;
  auto const first = place.store(), second = place.store();
  Told first_told, second_told;
  auto const watch = first->watch({}, {{"plans"}}, "", [&](sdk::Event const& event) { first_told(event); });
  auto const other = second->watch({}, {{"plans"}}, "", [&](sdk::Event const& event) { second_told(event); });
  insert(*first, "a");
  BOOST_TEST(second_told.first(1) == std::vector<std::string>{"a"}, boost::test_tools::per_element());
  insert(*second, "b");
  auto const both = std::vector<std::string>{"a", "b"};
  BOOST_TEST(first_told.first(2) == both, boost::test_tools::per_element());
  BOOST_TEST(second_told.first(2) == both, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_watch_opened_later_hears_only_what_comes_then) {
  Place place;
  auto const store = place.store();
  insert(*store, "before");
  Told told;
  {
    auto const watch = store->watch({}, {{"plans"}}, "", [&](sdk::Event const& event) { told(event); });
    insert(*store, "during");
    BOOST_TEST(told.first(1) == std::vector<std::string>{"during"}, boost::test_tools::per_element());
  }
  insert(*store, "between");
  Told later;
  auto const watch = store->watch({}, {{"plans"}}, "", [&](sdk::Event const& event) { later(event); });
  insert(*store, "after");
  BOOST_TEST(later.first(1) == std::vector<std::string>{"after"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
