// read_json: RFC 8259, nothing more. Counts lines and columns as it goes; a column is a character, not a byte.
#include "core/text/decimal.hpp"
#include "core/text/members.hpp"
#include "core/text/reader.hpp"
#include "core/text/snippet.hpp"

#include <charconv>

namespace conductor::text {

std::size_t sequence_length(std::string_view s) {
  auto const byte = [&](std::size_t i) -> unsigned { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0U; };
  auto const follows = [&](std::size_t count) {
    for (std::size_t i = 1; i <= count; ++i)
      if ((byte(i) & 0xC0U) != 0x80U) return false;
    return true;
  };
  unsigned const lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead < 0xF0) {
    bool const bad = !follows(2) || (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F);
    return bad ? 0 : 3;
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    bool const bad = !follows(3) || (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F);
    return bad ? 0 : 4;
  }
  return 0;
}

namespace {

struct Failed {
  std::size_t offset;
  std::string what;
  bool limit = false;
};

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Stands for itself inside a text: ASCII, no quote, escape or control character.
bool is_plain(char c) { return c >= 0x20 && c != '"' && c != '\\'; }

void append_utf8(std::string& out, unsigned code) {
  auto const add = [&](unsigned byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0U | code >> 6U);
    add(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    add(0xE0U | code >> 12U);
    add(0x80U | (code >> 6U & 0x3FU));
    add(0x80U | (code & 0x3FU));
  } else {
    add(0xF0U | code >> 18U);
    add(0x80U | (code >> 12U & 0x3FU));
    add(0x80U | (code >> 6U & 0x3FU));
    add(0x80U | (code & 0x3FU));
  }
}

class JsonReader {
 public:
  JsonReader(std::string_view text, Limits const& limits, Document& into) : text_(text), limits_(limits), into_(into) {}

  void read() {
    try {
      if (text_.size() > limits_.max_bytes)
        throw Failed{0,
                     "the text has " + std::to_string(text_.size()) + " bytes; at most " +
                         std::to_string(limits_.max_bytes) + " are accepted",
                     true};
      if (text_.size() / 2 >= limits_.max_nodes) count_values();
      if (text_.starts_with("\xEF\xBB\xBF")) position_ = counted_ = 3;
      skip_space();
      read_value(into_.root, 0);
      skip_space();
      if (position_ < text_.size()) throw Failed{position_, "the text goes on after the value; expected its end"};
    } catch (Failed const& failed) {
      fail(failed);
    }
  }

 private:
  void fail(Failed const& failed) {
    position_ = std::max(failed.offset, counted_);
    Problem problem{.line = line_, .column = column(), .value = snippet_at(text_, failed.offset)};
    problem.message = "Invalid JSON in line " + std::to_string(problem.line) + ", column " +
                      std::to_string(problem.column) + ": " + failed.what;
    into_.failure = std::move(problem);
    into_.at_limit = failed.limit;
  }

  // Before anything is built: a text with too many values ends here. Exact for JSON that is not too deep; other texts
  // are refused later.
  void count_values() {
    std::size_t values = 1, line_begin = 0, depth = 0;
    int lines = 0;
    bool inside_text = false, opened = false;
    for (std::size_t at = 0; at < text_.size(); ++at) {
      char const c = text_[at];
      if (inside_text) {
        if (c == '\\')
          ++at;
        else if (c == '"')
          inside_text = false;
        continue;
      }
      if (c == '\n') ++lines, line_begin = at + 1;
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
      if (c == ',' || (opened && c != ']' && c != '}')) ++values;
      opened = c == '[' || c == '{';
      if (opened && ++depth > limits_.max_depth) return;
      if ((c == ']' || c == '}') && depth > 0) --depth;
      inside_text = c == '"';
      if (values <= limits_.max_nodes) continue;
      line_ += lines;
      counted_ = line_begin;
      throw too_many_values(at);
    }
  }

  Failed too_many_values(std::size_t offset) const {
    return {offset, "the document has more than " + std::to_string(limits_.max_nodes) + " values", true};
  }

  char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }
  bool at_end() const { return position_ >= text_.size(); }

  void skip_space() {
    for (; position_ < text_.size(); ++position_) {
      char const c = text_[position_];
      if (c == '\n') {
        ++line_;
        counted_ = position_ + 1;
        characters_ = 0;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
    }
  }

  // Of position_, from 1. Counts on from where it last was, so that long lines stay cheap.
  int column() {
    for (; counted_ < position_ && counted_ < text_.size(); ++counted_)
      if (!is_continuation(text_[counted_])) ++characters_;
    return characters_ + 1;
  }

  [[noreturn]] void expected(std::string const& what) const {
    if (at_end()) throw Failed{position_, "the text ends here; expected " + what};
    auto const length = std::max<std::size_t>(1, sequence_length(text_.substr(position_)));
    auto const here = text_.substr(position_, length);
    bool const printable = static_cast<unsigned char>(here[0]) >= 0x20 && sequence_length(here) > 0;
    throw Failed{position_, "expected " + what +
                                (printable ? ", got '" + std::string(here) + "'" : ", got an unprintable character")};
  }

  void read_value(Node& node, std::size_t depth) {
    if (++nodes_ > limits_.max_nodes) throw too_many_values(position_);
    node.line = line_;
    node.column = column();
    switch (peek()) {
      case '{':
        return read_object(node, deeper(depth));
      case '[':
        return read_array(node, deeper(depth));
      case '"':
        node.kind = Kind::string;
        node.scalar = read_string();
        return;
      case 't':
        return read_word(node, "true", Kind::boolean, true);
      case 'f':
        return read_word(node, "false", Kind::boolean, false);
      case 'n':
        return read_word(node, "null", Kind::null, nullptr);
      default:
        read_number(node);
    }
  }

  std::size_t deeper(std::size_t depth) const {
    if (depth >= limits_.max_depth)
      throw Failed{position_, "nested deeper than " + std::to_string(limits_.max_depth) + " levels", true};
    return depth + 1;
  }

  void read_word(Node& node, std::string_view word, Kind kind, boost::json::value value) {
    if (text_.substr(position_, word.size()) != word) expected("a value");
    position_ += word.size();
    node.kind = kind;
    node.scalar = std::move(value);
  }

  void read_object(Node& node, std::size_t depth) {
    node.kind = Kind::mapping;
    ++position_;
    skip_space();
    if (peek() == '}') {
      ++position_;
      return;
    }
    MemberIndex index(node.members);
    for (;;) {
      read_member(index, depth);
      skip_space();
      if (peek() == '}') break;
      if (peek() != ',') expected("',' or '}'");
      ++position_;
      skip_space();
    }
    ++position_;
  }

  void read_member(MemberIndex& index, std::size_t depth) {
    if (peek() != '"') expected("a key in double quotes");
    Member member;
    member.line = line_;
    member.column = column();
    auto const offset = position_;
    member.key = read_string();
    if (member.key.size() > limits_.max_key_bytes)
      throw Failed{offset,
                   "a key has " + std::to_string(member.key.size()) + " bytes; at most " +
                       std::to_string(limits_.max_key_bytes) + " are accepted",
                   true};
    skip_space();
    if (peek() != ':') expected("':' after the key");
    ++position_;
    skip_space();
    path_.enter(member.key);
    read_value(member.value, depth);
    path_.leave();
    auto* const earlier = index.add(std::move(member));
    if (earlier == nullptr) return;
    note_duplicate(into_,
                   {member.key, path_.pointer_to(member.key), member.line, member.column, snippet_at(text_, offset)});
    *earlier = std::move(member);
  }

  void read_array(Node& node, std::size_t depth) {
    node.kind = Kind::list;
    ++position_;
    skip_space();
    if (peek() == ']') {
      ++position_;
      return;
    }
    for (;;) {
      path_.enter(node.items.size());
      read_value(node.items.emplace_back(), depth);
      path_.leave();
      skip_space();
      if (peek() == ']') break;
      if (peek() != ',') expected("',' or ']'");
      ++position_;
      skip_space();
    }
    ++position_;
  }

  std::string read_string() {
    auto const begin = position_++;
    std::string out;
    for (;;) {
      if (at_end()) throw Failed{begin, "this text has no closing quote"};
      auto const run = position_;
      while (position_ < text_.size() && is_plain(text_[position_])) ++position_;
      out.append(text_.substr(run, position_ - run));
      if (at_end()) continue;
      char const c = text_[position_];
      if (c == '"') {
        ++position_;
        return out;
      }
      if (static_cast<unsigned char>(c) < 0x20)
        throw Failed{position_, "a control character inside a text; write it as \\u00XX"};
      if (c == '\\') {
        read_escape(out);
        continue;
      }
      auto const length = sequence_length(text_.substr(position_));
      if (length == 0) throw Failed{position_, "bytes that are not UTF-8"};
      out.append(text_.substr(position_, length));
      position_ += length;
    }
  }

  void read_escape(std::string& out) {
    auto const begin = position_++;
    constexpr std::string_view names = "\"\\/bfnrt", values = "\"\\/\b\f\n\r\t";
    char const c = peek();
    if (auto const which = names.find(c); which != std::string_view::npos && !at_end()) {
      out += values[which];
      ++position_;
      return;
    }
    if (c != 'u') throw Failed{begin, "an unknown escape; known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"};
    unsigned code = read_hex(begin);
    if (code >= 0xDC00 && code < 0xE000) throw Failed{begin, "the second half of a surrogate pair without the first"};
    if (code >= 0xD800 && code < 0xDC00) {
      if (text_.substr(position_, 2) != "\\u")
        throw Failed{begin, "the first half of a surrogate pair without the second"};
      ++position_;
      unsigned const low = read_hex(begin);
      if (low < 0xDC00 || low >= 0xE000) throw Failed{begin, "the first half of a surrogate pair without the second"};
      code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
    }
    append_utf8(out, code);
  }

  // At the `u`; leaves the position behind the four digits.
  unsigned read_hex(std::size_t begin) {
    unsigned code = 0;
    auto const digits = text_.substr(position_ + 1, 4);
    auto const [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (failed != std::errc() || digits.size() != 4 || end != digits.data() + 4)
      throw Failed{begin, "\\u needs four hexadecimal digits"};
    position_ += 5;
    return code;
  }

  void read_number(Node& node) {
    auto const begin = position_;
    bool whole = true;
    auto const digits = [&] {
      auto const first = position_;
      while (peek() >= '0' && peek() <= '9') ++position_;
      return position_ > first;
    };
    if (peek() == '-') ++position_;
    bool const zero = peek() == '0';
    auto const first = position_;
    if (!digits()) {
      position_ = begin;
      expected("a value");
    }
    if (zero && position_ > first + 1) throw Failed{begin, "a number must not start with 0"};
    if (peek() == '.') {
      whole = false;
      ++position_;
      if (!digits()) expected("a digit");
    }
    if (peek() == 'e' || peek() == 'E') {
      whole = false;
      ++position_;
      if (peek() == '+' || peek() == '-') ++position_;
      if (!digits()) expected("a digit");
    }
    store_number(node, begin, text_.substr(begin, position_ - begin), whole);
  }

  static void store_number(Node& node, std::size_t begin, std::string_view digits, bool whole) {
    node.kind = Kind::number;
    auto const* const end = digits.data() + digits.size();
    bool const short_enough = whole && digits.size() <= 20;
    if (std::int64_t small = 0; short_enough && std::from_chars(digits.data(), end, small).ec == std::errc()) {
      node.scalar = small;
      return;
    }
    if (std::uint64_t large = 0; short_enough && std::from_chars(digits.data(), end, large).ec == std::errc()) {
      node.scalar = large;
      return;
    }
    bool const beyond = whole && digits.size() > 400;
    auto const number = beyond ? std::nullopt : double_of(digits);
    if (!number) throw Failed{begin, "the number " + std::string(digits.substr(0, 40)) + " is too large"};
    node.scalar = *number;
  }

  std::string_view const text_;
  Limits const& limits_;
  Document& into_;
  std::size_t position_ = 0, nodes_ = 0;
  int line_ = 1, characters_ = 0;
  std::size_t counted_ = 0;
  Path path_;
};

}  // namespace

Document read_json(std::string_view text, Limits const& limits) {
  Document document;
  JsonReader(text, limits, document).read();
  return document;
}

}  // namespace conductor::text
