#include "core/text/node.hpp"

#include <algorithm>
#include <charconv>

namespace conductor::text {

namespace json = boost::json;

std::string_view to_string(Kind kind) {
  constexpr std::string_view names[] = {"null", "a boolean", "a number", "a text", "a list", "a mapping"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view Node::text() const {
  auto const* string = scalar.if_string();
  return string == nullptr ? std::string_view() : std::string_view(*string);
}

Node const* Node::find(std::string_view key) const {
  auto const found =
      std::find_if(members.begin(), members.end(), [&](Member const& member) { return member.key == key; });
  return found == members.end() ? nullptr : &found->value;
}

namespace {

std::string unescaped(std::string_view step) {
  std::string key;
  for (std::size_t i = 0; i < step.size(); ++i)
    if (step[i] == '~' && i + 1 < step.size() && (step[i + 1] == '0' || step[i + 1] == '1'))
      key += step[++i] == '0' ? '~' : '/';
    else
      key += step[i];
  return key;
}

}  // namespace

Node const* Node::at(std::string_view pointer) const {
  Node const* node = this;
  while (node != nullptr && !pointer.empty()) {
    if (pointer.front() != '/') return nullptr;
    pointer.remove_prefix(1);
    auto const step = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(step.size());
    if (node->is_list()) {
      std::size_t index = 0;
      auto const [end, failed] = std::from_chars(step.data(), step.data() + step.size(), index);
      if (failed != std::errc() || end != step.data() + step.size() || index >= node->items.size()) return nullptr;
      node = &node->items[index];
    } else {
      node = node->find(unescaped(step));
    }
  }
  return node;
}

json::value to_json(Node const& node) {
  if (node.is_list()) {
    json::array list;
    list.reserve(node.items.size());
    for (auto const& item : node.items) list.push_back(to_json(item));
    return list;
  }
  if (node.is_mapping()) {
    json::object object;
    object.reserve(node.members.size());
    for (auto const& member : node.members) object[member.key] = to_json(member.value);
    return object;
  }
  return node.scalar;
}

Node from_json(json::value const& value) {
  Node node;
  if (auto const* list = value.if_array()) {
    node.kind = Kind::list;
    node.items.reserve(list->size());
    for (auto const& item : *list) node.items.push_back(from_json(item));
  } else if (auto const* object = value.if_object()) {
    node.kind = Kind::mapping;
    node.members.reserve(object->size());
    for (auto const& [key, member] : *object) node.members.push_back({std::string(key), from_json(member)});
  } else {
    node.kind = value.is_null()     ? Kind::null
                : value.is_bool()   ? Kind::boolean
                : value.is_string() ? Kind::string
                                    : Kind::number;
    node.scalar = value;
  }
  return node;
}

std::size_t weight(Node const& node) {
  std::size_t sum = 16 + node.text().size();
  for (auto const& item : node.items) sum += weight(item);
  for (auto const& member : node.members) sum += member.key.size() + weight(member.value);
  return sum;
}

std::string pointer_to(std::string_view pointer, std::string_view key) {
  std::string longer(pointer);
  longer += '/';
  for (char const c : key)
    if (c == '~')
      longer += "~0";
    else if (c == '/')
      longer += "~1";
    else
      longer += c;
  return longer;
}

std::string pointer_to(std::string_view pointer, std::size_t index) {
  return std::string(pointer) + '/' + std::to_string(index);
}

}  // namespace conductor::text
