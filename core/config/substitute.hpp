// References between option values: `$name`, `${name}`, `${group.name}`; `$$` is a dollar sign.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace conductor::config {

struct BadReference {
  std::string reason;
};

// What `name` of `group` (empty: the group of the text, then [DEFAULT]) stands for, or why it stands for nothing.
using Lookup =
    std::function<std::variant<std::string, BadReference>(std::string const& group, std::string const& name)>;

// Replaces all references of one text. A `$` that begins no name stays as it is. Cycles are the lookup's business,
// which knows what it is being asked for.
std::variant<std::string, BadReference> substitute(std::string_view text, Lookup const& lookup);

}  // namespace conductor::config
