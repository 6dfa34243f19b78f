// The operators of attribute constraints (template specification 6.3) on one field of one candidate: eq ne lt gt lte
// gte any all regex. Knows no constraint and no candidate.
#pragma once
#include "services/placement/values.hpp"

#include <memory>

namespace re2 {
class RE2;
}

namespace conductor::services::constraints {

using namespace placement;

class AttributeMatch {
 public:
  // `what` opens the messages: "constraint 'x' (attribute), key 'state'". A plain value means eq, a plain list any.
  // `lenient`: the rules of the original for its own keys: an empty list restricts nothing, and all wins over any.
  // Throws InvalidPlan for an unknown operator or an operand of the wrong kind.
  AttributeMatch(json::value const& wanted, std::string const& what, bool lenient);
  AttributeMatch(AttributeMatch&&) noexcept;
  ~AttributeMatch();

  // `field`: null when the candidate does not have it.
  bool holds(json::value const* field) const;
  // The first operator that does not hold: "'TX' is not any of [\"CA\",\"OR\"]".
  std::string why_not(json::value const* field) const;
  // Whether it restricts anything at all.
  bool empty() const { return items_.empty(); }

 private:
  enum class Operator { eq, ne, lt, gt, lte, gte, any, all, regex };
  struct Item {
    Operator op;
    json::value operand;
    std::shared_ptr<re2::RE2> pattern;
  };
  static Operator operator_from(std::string_view name, std::string const& what);
  void add(Operator op, json::value const& operand, std::string const& what, bool lenient);
  static bool holds(Item const& item, json::value const* field);

  std::vector<Item> items_;
};

// `eq` between a candidate's field and a wanted value: numbers numerically, numeric text as a number only when the
// field is numeric, flags and the texts true and false alike, everything else exactly.
bool equal_values(json::value const& field, json::value const& wanted);

}  // namespace conductor::services::constraints
