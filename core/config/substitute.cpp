// One pass from left to right; replaced text is not looked at again.
#include "core/config/substitute.hpp"

namespace conductor::config {
namespace {

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

struct Reference {
  std::string group, name;
  std::size_t length = 0;  // of the text after the dollar sign; 0: no reference
};

Reference reference_at(std::string_view text) {
  if (text.starts_with('{')) {
    auto const end = text.find('}');
    if (end == text.npos || end == 1) return {};
    auto const inner = text.substr(1, end - 1);
    for (char const c : inner)
      if (!in_name(c) && c != '.' && c != '-') return {};
    auto const dot = inner.find('.');
    if (dot == inner.npos) return {"", std::string(inner), end + 1};
    return {std::string(inner.substr(0, dot)), std::string(inner.substr(dot + 1)), end + 1};
  }
  if (text.empty() || !starts_name(text.front())) return {};
  std::size_t end = 1;
  while (end < text.size() && in_name(text[end])) ++end;
  return {"", std::string(text.substr(0, end)), end};
}

}  // namespace

std::variant<std::string, BadReference> substitute(std::string_view text, Lookup const& lookup) {
  std::string out;
  while (!text.empty()) {
    auto const dollar = text.find('$');
    out += text.substr(0, dollar);
    if (dollar == text.npos) break;
    text.remove_prefix(dollar + 1);
    if (text.starts_with('$')) {
      out += '$';
      text.remove_prefix(1);
      continue;
    }
    auto const reference = reference_at(text);
    if (reference.length == 0) {
      out += '$';
      continue;
    }
    auto value = lookup(reference.group, reference.name);
    if (auto* bad = std::get_if<BadReference>(&value)) return std::move(*bad);
    out += std::get<std::string>(value);
    text.remove_prefix(reference.length);
  }
  return out;
}

}  // namespace conductor::config
