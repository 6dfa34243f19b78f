// Loading latency rules: what is accepted, and that a table changes whole or not at all (API specification 12).
#include "services/controller/latency_loader.hpp"
#include "core/model/latency_rules.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::services::controller::testing {

namespace json = boost::json;
namespace latency = model::latency_rules;

namespace {

struct Loads {
  tests::World world;
  LatencyLoader loader{world.store, world.clock(), world.log()};

  void placeholders(char const* rules) {
    auto const loaded = loader.load_placeholders(world.call(), json::parse(rules));
    BOOST_REQUIRE_MESSAGE(loaded.has_value(), loaded.error().text);
  }
  void countries(char const* rules) {
    auto const loaded = loader.load_countries(world.call(), json::parse(rules));
    BOOST_REQUIRE_MESSAGE(loaded.has_value(), loaded.error().text);
  }
  // Name -> groups, joined by `|`, or countries.
  std::map<std::string, std::string> table(std::string_view name) {
    std::map<std::string, std::string> found;
    for (auto const& row : latency::current_rows(world.store, world.call(), name).value()) {
      if (name == latency::placeholder_table) {
        found[row.text(latency::region_name)] = row.map(latency::countries).at(row.text(latency::region_name));
        continue;
      }
      auto& groups = found[row.text(latency::country_name)];
      for (auto const& group : row.list(latency::groups)) groups.append(groups.empty() ? "" : "|").append(group);
    }
    return found;
  }
  std::size_t rows(std::string_view name) {
    return world.memory.list(world.call(), name, {}, {}, 1000).value.rows.size();
  }
  using Table = std::map<std::string, std::string>;
};

// Updates are made, and their answers never arrive.
struct StoreThatLosesAnswers : tests::WatchedStore {
  using WatchedStore::WatchedStore;
  bool goes_down = false;  // for one read afterwards
  bool reads_fail = false;
  sdk::Written update(sdk::Call const& call, std::string_view table, std::string_view id, sdk::Values const& values,
                      sdk::Expect const& expect, std::string_view op, sdk::Durability durability) override {
    auto written = WatchedStore::update(call, table, id, values, expect, op, durability);
    reads_fail = goes_down;
    written.outcome = sdk::Outcome::ambiguous;
    return written;
  }
  sdk::Read<sdk::Row> get(sdk::Call const& call, std::string_view table, std::string_view id,
                          sdk::Strength strength) override {
    if (std::exchange(reads_fail, false)) return {sdk::Outcome::unavailable, {}, "down for a moment"};
    return WatchedStore::get(call, table, id, strength);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(latency_loader, Loads)

BOOST_AUTO_TEST_CASE(place_holders_and_rules_are_stored_trimmed) {
  placeholders(R"([{"group": " NORDIC ", "countries": "SWE, NOR ,FIN"}])");
  BOOST_TEST((table(latency::placeholder_table) == Table{{"NORDIC", "SWE,NOR,FIN"}}));
  countries(R"([{"country_name": "SWE", "groups": "SWE| NORDIC |DEU,NLD|*"}, {"country_name": "*", "groups": "*"}])");
  BOOST_TEST((table(latency::country_table) == Table{{"SWE", "SWE|NORDIC|DEU,NLD|*"}, {"*", "*"}}));
}

BOOST_AUTO_TEST_CASE(a_later_object_with_the_same_key_wins) {
  placeholders(R"([{"group": "A1", "countries": "SWE"}, {"group": "A1", "countries": "NOR"}])");
  BOOST_TEST((table(latency::placeholder_table) == Table{{"A1", "NOR"}}));
}

BOOST_AUTO_TEST_CASE(a_load_replaces_the_whole_table_and_leaves_no_old_rows) {
  placeholders(R"([{"group": "A1", "countries": "SWE"}, {"group": "B1", "countries": "NOR"}])");
  placeholders(R"([{"group": "C1", "countries": "FIN"}])");
  BOOST_TEST((table(latency::placeholder_table) == Table{{"C1", "FIN"}}));
  BOOST_TEST(rows(latency::placeholder_table) == 1U);
  placeholders("[]");
  BOOST_TEST(table(latency::placeholder_table).empty());
}

BOOST_AUTO_TEST_CASE(more_rows_than_fit_into_one_group_of_mutations_are_loaded) {
  json::array rules;
  for (int i = 0; i < 450; ++i)
    rules.push_back(json::object{{"group", "G" + std::to_string(1000 + i)}, {"countries", "SWE"}});
  BOOST_REQUIRE(loader.load_placeholders(world.call(), rules).has_value());
  BOOST_TEST(table(latency::placeholder_table).size() == 450U);
}

BOOST_AUTO_TEST_CASE(readers_see_the_old_table_until_the_new_one_is_whole) {
  placeholders(R"([{"group": "A1", "countries": "SWE"}])");
  int looked = 0;
  world.store.before_update = [&](std::string_view id, sdk::Values const&) {
    if (id != latency::generation_row(latency::placeholder_table)) return;
    ++looked;
    BOOST_TEST((table(latency::placeholder_table) == Table{{"A1", "SWE"}}));
  };
  placeholders(R"([{"group": "B1", "countries": "NOR"}])");
  BOOST_TEST(looked == 1);
  BOOST_TEST((table(latency::placeholder_table) == Table{{"B1", "NOR"}}));
}

BOOST_AUTO_TEST_CASE(of_two_loads_at_once_one_is_seen_whole) {
  placeholders("[]");
  LatencyLoader other(world.memory, world.clock(), world.log());
  bool once = true;
  world.store.before_update = [&](std::string_view, sdk::Values const&) {
    if (std::exchange(once, false))
      BOOST_REQUIRE(other.load_placeholders(world.call(), json::parse(R"([{"group": "OTHER", "countries": "FIN"}])"))
                        .has_value());
  };
  placeholders(R"([{"group": "MINE", "countries": "NOR"}])");
  BOOST_TEST((table(latency::placeholder_table) == Table{{"MINE", "NOR"}}));
  BOOST_TEST(rows(latency::placeholder_table) == 1U);
}

BOOST_AUTO_TEST_CASE(rows_of_a_load_that_never_ended_go_after_an_hour) {
  sdk::Values const stray{{"region_name", std::string("X1")}, {"countries", sdk::TextMap{{"X1", "SWE"}}}};
  BOOST_REQUIRE(world.store.insert(world.call(), latency::placeholder_table, "dead/X1", stray, sdk::random_id(),
                                   sdk::Durability::full));
  placeholders(R"([{"group": "A1", "countries": "SWE"}])");
  BOOST_TEST((table(latency::placeholder_table) == Table{{"A1", "SWE"}}));
  BOOST_TEST(rows(latency::placeholder_table) == 2U);
  world.clock().advance(std::chrono::hours(2));
  placeholders(R"([{"group": "A1", "countries": "SWE"}])");
  BOOST_TEST(rows(latency::placeholder_table) == 1U);
}

BOOST_AUTO_TEST_CASE(bad_rules_are_refused_with_their_place_and_nothing_changes) {
  placeholders(R"([{"group": "NORDIC", "countries": "SWE"}])");
  std::pair<char const*, char const*> const bad_placeholders[] = {
      {"{}", "The request body must be a list"},
      {"[7]", "-> [0] must be an object with group and countries"},
      {R"([{"group": "A"}])", "-> [0] -> countries must be a text"},
      {R"([{"group": " ", "countries": "SWE"}])", "-> [0] -> group must be a text"},
      {R"([{"group": "A", "countries": "SWE"}, {"group": 7, "countries": "SWE"}])", "-> [1] -> group must be a text"},
      {R"([{"group": "A,B", "countries": "SWE"}])", "-> [0] -> group must have at most"},
      {R"([{"group": "A", "countries": "SWEDEN"}])", "-> [0] -> countries names 'SWEDEN'"},
      {R"([{"group": "A", "countries": ","}])", "-> [0] -> countries names no country"}};
  for (auto const& [rules, text] : bad_placeholders) {
    auto const loaded = loader.load_placeholders(world.call(), json::parse(rules));
    BOOST_REQUIRE_MESSAGE(!loaded.has_value(), rules);
    BOOST_TEST((loaded.error().code == sdk::Errc::invalid));
    BOOST_TEST(loaded.error().text.starts_with(text), loaded.error().text);
  }
  std::pair<char const*, char const*> const bad_countries[] = {
      {R"([{"country_name": "SWE", "groups": "SWE|NORDIK"}])", "-> [0] -> groups names 'NORDIK', which is neither"},
      {R"([{"country_name": "SWE", "groups": "*|SWE"}])", "-> [0] -> groups has '*' in another place"},
      {R"([{"country_name": "SWE", "groups": "SWE|NOR,*"}])", "-> [0] -> groups has '*' in another place"},
      {R"([{"country_name": "SWE", "groups": "|"}])", "-> [0] -> groups names no group"},
      {R"([{"country_name": "", "groups": "SWE"}])", "-> [0] -> country_name must be a text"}};
  for (auto const& [rules, text] : bad_countries) {
    auto const loaded = loader.load_countries(world.call(), json::parse(rules));
    BOOST_REQUIRE_MESSAGE(!loaded.has_value(), rules);
    BOOST_TEST(loaded.error().text.starts_with(text), loaded.error().text);
  }
  BOOST_TEST((table(latency::placeholder_table) == Table{{"NORDIC", "SWE"}}));
  BOOST_TEST(table(latency::country_table).empty());
}

BOOST_AUTO_TEST_CASE(a_switch_whose_answer_is_lost_counts_when_it_was_made) {
  placeholders(R"([{"group": "A1", "countries": "SWE"}])");
  StoreThatLosesAnswers store(world.memory);
  LatencyLoader doubtful(store, world.clock(), world.log());
  BOOST_TEST(
      doubtful.load_placeholders(world.call(), json::parse(R"([{"group": "B1", "countries": "NOR"}])")).has_value());
  BOOST_TEST((table(latency::placeholder_table) == Table{{"B1", "NOR"}}));
  BOOST_TEST(rows(latency::placeholder_table) == 1U);
}

BOOST_AUTO_TEST_CASE(a_switch_that_stays_in_doubt_loses_no_rules) {
  placeholders(R"([{"group": "A1", "countries": "SWE"}])");
  StoreThatLosesAnswers store(world.memory);
  store.goes_down = true;
  LatencyLoader doubtful(store, world.clock(), world.log());
  auto const loaded = doubtful.load_placeholders(world.call(), json::parse(R"([{"group": "B1", "countries": "NOR"}])"));
  BOOST_REQUIRE(!loaded.has_value());
  BOOST_TEST((loaded.error().code == sdk::Errc::unavailable));
  BOOST_TEST((table(latency::placeholder_table) == Table{{"B1", "NOR"}}));
}

BOOST_AUTO_TEST_CASE(a_store_that_is_down_is_told) {
  world.store.down = true;
  BOOST_TEST((loader.load_placeholders(world.call(), json::array()).error().code == sdk::Errc::unavailable));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::controller::testing
