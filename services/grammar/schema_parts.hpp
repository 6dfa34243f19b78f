// Small pieces of JSON Schemas. Those that describe values of a template let a function stand for them.
#pragma once
#include "services/grammar/vocabulary.hpp"

#include <boost/json.hpp>

#include <initializer_list>

namespace conductor::services::grammar::schema_parts {

namespace json = boost::json;

// {get_param} and {get_file}: the definition `function`, and a schema that allows it beside another one.
json::object function_schema();
json::object or_function(json::object schema);
// The same for everything inside a schema: its properties and the items of its lists.
json::value with_functions(json::value const& schema);

json::object reference(char const* definition);
json::object described(json::object schema, std::string_view help);

json::object anything();
json::object text();
json::object texts();  // one or a list
json::object word();   // a text or a number
json::object number();
json::object positive();
json::object numeric_text();  // for itself, no function
json::object boolean();
json::object list();
json::object mapping();
json::object pair_of_names();
json::object of_kind(ValueKind kind);

json::object one_of(std::span<std::string_view const> words);
json::object one_of(std::initializer_list<std::string_view> words);
json::object list_of(json::object item);
json::object non_empty_list_of(json::object item);
json::object map_of(json::object value);
// An object with these properties and no others.
json::object closed(std::string_view help, json::object properties, std::initializer_list<std::string_view> required);
json::object properties_of(std::span<Key const> keys);

// `then` for objects whose member `key` is `value`.
json::object when(std::string_view key, std::string_view value, json::object then);

}  // namespace conductor::services::grammar::schema_parts
