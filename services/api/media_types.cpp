#include "services/api/media_types.hpp"

#include "core/http/message.hpp"

#include <algorithm>
#include <array>

namespace conductor::services::api {
namespace {

constexpr std::array ours{"application/json", "application/vnd.ecomp.homing-v1+json",
                          "application/vnd.onap.has-v1+json"};

std::string_view trimmed(std::string_view text) {
  auto const begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_ours(std::string_view type) {
  return std::any_of(ours.begin(), ours.end(), [&](std::string_view own) { return http::same_name(own, type); });
}

// ";q=0", ";q=0.0" and the like.
bool is_refusal(std::string_view parameters) {
  auto const q = parameters.find("q=");
  if (q == std::string_view::npos) return false;
  auto const value = trimmed(parameters.substr(q + 2));
  return !value.empty() && value.find_first_not_of("0.") == std::string_view::npos;
}

// Whether some range of the header is */* or of a type that will do.
template <class WillDo>
bool accepts(std::string_view accept, WillDo const& will_do) {
  if (trimmed(accept).empty()) return true;
  for (std::size_t begin = 0; begin <= accept.size();) {
    auto const end = std::min(accept.find(',', begin), accept.size());
    auto const range = accept.substr(begin, end - begin);
    begin = end + 1;
    auto const semicolon = std::min(range.find(';'), range.size());
    auto const type = trimmed(range.substr(0, semicolon));
    if ((type == "*/*" || will_do(type)) && !is_refusal(range.substr(semicolon))) return true;
  }
  return false;
}

}  // namespace

bool accepts_events(std::string_view accept) {
  // Clients that name only the types of the other answers get events too.
  return accepts_json(accept) || accepts(accept, [](std::string_view type) {
           return http::same_name(type, "text/event-stream") || http::same_name(type, "text/*");
         });
}

bool accepts_json(std::string_view accept) {
  return accepts(accept, [](std::string_view type) { return is_ours(type) || http::same_name(type, "application/*"); });
}

bool is_json(std::string_view content_type) {
  auto const type = trimmed(content_type.substr(0, std::min(content_type.find(';'), content_type.size())));
  return type.empty() || is_ours(type);
}

}  // namespace conductor::services::api
