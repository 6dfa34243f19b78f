// The conformance suite on a real etcd of one member: four instances, as four processes would have.
#include "conductor/sdk/base64.hpp"
#include "conductor/sdk/claims.hpp"
#include "etcd_store.hpp"
#include "keys.hpp"
#include "tests/plugins/store/conformance_cases.hpp"

#include <random>

using conductor::plugins::etcd::EtcdStore;
using namespace conductor;

namespace {

test::EtcdCluster& cluster() {
  static test::EtcdCluster one;
  return one;
}

// Changes the bytes of a document's first part, as a program gone wrong would.
void damage(sdk::BlobKey const& key, std::string const& generation) {
  plugins::etcd::Keys const keys("conductor/v1/");
  auto const part = sdk::base64(plugins::etcd::Keys::part(keys.document(key, generation), 0));
  auto const read = cluster().post(0, "/v3/kv/range", {{"key", part}});
  auto bytes = *sdk::from_base64(read.at("kvs").at(0).at("value").as_string());
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  cluster().post(0, "/v3/kv/put", {{"key", part}, {"value", sdk::base64(bytes)}});
}

// Without etcd there is one case, which says why.
std::optional<test::ConformanceCases> const cases = [] {
  std::optional<test::ConformanceCases> all;
  if (!test::EtcdCluster::installed()) return all;
  all.emplace([] {
    static test::EtcdHost host;
    sdk::conformance::StoreSetup setup;
    setup.open = [] { return test::open_etcd_store(host.host, cluster().url_list()); };
    setup.clock = &host.host.clock();
    setup.capabilities = EtcdStore::capabilities;
    setup.scale = 0.02;
    setup.damage_blob = damage;
    return setup;
  });
  return all;
}();

}  // namespace

BOOST_AUTO_TEST_CASE(the_suite_runs_wherever_etcd_is_installed) {
  if (!test::EtcdCluster::installed()) BOOST_TEST_MESSAGE(test::EtcdCluster::skip_reason());
  BOOST_TEST(cases.has_value() == test::EtcdCluster::installed());
}

BOOST_AUTO_TEST_CASE(a_row_too_long_for_one_request_lies_aside_and_leaves_nothing_there) {
  if (!test::EtcdCluster::installed()) return;
  test::EtcdHost host;
  auto const store = test::open_etcd_store(host.host, cluster().url_list());
  auto const other = test::open_etcd_store(host.host, cluster().url_list());
  auto const call = [&] { return test::call_of(host.host.clock()); };
  auto const parts = [] {
    std::string const prefix = "conductor/v1/b/groups/long/";
    auto const answer = cluster().post(
        0, "/v3/kv/range",
        {{"key", sdk::base64(prefix)}, {"range_end", sdk::base64(plugins::etcd::end_of(prefix))}, {"keys_only", true}});
    auto const* const found = answer.as_object().if_contains("kvs");
    return found == nullptr ? std::size_t{0} : found->as_array().size();
  };
  auto const sweep = [&] { return store->sweep_blobs(call(), std::chrono::seconds(-1), 100).outcome; };
  auto map = [random = std::minstd_rand(1)](std::size_t entries) mutable {
    sdk::TextMap made;
    for (std::size_t i = 0; i < entries; ++i)
      for (auto& letter : made[std::to_string(i)] = std::string(4096, ' '))
        letter = static_cast<char>('!' + random() % 90);
    return made;
  };
  auto const update = [&](sdk::TextMap const& countries, std::int64_t number) {
    auto const row = other->get(call(), "groups", "long");
    BOOST_REQUIRE(row);
    BOOST_TEST(row.value.version.number == number);
    sdk::Expect expect;
    expect.version = row.value.version;
    auto const op = sdk::random_id();
    auto const written = other->update(call(), "groups", "long", {{"countries", countries}}, expect, op);
    BOOST_TEST((written.outcome == sdk::Outcome::ok), written.text);
    BOOST_TEST((store->resolve(call(), "groups", "long", op).value == sdk::Resolution::applied));
    auto const again = store->update(call(), "groups", "long", {{"countries", countries}}, expect, sdk::random_id());
    BOOST_TEST((again.outcome == sdk::Outcome::conflict));
  };
  auto const first = map(1000), second = map(900), third = map(10);
  auto const inserted = store->insert(call(), "groups", "long", {{"countries", first}}, sdk::random_id());
  BOOST_REQUIRE_MESSAGE(inserted, inserted.text);
  auto const all = parts();
  BOOST_TEST(all > 2U);
  update(second, 1);
  BOOST_TEST(parts() > all);
  BOOST_TEST((sweep() == sdk::Outcome::ok));
  BOOST_TEST(parts() <= all);
  auto const page = store->list(call(), "groups", {}, std::nullopt, 1000);
  auto const listed =
      std::find_if(page.value.rows.begin(), page.value.rows.end(), [](auto const& row) { return row.id == "long"; });
  BOOST_TEST_REQUIRE((listed != page.value.rows.end()));
  BOOST_TEST((listed->map("countries") == second));
  update(third, 2);
  BOOST_TEST((sweep() == sdk::Outcome::ok));
  BOOST_TEST(parts() == 0U);
  update(first, 3);
  sdk::Expect expect;
  expect.unconditional = true;
  BOOST_TEST((store->remove(call(), "groups", "long", expect, sdk::random_id()).outcome == sdk::Outcome::ok));
  BOOST_TEST(parts() == 0U);
}
