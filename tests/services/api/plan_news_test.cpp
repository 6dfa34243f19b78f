// What is known of plans without reading them.
#include "services/api/plan_news.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::services::api;

BOOST_AUTO_TEST_SUITE(plan_news)

BOOST_AUTO_TEST_CASE(a_plan_lives_from_its_first_news_to_its_last_whatever_the_order) {
  tests::World world;
  tests::Process process(world);
  PlanNews news(process.plans.notifier());
  std::atomic<int> looks = 0;
  auto const listener = news.listen("p1", [&](PlanNews::Kind kind, sdk::Row const*) {
    if (kind == PlanNews::Kind::look) ++looks;
  });
  BOOST_REQUIRE(tests::eventually([&] { return looks > 0; }));
  BOOST_TEST(!news.is_living("p1"));
  auto const created = process.plans.create(world.call(), tests::new_plan("p1"));
  BOOST_REQUIRE(created.has_value());
  BOOST_TEST(news.is_living("p1"));

  auto ended = created->plan.row;
  ended.columns["status"] = std::string("done");
  ended.version.number += 1;
  auto const tell = [&](sdk::Row const& row) {
    store::Notifier::Writing writing(process.plans.notifier(), "plans", row.id, row.version.number);
    writing.done(row);
  };
  tell(ended);
  BOOST_TEST(!news.is_living("p1"));
  tell(created->plan.row);  // late
  BOOST_TEST(!news.is_living("p1"));

  auto const second = process.plans.create(world.call(), tests::new_plan("p2"));
  BOOST_REQUIRE(second.has_value());
  BOOST_TEST(news.is_living("p2"));
  BOOST_REQUIRE(process.plans.remove(world.call(), "p2").has_value());
  BOOST_TEST(!news.is_living("p2"));
  tell(second->plan.row);  // late
  BOOST_TEST(!news.is_living("p2"));
}

BOOST_AUTO_TEST_SUITE_END()
