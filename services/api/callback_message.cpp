#include "services/api/callback_message.hpp"

#include "core/model/status.hpp"
#include "services/api/request_values.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

namespace conductor::services::api {

namespace json = boost::json;

std::optional<store::PastTransition> next_transition(store::Plan const& plan, CallbackProgress const& progress) {
  for (auto& transition : store::transitions_of(plan.row.list("history")))
    if (transition.seq > progress.told && (progress.all_events || model::status::is_final(transition.status)))
      return std::move(transition);
  return std::nullopt;
}

json::object callback_body(std::string const& order, store::PastTransition const& transition,
                           json::object plan_document) {
  auto const* status = plan_document.if_contains("status");
  if (status == nullptr || *status != json::value(transition.status)) {
    plan_document["status"] = transition.status;
    for (auto const* of_later : {"message", "recommendations", "solver_info", "errors"}) plan_document.erase(of_later);
  }
  return {{"delivery", uuid_of("delivery\n" + order + '\n' + std::to_string(transition.seq))},
          {"event", "plan"},
          {"plan", std::move(plan_document)},
          {"seq", transition.seq},
          {"at", transition.at_ms}};
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  ::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<unsigned char const*>(text.data()),
         text.size(), bytes.data(), &size);
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (unsigned int i = 0; i < size; ++i) {
    out += hex[bytes[i] >> 4U];
    out += hex[bytes[i] & 15U];
  }
  return out;
}

sdk::HttpHeaders callback_headers(std::string const& delivery, std::int64_t now_ms, std::string_view body,
                                  std::string_view secret) {
  auto const timestamp = std::to_string(now_ms / 1000);
  std::string signed_text = timestamp;
  signed_text.append(1, '.').append(body);
  std::string signature = "v1=";
  signature.append(hmac_sha256(secret, signed_text));
  return {{"Conductor-Delivery", delivery},
          {"Conductor-Timestamp", timestamp},
          {"Conductor-Signature", std::move(signature)},
          {"Content-Type", "application/json"}};
}

std::chrono::milliseconds callback_pause(std::int64_t tries, double chance) {
  constexpr std::int64_t first_ms = 1000, longest_ms = 600'000;
  auto const doublings = std::clamp<std::int64_t>(tries - 1, 0, 20);
  auto const whole = std::min(first_ms << doublings, longest_ms);
  return std::chrono::milliseconds(whole - static_cast<std::int64_t>(static_cast<double>(whole) / 2 * chance));
}

}  // namespace conductor::services::api
