// Where a connection may go when a stranger chose the URL.
#include "core/http/client.hpp"
#include "core/http/reach.hpp"

#include "sdk/testing/fake_host.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::http {

BOOST_AUTO_TEST_SUITE(reach)

BOOST_AUTO_TEST_CASE(public_addresses_may_be_reached) {
  for (auto const* address : {"8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "100.63.0.1",
                              "2606:4700:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"})
    BOOST_TEST(within(Reach::global, address), address);
}

BOOST_AUTO_TEST_CASE(private_and_loopback_addresses_only_when_allowed) {
  for (auto const* address :
       {"127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "::1",
        "fd12:3456::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1"}) {
    BOOST_TEST(!within(Reach::global, address), address);
    BOOST_TEST(within(Reach::global_and_private, address), address);
    BOOST_TEST(within(Reach::anywhere, address), address);
  }
}

BOOST_AUTO_TEST_CASE(metadata_link_local_and_reserved_addresses_never) {
  for (auto const* address : {"169.254.169.254",
                              "169.254.0.1",
                              "::ffff:169.254.169.254",
                              "100.100.100.200",
                              "192.0.0.192",
                              "fd00:ec2::254",
                              "fd20:ce::254",
                              "fe80::1",
                              "fec0::1",
                              "0.0.0.0",
                              "0.1.2.3",
                              "::",
                              "224.0.0.1",
                              "239.1.1.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "ff02::1",
                              "192.0.2.1",
                              "198.51.100.1",
                              "203.0.113.1",
                              "198.18.0.1",
                              "2001:db8::1",
                              "2002:7f00:1::",
                              "64:ff9b::7f00:1",
                              "2001:0:1::1",
                              "::127.0.0.1",
                              "4000::1",
                              "no address",
                              ""}) {
    BOOST_TEST(!within(Reach::global, address), address);
    BOOST_TEST(!within(Reach::global_and_private, address), address);
  }
}

BOOST_AUTO_TEST_CASE(a_client_held_to_public_addresses_does_not_connect_to_this_machine) {
  sdk::testing::FakeHost host;
  auto const pool = make_client_pool(host.clock(), host.log());
  for (auto const* base : {"http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9"}) {
    sdk::HttpConfig config;
    config.base_url = base;
    config.attempts = 1;
    auto const reply = pool->client(config, Reach::global).send({}, {.target = "/"});
    BOOST_REQUIRE(!reply.has_value());
    BOOST_TEST((reply.error().code == sdk::Errc::denied), reply.error().text);
    // The same peer is another client for who may go anywhere.
    auto const tried = pool->client(config).send({}, {.target = "/"});
    BOOST_TEST((tried.error().code == sdk::Errc::unavailable), tried.error().text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http
