// Decoding with Boost.URL, which accepts only what RFC 3986 allows.
#include "core/http/target.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace conductor::http {

namespace {

namespace urls = boost::urls;

sdk::Error bad(std::string_view what) { return {sdk::Errc::invalid, std::string(what)}; }

// %2F and %00, the two escapes whose decoded form changes where a path leads.
bool has_ambiguous_escape(std::string_view path) {
  for (std::size_t i = 0; i + 2 < path.size(); ++i) {
    if (path[i] != '%') continue;
    if (path[i + 1] == '0' && path[i + 2] == '0') return true;
    if (path[i + 1] == '2' && (path[i + 2] == 'F' || path[i + 2] == 'f')) return true;
  }
  return false;
}

// Length of the sequence that a lead byte announces, 0 for a byte that leads none.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    auto const lead = byte(i);
    auto const length = sequence_length(lead);
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t j = 1; j < length; ++j)
      if ((byte(i + j) & 0xC0U) != 0x80U) return false;
    if (length >= 3) {
      auto const second = byte(i + 1);
      if (lead == 0xE0 && second < 0xA0) return false;  // overlong
      if (lead == 0xED && second > 0x9F) return false;  // surrogate
      if (lead == 0xF0 && second < 0x90) return false;  // overlong
      if (lead == 0xF4 && second > 0x8F) return false;  // beyond U+10FFFF
    }
    i += length;
  }
  return true;
}

sdk::Result<void> parse_target(Request& request) {
  if (request.target == "*") {
    request.path = "*";
    return {};
  }
  bool const origin = request.target.starts_with('/');
  auto const parsed = origin ? urls::parse_origin_form(request.target) : urls::parse_absolute_uri(request.target);
  if (parsed.has_error())
    return bad("The request target is not a valid path and query; percent-encode its characters.");
  auto const url = parsed.value();
  if (has_ambiguous_escape({url.encoded_path().data(), url.encoded_path().size()}))
    return bad("The path must not contain %2F or %00.");
  request.path = url.path();
  while (request.path.size() > 1 && request.path.back() == '/') request.path.pop_back();
  if (request.path.empty()) request.path = "/";
  if (!is_utf8(request.path)) return bad("The path does not decode to UTF-8.");
  request.query.clear();
  // A query of bare values ("?x") gives the parameter x with an empty value.
  for (auto const& parameter : url.params()) {
    if (!is_utf8(parameter.key) || !is_utf8(parameter.value)) return bad("The query does not decode to UTF-8.");
    request.query.emplace_back(parameter.key, parameter.value);
  }
  return {};
}

}  // namespace conductor::http
