// The plugin as the host makes it, talking to the simulated A&AI without sockets.
#pragma once
#include "conductor/sdk/abi.hpp"
#include "conductor/sdk/inventory.hpp"
#include "sdk/testing/fake_host.hpp"
#include "tests/simulators/aai/handler.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <optional>

extern "C" const conductor::sdk::Entry conductor_plugin_entry;

namespace conductor::tests::aai {

namespace json = boost::json;
namespace sim = conductor::simulators::aai;

// The simulated A&AI behind a FakeHttp. What it refers to outlives it.
class SimulatedAai {
 public:
  explicit SimulatedAai(sdk::testing::FakeHost& host, sim::World world_ = sim::example_world())
      : world(std::move(world_)), host_(host) {
    host.fake_http().respond([this](sdk::HttpRequest const& request) { return reply(request); });
  }

  sim::World world;
  sim::Rules rules;
  sim::Faults faults;
  // Replies by path, for what a correct server would not say.
  std::map<std::string, sdk::HttpReply> scripted;

  // Targets of the requests so far, without base URL.
  std::vector<std::string> targets() const {
    std::vector<std::string> list;
    for (auto const& request : host_.fake_http().requests()) list.push_back(request.target);
    return list;
  }
  std::size_t count(std::string_view part) const {
    auto const all = targets();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](auto const& one) { return one.find(part) != one.npos; }));
  }

 private:
  sdk::Result<sdk::HttpReply> reply(sdk::HttpRequest request) {
    auto const fault = faults.next(request.target);
    using Kind = sim::Fault::Kind;
    if (fault && fault->kind == Kind::drop) return sdk::Error{sdk::Errc::unavailable, "connection closed"};
    if (fault && fault->kind == Kind::status) return sdk::HttpReply{fault->status, {}, "{}"};
    if (fault && fault->kind == Kind::garbage) return sdk::HttpReply{200, {}, "<html>"};
    auto const path = request.target.substr(0, request.target.find('?'));
    if (auto const found = scripted.find(path); found != scripted.end()) return found->second;
    auto const& config = host_.http_config();
    request.target = config.base_url.substr(config.base_url.find('/', 8)) + request.target;
    request.headers.insert(request.headers.end(), config.headers.begin(), config.headers.end());
    auto answer = sim::answer(world, rules, request);
    if (fault && fault->kind == Kind::truncate) answer.body.resize(answer.body.size() / 2);
    return answer;
  }
  sdk::testing::FakeHost& host_;
};

class AaiUnderTest {
 public:
  explicit AaiUnderTest(std::map<std::string, sdk::Settings::Value> const& settings = {},
                        sim::World world = sim::example_world())
      : server(host, std::move(world)) {
    sdk::Schema schema("aai");
    conductor_plugin_entry.describe(schema);
    plugin_.reset(conductor_plugin_entry.create(host, sdk::testing::settings_of(schema, settings)));
    provider = dynamic_cast<sdk::InventoryProvider*>(plugin_.get());
    BOOST_TEST_REQUIRE(provider != nullptr);
  }
  ~AaiUnderTest() {
    if (plugin_) plugin_->stop();
  }
  AaiUnderTest(AaiUnderTest const&) = delete;
  AaiUnderTest& operator=(AaiUnderTest const&) = delete;

  // The same, started.
  AaiUnderTest& started() {
    auto const done = provider->start(call);
    BOOST_TEST_REQUIRE(!done.has_error(), (done.has_error() ? done.error().text : std::string()));
    return *this;
  }

  sdk::Result<sdk::CandidateList> resolve(std::string const& type, json::object requirement) {
    return provider->resolve(call, {.name = "vX", .inventory_type = type, .requirement = std::move(requirement)});
  }
  sdk::Result<sdk::CandidateList> clouds() { return resolve("cloud", {}); }
  // Services with role vG_Mux of the example's customer.
  sdk::Result<sdk::CandidateList> muxes(json::object requirement = {}) {
    if (!requirement.contains("filtering_attributes"))
      requirement["filtering_attributes"] = {{"global-customer-id", sim::example_customer},
                                             {"equipment-role", "vG_Mux"}};
    return resolve("service", std::move(requirement));
  }
  bool logged(std::string_view part) const {
    auto const lines = host.lines();
    return std::any_of(lines.begin(), lines.end(),
                       [&](auto const& line) { return line.text.find(part) != line.text.npos; });
  }

  sdk::testing::FakeHost host;
  SimulatedAai server;
  sdk::Call call;
  sdk::InventoryProvider* provider = nullptr;  // of plugin_

 private:
  std::unique_ptr<sdk::Plugin> plugin_;
};

inline sdk::Candidate const* find(sdk::CandidateList const& list, std::string_view id) {
  auto const found = std::find_if(list.candidates.begin(), list.candidates.end(),
                                  [&](auto const& one) { return one.candidate_id == id; });
  return found == list.candidates.end() ? nullptr : &*found;
}

// The code of the first drop with this candidate or location id; empty when there is none.
inline std::string drop_code(sdk::CandidateList const& list, std::string_view id) {
  for (auto const& drop : list.dropped)
    if (drop.candidate_id == id || drop.location_id == id) return drop.code;
  return "";
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace conductor::tests::aai
