// Mutates inputs as texts of a grammar: words of the target's language go in at places where tokens begin, lines are
// moved, copied and indented anew. Half of the time the fuzzer's own mutations of bytes have their turn.
#include "tests/fuzz/target.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using conductor::tests::fuzz::words;

constexpr std::string_view values[] = {"0",          "-1", "1.5",  "1e400", "-0.0", "18446744073709551616", "true",
                                       "null",       "~",  "\"\"", "[]",    "{}",   "\"\\ud83d\\ude00\"",   "\xC2\xA0",
                                       "2018-02-01", "'",  ".nan", "x"};

class Mutation {
 public:
  Mutation(std::string text, unsigned seed) : random_(seed), lines_(split(text)) {}

  std::string made() {
    switch (below(7)) {
      case 0:
        return insert_word(joined());
      case 1:
        return replace_token(joined(), words()[below(words().size())]);
      case 2:
        return replace_token(joined(), values[below(std::size(values))]);
      case 3:
        lines_.insert(lines_.begin() + place(), lines_[below(lines_.size())]);
        return joined();
      case 4:
        if (lines_.size() > 1) lines_.erase(lines_.begin() + place());
        return joined();
      case 5:
        std::swap(lines_[below(lines_.size())], lines_[below(lines_.size())]);
        return joined();
      default:
        indent(lines_[below(lines_.size())]);
        return joined();
    }
  }

 private:
  static std::vector<std::string> split(std::string const& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at <= text.size();) {
      auto const end = std::min(text.find('\n', at), text.size());
      lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return lines;
  }
  std::string joined() const {
    std::string text;
    for (auto const& line : lines_) (text += line) += '\n';
    if (!text.empty()) text.pop_back();
    return text;
  }
  std::size_t below(std::size_t end) { return random_() % end; }
  std::ptrdiff_t place() { return static_cast<std::ptrdiff_t>(below(lines_.size())); }

  static bool is_sign(char c) { return std::strchr(" \n{}[],:=\"'<>&*-", c) != nullptr; }

  // Where a token begins.
  std::size_t token_in(std::string const& text) {
    if (text.empty()) return 0;
    auto at = below(text.size());
    while (at > 0 && !is_sign(text[at - 1])) --at;
    return at;
  }
  std::string insert_word(std::string text) { return text.insert(token_in(text), words()[below(words().size())]); }
  std::string replace_token(std::string text, std::string_view by) {
    auto const begin = token_in(text);
    auto end = begin;
    while (end < text.size() && !is_sign(text[end])) ++end;
    return text.replace(begin, std::max<std::size_t>(1, end - begin), by);
  }
  void indent(std::string& line) {
    if (below(2) == 0 || line.empty() || line[0] != ' ')
      line.insert(0, 2, ' ');
    else
      line.erase(0, std::min<std::size_t>(2, line.find_first_not_of(' ')));
  }

  std::minstd_rand random_;
  std::vector<std::string> lines_;
};

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  if (seed % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  std::string text(reinterpret_cast<char const*>(data), size);
  for (unsigned round = 0; round <= seed / 2 % 4; ++round) text = Mutation(std::move(text), seed + round).made();
  auto const length = std::min(text.size(), max_size);
  std::memcpy(data, text.data(), length);
  return length;
}
