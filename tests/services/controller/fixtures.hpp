// Templates for the tests of the controller: one that is good, changed at one place, and look-ups that answer at once.
#pragma once
#include "core/text/reader.hpp"
#include "services/controller/translate.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace conductor::services::controller::testing {

// Answers with what it is given and counts the calls.
class Answers final : public Lookups {
 public:
  json::object by_location, by_demand;
  std::optional<sdk::Error> failure;
  json::object wanted_locations, wanted_demands;
  int location_calls = 0, demand_calls = 0;
  std::string request_type;

  sdk::Result<json::object> locations(json::object const& wanted) override {
    ++location_calls;
    wanted_locations = wanted;
    if (failure) return *failure;
    return by_location;
  }
  sdk::Result<json::object> demands(json::object const& wanted, std::string const& type) override {
    ++demand_calls;
    wanted_demands = wanted;
    request_type = type;
    if (failure) return *failure;
    json::object answer = by_demand;
    for (auto const& [name, requirements] : wanted)
      if (!answer.contains(name))
        answer[name] =
            json::object{{"candidates", json::array{json::object{{"candidate_id", "c1"}}}}, {"dropped", json::array()}};
    return answer;
  }
};

inline json::object good_template() {
  return json::parse(R"({
    "homing_template_version": "2018-02-01",
    "parameters": {"limit": 300, "names": ["fw", "mux"]},
    "locations": {"hq": {"latitude": 59.3293, "longitude": 18.0686, "country": "SWE"}},
    "demands": {
      "fw": [{"inventory_provider": "file", "inventory_type": "cloud"}],
      "mux": [{"inventory_provider": "file", "inventory_type": "cloud"}]
    },
    "constraints": {
      "near": {"type": "distance_to_location", "demands": ["fw", "mux"], "properties": {"location": "hq", "distance": "< 300 km"}},
      "apart": {"type": "zone", "demands": ["fw", "mux"], "properties": {"qualifier": "different", "category": "complex"}}
    },
    "optimization": {"minimize": {"sum": [{"distance_between": ["hq", "fw"]}]}}
  })")
      .as_object();
}

// The good template with the element at `pointer` replaced; text that is no JSON value removes it.
inline json::value changed(std::string const& pointer, std::string const& value) {
  json::value document = good_template();
  auto const slash = pointer.rfind('/');
  json::error_code none;
  json::value* parent = slash == 0 ? &document : &document.at_pointer(pointer.substr(0, slash));
  auto const key = pointer.substr(slash + 1);
  if (value.empty())
    parent->as_object().erase(key);
  else if (parent->is_array())
    parent->as_array()[static_cast<std::size_t>(std::stoi(key))] = json::parse(value);
  else
    parent->as_object()[key] = json::parse(value);
  return document;
}

inline gazetteer::Gazetteer places() {
  return gazetteer::Gazetteer::from_text(
             "country,administrative_area,locality,postal_code,latitude,longitude\n"
             "SWE,,,,62.0,15.0\n"
             "SWE,Stockholm,Stockholm,,59.3293,18.0686\n"
             "FRA,Ile-de-France,Paris,,48.8566,2.3522\n"
             "FRA,Ile-de-France,Paris,75001,48.8626,2.3363\n"
             "USA,Texas,Paris,,33.6609,-95.5555\n"
             "USA,Illinois,Springfield,,39.8,-89.64\nUSA,Missouri,Springfield,,37.2,-93.29\n"
             "USA,Massachusetts,Springfield,,42.1,-72.59\nUSA,Oregon,Springfield,,44.05,-122.98\n"
             "USA,Ohio,Springfield,,39.92,-83.81\nUSA,Vermont,Springfield,,43.3,-72.48\n",
             "places of the tests")
      .value();
}

inline Input input_of(json::value const& document) {
  Input input;
  input.document = text::from_json(document);
  input.plan_id = "7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11";
  input.known.providers = {"file", "aai", "generator"};
  input.known.controllers = {"sdnc"};
  input.known.strategies = {"optimal", "fit_first"};
  input.known.gazetteer = places();
  return input;
}

// Local checks only.
inline Translation checked(json::value const& document) {
  auto translation = translate(input_of(document), nullptr);
  BOOST_REQUIRE(translation.has_value());
  return std::move(*translation);
}

inline std::string message(std::string const& pointer, std::string const& value) {
  return checked(changed(pointer, value)).message;
}

// Translated with answers for everything; the content of conductor_solver.
inline json::object translated(json::value const& document, Lookups& lookups) {
  auto translation = translate(input_of(document), &lookups);
  BOOST_REQUIRE(translation.has_value());
  BOOST_REQUIRE_MESSAGE(translation->errors.empty(), translation->message);
  return translation->document.at("conductor_solver").as_object();
}
inline json::object translated(std::string const& pointer, std::string const& value) {
  Answers answers;
  return translated(changed(pointer, value), answers);
}

using conductor::tests::has;

}  // namespace conductor::services::controller::testing
