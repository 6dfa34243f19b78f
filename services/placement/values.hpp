// Reading of loose values: candidates and templates carry numbers as text, flags as text and versions as numbers. One
// place decides what counts as which. Knows nothing of plans.
#pragma once
#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::services::placement {

namespace json = boost::json;

// The translated plan cannot be solved as it stands. Thrown while reading and compiling; ends in solve(), which returns
// it as Errc::invalid. The text names the element, the value seen and the remedy.
struct InvalidPlan : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The member of that name; null when it is absent or JSON null.
json::value const* member(json::object const& object, std::string_view name);

// The member of one name in many objects that are laid out alike: looked for first where the last one had it.
class MemberOf {
 public:
  explicit MemberOf(std::string_view name) : name_(name) {}
  // As member() has it.
  json::value const* in(json::object const& object);

 private:
  std::string_view name_;
  std::size_t place_ = 0;
};

// The field of a candidate; hyphen and underscore are alike in its name. Null as in member().
json::value const* field_of(json::object const& candidate, std::string_view name);

// A finite number: a JSON number or numeric text.
std::optional<double> number_in(json::value const& value);
// true, false, or these words in any case.
std::optional<bool> boolean_in(json::value const& value);
// Text, or a number in its shortest form ("2.5"); nothing for empty text and other kinds.
std::optional<std::string> text_in(json::value const& value);
// text_in of a member; empty when there is none.
std::string text_of(json::object const& object, std::string_view name);

// A value as a message shows it: JSON, cut after 80 characters.
std::string shown(json::value const& value);
// The shortest text that reads back as the same number: "700", "0.5".
std::string shortest(double number);
// With that many decimals and commas between thousands: "1,204".
std::string grouped(double number, int decimals);

// Dot-separated integers without trailing zeros; nothing when a part is not a number. Missing sorts below everything.
using Version = std::optional<std::vector<std::uint64_t>>;
Version version_in(json::object const& candidate);

}  // namespace conductor::services::placement
