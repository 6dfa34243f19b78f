// threshold (solver specification 5.5, template specification 6.4): zero, text, units, what cannot be compared.
#include "fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

BOOST_AUTO_TEST_SUITE(threshold)

namespace {

json::object item(std::string const& attribute, std::string const& op, json::value threshold,
                  std::string const& unit = "") {
  json::object out{{"attribute", attribute}, {"operator", op}, {"threshold", std::move(threshold)}};
  if (!unit.empty()) out["unit"] = unit;
  return out;
}

// Ids of the candidates that stay; the field is `f`.
struct Kept {
  Kept& with(std::string const& id, json::value field) {
    json::object fields;
    if (!field.is_null()) fields["f"] = std::move(field);
    plan.candidate("d", id, std::move(fields));
    return *this;
  }
  std::string under(json::array items) {
    auto copy = plan;
    copy.constraint("k", "threshold", {"d"}, {{"evaluate", std::move(items)}});
    Bench bench;
    last = bench.optimal(copy, "all");
    if (!last) return last.error().text;
    std::set<std::string> ids;
    for (std::size_t i = 0; i < last->recommendations.size(); ++i) ids.insert(chosen(last, i));
    std::string text;
    for (auto const& id : ids) text += id;
    return text;
  }
  std::string reason(std::string const& id) { return std::string(drop_of(last, "d", id)->at("reason").as_string()); }
  PlanDocument plan;
  sdk::Result<Solution> last = Solution{};
};

}  // namespace

BOOST_AUTO_TEST_CASE(S32_zero_is_a_value_and_numeric_text_is_a_number) {
  Kept kept;
  kept.with("a", 0).with("b", "0.0").with("c", 5).with("d", nullptr).with("e", "large");
  BOOST_TEST(kept.under({item("f", "lte", 0)}) == "ab");
  BOOST_TEST(kept.reason("d") == "no-attribute");
  BOOST_TEST(kept.reason("e") == "no-number");
  BOOST_TEST(drop_of(kept.last, "d", "c")->at("text").as_string() == "f 5 > 0");
  BOOST_TEST(drop_of(kept.last, "d", "c")->at("limit").as_double() == 0);
}

BOOST_AUTO_TEST_CASE(every_operator_compares_and_all_items_must_hold) {
  Kept kept;
  kept.with("a", 1).with("b", 2).with("c", 3);
  BOOST_TEST(kept.under({item("f", "gte", 2)}) == "bc");
  BOOST_TEST(kept.under({item("f", "lte", "2")}) == "ab");
  BOOST_TEST(kept.under({item("f", "gt", 2)}) == "c");
  BOOST_TEST(kept.under({item("f", "lt", 2)}) == "a");
  BOOST_TEST(kept.under({item("f", "eq", 2.0)}) == "b");
  BOOST_TEST(kept.under({item("f", "ne", 2)}) == "ac");
  BOOST_TEST(kept.under({item("f", "gt", 1), item("f", "lt", 3)}) == "b");
}

BOOST_AUTO_TEST_CASE(units_are_converted_when_both_sides_have_a_known_one_and_ignored_otherwise) {
  Kept kept;
  kept.with("a", "2 Gbps")
      .with("b", json::object{{"value", "900"}, {"unit", "Mbps"}})
      .with("c", 1200)
      .with("e", "5 km");
  BOOST_TEST(kept.under({item("f", "gte", 1000, "Mbps")}) == "ac");
  BOOST_TEST(kept.reason("e") == "unit");
  BOOST_TEST(drop_of(kept.last, "d", "b")->at("text").as_string() == "f 900 Mbps < 1000 Mbps");
  BOOST_TEST(kept.under({item("f", "gte", 1000, "parsec")}) == "c");
}

BOOST_AUTO_TEST_CASE(hyphen_and_underscore_are_alike) {
  PlanDocument plan;
  plan.candidate("d", "a", {{"num-cpu", 4}});
  plan.constraint("k", "threshold", {"d"}, {{"evaluate", json::array{item("num_cpu", "eq", 4)}}});
  Bench bench;
  BOOST_TEST(chosen(bench.optimal(plan)) == "a");
}

BOOST_AUTO_TEST_CASE(malformed_items_are_refused_by_place) {
  Bench bench;
  for (auto const& [evaluate, text] : std::vector<std::pair<json::value, std::string>>{
           {nullptr, "needs a list 'evaluate'"},
           {json::array(), "needs a list 'evaluate'"},
           {json::array{item("f", "gte", 1), item("f", "about", 1)}, "item 2 has the operator 'about'"},
           {json::array{item("f", "gte", "many")}, "item 1 has the threshold \"many\""},
           {json::array{item("", "gte", 1)}, "item 1 names no attribute"}}) {
    PlanDocument plan;
    plan.candidate("d", "a");
    plan.constraint("k", "threshold", {"d"}, {{"evaluate", evaluate}});
    BOOST_TEST(chosen(bench.optimal(plan)).find(text) != std::string::npos, chosen(bench.optimal(plan)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
