// Stores on a cluster of the test, over the product's HTTP client.
#pragma once
#include "store.hpp"
#include "core/http/client.hpp"
#include "tests/plugins/store/real_host.hpp"
#include "tests/support/etcd.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::test {

// A precondition of tests.
inline boost::test_tools::assertion_result etcd_is_there(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result result(EtcdCluster::installed());
  result.message() << EtcdCluster::skip_reason();
  return result;
}

class EtcdHost {
 public:
  EtcdHost() : host(directory_.path()), pool_(http::make_client_pool(host.clock(), host.log())) {
    host.clients = [this](sdk::HttpConfig const& config) -> sdk::HttpClient& { return pool_->client(config); };
  }

 private:
  TemporaryDirectory directory_;

 public:
  RealHost host;

 private:
  std::unique_ptr<http::ClientPool> pool_;
};

using EtcdSettings = std::map<std::string, sdk::Settings::Value>;

inline std::unique_ptr<sdk::Store> make_etcd_store(sdk::Host& host, std::vector<std::string> endpoints,
                                                   EtcdSettings settings = {}) {
  settings["endpoints"] = std::move(endpoints);
  return std::make_unique<plugins::etcd::EtcdStore>(host, settings_for<plugins::etcd::EtcdStore>(settings));
}

// Ready to be used.
inline std::unique_ptr<sdk::Store> open_etcd_store(RealHost& host, std::vector<std::string> endpoints,
                                                   EtcdSettings settings = {}) {
  auto store = make_etcd_store(host, std::move(endpoints), std::move(settings));
  if (auto const started = store->start(call_of(host.clock())); !started)
    throw std::runtime_error(started.error().text);
  if (auto const schema = store->ensure_schema(call_of(host.clock())); !schema) throw std::runtime_error(schema.text);
  return store;
}

}  // namespace conductor::test
