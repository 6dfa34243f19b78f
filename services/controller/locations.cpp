// Locations (template specification 4): coordinates are taken as they are, host names and CLLI codes are left to be
// looked up, and placemarks are looked up in the gazetteer at once.
#include "core/gazetteer/countries.hpp"
#include "services/controller/draft.hpp"
#include "services/grammar/vocabulary.hpp"

#include <algorithm>
#include <cctype>

namespace conductor::services::controller {

using namespace grammar;

namespace {

using gazetteer::Place;
using gazetteer::Query;

// The country as three letters when it is a known code of two; others as they are.
std::optional<std::string> country_code(std::string_view text) {
  auto const letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  if (text.size() < 2 || text.size() > 3 || !std::all_of(text.begin(), text.end(), letter)) return std::nullopt;
  auto code = gazetteer::three_letters(text);
  return code.size() == 3 ? std::optional(std::move(code)) : std::nullopt;
}

class LocationReader {
 public:
  LocationReader(View const& location, Known const& known, DraftLocation& draft, Report& report)
      : location_(location), known_(known), draft_(draft), report_(report), name_(readable(draft.name)) {}

  void read() {
    bool const good_country = read_country();
    bool const has_latitude = location_.given("latitude").has_value(),
               has_longitude = location_.given("longitude").has_value();
    auto const placemark = placemark_key();
    if (has_latitude && has_longitude) {
      read_coordinate("latitude", 90);
      read_coordinate("longitude", 180);
      draft_.resolved["country"] = draft_.country.empty() ? json::value(nullptr) : json::value(draft_.country);
      if (location_.given("host_name") || location_.given("clli_code") || placemark)
        warn(location_, " has coordinates; its other names are not looked up");
    } else if (read_name("host_name") || read_name("clli_code")) {
      if (placemark) warn(location_, " has a host_name or clli_code; its placemark is not looked up");
    } else if (placemark || location_.given("country") || location_.given("iso_country_code")) {
      if (good_country) read_placemark();
    } else {
      report_.add(location_, unresolved(),
                  has_latitude || has_longitude
                      ? "latitude and longitude, both of them"
                      : "latitude and longitude, or host_name, or clli_code, or a placemark such as country and "
                        "locality");
    }
  }

 private:
  std::string unresolved() const { return "Unable to resolve location " + name_; }

  void warn(View const& where, std::string const& what) { report_.warn(where, "Location " + name_ + what); }

  void refuse(View const& given, std::string_view key, std::string const& expected) {
    std::string text = "Location " + name_ + " has the ";
    text.append(key).append(" '").append(shown(given.node())).append("', expected ").append(expected);
    report_.add(given, std::move(text), expected);
  }

  void read_coordinate(std::string_view key, double limit) {
    auto const given = *location_.given(key);
    auto const number = number_in(given.node());
    std::string const range =
        "-" + std::to_string(static_cast<int>(limit)) + ".." + std::to_string(static_cast<int>(limit));
    if (!number || *number < -limit || *number > limit)
      refuse(given, key, "a number in " + range);
    else
      draft_.resolved[key] = *number;
  }

  bool read_name(std::string_view key) {
    auto const given = location_.given(key);
    if (!given || is_blank(given->node())) return false;
    if (!given->node().is_text()) refuse(*given, key, "a text");
    draft_.wanted[key] = given->node().text();
    if (key == "clli_code" && given->node().text().size() != 8)
      warn(*given, " has the clli_code '" + shown(given->node()) + "', which does not have 8 characters");
    return true;
  }

  bool read_country() {
    auto const country = location_.given("country"), synonym = location_.given("iso_country_code");
    if (!country && !synonym) return true;
    auto const given = country ? *country : *synonym;
    auto const code = country_code(given->text());
    if (!code) {
      refuse(given, "country", "three letters (ISO 3166 alpha-3)");
      return false;
    }
    draft_.country = *code;
    if (!country || !synonym || country_code(synonym->node().text()) == code) return true;
    report_.add(*synonym, "Location " + name_ + " has a country and a different iso_country_code; keep one of them");
    return false;
  }

  // Whether a key of placemarks other than the country is given.
  bool placemark_key() const {
    return std::any_of(location_->members.begin(), location_->members.end(), [](auto const& member) {
      return member.key != "iso_country_code" && is_placemark_key(member.key) && !is_blank(member.value);
    });
  }

  std::string placemark_text(std::string_view key) {
    auto const given = location_.given(key);
    if (!given || is_blank(given->node())) return "";
    // YAML makes numbers of most postal codes.
    bool const number = key == "postal_code" && given->node().is_number();
    if (!given->node().is_text() && !number) {
      refuse(*given, key, "a text");
      readable_ = false;
    }
    return shown(given->node());
  }

  void read_placemark() {
    for (auto const* key : {"sub_administrative_area", "sub_locality", "thoroughfare", "sub_thoroughfare"})
      if (auto const given = location_.given(key); given && !is_blank(given->node()))
        warn(*given, " has the key " + std::string(key) + ", which is finer than the gazetteer; it is ignored");
    Query const query{.country = draft_.country,
                      .administrative_area = placemark_text("administrative_area"),
                      .locality = placemark_text("locality"),
                      .postal_code = placemark_text("postal_code")};
    if (!readable_) return;
    if (query.empty())
      return report_.add(location_, unresolved() + ": none of its keys is known to the gazetteer",
                         "country, administrative_area, locality or postal_code");
    if (!known_.gazetteer)
      return report_.add(location_, unresolved() + ": no gazetteer is loaded; give latitude and longitude",
                         "latitude and longitude");
    auto const answer = known_.gazetteer->find(query);
    if (!answer.found()) return refuse_places(query, answer.places);
    auto const& place = answer.places.front();
    draft_.country = place.country;
    draft_.resolved = {{"latitude", place.latitude}, {"longitude", place.longitude}, {"country", place.country}};
  }

  void refuse_places(Query const& query, std::vector<Place> const& places) {
    if (places.empty()) {
      std::string asked;
      for (auto const& [key, text] : {std::pair("postal_code", &query.postal_code),
                                      {"locality", &query.locality},
                                      {"administrative_area", &query.administrative_area},
                                      {"country", &query.country}})
        if (!text->empty()) asked += (asked.empty() ? "" : ", ") + std::string(key) + " " + in_quotes(*text);
      auto const similar = query.locality.empty() ? std::vector<Place>() : known_.gazetteer->search(query.locality, 1);
      report_.add(location_, unresolved() + ": the gazetteer has no place with " + asked,
                  "a place of the gazetteer, or latitude and longitude",
                  similar.empty() ? "" : to_string(similar.front()));
      return;
    }
    constexpr std::size_t most_listed = 5;
    std::string list;
    for (std::size_t i = 0; i < std::min(places.size(), most_listed); ++i)
      list += (i == 0 ? "" : "; ") + readable(to_string(places[i]));
    if (places.size() > most_listed) list += "; and more";
    report_.add(location_, unresolved() + ": ambiguous: " + list, "keys that leave one of these places");
  }

  View const& location_;
  Known const& known_;
  DraftLocation& draft_;
  Report& report_;
  std::string const name_;
  bool readable_ = true;
};

}  // namespace

void draft_locations(Template const& given, Known const& known, Draft& draft, Report& report) {
  for (auto const& [key, location] : given.section("locations").members()) {
    if (!location->is_mapping()) continue;
    DraftLocation drafted{.name = std::string(key), .where = location, .resolved = {}, .wanted = {}, .country = {}};
    LocationReader(location, known, drafted, report).read();
    draft.locations.push_back(std::move(drafted));
  }
}

}  // namespace conductor::services::controller
