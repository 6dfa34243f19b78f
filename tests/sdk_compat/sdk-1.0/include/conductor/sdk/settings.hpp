// Schema: the options that a module declares, once, as data. Loading, checking, --help, the sample configuration and
// the reference page follow from it. Settings: the checked values, as a plugin's constructor receives them.
#pragma once
#include <boost/json.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace conductor::sdk {

enum class OptionType { text, url, path, secret, integer, number, boolean, list };

constexpr std::string_view to_string(OptionType type) {
  switch (type) {
    case OptionType::integer:
      return "integer value";
    case OptionType::number:
      return "floating point value";
    case OptionType::boolean:
      return "boolean value";
    case OptionType::list:
      return "list value";
    case OptionType::url:
      return "URL value";
    case OptionType::path:
      return "path value";
    case OptionType::secret:
      return "secret value";
    case OptionType::text:
      break;
  }
  return "string value";
}

// One option. The setters return *this, so that a declaration reads as one sentence.
class Option {
 public:
  Option(OptionType t, std::string n, std::string h) : type(t), name(std::move(n)), help(std::move(h)) {}

  Option& default_to(std::string value) { return default_text = std::move(value), *this; }
  Option& default_to(char const* value) { return default_text = value, *this; }
  Option& default_to(bool value) { return default_text = value ? "true" : "false", *this; }
  Option& default_to(int value) { return default_text = std::to_string(value), *this; }
  Option& default_to(double value) { return default_text = boost::json::serialize(boost::json::value(value)), *this; }
  Option& required() { return is_required = true, *this; }
  Option& at_least(double value) { return minimum = value, *this; }
  Option& at_most(double value) { return maximum = value, *this; }
  Option& one_of(std::vector<std::string> values) { return choices = std::move(values), *this; }
  Option& reloadable() { return is_reloadable = true, *this; }
  // An older name that is still accepted, in this or (`section/name`) another section.
  Option& formerly(std::string old) { return old_names.push_back(std::move(old)), *this; }

  OptionType type;
  std::string name;
  std::string help;
  std::optional<std::string> default_text;  // none: unset unless configured
  bool is_required = false;
  bool is_reloadable = false;  // takes effect on SIGHUP
  std::optional<double> minimum, maximum;
  std::vector<std::string> choices;
  std::vector<std::string> old_names;
};

// The options of one section. `url`: http or https with a host. `path`: relative names are looked up beside the
// configuration file. `secret`: masked wherever configuration is shown; `{name}_file` is accepted too.
class Schema {
 public:
  explicit Schema(std::string section_name = "") : section_(std::move(section_name)) {}

  // The section is named after the plugin unless the plugin says otherwise.
  void section(std::string name) { section_ = std::move(name); }
  std::string const& section() const { return section_; }

  Option& text(std::string name, std::string help) { return add(OptionType::text, std::move(name), std::move(help)); }
  Option& url(std::string name, std::string help) { return add(OptionType::url, std::move(name), std::move(help)); }
  Option& path(std::string name, std::string help) { return add(OptionType::path, std::move(name), std::move(help)); }
  Option& secret(std::string name, std::string help) {
    return add(OptionType::secret, std::move(name), std::move(help));
  }
  Option& integer(std::string name, std::string help) {
    return add(OptionType::integer, std::move(name), std::move(help));
  }
  Option& number(std::string name, std::string help) {
    return add(OptionType::number, std::move(name), std::move(help));
  }
  Option& boolean(std::string name, std::string help) {
    return add(OptionType::boolean, std::move(name), std::move(help));
  }
  Option& list(std::string name, std::string help) { return add(OptionType::list, std::move(name), std::move(help)); }

  std::deque<Option> const& options() const { return options_; }

 private:
  Option& add(OptionType type, std::string name, std::string help) {
    return options_.emplace_back(type, std::move(name), std::move(help));
  }
  std::string section_;
  std::deque<Option> options_;  // a deque: references that a declaration holds stay valid
};

// Checked values of one section, complete with defaults. Asking for an undeclared name, or with the wrong type, is a
// programming error and throws std::logic_error.
class Settings {
 public:
  using Value = std::variant<std::monostate, std::string, std::int64_t, double, bool, std::vector<std::string>>;

  void set(std::string const& name, Value value) { values_[name] = std::move(value); }

  bool is_set(std::string_view name) const { return !std::holds_alternative<std::monostate>(find(name)); }
  // Empty when unset.
  std::string text(std::string_view name) const { return get<std::string>(name); }
  std::int64_t integer(std::string_view name) const { return get<std::int64_t>(name); }
  double number(std::string_view name) const { return get<double>(name); }
  bool boolean(std::string_view name) const { return get<bool>(name); }
  std::vector<std::string> list(std::string_view name) const { return get<std::vector<std::string>>(name); }
  // A number of seconds, fractions included.
  std::chrono::milliseconds seconds(std::string_view name) const {
    auto const& value = find(name);
    double const count = std::holds_alternative<std::int64_t>(value)
                             ? static_cast<double>(std::get<std::int64_t>(value))
                             : get<double>(name);
    return std::chrono::milliseconds(static_cast<std::int64_t>(count * 1000.0));
  }
  std::map<std::string, Value, std::less<>> const& values() const { return values_; }
  bool operator==(Settings const&) const = default;

 private:
  Value const& find(std::string_view name) const {
    auto const found = values_.find(name);
    if (found == values_.end()) throw std::logic_error("option '" + std::string(name) + "' was never declared");
    return found->second;
  }
  template <class T>
  T get(std::string_view name) const {
    auto const& value = find(name);
    if (std::holds_alternative<std::monostate>(value)) return T{};
    if (auto const* typed = std::get_if<T>(&value)) return *typed;
    throw std::logic_error("option '" + std::string(name) + "' is of another type");
  }
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace conductor::sdk
