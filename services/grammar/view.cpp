#include "services/grammar/view.hpp"

#include "core/text/threshold.hpp"

#include <algorithm>
#include <cctype>

namespace conductor::services::grammar {

using text::Node;

View::View(Node const& node, std::string pointer) : node_(&node) { step_.root = std::move(pointer); }

std::shared_ptr<View::Step const> const& View::shared() const {
  if (shared_ == nullptr) shared_ = std::make_shared<Step const>(step_);
  return shared_;
}

void View::append(std::string& pointer, Step const& step) {
  if (step.above == nullptr) {
    pointer += step.root;
    return;
  }
  append(pointer, *step.above);
  pointer += step.key.data() == nullptr ? text::pointer_to("", step.index) : text::pointer_to("", step.key);
}

std::string View::pointer() const {
  std::string pointer;
  append(pointer, step_);
  return pointer;
}

std::optional<View> View::find(std::string_view key) const {
  for (auto const& member : node_->members)
    if (member.key == key) return View(member.value, Step{.above = shared(), .key = member.key});
  return std::nullopt;
}

std::optional<View> View::given(std::string_view key) const {
  auto found = find(key);
  if (found && found->node().is_null()) return std::nullopt;
  return found;
}

std::vector<std::pair<std::string_view, View>> View::members() const {
  std::vector<std::pair<std::string_view, View>> list;
  list.reserve(node_->members.size());
  for (auto const& member : node_->members)
    list.emplace_back(member.key, View(member.value, Step{.above = shared(), .key = member.key}));
  return list;
}

std::vector<View> View::items() const {
  std::vector<View> list;
  list.reserve(node_->items.size());
  for (std::size_t i = 0; i < node_->items.size(); ++i)
    list.push_back(View(node_->items[i], Step{.above = shared(), .index = i}));
  return list;
}

std::string readable(std::string_view text, std::size_t longest) {
  std::string out;
  for (char const c : text) {
    bool const starts = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    if (out.size() >= longest && starts) return out + "...";
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  }
  return out;
}

std::string in_quotes(std::string_view text) { return "'" + readable(text) + "'"; }

namespace {

// A message names this many and counts the rest.
constexpr std::size_t most_names = 50;

std::string rest_of(std::vector<std::string> const& names) {
  return names.size() <= most_names ? "" : ", ... (" + std::to_string(names.size()) + " in all)";
}

}  // namespace

std::string listed(std::vector<std::string> const& names) {
  std::string out = "[";
  for (std::size_t i = 0; i < names.size() && i < most_names; ++i) out += (i == 0 ? "" : ", ") + in_quotes(names[i]);
  return out + rest_of(names) + "]";
}

std::string joined(std::vector<std::string> const& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < most_names; ++i) out += (i == 0 ? "" : ", ") + readable(names[i]);
  return out + rest_of(names);
}

namespace {

// Appends until `out` is longer than anything that is shown.
constexpr std::size_t longest_shown = 500;

void append_repr(std::string& out, Node const& node, bool nested) {
  if (out.size() > longest_shown) return;
  switch (node.kind) {
    case text::Kind::null:
      out += "None";
      return;
    case text::Kind::boolean:
      out += node.scalar.as_bool() ? "True" : "False";
      return;
    case text::Kind::number:
      out += node.scalar.is_double() ? text::float_text(node.scalar.as_double()) : boost::json::serialize(node.scalar);
      return;
    case text::Kind::string:
      if (nested) out += '\'';
      out += node.text().substr(0, longest_shown);
      if (nested) out += '\'';
      return;
    case text::Kind::list:
      out += '[';
      for (auto const& item : node.items) {
        if (&item != &node.items.front()) out += ", ";
        append_repr(out, item, true);
      }
      out += ']';
      return;
    case text::Kind::mapping:
      out += '{';
      for (auto const& member : node.members) {
        if (&member != &node.members.front()) out += ", ";
        out += "'" + member.key + "': ";
        append_repr(out, member.value, true);
      }
      out += '}';
      return;
  }
}

}  // namespace

std::string shown(Node const& node) {
  std::string out;
  append_repr(out, node, false);
  return readable(out);
}

std::string quoted(Node const& node, std::size_t longest) {
  std::string out;
  append_repr(out, node, true);
  return readable(out, std::min(longest, longest_shown));
}

std::optional<double> number_in(Node const& node) {
  if (node.is_number()) return node.scalar.to_number<double>();
  if (node.is_text()) return text::decimal_number(node.text());
  return std::nullopt;
}

std::optional<bool> boolean_in(Node const& node) {
  if (node.is_boolean()) return node.scalar.as_bool();
  std::string word(node.text());
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  if (word == "true") return true;
  if (word == "false") return false;
  return std::nullopt;
}

bool is_blank(Node const& node) {
  return node.is_null() || (node.is_text() && node.text().empty()) || (node.is_list() && node.items.empty()) ||
         (node.is_mapping() && node.members.empty());
}

std::optional<std::vector<std::string>> texts_in(Node const& node) {
  std::vector<std::string> texts;
  if (node.is_text()) {
    texts.emplace_back(node.text());
    return texts;
  }
  if (!node.is_list()) return std::nullopt;
  for (auto const& item : node.items) {
    if (!item.is_text()) return std::nullopt;
    texts.emplace_back(item.text());
  }
  return texts;
}

}  // namespace conductor::services::grammar
