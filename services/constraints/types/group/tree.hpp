// any_of and not (solver specification 21.3) as a tree of conditions over the complete assignment. Missing data makes a
// member unknown, which counts as false, under `not` as well.
#pragma once
#include "services/constraints/table.hpp"

namespace conductor::services::constraints {

class Group {
 public:
  // Reads and prepares the members of a group. Throws InvalidPlan.
  Group(Constraint const& constraint, Preparation const& preparation);

  bool has_remote_tests() const;
  void ask(std::uint32_t demand, std::uint32_t candidate, Questions& questions) const;
  // Once per demand: the members' relations are numbered, and their tests evaluated once for all.
  void number(std::uint32_t demand, std::span<std::uint32_t const> numbering);

  Truth truth(Chosen const& chosen) const;
  // After numbering: candidates of a demand with equal fingerprints are alike for every member.
  std::vector<std::uint32_t> fingerprint(std::uint32_t demand, std::uint32_t candidate) const;
  // False only when no assignment within the domains makes it true; after numbering.
  bool possible(std::span<sdk::Bits const> domains) const;

 private:
  enum class Kind { rule, any_of, negation };
  struct Column {
    std::vector<Truth> by_candidate;
    std::array<std::vector<sdk::Word>, 3> positions;  // by truth
    std::vector<std::uint32_t> numbering;
  };
  struct Member {
    Kind kind = Kind::rule;
    std::unique_ptr<Constraint> constraint{};  // of a rule
    Rule rule{};
    std::vector<Member> members{};
    std::map<std::uint32_t, Column> columns{};  // by demand, once numbered
  };
  using Possible = unsigned;  // bit per truth

  Member read(json::object const& document, Constraint const& outer, Preparation const& preparation, std::size_t depth);
  Member read_rule(json::object const& document, Constraint const& outer, Preparation const& preparation);
  static Truth of_tests(Member const& member, std::uint32_t demand, std::uint32_t candidate);
  static Truth truth(Member const& member, Chosen const& chosen);
  static Possible possible(Member const& member, std::span<sdk::Bits const> domains);
  static Possible possible_rule(Member const& member, std::span<sdk::Bits const> domains);
  static Possible possible_pair(Member const& member, std::uint32_t a, std::uint32_t b,
                                std::span<sdk::Bits const> domains);
  template <class Self, class Visit>
  static void for_each_rule(Self& member, Visit const& visit);

  Member root_;
};

}  // namespace conductor::services::constraints
