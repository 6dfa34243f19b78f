// An element of the template together with the JSON pointer that names it, and how its values look in messages: as the
// original prints them, which is Python's way.
#pragma once
#include "core/text/node.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::services::grammar {

// Cheap to copy: the pointer is made when somebody asks for it. The node outlives the view. For one thread.
class View {
 public:
  View(text::Node const& node, std::string pointer);

  text::Node const& node() const { return *node_; }
  text::Node const* operator->() const { return node_; }
  std::string pointer() const;

  // A member of a mapping.
  std::optional<View> find(std::string_view key) const;
  // The same, but nothing when it is null.
  std::optional<View> given(std::string_view key) const;
  std::vector<std::pair<std::string_view, View>> members() const;
  std::vector<View> items() const;  // of a list

 private:
  // One step of the way from the root, shared by the views below it.
  struct Step {
    std::shared_ptr<Step const> above{};
    std::string_view key{};  // of a member: the node's own text
    std::size_t index = 0;   // of an item of a list, when there is no key
    std::string root{};      // without a step above: the pointer so far
  };

  View(text::Node const& node, Step step) : node_(&node), step_(std::move(step)) {}
  // This view's step, to stand above others.
  std::shared_ptr<Step const> const& shared() const;
  static void append(std::string& pointer, Step const& step);

  text::Node const* node_;
  Step step_;
  mutable std::shared_ptr<Step const> shared_{};
};

// As the original's str() shows it; long values are cut, control characters blanked.
std::string shown(text::Node const& node);
// The same by repr(), which puts quotes round a text.
std::string quoted(text::Node const& node, std::size_t longest = 300);
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

}  // namespace conductor::services::grammar
