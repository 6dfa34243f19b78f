// Whole plans against toulbar2, which gets what the plan means as explicit tables: the same feasibility and the same
// optimum.
#include "rounds.hpp"
#include "tabled_plan.hpp"
#include "toulbar2.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <cmath>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

boost::test_tools::assertion_result toulbar2_is_there(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result result(has_toulbar2());
  result.message() << "toulbar2 is not installed (apt-get install toulbar2)";
  return result;
}

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("conductor-toulbar2-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(against_toulbar2, *boost::unit_test::precondition(toulbar2_is_there))

BOOST_AUTO_TEST_CASE(random_plans_have_the_optimum_that_toulbar2_finds) {
  LoadedStrategy optimal("optimal"), best_first("best_first");
  Folder const folder;
  unsigned feasible = 0;
  auto const count = rounds(300);
  for (unsigned seed = 1; seed <= count; ++seed) {
    TabledPlan const random(seed);
    auto const truth = optimum_by_toulbar2(*random.tables, folder.path());
    auto const check = [&](LoadedStrategy& strategy, std::string const& name) {
      BOOST_TEST_CONTEXT(name << ", seed " << seed << ": " << json::serialize(random.plan.document())) {
        Bench bench;
        auto const solution = bench.solve(random.plan, strategy, "1", name);
        BOOST_REQUIRE_MESSAGE(solution.has_value(), chosen(solution));
        BOOST_REQUIRE((solution->proof == (truth ? sdk::Proof::optimal : sdk::Proof::infeasible)));
        if (truth) BOOST_REQUIRE_SMALL(value(solution) - static_cast<double>(*truth) / tabled_scale, 1e-3);
      }
    };
    check(optimal, "optimal");
    if (random.size == 1) check(best_first, "best_first");
    feasible += truth ? 1 : 0;
  }
  // The generator makes both kinds.
  BOOST_TEST(feasible > count / 4);
  BOOST_TEST(feasible < count);
}

BOOST_AUTO_TEST_SUITE_END()
