// Where a connection may go when a stranger chose the URL: addresses of the public internet, or also private ones,
// never those that only make sense on this machine's own link, such as metadata services. Pure.
#pragma once
#include <string_view>

namespace conductor::http {

enum class Reach {
  anywhere,            // the URL is the operator's
  global,              // addresses of the public internet
  global_and_private,  // and those of private networks, loopback included
};

// Whether the numeric address may be connected to. IPv4 inside IPv6 counts as the IPv4 address; translated and
// tunnelled forms of IPv4 (NAT64, 6to4, Teredo) are no global addresses. Text that is no address may not.
bool within(Reach reach, std::string_view address);

}  // namespace conductor::http
