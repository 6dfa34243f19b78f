// The part of A&AI's schema that the simulator knows: node types, their keys, parents and properties.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace conductor::simulators::aai {

struct NodeType {
  std::string_view name, plural;
  std::string_view parent;  // a namespace ("network") or another node type
  std::vector<std::string_view> keys, properties;
  bool is_property(std::string_view property) const;
};

// Null for an unknown name.
NodeType const* node_type(std::string_view name);
NodeType const* node_type_of_plural(std::string_view plural, std::string_view parent);
bool is_namespace(std::string_view name);

// What a path below the version means. Segments of `node` are percent-encoded.
struct Resource {
  NodeType const* type = nullptr;
  bool is_collection = false;
  std::string node;  // of the object, or of the collection's parent object; empty for a collection below a namespace
  std::vector<std::pair<std::string, std::string>> keys;  // "tenant.tenant-id" -> decoded value, outermost first
};

// Nothing for a path that A&AI does not have. Slashes at both ends are ignored.
std::optional<Resource> parse_resource(std::string_view path);

// Percent-decoding; nothing when it is malformed.
std::optional<std::string> decode(std::string_view text, bool plus_is_blank);

}  // namespace conductor::simulators::aai
