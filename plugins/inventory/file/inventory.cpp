#include "inventory.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace conductor::plugins::inventory_file {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;

namespace {

constexpr std::array inventory_types{"cloud", "service", "vfmodule", "transport", "nssi", "nsi", "nst", "nsst"};

std::string text_of(json::object const& row, std::string_view key) {
  auto const* value = row.if_contains(key);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
}

std::string with_hyphens(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

// A number, or numeric text, within the limits; nothing when absent.
sdk::Result<std::optional<double>> coordinate(json::object const& row, std::string_view key, double limit) {
  auto const* value = row.if_contains(key);
  if (value == nullptr || value->is_null()) return std::optional<double>();
  double number = 0;
  bool good = value->is_number();
  if (good) {
    number = value->to_number<double>();
  } else if (auto const* text = value->if_string()) {
    auto const [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
    good = failed == std::errc() && end == text->data() + text->size();
  }
  if (!good || !(number >= -limit && number <= limit))
    return Error{Errc::invalid, std::string(key) + " is " + json::serialize(*value) + ", expected a number from -" +
                                    std::to_string(static_cast<int>(limit)) + " to " +
                                    std::to_string(static_cast<int>(limit))};
  return std::optional(number);
}

// Collects the rows of one section and decides what a bad one means.
class Rows {
 public:
  Rows(Inventory& inventory, bool strict) : inventory_(inventory), strict_(strict) {}

  // False: the reading must end with `failure`.
  bool add_candidate(json::object const& row, std::string const& place) {
    auto candidate = candidate_of(row);
    if (!candidate) return bad(place, candidate.error().text);
    if (!seen_.insert({candidate->inventory_type, candidate->candidate_id}).second)
      return bad(place,
                 "candidate_id " + candidate->candidate_id + " of type " + candidate->inventory_type + " stands twice");
    if (inventory_.candidates.size() == max_candidates)
      return fail(place + ": more than " + std::to_string(max_candidates) + " candidates; split the file");
    inventory_.candidates.push_back(std::move(*candidate));
    return true;
  }
  bool add_location(json::object const& row, std::string const& place) {
    auto const latitude = coordinate(row, "latitude", 90), longitude = coordinate(row, "longitude", 180);
    if (!latitude) return bad(place, latitude.error().text);
    if (!longitude) return bad(place, longitude.error().text);
    auto const clli = text_of(row, "clli_code"), host = text_of(row, "host_name");
    if (!*latitude || !*longitude || (clli.empty() && host.empty()))
      return bad(place, "a location needs latitude, longitude and clli_code or host_name");
    sdk::Location const location{.latitude = **latitude, .longitude = **longitude, .country = text_of(row, "country")};
    if (!clli.empty()) inventory_.by_clli[clli] = location;
    if (!host.empty()) inventory_.by_host_name[host] = location;
    return true;
  }
  bool add_group(json::value const& row, std::string const& place) {
    auto const* pair = row.if_array();
    if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_string())
      return bad(place, "a group is a list of two candidate ids, got " + json::serialize(row));
    inventory_.groups.emplace_back((*pair)[0].as_string(), (*pair)[1].as_string());
    return true;
  }
  bool add_role(std::string const& role, json::value const& ids, std::string const& place) {
    auto const* list = ids.if_array();
    if (list == nullptr ||
        !std::all_of(list->begin(), list->end(), [](json::value const& id) { return id.is_string(); }))
      return bad(place, "role " + role + " needs a list of region ids, got " + json::serialize(ids));
    auto& regions = inventory_.roles[role];
    for (auto const& id : *list) regions.emplace(id.as_string());
    return true;
  }
  bool bad(std::string const& place, std::string const& why) {
    if (strict_) return fail(place + ": " + why);
    inventory_.skipped.push_back(place + ": " + why);
    return true;
  }
  Error const& failure() const { return failure_; }

 private:
  bool fail(std::string text) {
    failure_ = Error{Errc::invalid, std::move(text)};
    return false;
  }
  Inventory& inventory_;
  bool strict_;
  std::set<std::pair<std::string, std::string>> seen_;
  Error failure_;
};

std::string place_of(sdk::ParsedDocument const& document, std::string const& pointer) {
  auto const [line, column] = document.position(pointer);
  return line == 0 ? pointer : "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// A key as one step of a JSON pointer.
std::string escaped(std::string_view key) {
  std::string step;
  for (char const c : key) step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return step;
}

bool read_roles(sdk::ParsedDocument const& document, json::object const& root, Rows& rows) {
  auto const* roles = root.if_contains("roles");
  if (roles == nullptr || roles->is_null()) return true;
  if (!roles->is_object())
    return rows.bad(place_of(document, "/roles"), "roles must be a mapping of roles to lists of region ids");
  for (auto const& [role, ids] : roles->as_object())
    if (!rows.add_role(std::string(role), ids, place_of(document, "/roles/" + escaped(role)))) return false;
  return true;
}

// A mistyped section would be an empty one.
bool check_sections(sdk::ParsedDocument const& document, json::object const& root, Rows& rows) {
  constexpr std::array sections{"version", "candidates", "locations", "groups", "roles"};
  for (auto const& [key, value] : root)
    if (std::find(sections.begin(), sections.end(), key) == sections.end() &&
        !rows.bad(place_of(document, "/" + escaped(key)),
                  std::string(key) + " is no section; sections are version, candidates, locations, groups and roles"))
      return false;
  return true;
}

// Every section is a list of rows, but for roles.
bool read_sections(sdk::ParsedDocument const& document, json::object const& root, Rows& rows) {
  auto const each = [&](std::string const& section, auto add) {
    auto const* list = root.if_contains(section);
    if (list == nullptr || list->is_null()) return true;
    if (!list->is_array()) return rows.bad(place_of(document, "/" + section), section + " must be a list");
    for (std::size_t i = 0; i < list->as_array().size(); ++i) {
      auto const place = place_of(document, "/" + section + "/" + std::to_string(i));
      if (!add(list->as_array()[i], place)) return false;
    }
    return true;
  };
  auto const object_row = [&](auto function) {
    return [&rows, function](json::value const& row, std::string const& place) {
      return row.is_object() ? (rows.*function)(row.as_object(), place)
                             : rows.bad(place, "expected a mapping, got " + json::serialize(row));
    };
  };
  return check_sections(document, root, rows) && each("candidates", object_row(&Rows::add_candidate)) &&
         each("locations", object_row(&Rows::add_location)) &&
         each("groups", [&](json::value const& row, std::string const& place) { return rows.add_group(row, place); }) &&
         read_roles(document, root, rows);
}

sdk::Result<Inventory> read_document(sdk::Host& host, std::string_view text, bool strict) {
  auto const document = host.parse_document(text);
  if (!document) return document.error();
  auto const* root = (*document)->content().if_object();
  if (root == nullptr)
    return Error{Errc::invalid, "expected a mapping with the keys version, candidates, locations, groups, roles"};
  if (auto const* version = root->if_contains("version"); version != nullptr && text_of(*root, "version") != "1")
    return Error{Errc::invalid, "version is " + json::serialize(*version) + ", this release reads version 1"};
  Inventory inventory;
  Rows rows(inventory, strict);
  if (!read_sections(**document, *root, rows)) return rows.failure();
  return inventory;
}

sdk::Result<Inventory> read_table(std::string_view text, bool strict) {
  auto const table = read_csv(text);
  if (!table) return table.error();
  Inventory inventory;
  Rows rows(inventory, strict);
  for (auto const& row : *table) {
    auto const place = "line " + std::to_string(row.line) + ", column 1";
    if (!(row.problem.empty() ? rows.add_candidate(row.fields, place) : rows.bad(place, row.problem)))
      return rows.failure();
  }
  return inventory;
}

}  // namespace

sdk::Result<Form> form_of(std::string const& file_name) {
  if (file_name.ends_with(".csv")) return Form::csv;
  for (auto const* suffix : {".json", ".yaml", ".yml"})
    if (file_name.ends_with(suffix)) return Form::json_or_yaml;
  return Error{Errc::invalid,
               "[file] path is " + file_name + ", expected a name that ends in .json, .yaml, .yml or .csv"};
}

sdk::Result<sdk::Candidate> candidate_of(json::object const& row) {
  sdk::Candidate candidate;
  candidate.candidate_id = text_of(row, "candidate_id");
  candidate.inventory_type = text_of(row, "inventory_type");
  candidate.cloud_owner = text_of(row, "cloud_owner");
  if (candidate.candidate_id.empty()) return Error{Errc::invalid, "candidate_id is missing"};
  if (std::find(inventory_types.begin(), inventory_types.end(), candidate.inventory_type) == inventory_types.end())
    return Error{Errc::invalid, "inventory_type of " + candidate.candidate_id + " is '" + candidate.inventory_type +
                                    "', expected cloud, service, vfmodule, transport, nssi, nsi, nst or nsst"};
  for (auto const& [key, limit] : {std::pair{"latitude", 90.0}, std::pair{"longitude", 180.0}})
    if (auto const value = coordinate(row, key, limit); !value)
      return Error{Errc::invalid, candidate.candidate_id + ": " + value.error().text};

  for (auto const& [key, value] : row)
    if (key != "candidate_id" && key != "inventory_type" && key != "cloud_owner" && key != "attributes")
      candidate.fields[key] = value;
  if (auto const* attributes = row.if_contains("attributes"); attributes != nullptr && attributes->is_object())
    for (auto const& [key, value] : attributes->as_object()) candidate.fields[key] = value;
  auto const location = text_of(row, "location_id");
  if (!candidate.cloud_owner.empty() && !location.empty() && !candidate.fields.contains("vim-id"))
    candidate.fields["vim-id"] = candidate.cloud_owner + "_" + location;
  // What callers expect to be there, unknown as null.
  for (auto const* key : {"location_id", "location_type", "cloud_region_version", "physical_location_id"})
    if (!candidate.fields.contains(key)) candidate.fields[key] = nullptr;

  for (auto const& [key, value] : candidate.fields)
    if (!value.is_object() && !value.is_array()) candidate.attributes[with_hyphens(key)] = value;
  if (!candidate.cloud_owner.empty()) candidate.attributes["cloud-owner"] = candidate.cloud_owner;
  candidate.attributes["cloud-region-id"] = candidate.fields["location_id"];
  return candidate;
}

sdk::Result<void> check_size(std::size_t bytes) {
  if (bytes <= max_bytes) return {};
  return Error{Errc::invalid, "the file has " + std::to_string(bytes) + " bytes, at most " + std::to_string(max_bytes) +
                                  " are read; split it"};
}

sdk::Result<Inventory> read_inventory(sdk::Host& host, std::string_view text, Form form, bool strict) {
  if (auto fits = check_size(text.size()); !fits) return fits.error();
  return form == Form::csv ? read_table(text, strict) : read_document(host, text, strict);
}

}  // namespace conductor::plugins::inventory_file
