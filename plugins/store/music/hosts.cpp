#include "hosts.hpp"
#include "conductor/sdk/http_errors.hpp"

#include <cstdlib>
#include <ctime>
#include <random>

namespace conductor::plugins::music {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds shortest_pause = 1s, longest_pause = 30s, probe_time = 1s;
constexpr std::int64_t tolerated_skew_ms = 2'000;

std::chrono::milliseconds jittered(std::chrono::milliseconds pause) {
  static thread_local std::minstd_rand random(std::random_device{}());
  return pause * std::uniform_int_distribution<int>(75, 125)(random) / 100;
}

}  // namespace

Hosts::Hosts(sdk::Host& host, Options const& options)
    : host_(host),
      debug_(options.debug),
      requests_(host.counter("conductor_music_requests_total", "Requests sent to MUSIC.")),
      failures_(host.counter("conductor_music_failures_total", "Requests to MUSIC without an answer.")) {
  for (auto const& url : options.urls) {
    auto config = options.http;
    config.base_url = url;
    servers_.push_back(std::make_unique<Server>());
    servers_.back()->url = url;
    servers_.back()->client = &host.http(config);
  }
}

std::size_t Hosts::pick(sdk::Call const& call) {
  auto const first = next_.fetch_add(1);
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    auto const server = (first + i) % servers_.size();
    if (is_well(call, *servers_[server])) return server;
  }
  // All rest; asking is the only way to find out that one is back.
  return first % servers_.size();
}

// One that has rested long enough is asked for its version first: by one caller, the others go elsewhere.
bool Hosts::is_well(sdk::Call const& call, Server& server) {
  {
    std::lock_guard const lock(server.mutex);
    if (server.pause == 0ms) return true;
    if (server.probing || host_.clock().now() < server.down_until) return false;
    server.probing = true;
  }
  sdk::HttpRequest request;
  request.target = "/version";
  auto const reply = server.client->send(call.within(host_.clock(), probe_time), request);
  bool const well = reply && reply->status == 200;
  {
    std::lock_guard const lock(server.mutex);
    server.probing = false;
  }
  well ? set_well(server) : set_down(server);
  return well;
}

void Hosts::set_down(Server& server) {
  std::lock_guard const lock(server.mutex);
  bool const was_well = server.pause == 0ms;
  if (!was_well && host_.clock().now() < server.down_until) return;
  server.pause = was_well ? shortest_pause : std::min(server.pause * 2, longest_pause);
  server.down_until = host_.clock().now() + jittered(server.pause);
  if (was_well) host_.log().warning("store/music: " + server.url + " does not answer; it is left alone for a while");
}

void Hosts::set_well(Server& server) {
  std::lock_guard const lock(server.mutex);
  if (server.pause != 0ms) host_.log().info("store/music: " + server.url + " answers again");
  server.pause = 0ms;
}

// Neither bodies nor values: they are the clients' documents.
void Hosts::note(sdk::Call const& call, sdk::HttpRequest const& request, Sent const& sent) {
  if (!debug_ || !host_.log().enabled(sdk::Level::debug)) return;
  std::string text = request.method;
  text.append(1, ' ').append(request.target).append(": ");
  text.append(sent.reply ? "HTTP " + std::to_string(sent.reply->status) : sent.text);
  host_.log().debug(call, text.append(" after ").append(std::to_string(sent.took.count())).append(" ms"));
}

Sent Hosts::sent(sdk::Call const& call, std::size_t number, sdk::Time begin, sdk::Result<sdk::HttpReply> result,
                 sdk::HttpRequest const& request) {
  auto& server = *servers_[number];
  Sent sent;
  sent.took = std::chrono::duration_cast<std::chrono::milliseconds>(host_.clock().now() - begin);
  requests_.add();
  if (result) {
    sent.reply = std::move(*result);
    bool const ill = sent.reply->status >= 502 && sent.reply->status <= 504;
    ill ? set_down(server) : set_well(server);
    compare_clocks(*sent.reply);
    note(call, request, sent);
    return sent;
  }
  failures_.add();
  auto const& error = result.error();
  sent.code = error.code;
  sent.text = error.text;
  // Refused certificates end the connection before anything is sent.
  sent.may_have_acted = !sdk::surely_not_sent(error) && error.code != sdk::Errc::denied;
  // A caller without time, or one that was cancelled, says nothing about the server.
  bool const callers = call.expired(host_.clock()) || error.code == sdk::Errc::cancelled;
  if (!callers && error.code != sdk::Errc::invalid) set_down(server);
  note(call, request, sent);
  return sent;
}

Sent Hosts::send_to(sdk::Call const& call, std::size_t server, sdk::HttpRequest const& request) {
  auto const begin = host_.clock().now();
  return sent(call, server, begin, servers_[server]->client->send(call, request), request);
}

Sent Hosts::send(sdk::Call const& call, sdk::HttpRequest const& request, bool repeatable) {
  Sent last;
  for (std::size_t tried = 0; tried <= servers_.size(); ++tried) {
    last = send_to(call, pick(call), request);
    if (last.reply || call.expired(host_.clock())) return last;
    if (last.may_have_acted && !repeatable) return last;
    // A server that has not been asked yet bears nothing of the trouble.
    if (tried + 1 == servers_.size() && !budget_.again()) return last;
  }
  return last;
}

std::vector<Sent> Hosts::read_all(sdk::Call const& call, std::span<sdk::HttpRequest const> requests,
                                  std::size_t at_once) {
  auto const server = pick(call);
  auto const begin = host_.clock().now();
  auto replies = servers_[server]->client->send_all(call, requests, at_once);
  std::vector<Sent> all;
  for (std::size_t i = 0; i < replies.size(); ++i)
    all.push_back(sent(call, server, begin, std::move(replies[i]), requests[i]));
  return all;
}

void Hosts::compare_clocks(sdk::HttpReply const& reply) {
  auto const text = reply.header("Date");
  if (text.empty()) return;
  std::tm parts{};
  auto const* const rest = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (rest == nullptr || *rest != '\0') return;
  // The date has whole seconds: half a second is its mean error.
  auto const offset = static_cast<std::int64_t>(::timegm(&parts)) * 1000 + 500 - host_.clock().wall_ms();
  bool const differs = std::abs(offset) > tolerated_skew_ms;
  if (differs != (offset_ms_.exchange(differs ? offset : 0) != 0))
    host_.log().warning(differs ? "store/music: this host's clock and that of MUSIC differ by " +
                                      std::to_string(offset / 1000) + " s; set the clocks. Times are taken from MUSIC"
                                : std::string("store/music: this host's clock agrees with that of MUSIC again"));
}

std::int64_t Hosts::now_ms() const { return host_.clock().wall_ms() + offset_ms_; }

}  // namespace conductor::plugins::music
