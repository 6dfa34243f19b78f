#include "tests/docs/document.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace conductor::docs {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> words_of(std::string const& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

std::vector<std::string> cells_of(std::string const& line) {
  std::vector<std::string> cells;
  std::istringstream in(line.substr(1));
  for (std::string cell; std::getline(in, cell, '|');) cells.push_back(cell);
  return cells;
}

void add_links(std::string const& line, std::vector<std::string>& links) {
  for (std::size_t at = 0; (at = line.find("](", at)) != std::string::npos;) {
    at += 2;
    links.push_back(line.substr(at, line.find(')', at) - at));
  }
}

}  // namespace

fs::path root() {
  char const* const given = std::getenv("CONDUCTOR_SOURCE_DIR");
  if (given == nullptr) throw std::runtime_error("CONDUCTOR_SOURCE_DIR is not set; run the tests with ctest");
  return given;
}

std::string content_of(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file.string() + " cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

Document parse(fs::path path, std::string const& markdown) {
  Document document{.path = std::move(path), .blocks = {}, .rows = {}, .links = {}};
  std::istringstream lines(markdown);
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.starts_with("```")) {
      if (!inside) document.blocks.push_back({.line = number, .words = words_of(line.substr(3)), .text = ""});
      inside = !inside;
    } else if (inside) {
      document.blocks.back().text += line + '\n';
    } else if (line.starts_with("|")) {
      if (!line.starts_with("|-")) document.rows.push_back({number, cells_of(line)});
      add_links(line, document.links);
    } else if (!line.starts_with("    ")) {
      add_links(line, document.links);
    }
  }
  if (inside) throw std::runtime_error(document.path.string() + " has a block that is never closed");
  return document;
}

std::vector<Document> all_documents() {
  std::vector<fs::path> files{"README.md", "sdk/template/README.md"};
  for (auto const* folder : {"docs", "sdk/docs"})
    for (auto const& item : fs::directory_iterator(root() / folder))
      if (item.path().extension() == ".md") files.push_back(fs::relative(item.path(), root()));
  std::ranges::sort(files);
  std::vector<Document> documents;
  for (auto const& file : files) documents.push_back(parse(file, content_of(root() / file)));
  return documents;
}

std::vector<std::string> code_spans(std::string_view text) {
  std::vector<std::string> spans;
  for (std::size_t at = 0; (at = text.find('`', at)) != std::string_view::npos;) {
    auto const end = text.find('`', at + 1);
    if (end == std::string_view::npos) break;
    spans.emplace_back(text.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return spans;
}

}  // namespace conductor::docs
