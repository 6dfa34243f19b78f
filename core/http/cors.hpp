// Cross-origin requests of browsers (the Fetch standard): preflights are answered here, other replies get the headers
// that let a page of an allowed origin read them.
#pragma once
#include "core/http/filter.hpp"

namespace conductor::http {

// What one group of origins may do.
struct CorsRule {
  std::vector<std::string> allowed_origins{};  // as browsers send them: "https://ui.example.org"; "*": everybody
  bool allow_credentials = true;               // never together with "*"
  std::vector<std::string> expose_headers{}, allow_methods{}, allow_headers{};
  std::int64_t max_age_s = 3600;  // 0 or less: not sent
};

class Cors final : public Filter {
 public:
  // The first rule that allows an origin holds for it.
  explicit Cors(std::vector<CorsRule> rules);
  std::optional<Response> before(Request& head) const override;
  void after(Request const& request, Response& reply) const override;

 private:
  CorsRule const* rule_for(std::string const& origin) const;

  std::vector<CorsRule> rules_;
  bool varies_ = false;  // whether the reply depends on the origin
};

}  // namespace conductor::http
