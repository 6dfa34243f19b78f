// Locations (template specification 4): coordinates are taken as they are, host names and CLLI codes are left to be
// looked up.
#include "services/controller/draft.hpp"

#include <algorithm>
#include <cctype>

namespace conductor::services::controller {
namespace {

void read_coordinate(View const& location, std::string const& name, std::string_view key, double limit,
                     DraftLocation& draft, Report& report) {
  auto const given = *location.given(key);
  auto const number = number_in(given.node());
  std::string const range =
      "-" + std::to_string(static_cast<int>(limit)) + ".." + std::to_string(static_cast<int>(limit));
  if (!number || *number < -limit || *number > limit)
    report.add(given,
               "Location " + name + " has the " + std::string(key) + " '" + shown(given.node()) +
                   "', expected a number in " + range,
               "a number in " + range);
  else
    draft.resolved[key] = *number;
}

bool read_name(View const& location, std::string const& name, std::string_view key, DraftLocation& draft,
               Report& report) {
  auto const given = location.given(key);
  if (!given || is_blank(given->node())) return false;
  if (!given->node().is_text())
    report.add(*given,
               "Location " + name + " has the " + std::string(key) + " '" + shown(given->node()) + "', expected a text",
               "a text");
  draft.wanted[key] = given->node().text();
  if (key == "clli_code" && given->node().text().size() != 8)
    report.warn(*given, "Location " + name + " has the clli_code '" + shown(given->node()) +
                            "', which does not have 8 characters");
  return true;
}

void read_country(View const& location, std::string const& name, DraftLocation& draft, Report& report) {
  auto const country = location.given("country"), synonym = location.given("iso_country_code");
  if (!country && !synonym) return;
  auto const given = country ? *country : *synonym;
  auto const text = given->text();
  auto const letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  if (text.size() != 3 || !std::all_of(text.begin(), text.end(), letter)) {
    report.add(given,
               "Location " + name + " has the country '" + shown(given.node()) +
                   "', expected three letters (ISO 3166 alpha-3)",
               "three letters, such as SWE");
    return;
  }
  for (char const c : text) draft.country += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (country && synonym && country->node().text() != synonym->node().text())
    report.add(*synonym, "Location " + name + " has a country and a different iso_country_code; keep one of them");
}

}  // namespace

void draft_locations(Template const& given, Draft& draft, Report& report) {
  for (auto const& [key, location] : given.section("locations").members()) {
    if (!location->is_mapping()) continue;
    std::string const name = readable(key);
    DraftLocation drafted{.name = std::string(key), .where = location, .resolved = {}, .wanted = {}, .country = {}};
    read_country(location, name, drafted, report);
    bool const has_latitude = location.given("latitude").has_value(),
               has_longitude = location.given("longitude").has_value();
    bool const has_names = location.given("host_name") || location.given("clli_code");
    if (has_latitude && has_longitude) {
      read_coordinate(location, name, "latitude", 90, drafted, report);
      read_coordinate(location, name, "longitude", 180, drafted, report);
      drafted.resolved["country"] = drafted.country.empty() ? json::value(nullptr) : json::value(drafted.country);
      if (has_names)
        report.warn(location, "Location " + name + " has coordinates; its host_name or clli_code is not looked up");
    } else if (!read_name(location, name, "host_name", drafted, report) &&
               !read_name(location, name, "clli_code", drafted, report)) {
      report.add(location, "Unable to resolve location " + name,
                 has_latitude || has_longitude ? "latitude and longitude, both of them"
                                               : "latitude and longitude, or host_name, or clli_code");
    }
    draft.locations.push_back(std::move(drafted));
  }
}

}  // namespace conductor::services::controller
