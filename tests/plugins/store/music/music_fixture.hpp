// What the tests of the store on MUSIC begin with.
#pragma once
#include "conductor/sdk/claims.hpp"
#include "simulated_host.hpp"

namespace conductor::test {

inline constexpr auto strong = sdk::Strength::strong;
inline constexpr auto full = sdk::Durability::full;

// A simulated MUSIC with an open store, and what tests do with plans.
struct MusicFixture {
  explicit MusicFixture(simulators::music::Rules const& rules = {},
                        std::map<std::string, sdk::Settings::Value> const& given = {})
      : music(rules), host(music), store(open_music(host, given)) {}
  ~MusicFixture() { store->stop(); }

  sdk::Call call(std::chrono::milliseconds time = std::chrono::seconds(10)) { return call_of(host.clock(), time); }
  sdk::Row plan(std::string const& id, std::string const& status = "translated") {
    store->insert(call(), "plans", id, {{"status", status}}, sdk::random_id(), full);
    return row(id);
  }
  sdk::Row row(std::string const& id) { return store->get(call(), "plans", id, strong).value; }
  sdk::Written claim(sdk::Row const& row, std::string const& token,
                     std::chrono::milliseconds time = std::chrono::seconds(10),
                     std::string const& op = sdk::random_id()) {
    return sdk::claim(*store, call(time), row, {"plans", "translated", "solving", {}}, token, full, op);
  }
  void fault(simulators::music::Fault::Kind kind, int count, std::string const& method = "PUT",
             std::string const& text = "") {
    simulators::music::Fault fault;
    fault.kind = kind;
    fault.count = count;
    fault.method = method;
    fault.path = "/rows?id=";
    fault.text = text;
    host.client().faults.add(fault);
  }

  simulators::music::Music music;
  SimulatedHost host;
  std::unique_ptr<plugins::music::MusicStore> store;
};

}  // namespace conductor::test
