// Users while the API runs: verified once, remembered for a while, read anew (API specification 19.6).
#include "services/api/users.hpp"
#include "sdk/testing/fake_clock.hpp"
#include "users_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(api_users)

namespace {

struct World {
  World() {
    file.write(line_of("ann", "admin") + "\n" + line_of("bob", "reader") + "\n");
    users.reload().value();
  }
  std::optional<http::Role> verify(std::string user, std::string password) {
    return users.verify({std::move(user), std::move(password)}).value();
  }
  bool recalled(std::string user, std::string password) const {
    return users.recall({std::move(user), std::move(password)}).has_value();
  }

  UsersFile file;
  sdk::testing::FakeClock clock;
  Users users{file.path, clock};
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_right_password_gives_the_role_of_the_file) {
  World world;
  BOOST_TEST((world.verify("ann", "pass") == http::Role::admin));
  BOOST_TEST((world.verify("bob", "pass") == http::Role::reader));
}

BOOST_AUTO_TEST_CASE(wrong_names_and_passwords_give_none) {
  World world;
  for (auto const& [name, password] : {std::pair{"ann", "Pass"}, std::pair{"ann", ""}, std::pair{"Ann", "pass"},
                                       std::pair{"eve", "pass"}, std::pair{"", ""}})
    BOOST_TEST(!world.verify(name, password).has_value());
}

BOOST_AUTO_TEST_CASE(a_verified_pair_is_recalled_for_five_minutes) {
  World world;
  BOOST_TEST(!world.recalled("ann", "pass"));
  world.verify("ann", "pass");
  BOOST_TEST(world.recalled("ann", "pass"));
  BOOST_TEST(!world.recalled("ann", "passs"));
  BOOST_TEST(!world.recalled("bob", "pass"));
  world.clock.advance(std::chrono::minutes(5) - std::chrono::seconds(1));
  BOOST_TEST(world.recalled("ann", "pass"));
  world.clock.advance(std::chrono::seconds(1));
  BOOST_TEST(!world.recalled("ann", "pass"));
}

BOOST_AUTO_TEST_CASE(a_refused_pair_is_not_recalled) {
  World world;
  world.verify("ann", "wrong");
  BOOST_TEST(!world.recalled("ann", "wrong"));
}

BOOST_AUTO_TEST_CASE(the_border_between_name_and_password_matters) {
  LoginMemory memory(std::chrono::minutes(5));
  memory.remember({"ann", "1pass"}, sdk::Time());
  BOOST_TEST(memory.knows({"ann", "1pass"}, sdk::Time()));
  BOOST_TEST(!memory.knows({"ann1", "pass"}, sdk::Time()));
}

BOOST_AUTO_TEST_CASE(a_file_read_anew_counts_at_once_and_empties_the_memory) {
  World world;
  world.verify("ann", "pass");
  world.verify("bob", "pass");
  world.file.write(line_of("bob", "operator") + "\n");
  BOOST_REQUIRE(world.users.reload().has_value());
  BOOST_TEST(!world.recalled("ann", "pass"));
  BOOST_TEST(!world.verify("ann", "pass").has_value());
  BOOST_TEST((world.verify("bob", "pass") == http::Role::operator_));
}

BOOST_AUTO_TEST_CASE(a_bad_file_leaves_the_users_as_they_are) {
  World world;
  world.file.write(line_of("bob", "king") + "\n");
  auto const reloaded = world.users.reload();
  BOOST_REQUIRE(!reloaded.has_value());
  BOOST_TEST(reloaded.error().text.find(":1: the role must be") != std::string::npos);
  BOOST_TEST((world.verify("ann", "pass") == http::Role::admin));
  BOOST_TEST((world.verify("bob", "pass") == http::Role::reader));
}

BOOST_AUTO_TEST_CASE(without_a_file_there_are_no_users) {
  sdk::testing::FakeClock clock;
  Users users("", clock);
  BOOST_TEST(!users.configured());
  BOOST_TEST(users.reload().has_value());
  BOOST_TEST(!users.verify({"ann", "pass"}).value().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
