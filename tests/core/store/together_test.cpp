// Several rows that change together on a store that changes one at a time.
#include "core/store/together.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests;

namespace {

// One row at a time, as MUSIC has it.
struct Single final : WatchedStore {
  using WatchedStore::WatchedStore;
  sdk::StoreInfo info() const override {
    auto info = WatchedStore::info();
    info.max_multi_ops = 1;
    return info;
  }
};

struct Fixture {
  World world;
  Single store{world.memory};

  sdk::MultiWritten write(std::vector<sdk::Mutation> const& mutations) {
    return store::write_together(store, world.call(), mutations, sdk::random_id(), sdk::Durability::full);
  }
  static sdk::Mutation history(std::string const& conflict) {
    return {sdk::Mutation::Kind::insert, "order_locks_history", "lock-5", {{"conflict_id", conflict}}, {}};
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(together, Fixture)

BOOST_AUTO_TEST_CASE(what_somebody_left_half_done_is_finished) {
  sdk::Mutation const second{sdk::Mutation::Kind::insert, "order_locks", "lock", {}, {}};
  BOOST_REQUIRE(static_cast<bool>(write({history("lock")})));
  auto const done = write({history("lock"), second});
  BOOST_TEST((done.outcome == sdk::Outcome::ok), done.text);
  BOOST_TEST(done.versions.size() == 2U);
  BOOST_TEST(store.get(world.call(), "order_locks", "lock", sdk::Strength::strong).value.id == "lock");
}

BOOST_AUTO_TEST_CASE(another_row_of_that_id_ends_it) {
  BOOST_REQUIRE(static_cast<bool>(write({history("lock")})));
  auto const refused = write({history("other"), {sdk::Mutation::Kind::insert, "order_locks", "lock", {}, {}}});
  BOOST_TEST((refused.outcome == sdk::Outcome::exists), refused.text);
  BOOST_TEST(refused.which == 0U);
  BOOST_TEST(
      (store.get(world.call(), "order_locks", "lock", sdk::Strength::strong).outcome == sdk::Outcome::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
