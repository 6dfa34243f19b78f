// A homing template whose functions are replaced, with its sections by name; and the checks of its outer shape
// (template specification 1, 2 and 11).
#pragma once
#include "services/grammar/report.hpp"

#include <boost/json.hpp>

#include <set>

namespace conductor::services::grammar {

class Template {
 public:
  // `files`: of the request, outlives it.
  Template(text::Node root, boost::json::object const& files);
  Template(Template const&) = delete;
  Template& operator=(Template const&) = delete;

  text::Node const& root() const { return root_; }
  View whole() const { return View(root_, ""); }
  // An empty mapping when the section is absent, null or no mapping.
  View section(std::string_view name) const;
  // `reservation` or `reservations`, whichever is there.
  View reservations() const;
  bool has_demand(std::string_view name) const { return demands_.contains(name); }
  bool has_location(std::string_view name) const { return locations_.contains(name); }
  std::vector<std::string> demand_names() const;
  std::vector<std::string> location_names() const;
  boost::json::object const& files() const { return files_; }
  // Text of the version; empty when there is none.
  std::string version() const;
  // Parameter request_type, else REQUEST_TYPE, else empty.
  std::string request_type() const;

 private:
  text::Node root_, nothing_;
  std::set<std::string_view> demands_{}, locations_{};  // names, views of root_
  boost::json::object const& files_;
};

// Version, top-level keys, every section a mapping, keys of locations and constraints.
void check_shape(Template const& given, Report& report);

}  // namespace conductor::services::grammar
