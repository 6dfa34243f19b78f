// Asking AAF, and remembering what it said.
#include "services/api/aaf.hpp"

namespace conductor::services::api {

using sdk::Errc;
using sdk::Error;

namespace {

constexpr std::chrono::seconds between_attempts{10};

// A path segment. RFC 3986 lets `@` and others stand in it, and AAF users are written with `@`.
std::string segment(std::string_view text) {
  constexpr std::string_view plain = "@:!$&'()*+,;=";
  std::string out;
  for (char const c : text)
    out += plain.find(c) != plain.npos ? std::string(1, c) : sdk::percent_encode(std::string_view(&c, 1));
  return out;
}

}  // namespace

SplitUrl split_url(std::string const& url) {
  auto const scheme = url.find("://");
  auto const host = scheme == url.npos ? 0 : scheme + 3;
  auto const end = std::min(url.find_first_of("/?", host), url.size());
  SplitUrl split{url.substr(0, end), url.substr(end)};
  if (!split.target.starts_with('/')) split.target.insert(0, "/");
  return split;
}

Aaf::Aaf(AafConfig config, sdk::HttpClient& client, sdk::Clock& clock, sdk::Log& log)
    : config_(std::move(config)),
      target_(split_url(config_.url).target + segment(config_.user)),
      client_(client),
      clock_(clock),
      log_(log) {}

std::optional<bool> Aaf::known_locked() const {
  if (!until_ || clock_.now() >= *until_) return std::nullopt;
  return permitted_;
}

std::optional<bool> Aaf::known() const {
  std::lock_guard const lock(mutex_);
  return known_locked();
}

sdk::Result<bool> Aaf::permitted() {
  std::unique_lock lock(mutex_);
  if (asking_ && !answered_.wait_for(lock, longest_wait, [&] { return !asking_; }))
    return Error{Errc::unavailable, "AAF has not answered yet"};
  if (auto const answer = known_locked()) return *answer;
  asking_ = true;
  lock.unlock();
  bool yes = false;
  try {
    yes = ask();
  } catch (std::exception const& error) {
    log_.error(std::string("asking AAF failed: ") + error.what());
  }
  lock.lock();
  permitted_ = yes;
  // A refusal may be a fault that is mended soon; it must not lock everybody out for a day.
  until_ = clock_.now() + (yes ? sdk::Duration(config_.lifetime) : sdk::Duration(refusal_lifetime));
  asking_ = false;
  answered_.notify_all();
  return yes;
}

void Aaf::forget() {
  std::lock_guard const lock(mutex_);
  until_.reset();
}

// One line per question; as refusals are kept for a minute, that is one warning per minute.
bool Aaf::ask() {
  auto const held = fetch();
  if (!held) {
    log_.warning("AAF gives no permissions of user '" + config_.user + "': " + held.error().text +
                 "; everybody is refused with 403, it is asked again in a minute");
    return false;
  }
  if (permits(*held, config_.accepted)) return true;
  log_.warning("AAF user '" + config_.user + "' has " + std::to_string(held->size()) +
               " permissions, none of them in [aaf_api] aaf_permissions; everybody is refused with 403, it is asked "
               "again in a minute");
  return false;
}

sdk::Result<std::vector<AafPermission>> Aaf::fetch() {
  sdk::Call call;
  call.cancelled = stop_.get_token();
  call.deadline = clock_.now() + (config_.timeout + between_attempts) * config_.attempts;
  sdk::HttpRequest request;
  request.target = target_;
  request.headers.emplace_back("Accept",
                               "application/Perms+json;version=2.1;charset=utf-8, application/json;q=0.9, */*;q=0.5");
  auto const reply = client_.send(call, request);
  if (!reply) return reply.error();
  if (reply->status != 200)
    return Error{Errc::denied, "it answers with status " + std::to_string(reply->status) + ", expected 200"};
  return read_answer(reply->body);
}

}  // namespace conductor::services::api
