// The table of stages as a whole.
#include "core/workflow/table.hpp"

#include "core/model/status.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace conductor;
namespace stages = workflow::stages;

BOOST_AUTO_TEST_SUITE(table)

BOOST_AUTO_TEST_CASE(every_state_but_the_final_and_the_parked_one_is_claimed_by_one_stage) {
  for (auto const status : model::status::all) {
    int claims = 0;
    for (auto const* stage : stages::all) claims += stage->from == status || stage->working == status ? 1 : 0;
    bool const unclaimed = model::status::is_final(status) || status == model::status::waiting_spinup;
    BOOST_TEST(claims == (unclaimed ? 0 : 1), status);
  }
}

BOOST_AUTO_TEST_CASE(every_exit_is_a_status_and_every_stage_can_end_in_error) {
  for (auto const* stage : stages::all) {
    BOOST_TEST((stage->exit("error") != nullptr));
    for (auto const& exit : stage->exits)
      BOOST_TEST(
          (std::find(model::status::all.begin(), model::status::all.end(), exit.status) != model::status::all.end()));
  }
}

BOOST_AUTO_TEST_SUITE_END()
