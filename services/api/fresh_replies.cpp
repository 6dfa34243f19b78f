#include "services/api/fresh_replies.hpp"

#include "services/api/context.hpp"

namespace conductor::services::api {

namespace {

constexpr int not_here = 0;  // a status that no response has

// Links in the answer depend on how the client addressed us.
std::string key_of(http::Request const& request) {
  auto key = http::base_url(request);
  key += ' ';
  key += request.path;
  return key;
}

}  // namespace

std::optional<std::string> FreshReplies::find(http::Request const& request) {
  auto const stamp = now_();
  std::lock_guard const lock(mutex_);
  if (!stamp || *stamp != stamp_) return std::nullopt;
  auto const found = bodies_.find(key_of(request));
  return found == bodies_.end() ? std::nullopt : std::optional(found->second);
}

void FreshReplies::keep(std::uint64_t stamp, http::Request const& request, http::Response const& response) {
  auto key = key_of(request);
  std::lock_guard const lock(mutex_);
  auto const size = key.size() + response.body.size();
  if (stamp != stamp_ || bytes_ + size > most_bytes) {
    bodies_.clear();
    bytes_ = 0;
    stamp_ = stamp;
  }
  if (bodies_.insert_or_assign(std::move(key), response.body).second) bytes_ += size;
}

http::Handler FreshReplies::keeping(http::Handler handler) {
  return [this, handler = std::move(handler)](sdk::Call const& call, http::Request const& request,
                                              http::Caller const& caller) {
    if (!request.query.empty()) return handler(call, request, caller);
    auto const before = now_();
    auto response = handler(call, request, caller);
    if (before && response.status == 200 && !response.stream && !response.later && now_() == before)
      keep(*before, request, response);
    return response;
  };
}

http::AtOnce FreshReplies::at_once() {
  auto from_memory = checked([this](sdk::Call const&, http::Request const& request, http::Caller const&) {
    auto body = find(request);
    if (!body) return http::Response{.status = not_here};
    return http::Response{.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = std::move(*body)};
  });
  return [from_memory](sdk::Call const& call, http::Request const& request,
                       http::Caller const& caller) -> std::optional<http::Response> {
    if (!request.query.empty()) return std::nullopt;
    auto response = from_memory(call, request, caller);
    if (response.status == not_here) return std::nullopt;
    return response;
  };
}

}  // namespace conductor::services::api
