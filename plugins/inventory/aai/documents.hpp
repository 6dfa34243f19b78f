// What A&AI's regions and complexes say, read into structs. Pure functions from JSON.
#pragma once
#include "conductor/sdk/inventory.hpp"

#include <boost/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace conductor::plugins::inventory_aai {

// A text, number or boolean property as text; empty when absent, null or a structure.
std::string text_of(boost::json::object const& object, std::string_view name);

// The properties of an object that are texts, numbers or booleans: what filtering attributes can name.
boost::json::object scalars(boost::json::object const& object);

// A single object, whether it came bare or wrapped in its type name.
boost::json::object const& unwrap(boost::json::object const& body, std::string_view type);

// A physical location.
struct Complex {
  boost::json::object properties;  // scalars, under A&AI's names
  std::string text(std::string_view name) const { return text_of(properties, name); }
  std::string id() const { return text("physical-location-id"); }
};
using ComplexPtr = std::shared_ptr<Complex const>;

Complex read_complex(boost::json::object const& body);

// Both coordinates, checked; `invalid` says which one is missing or no number in range.
sdk::Result<sdk::Location> coordinates(Complex const& complex);

// What keeps a candidate from being placed there (coordinates, city, country, and the name when `needs_name`), else
// empty.
std::string incomplete(Complex const& complex, bool needs_name);

// Where an object says that it stands.
struct ComplexRef {
  std::string id, link;
};

// The one complex of an object; a drop (NO_COMPLEX, AMBIGUOUS_COMPLEX; ids left empty) when there is none, or several
// different ones.
std::optional<ComplexRef> complex_of(boost::json::object const& object, sdk::Drop& drop);

// A cloud region. A region needs an id; all else may be missing.
struct Region {
  sdk::RegionKey key;
  std::optional<std::string> version;
  bool sriov = false;
  boost::json::object properties;
  std::optional<ComplexRef> complex;
  sdk::Drop no_complex;  // why, when it has none
};

// `invalid` for a region without an id.
sdk::Result<Region> read_region(boost::json::object const& body);

}  // namespace conductor::plugins::inventory_aai
