// What the two readers share: choosing between them, duplicates as problems, documents for plugins.
#include "core/text/reader.hpp"

#include "core/text/snippet.hpp"

#include <algorithm>

namespace conductor::text {

Problems Document::problems() const {
  Problems list;
  for (auto const& duplicate : duplicates)
    list.push_back({.pointer = duplicate.pointer,
                    .line = duplicate.line,
                    .column = duplicate.column,
                    .value = duplicate.snippet,
                    .expected = "each key once",
                    .message = duplicate_key_text("Template", duplicate)});
  if (failure) list.push_back(*failure);
  return list;
}

Document read_json_or_yaml(std::string_view text, Limits const& limits) {
  auto const first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && (text[first] == '{' || text[first] == '[' || text[first] == '"')) {
    auto document = read_json(text, limits);
    if (!document.failure || document.at_limit) return document;
    document.root = {};
    auto as_yaml = read_yaml(text, limits);
    // A text that is neither was most likely meant to be what it looks like.
    return as_yaml.failure ? document : as_yaml;
  }
  return read_yaml(text, limits);
}

std::string duplicate_key_text(std::string_view where, DuplicateKey const& duplicate) {
  return std::string(where) + " has a duplicate key on line " + std::to_string(duplicate.line) + ": " +
         duplicate.snippet;
}

std::string_view shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

std::string snippet_at(std::string_view text, std::size_t offset) {
  constexpr std::size_t longest = 75;
  offset = std::min(offset, text.size());
  // Lines may be megabytes long; further away than what is shown nothing matters.
  auto begin = offset;
  while (begin > 0 && text[begin - 1] != '\n' && offset - begin <= longest) --begin;
  auto end = offset;
  while (end < text.size() && text[end] != '\n' && end - offset <= longest) ++end;
  if (end - begin > longest) {
    begin = std::max(begin, offset > longest / 2 ? offset - longest / 2 : 0);
    end = std::min(end, begin + longest);
    auto const inside = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
    while (begin < end && inside(begin)) ++begin;
    while (end < text.size() && end > begin && inside(end)) --end;
  }
  std::string line;
  for (auto rest = text.substr(begin, end - begin); !rest.empty();) {
    auto const length = sequence_length(rest);
    if (length == 0)
      line += "\xEF\xBF\xBD";
    else if (static_cast<unsigned char>(rest[0]) < 0x20 || rest[0] == 0x7F)
      line += ' ';
    else
      line += rest.substr(0, length);
    rest.remove_prefix(length == 0 ? 1 : length);
  }
  auto const first = line.find_first_not_of(' ');
  return first == line.npos ? "" : line.substr(first, line.find_last_not_of(' ') - first + 1);
}

namespace {

class Parsed final : public sdk::ParsedDocument {
 public:
  explicit Parsed(Node root) : root_(std::move(root)), content_(to_json(root_)) {}
  boost::json::value const& content() const override { return content_; }
  Position position(std::string_view json_pointer) const override {
    auto const* node = root_.at(json_pointer);
    return node == nullptr ? Position{} : Position{node->line, node->column};
  }

 private:
  Node root_;
  boost::json::value content_;
};

}  // namespace

sdk::Result<std::unique_ptr<sdk::ParsedDocument>> parse_document(std::string_view text, Limits const& limits) {
  auto document = read_json_or_yaml(text, limits);
  if (document.failure) return sdk::Error{sdk::Errc::invalid, document.failure->message};
  if (!document.duplicates.empty())
    return sdk::Error{sdk::Errc::invalid, duplicate_key_text("The document", document.duplicates.front())};
  return std::unique_ptr<sdk::ParsedDocument>(std::make_unique<Parsed>(std::move(document.root)));
}

}  // namespace conductor::text
