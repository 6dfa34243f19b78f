#include "tests/services/constraints/families.hpp"

namespace conductor::tests::constraints {

std::string family_of(std::string const& path) {
  auto const rest = path.substr(types_folder.size());
  return rest.substr(0, rest.find_first_of("/."));
}

std::map<std::string, std::vector<layering::Source>> families() {
  std::map<std::string, std::vector<layering::Source>> all;
  for (auto& source : layering::sources_below(std::string(types_folder)))
    all[family_of(source.path)].push_back(std::move(source));
  return all;
}

std::string family_with(std::string_view type) {
  auto const definition = "{.name = \"" + std::string(type) + '"';
  std::string found;
  for (auto const& [family, sources] : families())
    for (auto const& source : sources)
      if (source.text.find(definition) != std::string::npos) {
        if (!found.empty()) return "";
        found = family;
      }
  return found;
}

}  // namespace conductor::tests::constraints
