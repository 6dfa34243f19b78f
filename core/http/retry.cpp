// The rules as in sdk/http.hpp.
#include "core/http/retry.hpp"

#include "conductor/sdk/http_errors.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace conductor::http {

bool is_idempotent(sdk::HttpRequest const& request) {
  if (request.idempotent) return true;
  for (std::string_view const method : {"GET", "HEAD", "PUT", "DELETE"})
    if (request.method == method) return true;
  return false;
}

bool is_retryable(Attempt const& attempt, sdk::HttpRequest const& request, bool seen_500) {
  switch (attempt.failure) {
    case Failure::connect:
      return true;
    case Failure::broken:
    case Failure::timed_out:
      return is_idempotent(request);
    case Failure::denied:
    case Failure::invalid:
    case Failure::resting:
      return false;
    case Failure::none:
      break;
  }
  if (!is_idempotent(request)) return false;
  int const status = attempt.reply.status;
  return status == 429 || status == 502 || status == 503 || status == 504 || (status == 500 && !seen_500);
}

std::chrono::milliseconds backoff(int retry, double random) {
  double pause = 200;
  for (int i = 1; i < retry && pause < 5000; ++i) pause *= 2;
  pause = std::min(pause, 5000.0) * (1 - random / 2);
  return std::chrono::milliseconds(static_cast<std::int64_t>(pause));
}

std::optional<std::chrono::milliseconds> retry_after(sdk::HttpReply const& reply, sdk::WallTime now) {
  auto const text = reply.header("Retry-After");
  if (text.empty()) return std::nullopt;
  std::uint32_t seconds = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size()) return std::chrono::seconds(seconds);
  std::tm parts{};
  auto const* rest = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  // In milliseconds: a date of the year 9999 has no room in the clock's nanoseconds.
  std::chrono::sys_seconds const at{std::chrono::seconds(::timegm(&parts))};
  return std::max(std::chrono::milliseconds(0), at - std::chrono::floor<std::chrono::milliseconds>(now));
}

sdk::Error to_error(Attempt const& attempt, std::string const& what, int number, int attempts) {
  auto const tried = attempts > 1 && number > 1 ? " (" + std::to_string(number) + " attempts)" : std::string();
  auto text = what + ": " + attempt.cause + tried;
  // A later attempt that failed to connect says nothing about the earlier ones.
  if (number == 1 && (attempt.failure == Failure::connect || attempt.failure == Failure::resting))
    text.append(" (").append(sdk::not_sent_mark).append(")");
  switch (attempt.failure) {
    case Failure::timed_out:
      return {sdk::Errc::timed_out, text};
    case Failure::denied:
      return {sdk::Errc::denied, text};
    case Failure::invalid:
      return {sdk::Errc::invalid, text};
    default:
      return {sdk::Errc::unavailable, text};
  }
}

std::optional<sdk::Duration> Breaker::resting(sdk::Time now) {
  if (pause_.count() == 0) return std::nullopt;
  if (now < until_) return until_ - now;
  // One probe; the others wait for its outcome, or, should it be cancelled, for another pause.
  probing_ = true;
  until_ = now + pause_;
  return std::nullopt;
}

void Breaker::succeeded() {
  failures_ = 0;
  probing_ = false;
  pause_ = {};
}

void Breaker::failed(sdk::Time now, std::string cause) {
  cause_ = std::move(cause);
  ++failures_;
  if (failures_ < limit) return;
  // Attempts that began before the breaker opened say nothing new.
  if (pause_.count() != 0 && !probing_) return;
  pause_ = pause_.count() == 0 ? shortest : std::min(pause_ * 2, longest);
  probing_ = false;
  until_ = now + pause_;
}

}  // namespace conductor::http
