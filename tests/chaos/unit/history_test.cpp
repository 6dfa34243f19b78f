// The judge of histories finds each kind of fault, and nothing in what is right.
#include "tests/chaos/history.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor::chaos;

namespace {

PlanHistory plan(std::vector<Entry> entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i].seq = static_cast<std::int64_t>(i) + 1;
  auto const last = entries.back();
  return {.plan = "p", .status = last.status, .fencing = last.fencing, .entries = std::move(entries)};
}

PlanHistory smooth() {
  return plan({{0, "template", "", 0},
               {0, "translating", "w1", 1},
               {0, "translated", "", 1},
               {0, "solving", "w2", 2},
               {0, "solved", "", 2},
               {0, "reserving", "w3", 3},
               {0, "done", "", 3}});
}

// The only complaint, or all of them.
std::string complaint(PlanHistory const& history) {
  std::string text;
  for (auto const& one : check(history)) text += (text.empty() ? "" : " | ") + one;
  return text;
}

PlanHistory with(void (*spoil)(PlanHistory&)) {
  auto history = smooth();
  spoil(history);
  return history;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(chaos_history)

BOOST_AUTO_TEST_CASE(a_smooth_history_and_one_with_deaths_are_right) {
  BOOST_TEST(complaint(smooth()) == "");
  BOOST_TEST(check_finished(smooth()).empty());
  BOOST_TEST(claims(smooth()) == 3);
  BOOST_TEST(complaint(plan({{0, "template", "", 0},
                             {0, "translating", "w1", 1},
                             {0, "template", "", 2},  // w1 died, its claim was taken away
                             {0, "translating", "w2", 3},
                             {0, "template", "", 3},  // w2 handed it back
                             {0, "translating", "w3", 4},
                             {0, "translated", "", 4},
                             {0, "solving", "w4", 5},
                             {0, "solved", "", 5},
                             {0, "reserving", "w5", 6},
                             {0, "reserving", "", 7},  // w5 died
                             {0, "reserving", "w6", 8},
                             {0, "done", "", 8}})) == "");
  BOOST_TEST(complaint(plan({{0, "template", "", 0}, {0, "error", "", 0}})) == "");
  // Nothing to reserve.
  BOOST_TEST(complaint(plan({{0, "template", "", 0},
                             {0, "translating", "w1", 1},
                             {0, "translated", "", 1},
                             {0, "solving", "w2", 2},
                             {0, "done", "", 2}})) == "");
}

BOOST_AUTO_TEST_CASE(a_history_whose_beginning_was_dropped_is_judged_from_there) {
  auto history = smooth();
  history.entries.erase(history.entries.begin(), history.entries.begin() + 3);
  BOOST_TEST(complaint(history) == "");
}

BOOST_AUTO_TEST_CASE(two_ends_are_found) {
  auto history = smooth();
  history.entries.push_back({8, "done", "", 3});
  BOOST_TEST(complaint(history).find("'done' after the final 'done'") != std::string::npos);
  history.entries.back().status = history.status = "error";
  BOOST_TEST(complaint(history).find("'error' after the final 'done'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(steps_that_the_workflow_does_not_have_are_found) {
  BOOST_TEST(complaint(with([](auto& h) {
               h.entries[4].status = "translating";
             })).find("from 'solving' to 'translating'") != std::string::npos);
  auto skipping = smooth();
  skipping.entries.erase(skipping.entries.begin() + 1);
  BOOST_TEST(complaint(skipping).find("entry 3: follows number 1") != std::string::npos);
  BOOST_TEST(complaint(skipping).find("from 'template' to 'translated'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(two_owners_at_a_time_are_found) {
  auto const both = plan({{0, "template", "", 0},
                          {0, "translating", "w1", 1},
                          {0, "translated", "", 1},
                          {0, "solving", "w2", 2},
                          {0, "solving", "w3", 3}});
  BOOST_TEST(complaint(both).find("claimed by w3 while w2 held it") != std::string::npos);
  auto const shared =
      plan({{0, "template", "", 0}, {0, "translating", "w1", 1}, {0, "template", "", 1}, {0, "translating", "w2", 1}});
  BOOST_TEST(complaint(shared) == "plan p entry 4: claimed by w2 with fencing 1, which is not above 1");
  auto going_on = smooth();
  going_on.entries.insert(going_on.entries.end() - 1, {7, "reserving", "w4", 4});
  going_on.entries.back() = {8, "done", "", going_on.fencing = 4};
  BOOST_TEST(complaint(going_on) == "");
  going_on.entries[6].fencing = 3;
  BOOST_TEST(complaint(going_on) == "plan p entry 7: claimed by w4 with fencing 3, which is not above 3");
}

BOOST_AUTO_TEST_CASE(a_write_by_an_owner_that_had_lost_the_plan_is_found) {
  auto const stale = plan({{0, "template", "", 0},
                           {0, "translating", "w1", 1},
                           {0, "template", "", 2},
                           {0, "translating", "w2", 3},
                           {0, "translated", "", 1}});
  BOOST_TEST(complaint(stale).find("by an owner that had lost the plan") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(ends_and_numbers_that_nobody_made_are_found) {
  auto const nobody = plan({{0, "template", "", 0}, {0, "translating", "", 0}, {0, "translated", "", 0}});
  BOOST_TEST(complaint(nobody).find("'translated' without an owner that could have done it") != std::string::npos);
  BOOST_TEST(complaint(with([](auto& h) { h.entries[2].owner = "w1"; })).find("'translated' has the owner w1") !=
             std::string::npos);
  auto const jump = plan({{0, "template", "", 0}, {0, "error", "", 4}});
  BOOST_TEST(complaint(jump) == "plan p entry 2: a new fencing number and nobody to take from");
}

BOOST_AUTO_TEST_CASE(rows_that_differ_from_their_history_are_found) {
  BOOST_TEST(complaint(with([](auto& h) { h.status = "error"; })) == "plan p is 'error', its history ends in 'done'");
  BOOST_TEST(complaint(with([](auto& h) { h.fencing = 2; })) == "plan p has fencing 2, its history ends with 3");
  BOOST_TEST(complaint({.plan = "p", .status = "done", .fencing = 0, .entries = {}}) == "plan p has no history");
}

BOOST_AUTO_TEST_CASE(a_plan_that_never_ends_is_found) {
  auto const stuck = plan({{0, "template", "", 0}, {0, "translating", "w1", 1}});
  BOOST_TEST(check(stuck).empty());
  BOOST_TEST(check_finished(stuck) == std::vector<std::string>{"plan p is stuck in 'translating'"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(entries_are_read_from_the_columns_text) {
  auto const entries = entries_of({R"({"seq":1,"status":"template","at":5,"owner":"","fencing":0})"});
  BOOST_TEST_REQUIRE(entries.size() == 1U);
  BOOST_TEST(entries[0].status == "template");
  BOOST_CHECK_THROW(entries_of({"[]"}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
