// What A&AI's documents mean: relationships, links, targets, complexes, regions, replies.
#include "connection.hpp"
#include "documents.hpp"
#include "relations.hpp"
#include "target.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::plugins::inventory_aai;
namespace json = boost::json;

namespace {

json::object vnf() {
  return json::parse(R"({"vnf-id":"v","relationship-list":{"relationship":[
    {"related-to":"vserver","related-link":"/aai/v23/a","relationship-data":[
      {"relationship-key":"cloud-region.cloud-owner","relationship-value":"o"},
      {"relationship-key":"tenant.tenant-id","relationship-value":"t"}]},
    {"related-to":"service-instance","related-link":"/aai/v23/b","relationship-data":[
      {"relationship-key":"customer.global-customer-id","relationship-value":"c1"},
      {"relationship-key":"service-instance.service-instance-id","relationship-value":"s1"}]},
    {"related-to":"service-instance","related-link":"/aai/v23/c","relationship-data":[
      {"relationship-key":"customer.global-customer-id","relationship-value":"c2"},
      {"relationship-key":"service-instance.service-instance-id","relationship-value":"s2"}]},
    {"related-to":"vserver","related-link":"/aai/v23/d","relationship-data":[]}]}})")
      .as_object();
}

sdk::HttpReply reply(int status, std::string body) { return {status, {}, std::move(body)}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(aai_reading)

BOOST_AUTO_TEST_CASE(a_lookup_without_a_key_gives_every_link_in_order) {
  auto const found = related(vnf(), "vserver", "");
  BOOST_TEST_REQUIRE(found.size() == 2U);
  BOOST_TEST(found[0].link == "/aai/v23/a");
  BOOST_TEST(found[1].link == "/aai/v23/d");
}

BOOST_AUTO_TEST_CASE(a_lookup_with_a_key_skips_relationships_without_it) {
  auto const found = related(vnf(), "vserver", "cloud-region.cloud-owner");
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST((found[0] == Related{"/aai/v23/a", "o"}));
}

BOOST_AUTO_TEST_CASE(a_lookup_with_a_match_gives_only_the_matching_relationship) {
  auto const found = related(vnf(), "service-instance", "service-instance.service-instance-id",
                             Match{"customer.global-customer-id", "c2"});
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST((found[0] == Related{"/aai/v23/c", "s2"}));
}

BOOST_AUTO_TEST_CASE(diverge_2_2_an_absent_relationship_is_an_empty_result) {
  BOOST_TEST(related(vnf(), "complex", "complex.physical-location-id").empty());
  BOOST_TEST(related({}, "complex", "").empty());
  BOOST_TEST(related({{"relationship-list", "nonsense"}}, "complex", "").empty());
  BOOST_TEST(related({{"relationship-list", {{"relationship", json::array{1, nullptr, "x"}}}}}, "complex", "").empty());
}

BOOST_AUTO_TEST_CASE(diverge_2_3_the_version_is_the_segment_after_the_base_path) {
  std::string const base = "/aai";
  BOOST_TEST(path_of_link("/aai/v23/network/x", base).value() == "/network/x");
  BOOST_TEST(path_of_link("/aai/v14/network/x", base).value() == "/network/x");
  BOOST_TEST(path_of_link("https://old.example.org:8443/aai/v9/network/x", base).value() == "/network/x");
  BOOST_TEST(path_of_link("/aai/v23/network/v1/x", base).value() == "/network/v1/x");
  BOOST_TEST(path_of_link("/inventory/aai/v30/network/x", "/inventory/aai").value() == "/network/x");
  BOOST_TEST(path_of_link("/aai/v23/network/x?depth=1", base).value() == "/network/x");
}

BOOST_AUTO_TEST_CASE(diverge_2_3_a_link_without_a_version_is_unusable) {
  for (auto const* link : {"", "/", "/aai", "/aai/v23", "/aai/v23/", "/aai/network/v23/x", "/aai/vx/network",
                           "network/x", "https://host", "/aai/version/network/x", "/aai/v23/../../secret"})
    BOOST_TEST(!path_of_link(link, "/aai").has_value(), "link '" << link << "'");
}

BOOST_AUTO_TEST_CASE(a_link_cannot_smuggle_blanks_or_line_ends_into_a_request) {
  BOOST_TEST(path_of_link("/aai/v23/a b\r\nHost: x/%2F", "/aai").value() == "/a%20b%0D%0AHost:%20x/%2F");
}

BOOST_AUTO_TEST_CASE(diverge_1_1_segments_and_query_values_are_percent_encoded) {
  Target target("/complexes/complex");
  target.segment("a/b c").with("name", "x&y=#+").with("name", "Zürich");
  BOOST_TEST(target.text() == "/complexes/complex/a%2Fb%20c?name=x%26y%3D%23%2B&name=Z%C3%BCrich");
  BOOST_TEST(target.path() == "/complexes/complex/a%2Fb%20c");
}

BOOST_AUTO_TEST_CASE(diverge_4_2_a_wrapped_complex_is_unwrapped) {
  auto const complex = read_complex({{"complex", {{"physical-location-id", "A"}, {"city", "Lyon"}}}});
  BOOST_TEST(complex.id() == "A");
  BOOST_TEST(complex.text("city") == "Lyon");
}

BOOST_AUTO_TEST_CASE(diverge_4_2_coordinates_are_checked_once_and_kept_as_text) {
  auto const at = [](json::value latitude, json::value longitude) {
    return Complex{{{"physical-location-id", "A"}, {"latitude", latitude}, {"longitude", longitude}}};
  };
  BOOST_TEST(coordinates(at("45.7640", "-4.5")).value().latitude == 45.764);
  BOOST_TEST(coordinates(at("0", "0")).value().longitude == 0.0);
  BOOST_TEST(coordinates(at(45.5, -4)).value().latitude == 45.5);
  BOOST_TEST(at(45.5, 1).text("latitude") == "45.5");
  for (auto const& bad : {at("example-latitude-val-1", "1"), at("91", "1"), at("1", "180.1"), at("1", nullptr),
                          at("nan", "1"), at("1x", "1"), at("", "1")})
    BOOST_TEST((coordinates(bad).error().code == sdk::Errc::invalid));
  BOOST_TEST(incomplete(at("91", "1"), true) ==
             "latitude of complex A is '91', expected a number from -90 to 90; correct it in A&AI");
}

BOOST_AUTO_TEST_CASE(a_region_needs_an_id_and_nothing_else) {
  auto const region = read_region({{"cloud-region-id", "r"}}).value();
  BOOST_TEST(!region.version.has_value());
  BOOST_TEST(!region.sriov);
  BOOST_TEST(!region.complex.has_value());
  BOOST_TEST(region.no_complex.code == "NO_COMPLEX");
  BOOST_TEST((read_region({{"cloud-owner", "o"}}).error().code == sdk::Errc::invalid));
}

BOOST_AUTO_TEST_CASE(an_error_names_asker_request_status_and_message_id) {
  auto const body = R"({"requestError":{"serviceException":{"messageId":"SVC3002","text":"x"}}})";
  auto const failed = interpret("demand vG", "GET", "/network/generic-vnfs/", reply(500, body));
  BOOST_TEST((failed.error().code == sdk::Errc::unavailable));
  BOOST_TEST(failed.error().text == "demand vG: A&AI answered 500 (SVC3002) to GET /network/generic-vnfs/");
}

BOOST_AUTO_TEST_CASE(diverge_1_4_failures_keep_their_kinds) {
  auto const code = [](int status) { return interpret("x", "GET", "/p", reply(status, "")).error().code; };
  BOOST_TEST((code(404) == sdk::Errc::not_found));
  BOOST_TEST((code(401) == sdk::Errc::denied));
  BOOST_TEST((code(403) == sdk::Errc::denied));
  BOOST_TEST((code(400) == sdk::Errc::unsupported));
  BOOST_TEST((code(302) == sdk::Errc::unsupported));
  BOOST_TEST((code(410) == sdk::Errc::unsupported));
  BOOST_TEST((code(503) == sdk::Errc::unavailable));
  BOOST_TEST((code(204) == sdk::Errc::unsupported));
}

BOOST_AUTO_TEST_CASE(diverge_1_4_a_missing_response_is_named_as_such) {
  auto const failed = interpret("demand vG", "GET", "/p", sdk::Error{sdk::Errc::timed_out, "3 attempts"});
  BOOST_TEST((failed.error().code == sdk::Errc::timed_out));
  BOOST_TEST(failed.error().text == "demand vG: no response from A&AI to GET /p: 3 attempts");
  // A reply that is too large must not look like a faulty template.
  auto const large = interpret("demand vG", "GET", "/p", sdk::Error{sdk::Errc::invalid, "more than 64 MiB"});
  BOOST_TEST((large.error().code == sdk::Errc::unsupported));
  // What TLS refused is mended in the options.
  auto const denied = interpret("demand vG", "GET", "/p", sdk::Error{sdk::Errc::denied, "not accepted"});
  BOOST_TEST((denied.error().code == sdk::Errc::denied));
  BOOST_TEST(denied.error().text.find("[aai] certificate_file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_not_the_expected_json_is_a_failure) {
  for (auto const* body : {"", "<html>", "[]", "{\"a\":", "null", "7"})
    BOOST_TEST((interpret("x", "GET", "/p", reply(200, body)).error().code == sdk::Errc::unavailable));
  json::object wrong{{"cloud-region", "text"}}, none;
  BOOST_TEST((members("x", "/p", wrong, "cloud-region").error().code == sdk::Errc::unavailable));
  BOOST_TEST((members("x", "/p", none, "cloud-region").error().code == sdk::Errc::unavailable));
  json::object mixed{{"cloud-region", json::array{1, json::object{{"a", 1}}, nullptr}}};
  BOOST_TEST(members("x", "/p", mixed, "cloud-region").value().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
