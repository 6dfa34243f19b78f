// Latency rules as they lie in the store (core/model/latency_rules.hpp).
#include "core/model/latency_rules.hpp"
#include "fixture.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

BOOST_AUTO_TEST_SUITE(latency_rules_in_the_store)

namespace {

class NoBus final : public rpc::Bus {
 public:
  void serve(std::string, std::string, rpc::Method) override {}
  sdk::Result<json::value> call(sdk::Call const&, std::string const&, std::string const&, json::value) override {
    return sdk::Error{sdk::Errc::internal, "the rules are not asked for over rpc"};
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(all_rows_of_the_current_generation_are_read) {
  namespace rules = model::latency_rules;
  tests::World world;
  int operations = 0;
  auto const insert = [&](std::string_view table, std::string const& id, sdk::Values const& values) {
    auto const op = "op-" + std::to_string(++operations);
    BOOST_REQUIRE(static_cast<bool>(world.store.insert({}, table, id, values, op, sdk::Durability::full)));
  };
  for (int i = 0; i < 1005; ++i) {
    auto const name = "C" + std::to_string(i);
    insert(rules::country_table, rules::row_id("new", name),
           {{"country_name", name}, {"groups", sdk::TextList{"SWE", "NORDIC,DEU", "*"}}});
  }
  insert(rules::country_table, rules::row_id("old", "C7"), {{"country_name", "C7"}, {"groups", sdk::TextList{"*"}}});
  insert(rules::placeholder_table, rules::row_id("g", "NORDIC"),
         {{"region_name", "NORDIC"}, {"countries", sdk::TextMap{{"NORDIC", "SWE,NOR"}}}});
  insert("meta", rules::generation_row(rules::country_table), {{"value", "new"}});
  insert("meta", rules::generation_row(rules::placeholder_table), {{"value", "g"}});
  NoBus bus;
  RpcRemote remote(bus, world.store);
  auto const read = remote.latency_rules({});
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->at("countries").as_object().size() == 1005U);
  BOOST_TEST(read->at("countries").at("C7") == (json::value(json::array{"SWE", "NORDIC,DEU", "*"})));
  BOOST_TEST(read->at("placeholders") == (json::value(json::object{{"NORDIC", "SWE,NOR"}})));
}

BOOST_AUTO_TEST_CASE(texts_split_at_their_separators_without_blanks_and_empty_parts) {
  using namespace model::latency_rules;
  BOOST_TEST((groups_of(" SWE | NORDIC,DEU||* ") == std::vector<std::string>{"SWE", "NORDIC,DEU", "*"}));
  BOOST_TEST((tokens_of("SWE, NOR,,") == std::vector<std::string>{"SWE", "NOR"}));
  BOOST_TEST(tokens_of("").empty());
}

BOOST_AUTO_TEST_SUITE_END()
