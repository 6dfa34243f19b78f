// What is declared, and under which names it may be given.
#include "core/config/config.hpp"

#include <algorithm>

namespace conductor::config {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  auto const alike = [](char x, char y) { return (x == '-' ? '_' : x) == (y == '-' ? '_' : y); };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), alike);
}

// Old names are `name` (same section) or `section/name`.
bool is_old_name(Catalogue::Entry const& entry, std::string const& section, std::string const& name) {
  return std::ranges::any_of(entry.option.old_names, [&](std::string const& old) {
    auto const slash = old.find('/');
    if (slash == old.npos) return section == entry.section && same_name(old, name);
    return section == old.substr(0, slash) && same_name(old.substr(slash + 1), name);
  });
}

}  // namespace

void Catalogue::add(sdk::Schema const& schema, std::string const& origin) {
  for (auto const& option : schema.options()) {
    auto const twice = std::ranges::any_of(entries_, [&](Entry const& entry) {
      return entry.section == schema.section() && same_name(entry.option.name, option.name);
    });
    if (twice)
      throw std::logic_error("option [" + schema.section() + "] " + option.name +
                             " is declared twice, the second time by '" + origin + "'");
    entries_.push_back({schema.section(), origin, option});
  }
  sections_.insert(schema.section());
}

void Catalogue::add_family(sdk::Schema const& schema, std::string const& origin) {
  families_.emplace_back(schema, origin);
}

void Catalogue::extend(std::string const& section) {
  if (has_section(section)) return;
  for (auto const& [schema, origin] : families_) {
    auto const prefix = schema.section() + ".";
    if (!section.starts_with(prefix) || section.size() == prefix.size()) continue;
    auto named = schema;
    named.section(section);
    add(named, origin);
    return;
  }
}

Catalogue::Entry const* Catalogue::find(std::string const& section, std::string const& option) const {
  for (auto const& entry : entries_)
    if (entry.section == section && same_name(entry.option.name, option)) return &entry;
  for (auto const& entry : entries_)
    if (is_old_name(entry, section, option)) return &entry;
  return nullptr;
}

bool Catalogue::has_section(std::string const& section) const { return sections_.contains(section); }

}  // namespace conductor::config
