// The API without sockets: requests go through admission and router as the server hands them over, plans lie in the
// memory store, and the controller's answer to `ping` is whatever a test says.
#pragma once
#include "core/http/auth.hpp"
#include "core/http/router.hpp"
#include "core/http/target.hpp"
#include "services/api/admission.hpp"
#include "services/api/api.hpp"
#include "sdk/testing/fake_http.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

namespace conductor::services::api::test {

namespace json = boost::json;

// Answers every call with `answer`, or with that of its method ("topic.method"), and remembers what it was asked.
class FakeBus final : public rpc::Bus {
 public:
  sdk::Result<json::value> answer = json::value(json::object());
  std::map<std::string, sdk::Result<json::value>> answers;
  std::vector<std::string> calls;
  std::map<std::string, json::value> args;
  std::map<std::string, sdk::Call> with;

  void serve(std::string, std::string, rpc::Method) override {}
  sdk::Result<json::value> call(sdk::Call const& call, std::string const& topic, std::string const& method,
                                json::value given) override {
    auto const name = topic + "." + method;
    calls.push_back(name);
    args[name] = std::move(given);
    with[name] = call;
    auto const own = answers.find(name);
    return own == answers.end() ? answer : own->second;
  }
};

struct Options {
  ApiConfig api{
      .limits = {}, .wire_compat = WireCompat::onap, .server_url = "", .page = 100, .product_version = "1.2.3"};
  AdmissionConfig admission{.required = true, .expected = {.user = "admin", .password = "se:cret"}};
};

struct Api {
  explicit Api(Options options = {})
      : plans(world.store, world.clock()),
        handlers({plans, bus, world.clock(), world.log(), options.api,
                  [this](std::string const& base) -> sdk::HttpClient& {
                    bases.push_back(base);
                    return http;
                  }}),
        router(handlers.routes()),
        gate(options.admission, router, world.clock(), world.log()) {}

  tests::World world;
  store::Plans plans;
  FakeBus bus;
  sdk::testing::FakeHttp http;     // all other hosts
  std::vector<std::string> bases;  // whom it was asked for
  api::Api handlers;
  http::Router router;
  Gate gate;

  static sdk::HttpHeaders login() { return {{"Authorization", http::basic_header("admin", "se:cret")}}; }

  // With exactly these headers, beside Host. A reply that comes later is waited for.
  http::Response send_plain(std::string method, std::string target, sdk::HttpHeaders headers, std::string body = "") {
    return settled(begin(std::move(method), std::move(target), std::move(headers), std::move(body)));
  }
  // As the handler leaves it: the reply may be one that comes later.
  http::Response begin(std::string method, std::string target, sdk::HttpHeaders headers, std::string body = "") {
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers = std::move(headers);
    request.headers.emplace_back("Host", "oof.example:8091");
    request.remote_address = "192.0.2.7";
    if (auto const read = http::parse_target(request); !read) throw std::invalid_argument(read.error().text);
    auto admission = gate(request);
    if (admission.later) admission = std::exchange(admission.later, {})();
    if (admission.refused) return std::move(*admission.refused);
    request.body = std::move(body);
    return router(world.call(), request, admission.caller);
  }
  http::Response settled(http::Response response) {
    if (!response.later) return response;
    auto const given = std::make_shared<std::promise<http::Response>>();
    auto coming = given->get_future();
    // The copy goes when nobody is left who could reply: the test fails then, as a client would get 500.
    std::exchange(response.later, nullptr)(world.call(), [given](http::Response r) { given->set_value(std::move(r)); });
    if (coming.wait_for(std::chrono::seconds(20)) != std::future_status::ready)
      throw std::runtime_error("the reply does not come");
    auto reply = coming.get();
    reply.headers.insert(reply.headers.end(), response.headers.begin(), response.headers.end());
    return reply;
  }
  // As the configured user.
  http::Response send(std::string method, std::string target, std::string body = "", sdk::HttpHeaders headers = {}) {
    headers.insert(headers.begin(), login().front());
    return send_plain(std::move(method), std::move(target), std::move(headers), std::move(body));
  }
  http::Response post(json::object const& body, sdk::HttpHeaders headers = {}) {
    return send("POST", "/v1/plans", json::serialize(body), std::move(headers));
  }
};

inline std::string header(http::Response const& response, std::string_view name) {
  for (auto const& [key, value] : response.headers)
    if (http::same_name(key, name)) return value;
  return "";
}

inline json::object body_of(http::Response const& response) {
  boost::system::error_code failed;
  auto const value = json::parse(response.body, failed);
  if (failed || !value.is_object()) throw std::runtime_error("the response is no JSON object: " + response.body);
  return value.as_object();
}

inline std::string explanation(http::Response const& response) {
  return std::string(body_of(response).at("explanation").as_string());
}

inline json::object minimal(json::object more = {}) {
  more["template"] = json::object{{"homing_template_version", "2017-10-10"}};
  return more;
}

inline std::string id_of(http::Response const& created) { return std::string(body_of(created).at("id").as_string()); }

}  // namespace conductor::services::api::test
