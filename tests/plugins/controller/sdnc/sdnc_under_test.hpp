// The plugin as the host makes it, talking to the simulated SDN-C without sockets.
#pragma once
#include "conductor/sdk/abi.hpp"
#include "conductor/sdk/controller.hpp"
#include "conductor/sdk/http_errors.hpp"
#include "sdk/testing/fake_host.hpp"
#include "tests/simulators/sdnc/sdnc.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>

extern "C" const conductor::sdk::Entry conductor_plugin_entry;

namespace conductor::tests::sdnc {

namespace json = boost::json;
namespace sim = conductor::simulators::sdnc;
using Fault = conductor::simulators::peer::Fault;

class SdncUnderTest {
 public:
  explicit SdncUnderTest(sim::Rules rules = {}, std::map<std::string, sdk::Settings::Value> settings = {})
      : server(with_clock(std::move(rules), host)) {
    call.plan_id = "plan-1";
    host.fake_http().respond([this](sdk::HttpRequest const& request) { return reply(request); });
    sdk::Schema schema("sdnc");
    conductor_plugin_entry.describe(schema);
    settings.emplace("server_url", "https://sdnc.example.org:8443/rests/");
    plugin_.reset(conductor_plugin_entry.create(host, sdk::testing::settings_of(schema, settings)));
    controller = dynamic_cast<sdk::ServiceController*>(plugin_.get());
    judge = dynamic_cast<sdk::CapacityJudge*>(plugin_.get());
    BOOST_TEST_REQUIRE(controller != nullptr);
    BOOST_TEST_REQUIRE(judge != nullptr);
  }
  SdncUnderTest(SdncUnderTest const&) = delete;
  SdncUnderTest& operator=(SdncUnderTest const&) = delete;

  SdncUnderTest& started() {
    auto const done = controller->start(call);
    BOOST_TEST_REQUIRE(!done.has_error(), (done.has_error() ? done.error().text : std::string()));
    return *this;
  }
  sdk::Result<std::vector<sdk::HoldAnswer>> reserve(std::vector<sdk::ReserveItem> const& items,
                                                    std::int64_t fencing = 1) {
    return controller->reserve(call, "ADIOD", items, 1, fencing, host.clock().wall() + std::chrono::minutes(1));
  }
  std::size_t count(std::string_view part) const {
    auto const all = host.fake_http().requests();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](auto const& one) { return one.target.find(part) != one.target.npos; }));
  }

  mutable sdk::testing::FakeHost host;
  sim::Sdnc server;
  simulators::peer::Faults faults;  // drop: the answer is lost after the server has acted
  bool unreachable = false;
  sdk::Call call;
  sdk::ServiceController* controller = nullptr;  // of plugin_
  sdk::CapacityJudge* judge = nullptr;

 private:
  static sim::Rules with_clock(sim::Rules rules, sdk::testing::FakeHost& host) {
    rules.wall = [&host] { return host.clock().wall(); };
    return rules;
  }
  sdk::Result<sdk::HttpReply> reply(sdk::HttpRequest request) {
    if (unreachable)
      return sdk::Error{sdk::Errc::unavailable, "connection refused (" + std::string(sdk::not_sent_mark) + ")"};
    auto const fault = faults.next(request.target);
    auto const& config = host.http_config();
    request.headers.insert(request.headers.end(), config.headers.begin(), config.headers.end());
    if (!config.username.empty()) request.headers.emplace_back("Authorization", "Basic dTE6cDE=");  // u1:p1
    if (fault && fault->kind == Fault::Kind::status) return sdk::HttpReply{fault->status, {}, "<html>"};
    auto answer = server.answer(request);
    if (fault && fault->kind == Fault::Kind::drop) return sdk::Error{sdk::Errc::unavailable, "connection closed"};
    if (fault && fault->kind == Fault::Kind::garbage) answer.body = "<html>";
    return answer;
  }
  std::unique_ptr<sdk::Plugin> plugin_;
};

inline json::object candidate(std::string const& type, std::string const& id, bool existing = false) {
  return {{"candidate_id", id},           {"inventory_type", type},
          {"inventory_provider", "aai"},  {"cloud_owner", "NordCloud"},
          {"location_id", "lyon-a"},      {"host_id", "gw-lyon"},
          {"vim-id", "NordCloud_lyon-a"}, {"existing_placement", existing ? "true" : "false"}};
}

inline sdk::CapacityQuestion question(std::string const& type, std::vector<json::object> candidates,
                                      json::object request = {{"bw_up", 200}}, std::string request_type = "initial") {
  return {.constraint_name = "check_bw",
          .constraint_type = type,
          .demand = "vG",
          .request_type = std::move(request_type),
          .request = std::move(request),
          .candidates = std::move(candidates)};
}

inline sdk::ReserveItem item(std::string const& key, std::string const& id, json::object request = {{"bw_up", 200}}) {
  return {.key = key,
          .candidate = candidate("service", id),
          .type = "port_reservation",
          .name = "uplink_hold",
          .request = std::move(request)};
}

inline std::string outcomes(sdk::Result<std::vector<sdk::HoldAnswer>> const& answers) {
  if (!answers) return "error " + std::string(to_string(answers.error().code)) + ": " + answers.error().text;
  static constexpr char const* names[] = {"held", "refused", "released", "absent", "failed", "pending"};
  std::string text;
  for (auto const& answer : *answers)
    text += (text.empty() ? "" : " ") + answer.key + "=" + names[static_cast<int>(answer.outcome)] +
            (answer.temporary ? "(temporary)" : "");
  return text;
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace conductor::tests::sdnc
