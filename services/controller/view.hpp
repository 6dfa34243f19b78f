// An element of the template together with the JSON pointer that names it, and how its values look in messages: as the
// original prints them, which is Python's way.
#pragma once
#include "core/text/node.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::services::controller {

// Cheap to copy but for the pointer. The node outlives it.
class View {
 public:
  View(text::Node const& node, std::string pointer) : node_(&node), pointer_(std::move(pointer)) {}

  text::Node const& node() const { return *node_; }
  text::Node const* operator->() const { return node_; }
  std::string const& pointer() const { return pointer_; }

  // A member of a mapping.
  std::optional<View> find(std::string_view key) const;
  // The same, but nothing when it is null.
  std::optional<View> given(std::string_view key) const;
  std::vector<std::pair<std::string_view, View>> members() const;
  std::vector<View> items() const;  // of a list

 private:
  text::Node const* node_;
  std::string pointer_;
};

// As the original's str() and repr() show it; long values are cut, control characters blanked.
std::string shown(text::Node const& node);
std::string in_quotes(std::string_view text);               // 'text'
std::string listed(std::vector<std::string> const& names);  // ['a', 'b']
std::string joined(std::vector<std::string> const& names);  // a, b
std::string readable(std::string_view text, std::size_t longest = 75);

// A finite number, or a text that is one.
std::optional<double> number_in(text::Node const& node);
// True, false, or such a text in any case.
std::optional<bool> boolean_in(text::Node const& node);
// Null, or an empty text, list or mapping. Zero and false are values.
bool is_blank(text::Node const& node);
// A text, or the texts of a list; nothing when any item is something else.
std::optional<std::vector<std::string>> texts_in(text::Node const& node);

}  // namespace conductor::services::controller
