#include "services/controller/schema_wording.hpp"

#include "services/grammar/view.hpp"

#include <algorithm>

namespace conductor::services::controller {

using namespace grammar;

namespace {

namespace json = boost::json;
using Found = std::optional<WordedViolation>;

bool has_type(json::value const& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  return type == "integer" && (value.is_int64() || value.is_uint64());
}

std::string repr(json::value const& value) { return quoted(text::from_json(value)); }

class Search {
 public:
  explicit Search(json::value const& root) : root_(root) {}

  Found in(json::value const& schema, json::value const& value, std::string const& pointer) {
    // Only a schema that refers to itself without an element in between gets here.
    constexpr int deepest = 500;
    if (schema.is_bool() && !schema.as_bool())
      return WordedViolation{pointer, "False schema does not allow " + repr(value)};
    if (!schema.is_object() || depth_ >= deepest) return std::nullopt;
    ++depth_;
    auto found = in_keywords(schema.get_object(), value, pointer);
    --depth_;
    return found;
  }

 private:
  Found in_keywords(json::object const& schema, json::value const& value, std::string const& pointer) {
    if (auto const* reference = schema.if_contains("$ref"); reference != nullptr && reference->is_string()) {
      auto const* target = resolve(reference->get_string());
      return target == nullptr ? std::nullopt : in(*target, value, pointer);
    }
    for (auto const& [keyword, wanted] : schema) {
      auto const message = broken(keyword, wanted, value);
      if (!message.empty()) return WordedViolation{pointer, message};
      if (auto found = in_parts(schema, keyword, wanted, value, pointer)) return found;
    }
    return std::nullopt;
  }

  json::value const* resolve(std::string_view reference) const {
    if (!reference.starts_with('#')) return nullptr;
    boost::system::error_code failed;
    auto const* target = root_.find_pointer(reference.substr(1), failed);
    return failed ? nullptr : target;
  }

  // Keywords about the element itself: the message, empty when the keyword is kept.
  static std::string broken(std::string_view keyword, json::value const& wanted, json::value const& value) {
    if (keyword == "type") return broken_type(wanted, value);
    if (keyword == "enum" && wanted.is_array()) {
      auto const& list = wanted.get_array();
      if (std::find(list.begin(), list.end(), value) == list.end())
        return repr(value) + " is not one of " + repr(wanted);
    } else if (keyword == "const") {
      if (value != wanted) return repr(wanted) + " was expected";
    } else if (keyword == "required" && wanted.is_array() && value.is_object()) {
      for (auto const& name : wanted.get_array())
        if (name.is_string() && !value.get_object().contains(name.get_string()))
          return repr(name) + " is a required property";
    } else if (wanted.is_number()) {
      return broken_bound(keyword, wanted.to_number<double>(), repr(wanted), value);
    }
    return "";
  }

  static std::string broken_type(json::value const& wanted, json::value const& value) {
    std::string names;
    auto const matches = [&](json::value const& type) {
      names += (names.empty() ? "" : ", ") + repr(type);
      return type.is_string() && has_type(value, type.get_string());
    };
    bool good = false;
    if (wanted.is_array())
      for (auto const& type : wanted.get_array()) good |= matches(type);
    else
      good = matches(wanted);
    return good ? "" : repr(value) + " is not of type " + names;
  }

  static std::string broken_bound(std::string_view keyword, double bound, std::string const& bound_text,
                                  json::value const& value) {
    if (value.is_number()) {
      auto const number = value.to_number<double>();
      if (keyword == "minimum" && number < bound) return repr(value) + " is less than the minimum of " + bound_text;
      if (keyword == "maximum" && number > bound) return repr(value) + " is greater than the maximum of " + bound_text;
      if (keyword == "exclusiveMinimum" && number <= bound)
        return repr(value) + " is less than or equal to the minimum of " + bound_text;
      if (keyword == "exclusiveMaximum" && number >= bound)
        return repr(value) + " is greater than or equal to the maximum of " + bound_text;
    }
    bool const list = value.is_array(), text = value.is_string();
    auto const size = static_cast<double>(list ? value.get_array().size() : text ? value.get_string().size() : 0);
    if ((list && keyword == "minItems") || (text && keyword == "minLength"))
      return size < bound ? repr(value) + " is too short" : "";
    if ((list && keyword == "maxItems") || (text && keyword == "maxLength"))
      return size > bound ? repr(value) + " is too long" : "";
    return "";
  }

  // Keywords that apply schemas to the element or to its parts.
  Found in_parts(json::object const& schema, std::string_view keyword, json::value const& wanted,
                 json::value const& value, std::string const& pointer) {
    if (keyword == "properties" && wanted.is_object() && value.is_object()) {
      for (auto const& [name, part] : wanted.get_object())
        if (auto const* member = value.get_object().if_contains(name))
          if (auto found = in(part, *member, text::pointer_to(pointer, name))) return found;
    } else if (keyword == "additionalProperties" && wanted.is_bool() && !wanted.get_bool() && value.is_object() &&
               !schema.contains("patternProperties")) {
      return in_additional(schema, value.get_object(), pointer);
    } else if (keyword == "items" && wanted.is_object() && value.is_array()) {
      auto const& items = value.get_array();
      for (std::size_t i = 0; i < items.size(); ++i)
        if (auto found = in(wanted, items[i], text::pointer_to(pointer, i))) return found;
    } else if (keyword == "allOf" && wanted.is_array()) {
      for (auto const& each : wanted.get_array())
        if (auto found = in(each, value, pointer)) return found;
    } else if (keyword == "anyOf" && wanted.is_array()) {
      for (auto const& each : wanted.get_array())
        if (!in(each, value, pointer)) return std::nullopt;
      return WordedViolation{pointer, repr(value) + " is not valid under any of the given schemas"};
    }
    return std::nullopt;
  }

  static Found in_additional(json::object const& schema, json::object const& value, std::string const& pointer) {
    auto const* known = schema.if_contains("properties");
    for (auto const& [name, member] : value)
      if (known == nullptr || !known->is_object() || !known->get_object().contains(name))
        return WordedViolation{text::pointer_to(pointer, name),
                               "Additional properties are not allowed (" + in_quotes(name) + " was unexpected)"};
    return std::nullopt;
  }

  json::value const& root_;
  int depth_ = 0;
};

}  // namespace

std::optional<WordedViolation> worded_violation(json::value const& schema, json::value const& document) {
  return Search(schema).in(schema, document, "");
}

}  // namespace conductor::services::controller
