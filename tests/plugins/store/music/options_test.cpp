// The options of [music_api].
#include "options.hpp"
#include "tests/plugins/store/real_host.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::plugins::music;

namespace {

sdk::Settings settings(std::map<std::string, sdk::Settings::Value> const& given = {}) {
  sdk::Schema schema("store");
  describe_options(schema);
  return test::store_settings(schema, given);
}

std::string header(Options const& options, std::string const& name) {
  sdk::HttpReply reply;
  reply.headers = options.http.headers;
  return reply.header(name);
}

using List = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(music_options)

BOOST_AUTO_TEST_CASE(server_url_wins_over_hostnames_and_has_the_known_default) {
  BOOST_TEST(options_of(settings()).urls == List{"http://controller:8080/MUSIC/rest/v2"});
  auto const hosts =
      settings({{"hostnames", List{"a", "::1"}}, {"port", std::int64_t{8443}}, {"enable_https_mode", true}});
  BOOST_TEST(options_of(hosts).urls == (List{"https://a:8443/MUSIC/rest/v2", "https://[::1]:8443/MUSIC/rest/v2"}));
  auto const both =
      settings({{"hostnames", List{"a"}}, {"server_url", List{"http://x/MUSIC/rest/v2/", "http://y/z/v2"}}});
  BOOST_TEST(options_of(both).urls == (List{"http://x/MUSIC/rest/v2", "http://y/z/v2"}));
}

BOOST_AUTO_TEST_CASE(the_version_headers_come_from_three_numbers_with_or_without_quotes) {
  auto const quoted = options_of(settings({{"music_new_version", true}, {"music_version", "\"3.0.23\""}}));
  BOOST_TEST(header(quoted, "X-minorVersion") == "0");
  BOOST_TEST(header(quoted, "X-patchVersion") == "23");
  for (auto const* const bad : {"", "3.2", "3.x.1", "3.2.1.0"})
    BOOST_TEST(problem_of(settings({{"music_new_version", true}, {"music_version", bad}})).has_value(), bad);
  BOOST_TEST(header(options_of(settings()), "X-minorVersion").empty());
}

BOOST_AUTO_TEST_CASE(the_password_goes_into_a_header_only_for_old_releases_or_on_demand) {
  auto const with = [](std::string const& version, bool legacy) {
    auto const options = options_of(settings({{"aafuser", "u"},
                                              {"aafpass", "p"},
                                              {"music_new_version", true},
                                              {"music_version", version},
                                              {"send_legacy_auth_headers", legacy}}));
    BOOST_TEST(options.http.username == "u");
    return header(options, "password");
  };
  BOOST_TEST(with("3.0.24", false) == "p");
  BOOST_TEST(with("2.5.5", false) == "p");
  BOOST_TEST(with("3.2.40", false).empty());
  BOOST_TEST(with("3.2.40", true) == "p");
}

BOOST_AUTO_TEST_CASE(extra_headers_and_replication_are_taken_from_the_file) {
  auto const given = settings({{"extra_headers", List{"X-ACME-Transaction-Id=conductor"}},
                               {"music_topology", "NetworkTopologyStrategy"},
                               {"first_datacenter_name", "north"},
                               {"first_datacenter_replicas", std::int64_t{3}},
                               {"second_datacenter_name", "half"}});
  BOOST_TEST(!problem_of(given));
  auto const options = options_of(given);
  BOOST_TEST(header(options, "X-ACME-Transaction-Id") == "conductor");
  BOOST_TEST(boost::json::serialize(options.replication) == R"({"class":"NetworkTopologyStrategy","north":3})");
  BOOST_TEST(options.keyspace == "conductor2");
  BOOST_TEST(options_of(settings({{"layout", "compat"}})).keyspace == "conductor");
}

BOOST_AUTO_TEST_CASE(keyspaces_follow_those_that_the_deployment_names) {
  std::map<std::string, sdk::Settings::Value> named{{"common_keyspace", "east"}, {"rpc_keyspace", "east_rpc"}};
  BOOST_TEST(options_of(settings(named)).keyspace == "east2");
  named["layout"] = "compat";
  BOOST_TEST(options_of(settings(named)).keyspace == "east");
  BOOST_TEST(options_of(settings(named)).rpc_keyspace == "east_rpc");
  named["keyspace"] = "own";
  BOOST_TEST(options_of(settings(named)).keyspace == "own");
}

BOOST_AUTO_TEST_CASE(what_cannot_work_is_refused_with_the_value_and_the_expectation) {
  BOOST_TEST(problem_of(settings({{"server_url", List{"controller:8080"}}})).value().find("'controller:8080'") !=
             std::string::npos);
  BOOST_TEST(problem_of(settings({{"keyspace", "Bad-Name"}})).value().find("'Bad-Name'") != std::string::npos);
  BOOST_TEST(problem_of(settings({{"extra_headers", List{"no value"}}})).has_value());
  BOOST_TEST(problem_of(settings({{"music_topology", "NetworkTopologyStrategy"}})).has_value());
  BOOST_TEST(!problem_of(settings()));
}

BOOST_AUTO_TEST_SUITE_END()
