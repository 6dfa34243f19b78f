// From what a provider answered to the candidate document of the template specification 12: costs, uniqueness,
// decorations.
#pragma once
#include "conductor/sdk/inventory.hpp"
#include "conductor/sdk/settings.hpp"

#include <map>
#include <string>

namespace conductor::services::data {

// Configured costs, [data].
struct Costs {
  double existing_placement = -8000.0;
  std::map<std::string, double, std::less<>> by_type;
  double of(std::string_view inventory_type) const;
  static Costs from(sdk::Settings const& settings);
};

// How a requirement decorates each of its candidates; read once.
class Decoration {
 public:
  // `invalid`, naming the demand, when a part of the requirement cannot be read.
  static sdk::Result<Decoration> from(std::string const& demand, boost::json::object const& requirement);

  struct Circumstances {
    std::string_view provider;  // empty: an explicit candidate, which brings its own
    bool existing = false;      // the demand's present placement
    bool hardware = true;       // the candidate keeps flavors and region_capabilities
  };
  // Errors (`invalid`): a conflict identifier that names a field this candidate does not have.
  sdk::Result<boost::json::object> document(sdk::Candidate const& candidate, Circumstances const& circumstances,
                                            Costs const& costs, boost::json::storage_ptr const& storage) const;

 private:
  sdk::Result<std::string> conflict_id(boost::json::object const& document) const;

  std::string demand_, unique_ = "true", service_resource_id_;
  boost::json::object requirement_;
};

}  // namespace conductor::services::data
