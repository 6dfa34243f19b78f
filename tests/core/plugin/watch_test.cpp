// A store that is told not to watch ([db_options] watch): it is as one that cannot notify.
#include "core/plugin/guarded_store.hpp"

#include "store.hpp"  // of the memory store
#include "sdk/testing/fake_host.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;

BOOST_AUTO_TEST_SUITE(watch_test)

BOOST_AUTO_TEST_CASE(a_store_that_is_not_to_watch_refuses_it_and_does_all_else) {
  using plugins::memory::MemoryStore;
  sdk::testing::FakeHost host;
  sdk::Schema schema("memory");
  MemoryStore::describe(schema);
  auto const store = std::make_shared<MemoryStore>(host, sdk::testing::settings_of(schema, {{"name", "watch_test"}}));
  plugin::Guard guard({.plugin = "store/memory", .threads = 4}, host.log(), host.counter("overruns", "", {}));
  for (bool const notifies : {true, false}) {
    plugin::GuardedStore guarded(store, MemoryStore::capabilities, guard, notifies);
    auto const watch = guarded.watch({}, {{"plans"}}, guarded.cursor({}).value, [](sdk::Event const&) {});
    BOOST_TEST((watch.outcome == (notifies ? sdk::Outcome::ok : sdk::Outcome::invalid)), watch.text);
    BOOST_TEST(static_cast<bool>(guarded.insert({}, "plans", notifies ? "p" : "q", {}, "op", sdk::Durability::full)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
