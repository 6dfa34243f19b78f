#include "services/grammar/controllers.hpp"

#include "core/config/nearest.hpp"

#include <algorithm>
#include <cctype>

namespace conductor::services::grammar {
namespace {

std::string folded(std::string_view name) {
  std::string out;
  for (char const c : name)
    if (c != '-' && c != '_') out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

std::string controller_name(std::string_view given, std::vector<std::string> const& loaded) {
  if (loaded.empty()) return std::string(given);
  auto const found =
      std::find_if(loaded.begin(), loaded.end(), [&](auto const& name) { return folded(name) == folded(given); });
  return found == loaded.end() ? "" : *found;
}

bool check_controller(View const& controller, std::vector<std::string> const& loaded, std::string const& where,
                      Report& report) {
  if (controller->is_text() && !controller_name(controller->text(), loaded).empty()) return true;
  report.add(controller, "Unsupported controller '" + shown(controller.node()) + "' in " + where,
             loaded.empty() ? "a text" : "one of: " + joined(loaded), config::nearest(controller->text(), loaded));
  return false;
}

}  // namespace conductor::services::grammar
