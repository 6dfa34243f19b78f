// The gateway over providers of the test's own.
#pragma once
#include "services/data/gateway.hpp"

#include "sdk/testing/fake_host.hpp"
#include "tests/services/data/doubles.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

namespace conductor::services::data::test {

constexpr sdk::Capabilities everything = sdk::cloud | sdk::service | sdk::nssi | sdk::locations | sdk::network_roles |
                                         sdk::candidate_roles | sdk::group_pairs;

// Answers what the test put in; `failure` goes before everything.
class FakeProvider final : public sdk::InventoryProvider {
 public:
  sdk::CandidateList list;
  std::map<std::string, sdk::Location> places;  // by host name or CLLI
  std::vector<sdk::RegionKey> regions;
  std::vector<std::string> roles;
  std::vector<std::pair<std::string, std::string>> pairs;
  std::optional<Error> failure;
  std::mutex mutex;  // guards what was asked: look-ups run side by side
  std::vector<std::string> asked;

  sdk::Result<sdk::CandidateList> resolve(Call const&, sdk::Demand const& demand) override {
    note(demand.name + "/" + demand.inventory_type);
    if (failure) return *failure;
    return list;
  }
  sdk::Result<sdk::Location> locate(Call const&, sdk::LocationQuery const& query) override {
    auto const name = query.host_name.empty() ? query.clli_code : query.host_name;
    note(name);
    if (failure) return *failure;
    if (auto const found = places.find(name); found != places.end()) return found->second;
    return Error{Errc::not_found, "no " + name};
  }
  sdk::Result<std::vector<sdk::RegionKey>> regions_with_role(Call const&, std::string const& role) override {
    note(role);
    if (failure) return *failure;
    return regions;
  }
  sdk::Result<std::vector<std::string>> roles_of_host(Call const&, std::string const& host) override {
    note(host);
    if (failure) return *failure;
    return roles;
  }
  sdk::Result<std::vector<std::pair<std::string, std::string>>> pairs_of_group(Call const&,
                                                                               std::string const& text) override {
    note(text);
    if (failure) return *failure;
    return pairs;
  }

 private:
  void note(std::string what) {
    std::lock_guard const lock(mutex);
    asked.push_back(std::move(what));
  }
};

// Keeps two candidates in memory.
class FakeKeeper final : public sdk::InventoryProvider, public sdk::CandidateKeeper {
 public:
  std::shared_ptr<std::vector<sdk::Candidate> const> inventory;
  std::vector<sdk::Drop> dropped;

  sdk::Result<sdk::CandidateList> resolve(Call const&, sdk::Demand const&) override {
    return Error{Errc::internal, "candidates were asked for as copies"};
  }
  sdk::Result<sdk::KeptCandidates> resolve_kept(Call const&, sdk::Demand const&) override {
    sdk::KeptCandidates kept{.owner = inventory, .candidates = {}, .dropped = dropped};
    for (auto const& each : *inventory) kept.candidates.push_back(&each);
    return kept;
  }
};

class FakeRegistry final : public EmptyRegistry {
 public:
  std::map<std::string, sdk::Capabilities, std::less<>> flags;
  std::vector<std::pair<std::string, sdk::ServiceController*>> controllers() override { return {{"sdnc", nullptr}}; }
  sdk::Capabilities capabilities(std::string_view kind, std::string_view name) override {
    auto const found = flags.find(name);
    return kind != "inventory" || found == flags.end() ? 0 : found->second;
  }
};

struct World {
  sdk::testing::FakeHost host;
  FakeRegistry registry;
  FakeProvider aai, file;
  LocalBus bus;
  Gateway gateway{{{"aai", &aai}, {"file", &file}}, registry, host.log(), config()};
  static GatewayConfig config() {
    GatewayConfig config;
    config.costs.by_type = {{"cloud", 2.0}, {"service", 1.0}, {"nssi", 1.0}};
    config.group_description = "DHV_VVIG_PAIR";
    config.at_once = 4;
    return config;
  }
  World() {
    registry.flags = {{"aai", everything}, {"file", everything}};
    gateway.serve(bus);
  }
  json::object ask(char const* method, json::object args) {
    return bus.call({}, topic::topic, method, std::move(args)).value().as_object();
  }
  Error refused(char const* method, json::value args) {
    auto const answer = bus.call({}, topic::topic, method, std::move(args));
    BOOST_REQUIRE(!answer);
    return answer.error();
  }
  // The answer for one demand.
  json::object resolve(json::array requirements) {
    auto const answer = ask(topic::resolve_demands, {{"demands", json::object{{"vG", std::move(requirements)}}}});
    return answer.at("demands").at("vG").as_object();
  }
  json::object only(json::object requirement) {
    auto const answer = resolve(json::array{std::move(requirement)});
    if (!answer.contains("candidates")) throw std::runtime_error(json::serialize(answer));
    BOOST_REQUIRE(answer.at("candidates").as_array().size() == 1U);
    return answer.at("candidates").at(0).as_object();
  }
};

inline sdk::Candidate candidate(std::string id, json::object fields = {}, std::string type = "cloud") {
  return {.candidate_id = std::move(id),
          .inventory_type = std::move(type),
          .cloud_owner = "aws",
          .fields = std::move(fields),
          .attributes = {}};
}

inline json::object wish(std::string provider, json::object more = {}, std::string type = "cloud") {
  more["inventory_provider"] = std::move(provider);
  more["inventory_type"] = std::move(type);
  return more;
}

inline std::vector<std::string> ids_in(json::object const& answer) {
  std::vector<std::string> ids;
  for (auto const& item : answer.at("candidates").as_array()) ids.emplace_back(item.at("candidate_id").as_string());
  return ids;
}

inline std::string error_of(json::object const& answer) {
  return std::string(answer.at("error").at("text").as_string());
}

using Names = std::vector<std::string>;

}  // namespace conductor::services::data::test
