#include "gateway.hpp"

#include "conductor/sdk/http_errors.hpp"
#include "wire.hpp"

#include <algorithm>

namespace conductor::plugins::etcd {

namespace json = boost::json;
using namespace std::chrono_literals;
using sdk::Outcome;

namespace {

constexpr auto grace = 500ms;  // so that the server's own answer comes before our patience ends
constexpr std::chrono::milliseconds first_rest{1000}, longest_rest{30'000};
constexpr std::chrono::milliseconds first_pause{25}, longest_pause{500};
// For what was certainly not applied: an election or a restart should pass unnoticed, an outage should be told soon.
constexpr std::chrono::milliseconds patience{5000}, patience_when_refused{1500};
constexpr auto patience_in_doubt = 60s;  // when the call itself has no end
constexpr std::size_t max_reply_bytes = std::size_t{64} << 20U;
constexpr std::size_t max_connections = 32;
constexpr auto endless = std::chrono::hours(24);

std::string probe_body(std::string const& key) {
  Range range;
  range.key = key;
  return body_of(range);
}

Reply refusal(Verdict verdict, Outcome outcome, std::string text) {
  Reply reply;
  reply.verdict = verdict;
  reply.outcome = outcome;
  reply.text = std::move(text);
  return reply;
}

Reply reply_of(sdk::Error const& error) {
  // TLS that one side does not accept: nothing passed, and no other try will do better.
  if (error.code == sdk::Errc::denied) return refusal(Verdict::refused, Outcome::auth, error.text);
  if (error.code == sdk::Errc::invalid) return refusal(Verdict::refused, Outcome::invalid, error.text);
  auto const verdict = sdk::surely_not_sent(error) ? Verdict::elsewhere : Verdict::doubtful;
  return refusal(verdict, Outcome::unavailable, error.text);
}

}  // namespace

struct Gateway::Progress {
  sdk::Time begun;
  std::size_t tries = 0;  // that failed
  bool doubted = false, only_refused = true, logged_in_again = false;
};

Gateway::Gateway(sdk::Host& host, GatewayConfig config)
    : host_(host),
      config_(std::move(config)),
      probe_body_(probe_body(config_.probe)),
      failovers_(host.counter("conductor_etcd_failovers_total", "Changes to another etcd member after a failure.")) {
  auto urls = config_.endpoints;
  // Processes of one configuration spread over the members.
  std::shuffle(urls.begin(), urls.end(), random_);
  for (auto& url : urls) {
    sdk::HttpConfig http;
    http.base_url = url;
    http.ca_file = config_.ca_file;
    http.certificate_file = config_.cert_file;
    http.certificate_key_file = config_.key_file;
    http.server_name_override = config_.server_name;
    http.connect_timeout = config_.connect_timeout;
    http.read_timeout = config_.request_timeout + grace;
    http.attempts = 1;
    http.max_reply_bytes = max_reply_bytes;
    http.max_connections = max_connections;
    members_.push_back({std::move(url), &host.http(http), false, {}, {}, 0ms, 0});
  }
}

Reply Gateway::post(sdk::Call const& call, std::string_view path, std::string const& body, Use use) {
  Progress progress{host_.clock().now()};
  for (;;) {
    auto const member = pick();
    auto reply = attempt(call, member, path, body);
    if (reply.verdict == Verdict::login && !std::exchange(progress.logged_in_again, true)) continue;
    if (reply.verdict == Verdict::login) reply.verdict = Verdict::refused;
    if (reply.verdict != Verdict::doubtful && reply.verdict != Verdict::elsewhere) {
      heard(member);
      reply.doubted = progress.doubted;
      if (progress.doubted && reply.verdict == Verdict::refused) return give_up(std::move(reply), true);
      return reply;
    }
    progress.doubted = progress.doubted || (reply.verdict == Verdict::doubtful && use == Use::write);
    progress.only_refused = progress.only_refused && reply.verdict == Verdict::elsewhere;
    // A call that ended early says nothing about the member.
    if (!call.expired(host_.clock())) failed(member, reply.text);
    if (!pause(call, progress)) return give_up(std::move(reply), progress.doubted);
  }
}

// False: the call, or our patience, is over.
bool Gateway::pause(sdk::Call const& call, Progress& progress) {
  auto& clock = host_.clock();
  auto const now = clock.now();
  if (call.expired(clock)) return false;
  auto limit = progress.only_refused ? sdk::Duration(patience_when_refused) : sdk::Duration(patience);
  if (progress.doubted) limit = call.deadline == sdk::Time::max() ? patience_in_doubt : sdk::Duration::max();
  if (now - progress.begun >= limit) return false;
  // The others first, without delay.
  if (++progress.tries % members_.size() != 0) return true;
  auto const round = std::min<std::size_t>(progress.tries / members_.size(), 10);
  auto time = std::min(first_pause * (1 << (round - 1)), longest_pause);
  {
    std::lock_guard const lock(mutex_);
    time = time / 2 + time * static_cast<int>(random_() % 50) / 100;
  }
  if (call.remaining(clock) <= time) return false;
  return clock.sleep_for(time, call.cancelled);
}

Reply Gateway::give_up(Reply last, bool doubted) {
  last.verdict = Verdict::refused;
  last.doubted = doubted;
  if (doubted) {
    last.outcome = Outcome::ambiguous;
    last.text.insert(0, "it is not known whether the change was applied: ");
  } else if (last.outcome == Outcome::ok) {
    last.outcome = Outcome::unavailable;
  }
  return last;
}

sdk::HttpRequest Gateway::request(sdk::Call const& call, std::string_view path, std::string const& body,
                                  std::string const& token) const {
  sdk::HttpRequest request;
  request.method = "POST";
  request.target = path;
  request.body = body;
  request.idempotent = true;  // by its compares and operation ids
  // A member without a leader says so at once instead of letting us wait.
  request.headers = {{"Grpc-Metadata-hasleader", "true"}};
  if (!token.empty()) request.headers.emplace_back("Authorization", token);
  auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(call.remaining(host_.clock()));
  if (path != "/v3/watch") {
    auto const time = std::clamp<std::chrono::milliseconds>(left, 1ms, config_.request_timeout);
    request.headers.emplace_back("Grpc-Timeout", std::to_string(time.count()) + "m");
  }
  return request;
}

Reply Gateway::send(sdk::Call const& call, std::size_t member, std::string_view path, std::string const& body,
                    std::string const& token) {
  auto const one = call.within(host_.clock(), config_.request_timeout + grace);
  auto const got = members_[member].client->send(one, request(one, path, body, token));
  if (!got) return reply_of(got.error());
  auto meaning = meaning_of(got->status, got->body);
  Reply reply = refusal(meaning.verdict, meaning.outcome, std::move(meaning.text));
  if (!reply) return reply;
  auto parsed = json_of(got->body);
  if (!parsed)
    return refusal(Verdict::doubtful, Outcome::unavailable,
                   url(member) + " answers something that is not JSON; check that etcd listens there");
  reply.body = std::move(*parsed);
  return reply;
}

Reply Gateway::attempt(sdk::Call const& call, std::size_t member, std::string_view path, std::string const& body) {
  std::string token;
  if (auto problem = log_in(call, member, token)) return *problem;
  if (auto problem = introduce(call, member, token)) return *problem;
  auto reply = send(call, member, path, body, token);
  if (reply.verdict == Verdict::login) forget_token(token);
  return reply;
}

// Before anything is written through a member: is it of the cluster that we know?
std::optional<Reply> Gateway::introduce(sdk::Call const& call, std::size_t member, std::string const& token) {
  {
    std::lock_guard const lock(mutex_);
    if (members_[member].introduced) return std::nullopt;
  }
  auto reply = send(call, member, "/v3/kv/range", probe_body_, token);
  if (reply.verdict == Verdict::login) forget_token(token);
  if (!reply) {
    // Nothing of the caller's was sent.
    if (reply.verdict == Verdict::doubtful) reply.verdict = Verdict::elsewhere;
    return reply;
  }
  auto const* header = reply.body.get_object().if_contains("header");
  auto const id = header == nullptr ? std::string() : text_at(*header, "cluster_id");
  std::lock_guard const lock(mutex_);
  if (cluster_.empty()) cluster_ = id;
  if (id != cluster_)
    return refusal(Verdict::refused, Outcome::schema,
                   "the endpoint " + members_[member].url + " belongs to cluster " + id + ", others to " + cluster_ +
                       "; [etcd_api] endpoints must name members of one cluster");
  members_[member].introduced = true;
  return std::nullopt;
}

// Whoever finds a login under way waits for it, but no longer than one may take, and not past the own call's end.
std::optional<Reply> Gateway::log_in(sdk::Call const& call, std::size_t member, std::string& token) {
  if (config_.username.empty()) return std::nullopt;
  auto const one = call.within(host_.clock(), config_.request_timeout + grace);
  std::unique_lock lock(login_);
  if (!login_over_.wait_until(lock, one.cancelled, one.deadline, [this] { return !logging_in_; }))
    return refusal(Verdict::elsewhere, Outcome::unavailable, "the login at etcd has not been answered");
  if (token_.empty() && !auth_off_) {
    auto const reply = ask_for_token(call, member, lock);
    if (reply) {
      token_ = text_at(reply.body, "token");
    } else if (reply.text.find("authentication is not enabled") != std::string::npos) {
      auth_off_ = true;
    } else {
      return reply;
    }
  }
  token = token_;
  return std::nullopt;
}

// Gives the lock back for as long as it takes.
Reply Gateway::ask_for_token(sdk::Call const& call, std::size_t member, std::unique_lock<std::mutex>& lock) {
  struct Login {
    Login(Gateway& of, std::unique_lock<std::mutex>& held) : gateway(of), lock(held) {
      gateway.logging_in_ = true;
      lock.unlock();
    }
    Login(Login const&) = delete;
    Login& operator=(Login const&) = delete;
    ~Login() {
      lock.lock();
      gateway.logging_in_ = false;
      gateway.login_over_.notify_all();
    }
    Gateway& gateway;
    std::unique_lock<std::mutex>& lock;
  } const login(*this, lock);
  json::object const body{{"name", config_.username}, {"password", config_.password}};
  auto reply = send(call, member, "/v3/auth/authenticate", json::serialize(body), {});
  // Nothing of the caller's was sent.
  if (reply.verdict == Verdict::doubtful) reply.verdict = Verdict::elsewhere;
  return reply;
}

void Gateway::forget_token(std::string const& used) {
  std::lock_guard const lock(login_);
  auth_off_ = false;
  if (used.empty() || token_ == used) token_.clear();
}

sdk::Result<sdk::HttpReply> Gateway::get(sdk::Call const& call, std::string const& path) {
  sdk::HttpRequest request;
  request.target = path;
  auto const member = pick();
  auto reply = members_[member].client->send(call.within(host_.clock(), config_.request_timeout), request);
  if (reply) heard(member);
  return reply;
}

sdk::Result<sdk::HttpReply> Gateway::stream(sdk::Call const& call, std::size_t member, std::string const& body,
                                            std::function<bool(std::string_view)> const& sink) {
  auto const soon = call.within(host_.clock(), config_.request_timeout + grace);
  std::string token;
  auto problem = log_in(soon, member, token);
  if (!problem) problem = introduce(soon, member, token);
  if (problem) return sdk::Error{sdk::Errc::unavailable, problem->text};
  return members_[member].client->stream(call, request(call, "/v3/watch", body, token), endless, sink);
}

std::size_t Gateway::pick() {
  std::lock_guard const lock(mutex_);
  auto const now = host_.clock().now();
  auto best = current_;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    auto const candidate = (current_ + i) % members_.size();
    if (members_[candidate].rest_until <= now) {
      best = candidate;
      break;
    }
    if (members_[candidate].rest_until < members_[best].rest_until) best = candidate;
  }
  if (best != current_) failovers_.add();
  return current_ = best;
}

void Gateway::heard(std::size_t member) {
  std::lock_guard const lock(mutex_);
  auto& one = members_[member];
  one.heard = host_.clock().now();
  one.rest_until = {};
  if (one.pause != 0ms) host_.log().info("etcd member " + one.url + " answers again");
  one.pause = 0ms;
}

void Gateway::failed(std::size_t member, std::string const& why) {
  {
    std::lock_guard const lock(mutex_);
    auto& one = members_[member];
    auto const now = host_.clock().now();
    ++one.failures;
    // Many calls fail together; they are one failure.
    if (one.rest_until > now) return;
    if (one.pause == 0ms) host_.log().warning("etcd member " + one.url + " fails: " + why);
    one.pause = one.pause == 0ms ? first_rest : std::min(one.pause * 2, longest_rest);
    one.rest_until = now + one.pause;
  }
  changed_.notify_all();
}

std::uint64_t Gateway::failures(std::size_t member) const {
  std::lock_guard const lock(mutex_);
  return members_[member].failures;
}

bool Gateway::answers_when_silent(std::size_t member, std::uint64_t failures, sdk::Duration silence,
                                  std::stop_token const& stop) {
  auto& clock = host_.clock();
  {
    std::unique_lock lock(mutex_);
    for (auto const& one = members_[member];;) {
      auto const due = one.heard + silence;
      if (stop.stop_requested() || one.failures != failures) return false;
      if (clock.now() >= due) break;
      changed_.wait_until(lock, stop, due, [&] { return one.failures != failures; });
    }
  }
  sdk::Call call;
  call.cancelled = stop;
  call.deadline = clock.now() + config_.request_timeout;
  auto reply = attempt(call, member, "/v3/kv/range", probe_body_);
  // A token expires while nothing happens.
  if (reply.verdict == Verdict::login) reply = attempt(call, member, "/v3/kv/range", probe_body_);
  if (stop.stop_requested()) return false;
  if (reply)
    heard(member);
  else
    failed(member, reply.text);
  return static_cast<bool>(reply);
}

}  // namespace conductor::plugins::etcd
