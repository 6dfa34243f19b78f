// One tree for JSON and YAML: what was written, in the order it was written, and where. Made by the readers
// (reader.hpp) or from a JSON value, which has no positions.
#pragma once
#include <boost/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace conductor::text {

enum class Kind { null, boolean, number, string, list, mapping };

std::string_view to_string(Kind kind);  // "null", "a boolean", "a number", "a text", "a list", "a mapping"

struct Member;

// A value type. Destruction and copies recurse; readers bound the depth.
struct Node {
  Kind kind = Kind::null;
  boost::json::value scalar{};  // null, boolean, number or text; null for lists and mappings
  std::vector<Node> items{};    // of a list
  // Of a mapping, keys unique. (For an initializer Clang wants the members complete; GCC warns without one.)
#ifdef __clang__
  std::vector<Member> members;
#else
  std::vector<Member> members{};
#endif
  int line = 0, column = 0;  // of its first character, from 1; 0 without a text

  bool is_null() const { return kind == Kind::null; }
  bool is_text() const { return kind == Kind::string; }
  bool is_number() const { return kind == Kind::number; }
  bool is_boolean() const { return kind == Kind::boolean; }
  bool is_list() const { return kind == Kind::list; }
  bool is_mapping() const { return kind == Kind::mapping; }

  // The text; empty for anything else.
  std::string_view text() const;
  // A member of a mapping; null when there is none, or when this is no mapping.
  Node const* find(std::string_view key) const;
  // The element a JSON pointer (RFC 6901) names; null when there is none.
  Node const* at(std::string_view pointer) const;
};

struct Member {
  std::string key;
  Node value;
  int line = 0, column = 0;  // of the key
};

// Order is kept both ways.
boost::json::value to_json(Node const& node);
Node from_json(boost::json::value const& value);

// Roughly the bytes a tree takes when it is written out; what limits on expansion count.
std::size_t weight(Node const& node);

// `pointer` with one more step, `~` and `/` escaped.
std::string pointer_to(std::string_view pointer, std::string_view key);
std::string pointer_to(std::string_view pointer, std::size_t index);

}  // namespace conductor::text
