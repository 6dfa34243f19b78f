// The conformance suite on a real etcd of one member: four instances, as four processes would have.
#include "conductor/sdk/base64.hpp"
#include "etcd_store.hpp"
#include "keys.hpp"
#include "tests/plugins/store/conformance_cases.hpp"

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
