// What the template plugin asks, and what it makes of each kind of answer. A plugin's own tests may look like this:
// include the source, give it a fake host.
#include "sdk/template/rest.cpp"

#include "sdk/testing/fake_host.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using sdk::testing::FakeHost;

struct Fixture {
  Fixture() {
    sdk::Schema schema("rest");
    RestInventory::describe(schema);
    auto const settings = sdk::testing::settings_of(
        schema, {{"url", std::string("https://inventory.example.com/v1")}, {"token", std::string("t0ken")}});
    provider = std::make_unique<RestInventory>(host, settings);
    demand = {.name = "gateway", .inventory_type = "cloud", .requirement = {}};
  }
  void answer(int status, std::string body) {
    host.fake_http().respond([=](sdk::HttpRequest const&) { return sdk::HttpReply{status, {}, body}; });
  }
  sdk::Error failure() {
    auto const list = provider->resolve({}, demand);
    BOOST_REQUIRE(!list);
    return list.error();
  }

  FakeHost host;
  std::unique_ptr<RestInventory> provider;
  sdk::Demand demand;
};

bool contains(std::string const& text, std::string_view part) {
  BOOST_TEST_INFO("message: " << text);
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sdk_template, Fixture)

BOOST_AUTO_TEST_CASE(the_constructor_asks_nothing) {
  BOOST_TEST(host.fake_http().requests().empty());
  BOOST_TEST(host.http_config().base_url == "https://inventory.example.com/v1");
  BOOST_TEST(host.http_config().bearer_token == "t0ken");
}

BOOST_AUTO_TEST_CASE(the_type_is_a_query_parameter_percent_encoded) {
  answer(200, "[]");
  demand.inventory_type = "cloud & sky";
  BOOST_REQUIRE(provider->resolve({}, demand));
  BOOST_REQUIRE(host.fake_http().requests().size() == 1U);
  BOOST_TEST(host.fake_http().requests()[0].method == "GET");
  BOOST_TEST(host.fake_http().requests()[0].target == "/sites?type=cloud%20%26%20sky");
}

BOOST_AUTO_TEST_CASE(a_site_becomes_a_candidate_with_fields_and_attributes) {
  answer(200, R"([{"id": "bru1", "owner": "acme", "latitude": 50.85, "longitude": 4.35, "country": "BEL",
                   "attributes": {"cloud-type": "edge"}}])");
  auto const list = provider->resolve({}, demand);
  BOOST_REQUIRE_MESSAGE(list, list.error().text);
  BOOST_REQUIRE(list->candidates.size() == 1U);
  auto const& candidate = list->candidates[0];
  BOOST_TEST(candidate.candidate_id == "bru1");
  BOOST_TEST(candidate.inventory_type == "cloud");
  BOOST_TEST(candidate.cloud_owner == "acme");
  BOOST_TEST(candidate.fields.at("location_id").as_string() == "bru1");
  BOOST_TEST(candidate.fields.at("latitude").as_double() == 50.85);
  BOOST_TEST(candidate.fields.at("country").as_string() == "BEL");
  BOOST_TEST(!candidate.fields.contains("city"));
  BOOST_TEST(candidate.attributes.at("cloud-type").as_string() == "edge");
}

BOOST_AUTO_TEST_CASE(keeps_good_sites_when_one_is_malformed) {
  answer(200, R"([{"id": "a", "latitude": 1, "longitude": 2}, {"latitude": 1, "longitude": 2}, 7,
                  {"id": "b", "latitude": "north", "longitude": 2}, {"id": "c", "latitude": 3, "longitude": 4}])");
  auto const list = provider->resolve({}, demand);
  BOOST_REQUIRE_MESSAGE(list, list.error().text);
  BOOST_REQUIRE(list->candidates.size() == 2U);
  BOOST_TEST(list->candidates[0].candidate_id == "a");
  BOOST_TEST(list->candidates[1].candidate_id == "c");
  BOOST_REQUIRE(list->dropped.size() == 3U);
  for (auto const& drop : list->dropped) BOOST_TEST(drop.code == "INVALID_SITE");
  BOOST_TEST(list->dropped[2].candidate_id == "b");
}

BOOST_AUTO_TEST_CASE(no_sites_is_an_answer) {
  answer(200, "[]");
  auto const list = provider->resolve({}, demand);
  BOOST_REQUIRE(list);
  BOOST_TEST(list->candidates.empty());
}

BOOST_AUTO_TEST_CASE(each_refusal_says_what_the_host_should_do) {
  struct Case {
    int status;
    sdk::Errc code;
    char const* words;
  };
  for (auto const& [status, code, words] :
       {Case{401, sdk::Errc::denied, "check [rest] token"}, Case{403, sdk::Errc::denied, "check [rest] token"},
        Case{404, sdk::Errc::invalid, "check [rest] url"}, Case{429, sdk::Errc::unavailable, "try again"},
        Case{503, sdk::Errc::unavailable, "try again"}}) {
    answer(status, "");
    auto const error = failure();
    BOOST_TEST(sdk::to_string(error.code) == sdk::to_string(code));
    BOOST_TEST(contains(error.text, words));
    BOOST_TEST(contains(error.text, "demand gateway"));
    BOOST_TEST(contains(error.text, "answered " + std::to_string(status) + ", expected 200"));
  }
}

BOOST_AUTO_TEST_CASE(a_peer_that_is_down_keeps_its_code_and_names_the_demand) {
  host.fake_http().respond([](sdk::HttpRequest const&) -> sdk::Result<sdk::HttpReply> {
    return sdk::Error{sdk::Errc::timed_out, "inventory.example.com did not answer within 12 s"};
  });
  auto const error = failure();
  BOOST_TEST(sdk::to_string(error.code) == "timed_out");
  BOOST_TEST(error.text == "demand gateway: inventory.example.com did not answer within 12 s");
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_no_list_is_invalid) {
  answer(200, "<html>");
  BOOST_TEST(contains(failure().text, "answered no JSON, expected a list of sites"));
  answer(200, R"({"sites": []})");
  BOOST_TEST(contains(failure().text, "answered JSON that is no list, expected a list of sites"));
}

BOOST_AUTO_TEST_CASE(claims_only_what_it_answers) {
  BOOST_TEST(RestInventory::capabilities == (sdk::concurrent | sdk::cloud));
  auto const location = provider->locate({}, {.host_name = "", .clli_code = "BRUSBE"});
  BOOST_REQUIRE(!location);
  BOOST_TEST(sdk::to_string(location.error().code) == "unsupported");
}

BOOST_AUTO_TEST_SUITE_END()
