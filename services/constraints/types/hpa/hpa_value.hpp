// Values of hardware features as inventory writes them - JSON in a text, sometimes loosely - and their comparison with
// what a template requires (A&AI specification 19.4). Knows no flavors.
#pragma once
#include "services/placement/values.hpp"

namespace conductor::services::constraints {

using namespace placement;

struct HpaValue {
  json::value value;  // number, text, boolean, or a list of them
  std::string unit;   // empty: none
};

// {"value": ..., "unit": ...} as an object or as text: JSON, or the loose forms seen in inventories ({value:4},
// {'value':'x'}, {value:{['A', 'B']}}). Nothing when it is none of these.
std::optional<HpaValue> read_hpa_value(json::value const& text);

// Whether an offered value satisfies `op` against a required one. op: = < <= > >= ALL; any other is never satisfied.
// Numbers compare as numbers, in units of bytes where both sides have a known one; a unit on one side only, or two that
// cannot be converted, satisfies nothing.
bool hpa_satisfied(HpaValue const& offered, std::string_view op, HpaValue const& required);

// Whether both are numbers in units that cannot be compared, so that no operator can be satisfied.
bool hpa_units_differ(HpaValue const& offered, HpaValue const& required);

}  // namespace conductor::services::constraints
