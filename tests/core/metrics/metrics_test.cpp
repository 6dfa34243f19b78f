// Metrics: identity by name and labels, the cap on label sets, the text format (configuration specification 15).
#include "core/metrics/metrics.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <thread>
#include <vector>

using conductor::metrics::Registry;

namespace {

using conductor::tests::has;

std::size_t count(std::string const& text, std::string const& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(metrics)

BOOST_AUTO_TEST_CASE(the_same_name_and_labels_give_the_same_object) {
  Registry registry;
  auto& first = registry.counter("plans_total", "Plans.", {{"role", "api"}});
  BOOST_TEST(&first == &registry.counter("plans_total", "Plans.", {{"role", "api"}}));
  BOOST_TEST(&first != &registry.counter("plans_total", "Plans.", {{"role", "data"}}));
  BOOST_TEST(&registry.gauge("up", "Up.") == &registry.gauge("up", "Up."));
}

BOOST_AUTO_TEST_CASE(text_is_in_the_format_that_prometheus_reads) {
  Registry registry;
  registry.counter("plans_total", "Plans that ended.", {{"status", "done"}}).add(2);
  registry.counter("plans_total", "Plans that ended.", {{"status", "done"}}).add();
  registry.counter("plans_total", "Plans that ended.", {{"status", "done"}}).add(-5);  // counters only grow
  registry.gauge("threads", "Threads.").set(7.5);
  registry.histogram("score", "Scores.", {1, 10}).observe(5);
  auto const text = registry.text();
  BOOST_TEST(
      has(text, "# HELP plans_total Plans that ended.\n# TYPE plans_total counter\nplans_total{status=\"done\"} 3\n"));
  BOOST_TEST(has(text, "# TYPE threads gauge\nthreads 7.5\n"));
  BOOST_TEST(has(text, "score_bucket{le=\"1\"} 0\nscore_bucket{le=\"10\"} 1\nscore_bucket{le=\"+Inf\"} 1\n"));
}

BOOST_AUTO_TEST_CASE(label_values_of_clients_are_escaped) {
  Registry registry;
  registry.counter("c_total", "C.", {{"name", "a\"b\nc"}}).add();
  BOOST_TEST(has(registry.text(), "c_total{name=\"a\\\"b\\nc\"} 1\n"));
}

// DIVERGE of section 15: labels are unbounded in the original.
BOOST_AUTO_TEST_CASE(label_sets_beyond_a_thousand_share_one_named_other) {
  Registry registry;
  for (int i = 0; i < 1500; ++i)
    registry.counter("flavors_total", "Flavors.", {{"flavor", "f" + std::to_string(i)}}).add();
  registry.counter("flavors_total", "Flavors.", {{"flavor", "f7"}}).add();
  auto const text = registry.text();
  BOOST_TEST(count(text, "flavors_total{") == 1001U);
  BOOST_TEST(has(text, "flavors_total{flavor=\"other\"} 500\n"));
  BOOST_TEST(has(text, "flavors_total{flavor=\"f7\"} 2\n"));
  registry.counter("calm_total", "Another name has its own thousand.", {{"a", "b"}}).add();
  BOOST_TEST(has(registry.text(), "calm_total{a=\"b\"} 1\n"));
}

BOOST_AUTO_TEST_CASE(refuses_one_name_for_two_types_and_names_that_are_none) {
  Registry registry;
  registry.counter("x_total", "X.");
  BOOST_CHECK_THROW(registry.gauge("x_total", "X."), std::logic_error);
  BOOST_CHECK_THROW(registry.counter("not a name", "X."), std::logic_error);
  BOOST_CHECK_THROW(registry.counter("y_total", "Y.", {{"not a label", "x"}}), std::logic_error);
  registry.counter("x_total", "X.").add();
  BOOST_TEST(has(registry.text(), "x_total 1\n"));
}

BOOST_AUTO_TEST_CASE(counts_exactly_when_many_threads_add) {
  Registry registry;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) registry.counter("c_total", "C.", {{"n", std::to_string(i % 10)}}).add();
      });
  }
  BOOST_TEST(count(registry.text(), "} 400\n") == 10U);
}

BOOST_AUTO_TEST_SUITE_END()
