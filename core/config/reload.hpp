// What changed between two readings of the configuration (SIGHUP), and which of it takes effect without a restart.
#pragma once
#include "core/config/config.hpp"

#include <string>
#include <vector>

namespace conductor::config {

struct Change {
  std::string section, option;
  bool operator==(Change const&) const = default;
  // The line the specification asks for: `option [{group}] {name} changed, restart required`.
  std::string restart_text() const { return "option [" + section + "] " + option + " changed, restart required"; }
};

struct Changes {
  std::vector<Change> reloadable, restart_required;
  bool empty() const { return reloadable.empty() && restart_required.empty(); }
};

// Compares effective values; moving an unchanged value to another file is no change. In the catalogue's order.
Changes diff(Config const& old, Config const& now, Catalogue const& catalogue);

}  // namespace conductor::config
