// The table of constraint types: what the folder has, and nothing that is half done.
#include "services/constraints/table.hpp"
#include "tests/services/constraints/families.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

using namespace conductor::services::constraints;
using namespace conductor::tests::constraints;

BOOST_AUTO_TEST_SUITE(the_table)

BOOST_AUTO_TEST_CASE(has_the_types_of_every_file_and_folder) {
  std::set<std::string> in_table;
  for (auto const* type : types()) {
    auto const family = family_with(type->name);
    BOOST_TEST(!family.empty(), type->name << " is not defined in exactly one place of " << types_folder);
    in_table.insert(family);
  }
  std::set<std::string> in_folder;
  for (auto const& [family, sources] : families()) in_folder.insert(family);
  BOOST_TEST(in_table == in_folder, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(has_each_name_once) {
  std::set<std::string_view> names;
  for (auto const* type : types()) {
    BOOST_TEST(names.insert(type->name).second, type->name);
    BOOST_TEST(find_type(type->name) == type);
  }
  BOOST_TEST(names.size() >= 18U);
  BOOST_TEST(find_type("nothing") == nullptr);
}

BOOST_AUTO_TEST_CASE(is_in_the_order_that_people_read) {
  BOOST_TEST(type_names().starts_with("attribute, distance_between_demands, distance_to_location, zone, "));
  BOOST_TEST(std::ranges::is_sorted(types(), {}, [](auto const* type) { return std::pair(type->place, type->name); }));
}

BOOST_AUTO_TEST_CASE(has_no_type_that_is_half_done) {
  for (auto const* type : types()) BOOST_TEST_CONTEXT(type->name) {
      BOOST_TEST(type->help.ends_with('.'));
      BOOST_TEST((type->prepare != nullptr));
      BOOST_TEST(type->is_group() == (type->members != Members::none));
      BOOST_TEST(type->is_group() == (type->recheck.members != nullptr));
      BOOST_TEST((type->scope == Scope::pairwise) == (type->recheck.two != nullptr));
      if (type->scope == Scope::unary) BOOST_TEST((type->recheck.one != nullptr));
      // What peers must be asked for each candidate cannot be a matter of degree, nor of choice.
      if (type->stage == Stage::late) BOOST_TEST((type->soft == Soft::no && !type->member));
      for (auto const& property : type->properties)
        BOOST_TEST((property.values.empty() || property.threshold.empty()), property.name);
    }
}

BOOST_AUTO_TEST_SUITE_END()
