#include "documents.hpp"

#include "relations.hpp"

#include <array>
#include <charconv>

namespace conductor::plugins::inventory_aai {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;

namespace {

std::string text_of(json::value const& value) {
  if (auto const* text = value.if_string()) return std::string(*text);
  if (auto const* flag = value.if_bool()) return *flag ? "true" : "false";
  if (auto const* number = value.if_double()) {  // json::serialize would write 4.5E1
    std::array<char, 32> digits{};
    auto const [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), *number);
    return failed == std::errc() ? std::string(digits.data(), end) : std::string();
  }
  return value.is_number() ? json::serialize(value) : std::string();
}

sdk::Result<double> coordinate(Complex const& complex, std::string_view name, double limit) {
  auto const text = complex.text(name);
  double number = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool const good = failed == std::errc() && end == text.data() + text.size() && number >= -limit && number <= limit;
  if (good) return number;
  return Error{Errc::invalid, std::string(name) + " of complex " + complex.id() + " is '" + text +
                                  "', expected a number from -" + std::to_string(static_cast<int>(limit)) + " to " +
                                  std::to_string(static_cast<int>(limit)) + "; correct it in A&AI"};
}

}  // namespace

std::string text_of(json::object const& object, std::string_view name) {
  auto const* value = object.if_contains(name);
  return value == nullptr ? std::string() : text_of(*value);
}

json::object scalars(json::object const& object) {
  json::object found;
  for (auto const& [name, value] : object)
    if (value.is_string() || value.is_number() || value.is_bool()) found[name] = value;
  return found;
}

json::object const& unwrap(json::object const& body, std::string_view type) {
  auto const* inner = body.if_contains(type);
  return inner != nullptr && inner->is_object() ? inner->as_object() : body;
}

Complex read_complex(json::object const& body) { return Complex{scalars(unwrap(body, "complex"))}; }

sdk::Result<sdk::Location> coordinates(Complex const& complex) {
  auto const latitude = coordinate(complex, "latitude", 90), longitude = coordinate(complex, "longitude", 180);
  if (!latitude) return latitude.error();
  if (!longitude) return longitude.error();
  return sdk::Location{*latitude, *longitude, complex.text("country")};
}

std::string incomplete(Complex const& complex, bool needs_name) {
  if (auto const place = coordinates(complex); !place) return place.error().text;
  for (auto const* name : {"city", "country", "complex-name"})
    if ((needs_name || std::string_view(name) != "complex-name") && complex.text(name).empty())
      return "complex " + complex.id() + " has no " + name + "; add it in A&AI";
  return {};
}

std::optional<ComplexRef> complex_of(json::object const& object, sdk::Drop& drop) {
  auto const found = related(object, "complex", "complex.physical-location-id");
  auto const ids = distinct_values(found);
  if (ids.size() == 1) return ComplexRef{ids.front(), found.front().link};
  if (ids.empty()) {
    drop.code = "NO_COMPLEX";
    drop.text = "it is related to no complex";
  } else {
    drop.code = "AMBIGUOUS_COMPLEX";
    drop.text = "it is related to several complexes, " + ids[0] + " and " + ids[1] + " among them";
  }
  return std::nullopt;
}

sdk::Result<Region> read_region(json::object const& wrapped) {
  auto const& body = unwrap(wrapped, "cloud-region");
  Region region;
  region.key = {text_of(body, "cloud-owner"), text_of(body, "cloud-region-id")};
  if (region.key.cloud_region_id.empty())
    return Error{Errc::invalid, "a cloud region of owner '" + region.key.cloud_owner + "' has no cloud-region-id"};
  if (auto version = text_of(body, "cloud-region-version"); !version.empty()) region.version = std::move(version);
  region.sriov = text_of(body, "sriov-automation") == "true";
  region.properties = scalars(body);
  region.complex = complex_of(body, region.no_complex);
  return region;
}

}  // namespace conductor::plugins::inventory_aai
