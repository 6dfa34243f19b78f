// conductor location find: coordinates of places, to paste into a template.
#include "core/gazetteer/gazetteer.hpp"
#include "services/cli/api_client.hpp"
#include "services/cli/local_commands.hpp"
#include "services/cli/times.hpp"

#include <ostream>

namespace conductor::cli {

namespace {

using gazetteer::Place;

std::string name_of(Place const& place) {
  return place.locality.empty() ? place.administrative_area.empty() ? place.country : place.administrative_area
                                : place.locality;
}

// One line of the section locations, without its name.
std::string pasted(Place const& place) {
  return "{latitude: " + number_text(place.latitude) + ", longitude: " + number_text(place.longitude) +
         ", country: " + place.country + "}";
}

json::object to_json(Place const& place) {
  json::object row{{"name", name_of(place)}, {"country", place.country}};
  if (!place.administrative_area.empty()) row["administrative_area"] = place.administrative_area;
  if (!place.locality.empty()) row["locality"] = place.locality;
  if (!place.postal_code.empty()) row["postal_code"] = place.postal_code;
  row["latitude"] = place.latitude;
  row["longitude"] = place.longitude;
  return row;
}

sdk::Result<gazetteer::Gazetteer> places_of(Invocation const& invocation) {
  if (invocation.has("gazetteer")) return gazetteer::Gazetteer::from_file(invocation.value("gazetteer"));
  return gazetteer::Gazetteer::bundled();
}

int find(Invocation const& invocation, Console& console) {
  auto const most = invocation.integer("limit", 1, 1000).value_or(10);
  auto const all = places_of(invocation);
  if (!all) throw Ended(exit_failed, all.error().text);
  auto const found = all->search(invocation.operand(), static_cast<std::size_t>(most));
  if (format_of(invocation.value("output"), console) == Format::json) {
    json::array rows;
    for (auto const& place : found) rows.push_back(to_json(place));
    print_json(console.out, rows);
    return found.empty() ? exit_not_found : exit_done;
  }
  if (found.empty())
    throw Ended(exit_not_found, "no place is called '" + printable(invocation.operand()) +
                                    "'; the list has countries, their areas and large cities: try a larger one nearby");
  std::vector<std::vector<std::string>> rows;
  for (auto const& place : found) rows.push_back({to_string(place), pasted(place)});
  print_table(console.out, {"PLACE", "IN A TEMPLATE, BELOW locations: NAME:"}, rows, console.colours);
  return exit_done;
}

}  // namespace

Command location_find_command() {
  return {.group = "location",
          .verb = "find",
          .operand = "TEXT",
          .many_operands = true,
          .summary = "Places by a part of their name, with coordinates ready to paste into a template.",
          .about =
              "Looks in the list of countries, areas and large cities that is built in; no server is needed.\n"
              "Exit status: 0 found, 3 nothing of that name.",
          .examples = {{"conductor location find stockholm", "Where is Stockholm?"},
                       {"conductor location find paris usa", "Several words: all of them must be there"}},
          .options = {{.name = "limit", .value = "N", .help = "At most so many; default 10."},
                      {.name = "gazetteer",
                       .value = "FILE",
                       .help = "Another list, in the form of [controller] gazetteer.",
                       .file = true},
                      output_option()},
          .run = find};
}

}  // namespace conductor::cli
