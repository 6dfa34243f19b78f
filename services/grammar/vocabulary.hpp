// The keys that templates have, as tables: the checks and the JSON Schema of whole templates both read them.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::services::grammar {

// What stands under a key. Numbers may be given as text, and so may true and false; word: a text or a number; texts:
// one text or a list.
enum class ValueKind { any, text, word, number, boolean, texts, list, mapping };

struct Key {
  std::string_view name;
  ValueKind kind = ValueKind::any;
  std::string_view help{};
};

std::span<Key const> location_keys();
// Those of them that name a place which the gazetteer may know.
bool is_placemark_key(std::string_view key);
std::span<Key const> requirement_keys();
std::span<Key const> candidate_keys();

// Of constraints of any type; which of them a type has says services/constraints/type.hpp.
std::span<std::string_view const> constraint_keys();
std::span<std::string_view const> template_versions();
std::span<std::string_view const> inventory_types();

std::vector<std::string> names_of(std::span<Key const> keys);
std::vector<std::string> names_of(std::span<std::string_view const> names);
bool contains(std::span<Key const> keys, std::string_view name);
bool contains(std::span<std::string_view const> names, std::string_view name);

}  // namespace conductor::services::grammar
