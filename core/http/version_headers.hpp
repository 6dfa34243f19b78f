// X-MinorVersion, X-PatchVersion and X-LatestVersion on every reply, and what a request may ask with the first two.
#pragma once
#include "core/http/filter.hpp"

namespace conductor::http {

struct VersionHeadersConfig {
  std::string version;        // of the product: "1.2.3"
  bool token_needed = false;  // only for requests with the right Version-Auth-Token; others are told nothing
  std::string token{};        // empty: never right
};

class VersionHeaders final : public Filter {
 public:
  explicit VersionHeaders(VersionHeadersConfig config);
  // 400 when a requested number is greater than ours or is none.
  std::optional<Response> before(Request& head) const override;
  void after(Request const& request, Response& reply) const override;

 private:
  struct Part {
    std::string_view header;
    unsigned long ours = 0;
  };
  bool may_know(Request const& request) const;
  // The number that stands in the reply: the requested one when it is acceptable, else ours.
  static std::optional<unsigned long> requested(Request const& request, Part const& part);

  VersionHeadersConfig config_;
  std::vector<Part> parts_;
};

}  // namespace conductor::http
