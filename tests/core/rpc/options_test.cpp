// Options of [messaging_server] that only make sense together.
#include "core/config/loader.hpp"
#include "core/config/options.hpp"
#include "core/rpc/bus.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;

BOOST_AUTO_TEST_SUITE(rpc_options)

namespace {

config::Config configured(std::map<std::string, std::string> const& options) {
  config::Catalogue catalogue;
  config::declare_core(catalogue);
  config::Sources sources;
  for (auto const& [name, value] : options) sources.overrides["messaging_server." + name] = value;
  auto loaded = config::load(catalogue, sources);
  BOOST_REQUIRE_MESSAGE(loaded.errors.empty(), (loaded.errors.empty() ? "" : loaded.errors[0].where()));
  return std::move(loaded.config);
}

// The options complained about, in order.
std::vector<std::string> problems(std::map<std::string, std::string> const& options) {
  std::vector<config::Problem> errors;
  rpc::check_options(configured(options), errors);
  std::vector<std::string> texts;
  for (auto const& error : errors) texts.push_back(error.where());
  return texts;
}

using conductor::tests::has;

}  // namespace

BOOST_AUTO_TEST_CASE(by_default_calls_are_direct_on_this_host_and_no_port_is_opened) {
  auto const bus = rpc::bus_config(configured({}));
  BOOST_TEST(bus.direct.enabled);
  BOOST_TEST(bus.direct.listen.empty());
  BOOST_TEST(!bus.direct.tls.complete());
  BOOST_TEST(bus.max_waiting == 1000U);
  BOOST_TEST(problems({}).empty());
}

BOOST_AUTO_TEST_CASE(a_port_needs_certificates_and_certificates_come_in_threes) {
  auto const bare = problems({{"listen", "0.0.0.0:8300"}});
  BOOST_REQUIRE(bare.size() == 1U);
  BOOST_TEST(has(bare[0], "needs certificate_file, certificate_key_file and peer_ca_file"), bare[0]);
  auto const partly =
      problems({{"listen", "0.0.0.0:8300"}, {"certificate_file", "/c"}, {"certificate_key_file", "/k"}});
  BOOST_REQUIRE(partly.size() == 1U);
  BOOST_TEST(has(partly[0], "set all of them or none"), partly[0]);
  BOOST_TEST(problems({{"listen", "0.0.0.0:8300"},
                       {"certificate_file", "/c"},
                       {"certificate_key_file", "/k"},
                       {"peer_ca_file", "/a"}})
                 .empty());
}

BOOST_AUTO_TEST_CASE(addresses_that_are_none_are_named) {
  auto const wrong = problems({{"listen", "8300"},
                               {"advertise", "unix:/x"},
                               {"certificate_file", "/c"},
                               {"certificate_key_file", "/k"},
                               {"peer_ca_file", "/a"}});
  BOOST_REQUIRE(wrong.size() == 2U);
  BOOST_TEST(has(wrong[0], "'8300' is no address; write host:port"), wrong[0]);
  BOOST_TEST(has(wrong[1], "is a Unix socket"), wrong[1]);
}

BOOST_AUTO_TEST_SUITE_END()
