#include "tests/layering/rules.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace conductor::layering {
namespace {

// <string>, <cstdint>: no folder, no suffix.
bool is_standard(std::string const& target) {
  return std::ranges::all_of(target,
                             [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_sdk(std::string const& target) { return target.starts_with("conductor/sdk/"); }

// The first two components: "plugins/store/sqlite/writer.cpp", 3 -> "plugins/store/sqlite".
std::string head(std::string const& path, int components) {
  std::size_t end = 0;
  for (int i = 0; i < components && end != std::string::npos; ++i) end = path.find('/', i == 0 ? 0 : end + 1);
  return path.substr(0, end);
}

// The folders of services that are no roles: what each may include beside core and itself. Roles may include all of
// them.
struct Shared {
  std::string folder;
  std::vector<std::string> below{};
};
std::vector<Shared> const& shared_folders() {
  static std::vector<Shared> const all{{"services/grammar"},
                                       {"services/placement"},
                                       {"services/constraints", {"services/grammar", "services/placement"}}};
  return all;
}

bool is_below(std::string const& folder, std::string const& target) {
  auto const is = [](std::string const& name) { return [&](Shared const& each) { return each.folder == name; }; };
  auto const shared = std::ranges::find_if(shared_folders(), is(folder));
  if (shared == shared_folders().end()) return std::ranges::any_of(shared_folders(), is(target));
  return std::ranges::find(shared->below, target) != shared->below.end();
}

bool is_own(Source const& source, Include const& include, Exists const& exists) {
  return include.target.find("..") == std::string::npos && exists(source.folder() + "/" + include.target);
}

}  // namespace

bool is_asio(Include const& include) {
  return include.target.starts_with("boost/asio") || include.target.starts_with("boost/beast");
}

std::string sdk_rule(Source const& source, Include const& include, Exists const& exists) {
  if (source.path.starts_with("sdk/include/")) {
    constexpr std::array outside{"boost/json", "boost/system/", "boost/throw_exception.hpp", "boost/version.hpp"};
    bool const boost = std::ranges::any_of(outside, [&](auto const* name) { return include.target.starts_with(name); });
    if (include.quoted ? is_sdk(include.target) : is_standard(include.target) || boost) return "";
    return "headers of the SDK include each other, the standard library, Boost.JSON and Boost.System only";
  }
  // Fakes, conformance suites and the template.
  if (!include.quoted || is_sdk(include.target) || include.target.starts_with("sdk/") ||
      is_own(source, include, exists))
    return "";
  return "everything in sdk/ lives on the SDK alone";
}

std::string plugin_rule(Source const& source, Include const& include, Exists const& exists) {
  if (!include.quoted) return include.target.starts_with("conductor/") ? "write SDK headers in quotes" : "";
  auto const kind = head(source.path, 2);
  bool const common = include.target.starts_with("common/") && exists(kind + "/" + include.target);
  if (is_sdk(include.target) || is_own(source, include, exists) || common) return "";
  return "a plugin includes the SDK, its own folder, " + kind +
         "/common and outside libraries; if it needs more, the SDK lacks a host service";
}

std::string core_rule(Source const& source, Include const& include, Exists const& exists) {
  if (!include.quoted || is_sdk(include.target)) return "";
  if (include.target.starts_with("core/") && exists(include.target)) return "";
  return is_own(source, include, exists) ? "" : "core includes core and the SDK; it knows neither services nor plugins";
}

std::string service_rule(Source const& source, Include const& include, Exists const& exists) {
  if (!include.quoted || is_sdk(include.target) || is_own(source, include, exists)) return "";
  if (include.target.starts_with("core/") && exists(include.target)) return "";
  // The program around the suites.
  if (source.path.starts_with("services/conformance/") && include.target.starts_with("sdk/conformance/")) return "";
  // A type of constraints is known to its own files alone; all others ask the table.
  if (include.target.starts_with("services/constraints/types/") && head(source.path, 4) != head(include.target, 4))
    return "nobody knows a type of constraints but through services/constraints/table.hpp";
  // These two compose the roles.
  bool const composes = source.path == "services/main.cpp" || source.path.starts_with("services/cli/");
  auto const from = head(source.path, 2), to = head(include.target, 2);
  bool const good = from == to || is_below(from, to) || composes;
  if (include.target.starts_with("services/") && good && exists(include.target)) return "";
  return "roles talk to each other through the store, not through headers; what they share is in folders below them, "
         "which know no role";
}

std::string asio_rule(Source const& source, Include const& include, Exists const&) {
  if (!is_asio(include) || source.path.starts_with("core/http/")) return "";
  return "Asio and Beast stay inside core/http, where they are compiled once";
}

std::set<std::string> headers_with_asio(std::vector<Source> const& core) {
  std::set<std::string> found;
  for (bool grew = true; grew;) {
    grew = false;
    for (auto const& source : core) {
      if (!source.path.ends_with(".hpp") || found.contains(source.path)) continue;
      bool const brings = std::ranges::any_of(source.includes, [&](Include const& include) {
        return is_asio(include) || found.contains(include.target) ||
               found.contains(source.folder() + "/" + include.target);
      });
      if (brings) grew = found.insert(source.path).second;
    }
  }
  return found;
}

std::vector<std::string> plugin_names_in(Source const& source, std::set<std::string> const& names) {
  constexpr std::array allowed{"default_to(", "catalogue.add(extensions(", "music_mock"};
  std::vector<std::string> found;
  std::istringstream lines(source.text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.substr(std::min(line.find_first_not_of(' '), line.size())).starts_with("//")) continue;
    if (std::ranges::any_of(allowed, [&](auto const* word) { return line.find(word) != std::string::npos; })) continue;
    for (auto const& name : names)
      if (line.find('"' + name + '"') != std::string::npos)
        found.push_back(source.path + ":" + std::to_string(number) + ": names plugin '" + name + "'");
  }
  return found;
}

}  // namespace conductor::layering
