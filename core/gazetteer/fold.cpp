#include "core/gazetteer/fold.hpp"

namespace conductor::gazetteer {
namespace {

// For each code point of a block its small letter without marks; '?': there is none, or it has two letters.
struct Block {
  char32_t first;
  std::string_view letters;
};
constexpr Block blocks[] = {
    {0x00C0,
     "aaaaaa?ceeeeiiiidnooooo?ouuuuy??aaaaaa?ceeeeiiiidnooooo?ouuuuy?yaaaaaaccccccccddddeeeeeeeeeegggggggg"
     "hhhhiiiiiiiiii??jjkkkllllllllllnnnnnnnnnoooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"},
    {0x01CD, "aaiioouuuuuuuuuu?aaaa????ggkkoooo??j???gg??nnaa????aaaaeeeeiiiioooorrrruuuusstt"},
    {0x1E00,
     "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssss"
     "ssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy?s????aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeee"
     "iiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy??????"},
};

struct Ligature {
  char32_t code;
  std::string_view letters;
};
constexpr Ligature ligatures[] = {{U'\u00C6', "ae"}, {U'\u00E6', "ae"}, {U'\u00DE', "th"}, {U'\u00FE', "th"},
                                  {U'\u00DF', "ss"}, {U'\u1E9E', "ss"}, {U'\u0132', "ij"}, {U'\u0133', "ij"},
                                  {U'\u0152', "oe"}, {U'\u0153', "oe"}};

// Greek and Cyrillic letters whose mark or final form goes; what remains is the small letter.
constexpr std::u32string_view marked =
    U"\u03AC\u03AD\u03AE\u03AF\u03CC\u03CD\u03CE\u03CA\u03CB\u0390\u03B0\u03C2\u0451\u0439";
constexpr std::u32string_view unmarked =
    U"\u03B1\u03B5\u03B7\u03B9\u03BF\u03C5\u03C9\u03B9\u03C5\u03B9\u03C5\u03C3\u0435\u0438";
static_assert(marked.size() == unmarked.size());

char32_t small_greek_or_cyrillic(char32_t c) {
  constexpr std::u32string_view capitals = U"\u0386\u0388\u0389\u038A\u038C\u038E\u038F";
  if (auto const at = capitals.find(c); at != std::u32string_view::npos) c = marked[at];
  if (c >= 0x0391 && c <= 0x03AB) c += 0x20;
  if (c >= 0x0410 && c <= 0x042F) c += 0x20;
  if (c >= 0x0400 && c <= 0x040F) c += 0x50;
  auto const at = marked.find(c);
  return at == std::u32string_view::npos ? c : unmarked[at];
}

// Takes one code point off the front; nullopt when the bytes are not UTF-8.
std::optional<char32_t> take(std::string_view& text) {
  auto const lead = static_cast<unsigned char>(text[0]);
  std::size_t const length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || length > text.size()) return std::nullopt;
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000}, payload[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t code = lead & payload[length];
  for (std::size_t i = 1; i < length; ++i) {
    auto const byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) return std::nullopt;
    code = code << 6U | (byte & 0x3FU);
  }
  if (code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return std::nullopt;
  text.remove_prefix(length);
  return code;
}

void append(std::string& out, char32_t code) {
  auto const add = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  auto const rest = [&](unsigned shift) { add(0x80U | (code >> shift & 0x3FU)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0U | code >> 6U), rest(0);
  } else if (code < 0x10000) {
    add(0xE0U | code >> 12U), rest(6), rest(0);
  } else {
    add(0xF0U | code >> 18U), rest(12), rest(6), rest(0);
  }
}

void append_folded(std::string& out, char32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code >= U'A' && code <= U'Z' ? code + 0x20 : code);
    return;
  }
  if (code >= 0x0300 && code <= 0x036F) return;  // marks written as characters of their own
  for (auto const& [first, letters] : blocks)
    if (code >= first && code - first < letters.size() && letters[code - first] != '?') {
      out += letters[code - first];
      return;
    }
  for (auto const& ligature : ligatures)
    if (ligature.code == code) {
      out += ligature.letters;
      return;
    }
  append(out, small_greek_or_cyrillic(code));
}

}  // namespace

std::optional<std::string> folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto const code = take(text);
    if (!code) return std::nullopt;
    append_folded(out, *code);
  }
  return out;
}

std::string words_only(std::string_view folded_text) {
  std::string out;
  for (std::size_t i = 0; i < folded_text.size(); ++i) {
    auto const c = static_cast<unsigned char>(folded_text[i]);
    bool const general_punctuation = folded_text.substr(i, 2) == "\xE2\x80";  // U+2000..U+203F: dashes, quotes
    bool const in_word = c >= 0x80 ? !general_punctuation : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    if (general_punctuation) i += 2;
    if (in_word)
      out += static_cast<char>(c);
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace conductor::gazetteer
