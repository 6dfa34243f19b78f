// Value by value over the catalogue.
#include "core/config/reload.hpp"

namespace conductor::config {

Changes diff(Config const& old, Config const& now, Catalogue const& catalogue) {
  Changes out;
  for (auto const& entry : catalogue.entries()) {
    auto const& name = entry.option.name;
    if (old.section(entry.section).values().at(name) == now.section(entry.section).values().at(name)) continue;
    (entry.option.is_reloadable ? out.reloadable : out.restart_required).push_back({entry.section, name});
  }
  return out;
}

}  // namespace conductor::config
