// Matching the hardware features that a VM requires with the capabilities of one flavor (A&AI specification 19.3).
// Requirements of the same feature, architecture and version take different capabilities.
#pragma once
#include "services/constraints/types/hpa/hpa_value.hpp"

namespace conductor::services::constraints {

struct HpaRequirement {
  std::string feature, identity;  // identity: feature, architecture and version
  bool mandatory = true;
  double score = 0;
  json::array directives;  // without those of empty type
  struct Attribute {
    std::string key, op;
    HpaValue value;
  };
  std::vector<Attribute> attributes;
};

// `flavorProperties` of one VM. `what` opens messages. Throws InvalidPlan.
std::vector<HpaRequirement> read_requirements(json::value const& properties, std::string const& what);

struct HpaMatch {
  bool fits = false;
  std::string missing;  // feature of the first mandatory requirement that finds no capability
  double score = 0;     // of the optional ones that do
  std::vector<bool> satisfied;
  std::string unclear;  // the first value that was compared and could not be: whose, and why; empty: none
};

// capabilities: objects with hpa-feature, architecture, hpa-version and hpa-feature-attributes. The score is the best
// that any assignment of capabilities has.
HpaMatch match_capabilities(std::vector<HpaRequirement> const& requirements,
                            std::vector<json::object const*> const& capabilities);

// The objects under "hpa-capabilities" / "hpa-capability", or of a plain list.
void collect_capabilities(json::value const* from, std::vector<json::object const*>& into);

}  // namespace conductor::services::constraints
