// Parts and restrictions over several demands, as strategies see them: in positions and fixed point.
#pragma once
#include "services/solver/parts.hpp"

#include <functional>

namespace conductor::services::solver {

using Numbering = std::vector<std::vector<std::uint32_t>>;

class Restriction final : public sdk::Term {
 public:
  Restriction(std::vector<std::uint32_t> scope, Nary const& nary, Numbering const& numbering)
      : scope_(std::move(scope)), nary_(nary), numbering_(numbering) {
    std::sort(scope_.begin(), scope_.end());
  }
  std::span<std::uint32_t const> scope() const override { return scope_; }
  sdk::Cost value(sdk::Assignment const& assignment) const override {
    return nary_.holds(Chosen(assignment, numbering_)) ? 0 : sdk::forbidden;
  }
  sdk::Cost bound(std::span<sdk::Bits const> domains) const override {
    return nary_.possible(domains) ? 0 : sdk::forbidden;
  }

 private:
  std::vector<std::uint32_t> scope_;
  Nary const& nary_;
  Numbering const& numbering_;
};

class CostTerm final : public sdk::Term {
 public:
  using Rounding = std::function<sdk::Cost(Score const&)>;
  CostTerm(TermPart const& part, Numbering const& numbering, Rounding value, Rounding bound)
      : part_(part), numbering_(numbering), value_(std::move(value)), bound_(std::move(bound)) {}
  std::span<std::uint32_t const> scope() const override { return part_.scope(); }
  sdk::Cost value(sdk::Assignment const& assignment) const override {
    return value_(part_.score(Chosen(assignment, numbering_)));
  }
  sdk::Cost bound(std::span<sdk::Bits const> domains) const override { return bound_(part_.bound(domains)); }

 private:
  TermPart const& part_;
  Numbering const& numbering_;
  Rounding value_, bound_;
};

}  // namespace conductor::services::solver
