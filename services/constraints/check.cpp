#include "services/constraints/check.hpp"

namespace conductor::services::constraints {

void refuse_value(View const& where, std::string const& what, ConstraintUnderCheck const& constraint,
                  std::string const& expected, Report& report) {
  report.add(where,
             what + " '" + shown(where.node()) + "' in constraint named '" + constraint.name +
                 "' is not valid, expected " + expected,
             expected);
}

}  // namespace conductor::services::constraints
