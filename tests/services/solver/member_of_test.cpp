#include "services/placement/values.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor::services::placement;
using boost::json::object;

BOOST_AUTO_TEST_SUITE(member_of)

BOOST_AUTO_TEST_CASE(a_member_is_found_wherever_it_stands) {
  MemberOf cost("cost");
  object const first{{"id", "a"}, {"cost", 1}}, alike{{"id", "b"}, {"cost", 2}}, moved{{"cost", 3}, {"id", "c"}};
  object const none{{"id", "d"}, {"price", 4}}, null{{"id", "e"}, {"cost", nullptr}}, empty;
  BOOST_TEST(*cost.in(first) == 1);
  BOOST_TEST(*cost.in(alike) == 2);
  BOOST_TEST(*cost.in(moved) == 3);
  BOOST_TEST(cost.in(none) == nullptr);
  BOOST_TEST(cost.in(null) == nullptr);
  BOOST_TEST(cost.in(empty) == nullptr);
  BOOST_TEST(*cost.in(first) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
