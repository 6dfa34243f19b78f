// A host whose HTTP client leads to a simulated MUSIC in this process: no sockets, and faults on request.
#pragma once
#include "conductor/sdk/http_errors.hpp"
#include "store.hpp"
#include "tests/plugins/store/real_host.hpp"
#include "tests/simulators/music/music.hpp"

#include <atomic>

namespace conductor::test {

class SimulatedHttp final : public sdk::HttpClient {
 public:
  SimulatedHttp(simulators::music::Music& music, sdk::Clock& clock) : music_(music), clock_(clock) {}

  sdk::Result<sdk::HttpReply> send(sdk::Call const& call, sdk::HttpRequest const& request) override {
    using Kind = simulators::music::Fault::Kind;
    ++requests;
    if (before) before(request);
    if (auto const expired = call.expired(clock_)) return *expired;
    if (down) return sdk::Error{sdk::Errc::unavailable, "refused (" + std::string(sdk::not_sent_mark) + ")"};
    auto sent = request;
    sent.target.insert(0, "/MUSIC/rest/v2");
    for (auto const& header : headers) sent.headers.push_back(header);
    auto const fault = faults.next(sent.method, sent.target);
    if (fault && fault->delay.count() > 0) clock_.sleep_for(fault->delay, call.cancelled);
    if (fault && fault->kind == Kind::drop_request) return lost();
    auto reply = music_.answer(sent, fault);
    if (date) reply.headers.emplace_back("Date", date());
    if (fault && fault->kind == Kind::drop) return lost();
    return reply;
  }
  std::vector<sdk::Result<sdk::HttpReply>> send_all(sdk::Call const& call, std::span<sdk::HttpRequest const> all,
                                                    std::size_t) override {
    std::vector<sdk::Result<sdk::HttpReply>> replies;
    for (auto const& request : all) replies.push_back(send(call, request));
    return replies;
  }
  sdk::Result<sdk::HttpReply> stream(sdk::Call const& call, sdk::HttpRequest const& request, std::chrono::milliseconds,
                                     std::function<bool(std::string_view)> const&) override {
    return send(call, request);
  }

  std::atomic<bool> down = false;
  std::atomic<int> requests = 0;
  simulators::music::Faults faults;
  sdk::HttpHeaders headers;
  std::function<std::string()> date;                    // of the servers' clock; empty: they do not tell
  std::function<void(sdk::HttpRequest const&)> before;  // called with each request, on the thread that sends it

 private:
  static sdk::Error lost() { return {sdk::Errc::unavailable, "the connection ended before the reply"}; }
  simulators::music::Music& music_;
  sdk::Clock& clock_;
};

// Each server of the configuration has a client of its own, all lead to the same data.
class SimulatedHost final : public RealHost {
 public:
  explicit SimulatedHost(simulators::music::Music& music)
      : RealHost(std::filesystem::temp_directory_path()), music_(music) {}

  sdk::HttpClient& http(sdk::HttpConfig const& config) override {
    auto& client = clients_[config.base_url];
    if (!client) client = std::make_unique<SimulatedHttp>(music_, clock());
    client->headers = config.headers;
    return *client;
  }
  SimulatedHttp& client(std::string const& url = "http://controller:8080/MUSIC/rest/v2") { return *clients_.at(url); }

 private:
  simulators::music::Music& music_;
  std::map<std::string, std::unique_ptr<SimulatedHttp>> clients_;
};

inline std::unique_ptr<plugins::music::MusicStore> open_music(
    sdk::Host& host, std::map<std::string, sdk::Settings::Value> const& given = {}) {
  using plugins::music::MusicStore;
  auto store = std::make_unique<MusicStore>(host, settings_for<MusicStore>(given));
  if (auto const started = store->start(call_of(host.clock())); !started)
    throw std::runtime_error(started.error().text);
  if (auto const schema = store->ensure_schema(call_of(host.clock())); !schema) throw std::runtime_error(schema.text);
  return store;
}

}  // namespace conductor::test
