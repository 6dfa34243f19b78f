// A homing template whose functions are replaced, with its sections by name; and the checks of its outer shape
// (template specification 1, 2 and 11).
#pragma once
#include "services/controller/report.hpp"

namespace conductor::services::controller {

class Template {
 public:
  explicit Template(text::Node root);
  Template(Template const&) = delete;
  Template& operator=(Template const&) = delete;

  text::Node const& root() const { return root_; }
  View whole() const { return View(root_, ""); }
  // An empty mapping when the section is absent, null or no mapping.
  View section(std::string_view name) const;
  // `reservation` or `reservations`, whichever is there.
  View reservations() const;
  bool has_demand(std::string_view name) const { return section("demands")->find(name) != nullptr; }
  bool has_location(std::string_view name) const { return section("locations")->find(name) != nullptr; }
  std::vector<std::string> demand_names() const;
  // Text of the version; empty when there is none.
  std::string version() const;
  // Parameter request_type, else REQUEST_TYPE, else empty.
  std::string request_type() const;

 private:
  text::Node root_, nothing_;
};

// Version, top-level keys, every section a mapping, keys of locations and constraints.
void check_shape(Template const& given, Report& report);

}  // namespace conductor::services::controller
