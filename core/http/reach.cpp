#include "core/http/reach.hpp"

#include "core/http/networks.hpp"

namespace conductor::http {
namespace {

Networks networks(std::vector<std::string> const& items) { return Networks::parse(items).value(); }

// Link-local, metadata services of clouds wherever they lie, multicast, reserved, documentation, benchmarks, "this
// network".
Networks const& never() {
  static Networks const all = networks({"0.0.0.0/8",          "169.254.0.0/16",
                                        "100.100.100.200",    "192.0.0.0/24",
                                        "192.0.2.0/24",       "198.18.0.0/15",
                                        "198.51.100.0/24",    "203.0.113.0/24",
                                        "192.88.99.0/24",     "224.0.0.0/3",
                                        "fe80::/10",          "fec0::/10",
                                        "ff00::/8",           "::",
                                        "fd00:ec2::254",      "fd20:ce::254",
                                        "fd00:c1::a9fe:a9fe", "2001::/32",
                                        "2001:db8::/32",      "2002::/16",
                                        "64:ff9b::/96",       "64:ff9b:1::/48",
                                        "::ffff:0:0:0/96"});
  return all;
}

Networks const& private_ones() {
  static Networks const all =
      networks({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "::1", "fc00::/7"});
  return all;
}

// IPv4, and the part of IPv6 that is given out.
Networks const& given_out() {
  static Networks const all = networks({"0.0.0.0/0", "2000::/3"});
  return all;
}

}  // namespace

bool within(Reach reach, std::string_view address) {
  if (reach == Reach::anywhere) return true;
  if (never().contains(address)) return false;
  if (private_ones().contains(address)) return reach == Reach::global_and_private;
  return given_out().contains(address);
}

}  // namespace conductor::http
