#include "services/controller/controllers.hpp"

#include "core/config/nearest.hpp"

#include <algorithm>
#include <cctype>

namespace conductor::services::controller {
namespace {

std::string folded(std::string_view name) {
  std::string out;
  for (char const c : name)
    if (c != '-' && c != '_') out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

std::string controller_name(std::string_view given, Known const& known) {
  auto const& names = known.controllers;
  if (names.empty()) return std::string(given);
  auto const found =
      std::find_if(names.begin(), names.end(), [&](auto const& name) { return folded(name) == folded(given); });
  return found == names.end() ? "" : *found;
}

bool check_controller(View const& controller, Known const& known, std::string const& where, Report& report) {
  if (controller->is_text() && !controller_name(controller->text(), known).empty()) return true;
  auto const& names = known.controllers;
  report.add(controller, "Unsupported controller '" + shown(controller.node()) + "' in " + where,
             names.empty() ? "a text" : "one of: " + joined(names), config::nearest(controller->text(), names));
  return false;
}

}  // namespace conductor::services::controller
