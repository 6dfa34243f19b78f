// What can be checked without the product: links lead somewhere, JSON is JSON, the tutorial shows what the template
// has, quoted messages are those of the sources.
#include "tests/docs/document.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>

namespace conductor::docs {
namespace {

namespace fs = std::filesystem;

// All string literals of the product, adjacent ones joined, escapes undone; a line end between two that are not
// adjacent.
std::string literals_of(std::string const& source) {
  std::string out;
  bool adjacent = false;
  for (std::size_t at = 0; at < source.size(); ++at) {
    char const c = source[at];
    if (c == '/' && at + 1 < source.size() && source[at + 1] == '/') {
      at = std::min(source.find('\n', at), source.size());
    } else if (c == '\'' && at + 2 < source.size()) {
      at += source[at + 1] == '\\' ? 3 : 2;
      adjacent = false;
    } else if (c == '"') {
      if (!adjacent) out += '\n';
      for (++at; at < source.size() && source[at] != '"'; ++at) {
        if (source[at] == '\\' && at + 1 < source.size()) ++at;
        out += source[at];
      }
      adjacent = true;
    } else if (c != ' ' && c != '\n' && c != '\t') {
      adjacent = false;
    }
  }
  return out;
}

std::string const& all_literals() {
  static std::string const all = [] {
    std::string text;
    for (auto const* folder : {"core", "services", "plugins", "sdk/include"})
      for (auto const& item : fs::recursive_directory_iterator(root() / folder))
        if (auto const kind = item.path().extension(); kind == ".cpp" || kind == ".hpp" || kind == ".def")
          text += literals_of(content_of(item.path())) + '\n';
    return text;
  }();
  return all;
}

// The parts of a quoted message between the places of values.
std::vector<std::string> fixed_parts(std::string message) {
  std::vector<std::string> parts;
  constexpr std::string_view value = "…";
  for (std::size_t at; (at = message.find(value)) != std::string::npos; message.erase(0, at + value.size()))
    parts.push_back(message.substr(0, at));
  parts.push_back(message);
  // A single word or mark proves nothing.
  std::erase_if(parts, [](std::string const& part) { return part.size() < 6; });
  return parts;
}

Document operators() { return parse("docs/operators.md", content_of(root() / "docs" / "operators.md")); }

}  // namespace

BOOST_AUTO_TEST_SUITE(docs_static)

BOOST_AUTO_TEST_CASE(links_lead_to_files_that_exist) {
  std::size_t count = 0;
  for (auto const& document : all_documents())
    for (auto const& link : document.links) {
      ++count;
      if (link.starts_with("http")) continue;
      auto const target = root() / document.path.parent_path() / link.substr(0, link.find('#'));
      BOOST_CHECK_MESSAGE(fs::exists(target), document.path << " links to " << link << ", which does not exist");
    }
  BOOST_TEST(count > 5U);
}

BOOST_AUTO_TEST_CASE(json_blocks_are_json) {
  std::size_t count = 0;
  for (auto const& document : all_documents())
    for (auto const& block : document.blocks) {
      if (block.language() != "json") continue;
      ++count;
      boost::system::error_code failed;
      boost::json::parse(block.text, failed);
      BOOST_CHECK_MESSAGE(!failed, document.place(block.line) << ": " << failed.message());
    }
  BOOST_TEST(count > 1U);
}

BOOST_AUTO_TEST_CASE(the_tutorial_shows_the_template_word_for_word) {
  auto const tutorial =
      parse("sdk/docs/writing-a-plugin.md", content_of(root() / "sdk" / "docs" / "writing-a-plugin.md"));
  std::size_t count = 0;
  for (auto const& block : tutorial.blocks) {
    BOOST_REQUIRE_MESSAGE(!block.second().empty(), tutorial.place(block.line)
                                                       << ": name the file of the template behind the language");
    auto const file = root() / "sdk" / "template" / block.second();
    // Comment lines of a configuration may be left out.
    std::string source = content_of(file);
    if (file.extension() == ".conf")
      for (std::size_t at; (at = source.find("\n#")) != std::string::npos;)
        source.erase(at, source.find('\n', at + 1) - at);
    BOOST_CHECK_MESSAGE(source.find(block.text) != std::string::npos,
                        tutorial.place(block.line) << ": differs from sdk/template/" << block.second());
    ++count;
  }
  BOOST_TEST(count >= 8U);
}

BOOST_AUTO_TEST_CASE(messages_in_the_operators_tables_are_those_of_the_sources) {
  auto const document = operators();
  std::size_t count = 0;
  bool in_table = false;
  for (auto const& row : document.rows) {
    auto const& first = row.cells.at(0);
    if (first == " message ") in_table = true;
    if (!first.starts_with(" `")) in_table = first == " message ";
    if (!in_table || first == " message ") continue;
    for (auto const& message : code_spans(first))
      for (auto const& part : fixed_parts(message)) {
        ++count;
        BOOST_CHECK_MESSAGE(all_literals().find(part) != std::string::npos,
                            document.place(row.line) << ": no message of the product has '" << part << "'");
      }
  }
  BOOST_TEST(count > 20U);
}

BOOST_AUTO_TEST_CASE(named_files_and_folders_of_the_tree_exist) {
  constexpr std::array tops{"core/",  "services/", "plugins/", "sdk/",   "tests/",
                            "bench/", "etc/",      "docs/",    "tools/", "cmake/"};
  std::size_t count = 0;
  for (auto const& document : all_documents())
    for (auto const& span : code_spans(content_of(root() / document.path))) {
      bool const ours = std::ranges::any_of(tops, [&](auto const* top) { return span.starts_with(top); });
      if (!ours || span.find_first_of(" {*…<\n") != std::string::npos) continue;
      ++count;
      BOOST_CHECK_MESSAGE(fs::exists(root() / span), document.path << " names " << span << ", which does not exist");
    }
  BOOST_TEST(count > 20U);
}

BOOST_AUTO_TEST_CASE(literals_are_joined_and_told_apart) {
  BOOST_TEST(literals_of("f(\"a \"\n   \"b\", \"c\\\"d\"); // \"no\"\nchar x = '\"';") == "\na b\nc\"d");
}

BOOST_AUTO_TEST_CASE(blocks_are_found_with_their_words) {
  auto const document = parse("x.md", "a [b](c.md)\n```ini conductor-test\nx = 1\n```\n| `m` | n |\n|---|---|\n");
  BOOST_REQUIRE(document.blocks.size() == 1U);
  BOOST_TEST(document.blocks[0].language() == "ini");
  BOOST_TEST(document.blocks[0].second() == "conductor-test");
  BOOST_TEST(document.blocks[0].text == "x = 1\n");
  BOOST_TEST(document.blocks[0].line == 2);
  BOOST_TEST(document.links.at(0) == "c.md");
  BOOST_TEST(document.rows.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::docs
