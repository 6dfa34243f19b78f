// Makes one test case of every rule of the store suite, named after it: `CAS_3_of_many_claims_exactly_one_wins`.
#pragma once
#include "sdk/conformance/store/suite.hpp"

#include <boost/test/unit_test.hpp>

#include <list>

namespace conductor::test {

// Registers the rules for the setup that `make` returns; one object at namespace scope per program.
class ConformanceCases {
 public:
  explicit ConformanceCases(std::function<sdk::conformance::StoreSetup()> make) {
    namespace ut = boost::unit_test;
    for (auto const& rule : sdk::conformance::store_rules()) {
      auto const run = [make, &rule] {
        auto const verdict = run_rule(rule, make());
        BOOST_TEST(verdict.failures.size() == 0U, rule.id << " does not hold: " << join(verdict.failures));
        // Only what a store cannot do by its nature is skipped.
        if (verdict.state == sdk::conformance::RuleState::not_claimed) BOOST_TEST_MESSAGE(rule.id << " not claimed");
      };
      registrars_.emplace_back(ut::make_test_case(run, name_of(rule), __FILE__, __LINE__),
                               ut::decorator::collector_t::instance());
    }
  }

 private:
  static std::string join(std::vector<std::string> const& sentences) {
    std::string text;
    for (auto const& sentence : sentences) text += "\n  " + sentence;
    return text;
  }
  static std::string name_of(sdk::conformance::StoreRule const& rule) {
    std::string name = std::string(rule.id) + "_" + std::string(rule.sentence);
    for (char& c : name)
      if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    return name;
  }
  std::list<boost::unit_test::ut_detail::auto_test_unit_registrar> registrars_;
};

}  // namespace conductor::test
