// What trusted proxies say about the client they speak for (RFC 7239, and the older X-Forwarded-* headers): scheme,
// host, address and mount prefix go into the request, so that links and logs are right.
#pragma once
#include "core/http/filter.hpp"
#include "core/http/networks.hpp"

namespace conductor::http {

// Headers are read from right to left, as the proxies wrote them: an entry counts while the one who wrote it is
// trusted. A peer that is not trusted is believed nothing.
class ForwardedHeaders final : public Filter {
 public:
  explicit ForwardedHeaders(Networks trusted) : trusted_(std::move(trusted)) {}
  std::optional<Response> before(Request& head) const override;

 private:
  Networks trusted_;
};

// One hop of a Forwarded header; empty where the proxy did not say.
struct ForwardedHop {
  std::string client, proto, host;
};
// From left to right, i.e. the client's own hop first; nothing when the header is malformed.
std::optional<std::vector<ForwardedHop>> parse_forwarded(std::string_view value);

}  // namespace conductor::http
