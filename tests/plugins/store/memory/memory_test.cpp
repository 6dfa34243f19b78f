// The in-memory store: the conformance suite, and what is its own: data shared by name.
#include "store.hpp"
#include "conductor/sdk/claims.hpp"
#include "tests/plugins/store/conformance_cases.hpp"
#include "tests/plugins/store/real_host.hpp"

using conductor::plugins::memory::MemoryStore;
using namespace conductor;

namespace {

std::unique_ptr<MemoryStore> open(sdk::Host& host, std::string const& name) {
  return std::make_unique<MemoryStore>(host, test::settings_for<MemoryStore>({{"name", name}}));
}

test::ConformanceCases const cases([] {
  static test::RealHost host(std::filesystem::temp_directory_path());
  // Keeps the data between the instances of one rule, and of all rules: they must not disturb each other.
  static auto const keeper = open(host, "suite");
  sdk::conformance::StoreSetup setup;
  setup.open = [] { return open(host, "suite"); };
  setup.clock = &host.clock();
  setup.capabilities = MemoryStore::capabilities;
  // Nothing lies where it could be damaged behind the store's back.
  setup.damage_blob = nullptr;
  return setup;
});

}  // namespace

BOOST_AUTO_TEST_SUITE(memory_store)

BOOST_AUTO_TEST_CASE(instances_of_one_name_share_their_data_and_others_do_not) {
  sdk::testing::FakeHost host;
  auto const a = open(host, "shared"), b = open(host, "shared"), c = open(host, "apart");
  BOOST_TEST((a->insert({}, "plans", "p", {}, "op", sdk::Durability::full).outcome == sdk::Outcome::ok));
  BOOST_TEST((b->get({}, "plans", "p", sdk::Strength::strong).outcome == sdk::Outcome::ok));
  BOOST_TEST((c->get({}, "plans", "p", sdk::Strength::strong).outcome == sdk::Outcome::not_found));
}

BOOST_AUTO_TEST_CASE(updated_ms_grows_though_the_wall_clock_jumps_back) {
  sdk::testing::FakeHost host;
  auto const store = open(host, "clock");
  auto const made = store->insert({}, "plans", "p", {}, "op1", sdk::Durability::full);
  auto const before = store->get({}, "plans", "p", sdk::Strength::strong).value.updated_ms;
  host.clock().shift_wall(-std::chrono::hours(1));
  sdk::Expect expect;
  expect.version = made.version;
  store->update({}, "plans", "p", {{"name", "x"}}, expect, "op2", sdk::Durability::full);
  BOOST_TEST(store->get({}, "plans", "p", sdk::Strength::strong).value.updated_ms == before + 1);
}

BOOST_AUTO_TEST_SUITE_END()
