// The gate of the API with all that it can stand on: the configured user admin/se:cret, a users file with one user per
// role (password "pass"), AAF. Behind it a router whose handlers answer with the caller's name.
#pragma once
#include "core/http/target.hpp"
#include "sdk/testing/fake_host.hpp"
#include "services/api/admission.hpp"
#include "users_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>

namespace conductor::services::api::test {

inline http::Response name_of_caller(sdk::Call const&, http::Request const&, http::Caller const& caller) {
  return {.status = 200, .body = caller.user};
}

struct GateOptions {
  AdmissionConfig admission{.required = true, .expected = {.user = "admin", .password = "se:cret"}};
  bool with_users = true;
  bool with_aaf = false;
  std::vector<http::Route> routes{{"/", "GET", http::Role::anonymous, name_of_caller},
                                  {"/read", "GET", http::Role::reader, name_of_caller},
                                  {"/write", "POST", http::Role::submitter, name_of_caller},
                                  {"/operate", "POST", http::Role::operator_, name_of_caller}};
};

struct Doors {
  explicit Doors(GateOptions options = {})
      : router(std::move(options.routes)),
        gate(options.admission, router, host.clock(), host.log(), options.with_users ? &users : nullptr,
             options.with_aaf ? &aaf : nullptr) {
    std::string text;
    for (auto const* role : {"reader", "submitter", "operator", "admin"})
      text.append(line_of(std::string("the-") + role, role)).append("\n");
    file.write(text);
    users.reload().value();
    host.fake_http().respond([this](sdk::HttpRequest const&) -> sdk::Result<sdk::HttpReply> {
      if (aaf_answer.empty()) return sdk::Error{sdk::Errc::timed_out, "AAF is silent"};
      return sdk::HttpReply{200, {}, aaf_answer};
    });
  }

  http::Admission ask(std::string method, std::string target, std::string const& authorization,
                      std::string const& address = "192.0.2.7") {
    request = {};
    request.method = std::move(method);
    request.target = std::move(target);
    request.remote_address = address;
    if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
    http::parse_target(request).value();
    return gate(request);
  }
  // What the server makes of it.
  http::Response send(std::string method, std::string target, std::string const& authorization = "",
                      std::string const& address = "192.0.2.7") {
    auto admission = ask(std::move(method), std::move(target), authorization, address);
    later = static_cast<bool>(admission.later);
    if (later) admission = std::exchange(admission.later, {})();
    BOOST_TEST(!admission.later);
    if (admission.refused) return std::move(*admission.refused);
    return router(sdk::Call(), request, admission.caller);
  }
  int status(std::string method, std::string target, std::string const& authorization = "",
             std::string const& address = "192.0.2.7") {
    return send(std::move(method), std::move(target), authorization, address).status;
  }
  std::string log_text() const {
    std::string text;
    for (auto const& line : host.lines()) text.append(line.text).append("\n");
    return text;
  }

  static std::string admin() { return http::basic_header("admin", "se:cret"); }
  // A user of the file.
  static std::string login(std::string const& role) { return http::basic_header("the-" + role, "pass"); }

  sdk::testing::FakeHost host;
  UsersFile file;
  Users users{file.path, host.clock()};
  std::string aaf_answer = R"({"perm": [{"type": "t", "instance": "i", "action": "a"}]})";
  Aaf aaf{{.url = "https://aaf.example/", .user = "us", .accepted = {{"t", "*", "*"}}},
          host.fake_http(),
          host.clock(),
          host.log()};
  http::Router router;
  Gate gate;
  http::Request request;
  bool later = false;  // the last admission was not decided at once
};

}  // namespace conductor::services::api::test
