// Which candidates may serve a requirement: one test per rule of the A&AI specification 7 that differs from the
// original, and the rules themselves.
#include "services/data/filters.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::services::data::test {

namespace json = boost::json;

namespace {

bool matches(json::value const& wanted, json::value const& have) { return attribute_matches(wanted, have).value(); }

sdk::Candidate cloud(std::string id, json::object fields = {}, json::object attributes = {}) {
  return {.candidate_id = std::move(id),
          .inventory_type = "cloud",
          .cloud_owner = "aws",
          .fields = std::move(fields),
          .attributes = std::move(attributes)};
}

// The code of the drop; empty when the candidate stays.
std::string judged(json::object const& requirement, sdk::Candidate const& candidate, bool is_explicit = false) {
  auto const drop = Filter::from("vG", requirement).value().judge(candidate, is_explicit).value();
  return drop ? drop->code : "";
}

json::object ids(json::value id, std::string const& type = "") {
  json::object entry{{"candidate_id", std::move(id)}};
  if (!type.empty()) entry["inventory_type"] = type;
  return entry;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(filter_attributes)

// DIVERGE: a scalar was tested as "is contained in".
BOOST_AUTO_TEST_CASE(a_text_matches_as_a_whole_and_never_as_a_part) {
  BOOST_TEST(!matches("inactive", "active"));
  BOOST_TEST(!matches("active", "act"));
  BOOST_TEST(matches("active", "active"));
  BOOST_TEST(!matches("active", "Active"));
}

// DIVERGE: "any" accepted null, empty, false and 0.
BOOST_AUTO_TEST_CASE(null_empty_false_and_zero_pass_no_filter_that_does_not_name_them) {
  for (auto const& have : {json::value(nullptr), json::value(""), json::value(false), json::value(0)}) {
    BOOST_TEST(!matches("a", have));
    BOOST_TEST(!matches(json::array{"a", "b"}, have));
    BOOST_TEST(!matches(json::object{{"any", json::array{"a"}}}, have));
  }
  BOOST_TEST(matches(json::array{"a", ""}, ""));
  BOOST_TEST(!matches(json::array{"a", ""}, nullptr));
  BOOST_TEST(matches(false, false));
  BOOST_TEST(matches(0, 0));
}

// DIVERGE: comparison of booleans and numbers.
BOOST_AUTO_TEST_CASE(booleans_and_numbers_are_compared_by_value) {
  BOOST_TEST(matches("true", true));
  BOOST_TEST(matches(true, "true"));
  BOOST_TEST(!matches("false", true));
  BOOST_TEST(!matches(1, true));
  BOOST_TEST(matches(2, 2.0));
  BOOST_TEST(matches("2", 2));
  BOOST_TEST(matches(2.5, "2.5"));
  BOOST_TEST(matches(std::uint64_t{3}, std::int64_t{3}));
  // Two texts are texts: a version 1.0 is not 1.00.
  BOOST_TEST(!matches("1.0", "1.00"));
}

// DIVERGE: a mapping with neither key was used as a set of keys.
BOOST_AUTO_TEST_CASE(a_mapping_that_is_no_form_is_refused) {
  for (auto const& form : {json::object{{"active", 1}}, json::object(),
                           json::object{{"any", json::array{"a"}}, {"not", json::array{"b"}}}}) {
    auto const matched = attribute_matches(form, "active");
    BOOST_REQUIRE(!matched);
    BOOST_TEST((matched.error().code == sdk::Errc::invalid));
    BOOST_TEST(matched.error().text.find("{any: [...]} or {not: [...]}") != std::string::npos);
  }
  auto const filter = Filter::from("vG", {{"filtering_attributes", json::object{{"a", json::object{{"b", 1}}}}}});
  auto const judged = filter.value().judge(cloud("c"), false);
  BOOST_REQUIRE(!judged);
  BOOST_TEST(judged.error().text.find("Filtering attribute a of demand vG") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_list_means_any_of_it_and_an_empty_one_that_the_attribute_exists) {
  for (auto const& list :
       {json::value(json::array{"a", "b"}), json::value(json::object{{"any", json::array{"a", "b"}}})}) {
    BOOST_TEST(matches(list, "b"));
    BOOST_TEST(!matches(list, "c"));
  }
  for (auto const& empty :
       {json::value(json::array()), json::value(""), json::value(json::object{{"any", json::array()}})}) {
    BOOST_TEST(matches(empty, "whatever"));
    BOOST_TEST(matches(empty, ""));
    BOOST_TEST(!matches(empty, nullptr));
  }
}

BOOST_AUTO_TEST_CASE(not_rejects_only_what_is_there_and_listed) {
  json::object const form{{"not", json::array{"a", "b"}}};
  BOOST_TEST(!matches(form, "a"));
  BOOST_TEST(matches(form, "c"));
  BOOST_TEST(matches(form, nullptr));
  BOOST_TEST(matches(form, ""));
  BOOST_TEST(!matches(json::object{{"not", "a"}}, "a"));
}

BOOST_AUTO_TEST_CASE(all_attributes_must_match_under_either_spelling) {
  json::object const requirement{{"filtering_attributes", json::object{{"cloud_type", "public"}, {"zone", "z1"}}}};
  BOOST_TEST(judged(requirement, cloud("c", {}, {{"cloud-type", "public"}, {"zone", "z1"}})).empty());
  BOOST_TEST(judged(requirement, cloud("c", {}, {{"cloud-type", "public"}, {"zone", "z2"}})) == "ATTRIBUTE_MISMATCH");
  BOOST_TEST(judged(requirement, cloud("c", {}, {{"cloud-type", "public"}})) == "ATTRIBUTE_MISMATCH");
  BOOST_TEST(judged({{"attributes", json::object{{"zone", "z1"}}}}, cloud("c", {}, {{"zone", "z2"}})) ==
             "ATTRIBUTE_MISMATCH");
}

BOOST_AUTO_TEST_CASE(attributes_of_the_query_are_not_matched_again) {
  for (auto const* name : {"service-type", "equipment_role", "model-invariant-id", "model_version_id"}) {
    BOOST_TEST(selects_at_query(name), name);
    BOOST_TEST(judged({{"filtering_attributes", json::object{{name, "x"}}}}, cloud("c")).empty(), name);
  }
  BOOST_TEST(!selects_at_query("service-role"));
}

BOOST_AUTO_TEST_CASE(a_drop_says_what_was_seen_and_what_was_wanted) {
  auto const drop = Filter::from("vG", {{"filtering_attributes", json::object{{"zone", "z1"}}}})
                        .value()
                        .judge(cloud("c", {{"location_id", "lyon-a"}}, {{"zone", "z2"}}), false)
                        .value();
  BOOST_REQUIRE(drop.has_value());
  BOOST_TEST(drop->candidate_id == "c");
  BOOST_TEST(drop->location_id == "lyon-a");
  BOOST_TEST(drop->text == "zone is \"z2\", wanted \"z1\"");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(filter_places)

BOOST_AUTO_TEST_CASE(region_and_complex_must_both_hold_and_empty_means_anywhere) {
  auto const there = cloud("c", {{"location_id", "lyon-a"}, {"physical_location_id", "LYONFR01"}});
  BOOST_TEST(judged({{"region", "lyon-a"}, {"complex", "LYONFR01"}}, there).empty());
  BOOST_TEST(judged({{"region", "lyon-b"}, {"complex", "LYONFR01"}}, there) == "REGION_MISMATCH");
  BOOST_TEST(judged({{"region", "lyon-a"}, {"complex", "X"}}, there) == "COMPLEX_MISMATCH");
  BOOST_TEST(judged({{"region", ""}, {"complex", ""}}, there).empty());
  BOOST_TEST(judged({{"region", "lyon-a"}}, cloud("c", {{"location_id", nullptr}})) == "REGION_MISMATCH");
}

// DIVERGE: restrictions were ignored for transport and slice types.
BOOST_AUTO_TEST_CASE(places_restrict_every_type_that_has_a_place) {
  auto of_type = [](std::string type, json::object fields) {
    auto candidate = cloud("c", std::move(fields));
    candidate.inventory_type = std::move(type);
    return candidate;
  };
  json::object const wish{{"region", "lyon-a"}, {"complex", "LYONFR01"}};
  for (auto const* type : {"transport", "nsi", "nssi", "nst", "nsst", "slice_profiles"})
    BOOST_TEST(judged(wish, of_type(type, {{"location_id", "elsewhere"}, {"physical_location_id", "LYONFR01"}})) ==
                   "REGION_MISMATCH",
               type);
  // A slice without a place is not affected, whether its provider leaves the fields out or null.
  for (auto const* type : {"nsi", "nssi", "nst", "nsst", "slice_profiles"}) {
    BOOST_TEST(judged(wish, of_type(type, {})).empty(), type);
    BOOST_TEST(judged(wish, of_type(type, {{"location_id", nullptr}, {"physical_location_id", nullptr}})).empty(),
               type);
  }
}

// DIVERGE: subdivision was accepted and ignored.
BOOST_AUTO_TEST_CASE(a_subdivision_matches_the_state_and_the_country_in_either_code) {
  auto const texas = cloud("c", {{"state", "TX"}, {"country", "USA"}});
  for (auto const* good : {"TX", "US-TX", "USA-TX"}) BOOST_TEST(judged({{"subdivision", good}}, texas).empty(), good);
  for (auto const* bad : {"OH", "US-OH", "CA-TX", "U-TX", "-TX", "TX-US"})
    BOOST_TEST(judged({{"subdivision", bad}}, texas) == "SUBDIVISION_MISMATCH", bad);
  BOOST_TEST(judged({{"subdivision", json::array{"US-OH", "US-TX"}}}, texas).empty());
  BOOST_TEST(judged({{"subdivision", ""}}, texas).empty());
  BOOST_TEST(judged({{"subdivision", nullptr}}, texas).empty());
  BOOST_TEST(judged({{"subdivision", "TX"}}, cloud("c", {{"state", nullptr}, {"country", "USA"}})) ==
             "SUBDIVISION_MISMATCH");
}

BOOST_AUTO_TEST_CASE(country_codes_that_begin_differently_are_known) {
  auto const in = [](char const* state, char const* country) {
    return cloud("c", {{"state", state}, {"country", country}});
  };
  BOOST_TEST(judged({{"subdivision", "SE-AB"}}, in("AB", "SWE")).empty());
  BOOST_TEST(judged({{"subdivision", "CN-BJ"}}, in("BJ", "CHN")).empty());
  BOOST_TEST(judged({{"subdivision", "KR-11"}}, in("11", "KOR")).empty());
  BOOST_TEST(judged({{"subdivision", "IE-D"}}, in("D", "IRL")).empty());
  BOOST_TEST(judged({{"subdivision", "SWE-AB"}}, in("AB", "SE")).empty());
  // Switzerland is not the beginning of China.
  BOOST_TEST(judged({{"subdivision", "CH-BJ"}}, in("BJ", "CHN")) == "SUBDIVISION_MISMATCH");
  BOOST_TEST(judged({{"subdivision", "AU-W"}}, in("W", "AUT")) == "SUBDIVISION_MISMATCH");
}

// DIVERGE: flavor was accepted and ignored.
BOOST_AUTO_TEST_CASE(a_flavor_keeps_clouds_that_offer_it_enabled_by_name_or_id) {
  auto const offering = [](json::object flavor) {
    return cloud("c", {{"flavors", json::object{{"flavor", json::array{std::move(flavor)}}}}});
  };
  auto const large = offering({{"flavor-name", "m1.large"}, {"flavor-id", "f-1"}, {"flavor-disabled", false}});
  for (auto const& wanted : {json::value("m1.large"), json::value("f-1"), json::value(json::array{"x", "m1.large"}),
                             json::value(""), json::value(nullptr)})
    BOOST_TEST(judged({{"flavor", wanted}}, large).empty(), json::serialize(wanted));
  BOOST_TEST(judged({{"flavor", "m1"}}, large) == "FLAVOR_MISMATCH");
  BOOST_TEST(judged({{"flavor", json::array{"x", "y"}}}, large) == "FLAVOR_MISMATCH");
  for (auto const& disabled : {json::value(true), json::value("true")})
    BOOST_TEST(judged({{"flavor", "m1.large"}},
                      offering({{"flavor-name", "m1.large"}, {"flavor-disabled", disabled}})) == "FLAVOR_MISMATCH");
}

BOOST_AUTO_TEST_CASE(a_flavor_drops_clouds_without_flavors_and_leaves_other_types_alone) {
  BOOST_TEST(judged({{"flavor", "m1.large"}}, cloud("c")) == "FLAVOR_MISMATCH");
  BOOST_TEST(judged({{"flavor", "m1.large"}}, cloud("c", {{"flavors", nullptr}})) == "FLAVOR_MISMATCH");
  auto service = cloud("s");
  service.inventory_type = "service";
  BOOST_TEST(judged({{"flavor", "m1.large"}}, service).empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(filter_lists)

// DIVERGE: a candidate_id that was no list killed the translation.
BOOST_AUTO_TEST_CASE(ids_may_be_a_text_or_a_list) {
  for (auto const& id : {json::value("a"), json::value(json::array{"x", "a"})}) {
    BOOST_TEST(judged({{"excluded_candidates", json::array{ids(id, "cloud")}}}, cloud("a")) == "EXCLUDED");
    BOOST_TEST(judged({{"excluded_candidates", json::array{ids(id, "cloud")}}}, cloud("b")).empty());
    BOOST_TEST(judged({{"required_candidates", json::array{ids(id, "cloud")}}}, cloud("a")).empty());
    BOOST_TEST(judged({{"required_candidates", json::array{ids(id, "cloud")}}}, cloud("b")) == "NOT_REQUIRED");
  }
}

BOOST_AUTO_TEST_CASE(an_entry_counts_for_its_type_and_without_one_for_all) {
  BOOST_TEST(judged({{"excluded_candidates", json::array{ids("a", "service")}}}, cloud("a")).empty());
  BOOST_TEST(judged({{"excluded_candidates", json::array{ids("a")}}}, cloud("a")) == "EXCLUDED");
  BOOST_TEST(judged({{"required_candidates", json::array{ids("a", "service")}}}, cloud("a")) == "NOT_REQUIRED");
}

// DIVERGE: the lists were ignored for transport and slice types.
BOOST_AUTO_TEST_CASE(the_lists_apply_to_every_type) {
  for (std::string const type : {"cloud", "service", "vfmodule", "transport", "nsi", "nssi", "nst", "nsst"}) {
    auto candidate = cloud("a");
    candidate.inventory_type = type;
    BOOST_TEST(judged({{"excluded_candidates", json::array{ids("a", type)}}}, candidate) == "EXCLUDED", type);
    BOOST_TEST(judged({{"required_candidates", json::array{ids("b", type)}}}, candidate) == "NOT_REQUIRED", type);
    BOOST_TEST(Filter::from("d", {{"existing_placement", ids("a")}}).value().is_existing(candidate).value(), type);
  }
}

BOOST_AUTO_TEST_CASE(explicit_candidates_obey_the_lists_and_nothing_else) {
  json::object const places{
      {"region", "x"}, {"complex", "y"}, {"subdivision", "z"}, {"filtering_attributes", json::object{{"zone", "z1"}}}};
  BOOST_TEST(judged(places, cloud("a", {{"location_id", "l"}, {"state", "s"}}), true).empty());
  BOOST_TEST(judged({{"excluded_candidates", json::array{ids("a")}}}, cloud("a"), true) == "EXCLUDED");
  BOOST_TEST(judged({{"required_candidates", json::array{ids("b")}}}, cloud("a"), true) == "NOT_REQUIRED");
}

BOOST_AUTO_TEST_CASE(the_existing_placement_is_a_mapping_or_a_list) {
  auto const existing = [](json::value value, std::string id) {
    return Filter::from("d", {{"existing_placement", std::move(value)}}).value().is_existing(cloud(std::move(id)));
  };
  BOOST_TEST(existing(ids("a"), "a").value());
  BOOST_TEST(!existing(ids("a"), "b").value());
  BOOST_TEST(existing(json::array{ids("a"), ids("b")}, "b").value());
  BOOST_TEST(existing(ids(json::array{"a", "b"}), "b").value());
  BOOST_TEST(!existing(nullptr, "a").has_value());
}

BOOST_AUTO_TEST_CASE(an_entry_without_ids_is_refused_with_the_demand_and_the_list) {
  for (auto const& bad :
       {json::value("a"), json::value(json::object()), json::value(json::object{{"candidate_id", 7}})}) {
    auto const filter = Filter::from("vG", {{"required_candidates", json::array{bad}}});
    BOOST_REQUIRE(!filter);
    BOOST_TEST(filter.error().text.find("required_candidates in demand vG") != std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::data::test
