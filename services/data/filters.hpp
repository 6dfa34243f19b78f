// What decides whether an inventory item may serve a requirement (A&AI specification 7), the same for every provider.
// Pure functions.
#pragma once
#include "conductor/sdk/inventory.hpp"

#include <optional>
#include <string>

namespace conductor::services::data {

// Attributes that select at the provider's own query and are not matched again here.
bool selects_at_query(std::string_view attribute);

// One filtering attribute against one inventory value (null when the inventory has none). Forms: scalar, list, {"any":
// [...]}, {"not": [...]}. Errors (`invalid`): a mapping that has neither.
sdk::Result<bool> attribute_matches(boost::json::value const& wanted, boost::json::value const& have);

// Equality across forms: numbers by value, text "true" equals true, numeric text equals the number.
bool same_value(boost::json::value const& a, boost::json::value const& b);

// Reads a requirement once and judges candidates by it.
class Filter {
 public:
  // `invalid` with the demand's name when the requirement cannot be read.
  static sdk::Result<Filter> from(std::string const& demand, boost::json::object const& requirement);

  // Why the candidate is dropped, or nothing. `explicit_candidate`: listed in the template, so only required and
  // excluded lists count.
  sdk::Result<std::optional<sdk::Drop>> judge(sdk::Candidate const& candidate, bool explicit_candidate) const;
  // Whether it is the demand's present placement; nothing when the demand names none.
  std::optional<bool> is_existing(sdk::Candidate const& candidate) const;
  // Whether a list of required candidates was given.
  bool has_required() const { return !required_.empty(); }

 private:
  // Candidates named by id, and by inventory type unless that is empty.
  struct Named {
    std::string inventory_type, candidate_id;
  };
  static sdk::Result<std::vector<Named>> read_names(std::string const& demand, boost::json::object const& requirement,
                                                    std::string_view key);
  static bool contains(std::vector<Named> const& names, sdk::Candidate const& candidate);
  sdk::Result<std::optional<sdk::Drop>> judge_attributes(sdk::Candidate const& candidate) const;
  std::optional<sdk::Drop> judge_place(sdk::Candidate const& candidate) const;

  std::string demand_;
  boost::json::object attributes_;
  std::string region_, complex_;
  std::vector<std::string> subdivisions_, flavors_;
  std::vector<Named> required_, excluded_, existing_;
};

}  // namespace conductor::services::data
