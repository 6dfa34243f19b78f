// Markdown as these tests need it: fenced blocks with the words behind the fence, rows of tables, links. Knows nothing
// of what they mean.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::docs {

struct Block {
  int line = 0;                    // of the opening fence
  std::vector<std::string> words;  // ```ini conductor-test -> ini, conductor-test
  std::string text;
  std::string language() const { return words.empty() ? "" : words[0]; }
  std::string second() const { return words.size() < 2 ? "" : words[1]; }
};

struct TableRow {
  int line = 0;
  std::vector<std::string> cells;
};

struct Document {
  std::filesystem::path path;  // relative to the root of the sources
  std::vector<Block> blocks;
  std::vector<TableRow> rows;      // of all tables, without the lines of dashes
  std::vector<std::string> links;  // targets of [text](target)
  std::string place(int line) const { return path.string() + ":" + std::to_string(line); }
};

// From CONDUCTOR_SOURCE_DIR, which ctest sets.
std::filesystem::path root();
std::string content_of(std::filesystem::path const& file);
Document parse(std::filesystem::path path, std::string const& markdown);
// README.md, docs/*.md, sdk/docs/*.md and sdk/template/README.md.
std::vector<Document> all_documents();
// What stands in `backticks`.
std::vector<std::string> code_spans(std::string_view text);

}  // namespace conductor::docs
