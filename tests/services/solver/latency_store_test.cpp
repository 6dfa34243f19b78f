// Latency rules as they lie in the store (core/model/latency_rules.hpp), read page by page.
#include "core/model/latency_rules.hpp"
#include "fixture.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

class NoBus final : public rpc::Bus {
 public:
  void serve(std::string, std::string, rpc::Method) override {}
  sdk::Result<json::value> call(sdk::Call const&, std::string const&, std::string const&, json::value) override {
    return sdk::Error{sdk::Errc::internal, "the rules are not asked for over rpc"};
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(latency_rules_in_the_store)

BOOST_AUTO_TEST_CASE(all_rows_of_both_tables_are_read) {
  tests::World world;
  NoBus bus;
  for (int i = 0; i < 1005; ++i) {
    auto const name = "C" + std::to_string(i);
    sdk::Values values{{"country_name", name}, {"groups", sdk::TextList{"SWE", "NORDIC,DEU", "*"}}};
    BOOST_REQUIRE(
        world.store.insert({}, "country_latency", name, values, "op-" + name, sdk::Durability::full).has_value());
  }
  sdk::Values values{{"region_name", "NORDIC"}, {"countries", sdk::TextMap{{"NORDIC", "SWE,NOR"}}}};
  BOOST_REQUIRE(
      world.store.insert({}, "region_placeholders", "NORDIC", values, "op-n", sdk::Durability::full).has_value());
  RpcRemote remote(bus, world.store);
  auto const rules = remote.latency_rules({});
  BOOST_REQUIRE(rules.has_value());
  BOOST_TEST(rules->at("countries").as_object().size() == 1005U);
  BOOST_TEST(rules->at("countries").at("C7") == (json::value(json::array{"SWE", "NORDIC,DEU", "*"})));
  BOOST_TEST(rules->at("placeholders") == (json::value(json::object{{"NORDIC", "SWE,NOR"}})));
}

BOOST_AUTO_TEST_CASE(texts_split_at_their_separators_without_blanks_and_empty_parts) {
  using namespace model::latency_rules;
  BOOST_TEST((groups_of(" SWE | NORDIC,DEU||* ") == std::vector<std::string>{"SWE", "NORDIC,DEU", "*"}));
  BOOST_TEST((tokens_of("SWE, NOR,,") == std::vector<std::string>{"SWE", "NOR"}));
  BOOST_TEST(tokens_of("").empty());
}

BOOST_AUTO_TEST_SUITE_END()
