// Masking goes from separator to separator: a name before it decides whether the value after it is hidden.
#include "core/log/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace conductor::log {
namespace {

constexpr std::string_view mask = "***";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool contains(std::string_view name, std::string_view word) {
  for (std::size_t at = 0; at + word.size() <= name.size(); ++at) {
    std::size_t same = 0;
    while (same < word.size() && lower(name[at + same]) == word[same]) ++same;
    if (same == word.size()) return true;
  }
  return false;
}

bool in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

bool is_quote(char c) { return c == '"' || c == '\''; }

enum class Kind { open, secret, header };

Kind kind_of(std::string_view name, bool quoted) {
  constexpr std::array secrets{"password", "passwd",  "passphrase", "aafpass", "secret",      "token",
                               "apikey",   "api_key", "api-key",    "appkey",  "private_key", "credential"};
  for (auto const* word : {"authorization", "cookie"})
    if (contains(name, word)) return Kind::header;
  for (auto const* word : secrets)
    if (contains(name, word)) return Kind::secret;
  return quoted && contains(name, "key") ? Kind::secret : Kind::open;
}

// The name that ends right before `at` (quotes, backslashes and blanks between them skipped).
Kind kind_before(std::string_view text, std::size_t at) {
  bool quoted = false;
  auto end = at;
  while (end > 0 && (text[end - 1] == ' ' || is_quote(text[end - 1]) || text[end - 1] == '\\')) {
    quoted = quoted || is_quote(text[end - 1]);
    --end;
  }
  auto begin = end;
  // A quoted JSON name may hold anything, e.g. blanks; words suffice to recognise it.
  while (begin > 0 && in_name(text[begin - 1]) && end - begin < 128) --begin;
  return begin == end ? Kind::open : kind_of(text.substr(begin, end - begin), quoted);
}

std::size_t word_end(std::string_view text, std::size_t at) {
  constexpr std::string_view enders = " \t\r\n,;&)}]\"'";
  auto const end = text.find_first_of(enders, at);
  return end == text.npos ? text.size() : end;
}

// Where the value that starts at `at` ends; `at` itself moves past an opening quote.
std::size_t value_end(std::string_view text, std::size_t& at, Kind kind) {
  auto escape = at;
  while (escape < text.size() && text[escape] == '\\') ++escape;
  if (escape < text.size() && is_quote(text[escape])) {
    auto const quote = text.substr(at, escape - at + 1);  // `"`, or `\"` inside a string inside a string
    at = escape + 1;
    for (auto end = at; end < text.size(); ++end) {
      if (text.substr(end, quote.size()) == quote) return end;
      if (text[end] == '\\') ++end;
    }
    return text.size();
  }
  if (kind == Kind::secret) return word_end(text, at);
  // A header: the scheme and what follows it; several parameters (Digest, Cookie) reach to the end of the line.
  auto const scheme = text.substr(at, word_end(text, at) - at);
  bool const one_word = contains(scheme, "basic") || contains(scheme, "bearer") || contains(scheme, "token");
  if (one_word && at + scheme.size() < text.size() && text[at + scheme.size()] == ' ')
    return word_end(text, at + scheme.size() + 1);
  auto const end = text.find_first_of("\r\n", at);
  return end == text.npos ? text.size() : end;
}

// `scheme://user:password@host`: where the password lies, given the position of "://"; else {0, 0}.
std::pair<std::size_t, std::size_t> login_after(std::string_view text, std::size_t scheme) {
  auto const begin = scheme + 3;
  auto const end = text.find_first_of("/?# \t\r\n\"'", begin);
  auto const authority = text.substr(begin, end == text.npos ? text.npos : end - begin);
  auto const at = authority.rfind('@');
  auto const colon = authority.find(':');
  if (at == authority.npos || colon == authority.npos || colon > at) return {0, 0};
  return {begin + colon + 1, begin + at};
}

// Length of the UTF-8 sequence at the start of `text`; 0 when it is none.
std::size_t sequence(std::string_view text) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto const lead = byte(0);
  std::size_t const length = lead < 0x80             ? 1
                             : (lead & 0xE0) == 0xC0 ? 2
                             : (lead & 0xF0) == 0xE0 ? 3
                             : (lead & 0xF8) == 0xF0 ? 4
                                                     : 0;
  if (length == 0 || length > text.size()) return 0;
  unsigned code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  constexpr std::array<unsigned, 5> least{0, 0, 0x80, 0x800, 0x10000};
  return code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF) ? 0 : length;
}

bool breaks_lines(std::string_view character) {
  if (character.size() == 1) return static_cast<unsigned char>(character[0]) < 0x20 || character[0] == 0x7F;
  if (character.size() == 2) return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
  return character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9";
}

void append_hex(std::string& out, std::string_view bytes) {
  for (char const c : bytes) {
    char buffer[8];
    std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned char>(c));
    out += buffer;
  }
}

std::string cleaned(std::string_view text, bool controls_too) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto const length = sequence(text);
    auto const character = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(character.size());
    if (length == 0)
      append_hex(out, character);
    else if (!controls_too || !breaks_lines(character))
      out += character;
    else if (character == "\n")
      out += "\\n";
    else if (character == "\r")
      out += "\\r";
    else if (character == "\t")
      out += "\\t";
    else
      append_hex(out, character);
  }
  return out;
}

}  // namespace

std::string masked(std::string_view text) {
  std::string out;
  std::size_t done = 0;
  auto const hide = [&](std::size_t begin, std::size_t end) {
    if (begin >= end || begin < done) return;
    out += text.substr(done, begin - done);
    out += mask;
    done = end;
  };
  for (auto at = text.find_first_of(":= "); at != text.npos; at = text.find_first_of(":= ", std::max(at + 1, done))) {
    if (text[at] == ' ') {
      bool const bearer = at >= 6 && contains(text.substr(at - 6, 6), "bearer");
      if (bearer && word_end(text, at + 1) - at > 8) hide(at + 1, word_end(text, at + 1));
      continue;
    }
    if (text.substr(at, 3) == "://") {
      auto const [begin, end] = login_after(text, at);
      hide(begin, end);
      continue;
    }
    auto const kind = kind_before(text, at);
    if (kind == Kind::open) continue;
    auto begin = text.find_first_not_of(" \t", at + 1);
    if (begin == text.npos) break;
    auto const end = value_end(text, begin, kind);
    hide(begin, end);
  }
  out += text.substr(done);
  return out;
}

std::string escaped(std::string_view text) { return cleaned(text, true); }
std::string valid_utf8(std::string_view text) { return cleaned(text, false); }

}  // namespace conductor::log
