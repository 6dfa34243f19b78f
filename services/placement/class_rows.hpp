// Rows of a relation that is decided by classes: candidates of a demand that the relation cannot tell apart, of which
// one is asked for all.
#pragma once
#include "services/placement/rule.hpp"

#include <map>
#include <span>
#include <unordered_map>
#include <vector>

namespace conductor::services::placement {

// Of one demand.
class ClassRows {
 public:
  // Once. `key_of`: candidates with equal keys are of one class.
  template <class KeyOf>
  void number(std::span<std::uint32_t const> numbering, KeyOf const& key_of) {
    std::map<decltype(key_of(std::uint32_t{})), std::uint32_t> known;
    for (auto const candidate : numbering) {
      auto const next = static_cast<std::uint32_t>(known.size());
      auto const class_of = known.emplace(key_of(candidate), next).first->second;
      class_of_.push_back(class_of);
      by_candidate_.emplace(candidate, class_of);
      if (class_of == members_.size()) members_.push_back(candidate);
    }
  }
  // The class of a numbered candidate.
  std::uint32_t of(std::uint32_t candidate) const { return by_candidate_.at(candidate); }

  // Clears the bits of those that may not stand there: `holds` is asked once for each class, with one of its members.
  template <class Holds>
  void restrict(std::span<sdk::Word> row, Holds const& holds) const {
    std::vector<char> answers;
    answers.reserve(members_.size());
    for (auto const member : members_) answers.push_back(holds(member) ? 1 : 0);
    for (std::size_t position = 0; position < class_of_.size(); ++position)
      if (answers[class_of_[position]] == 0) row[position / 64] &= ~(sdk::Word{1} << (position % 64));
  }

 private:
  std::vector<std::uint32_t> class_of_, members_;  // by position; one candidate of each class
  std::unordered_map<std::uint32_t, std::uint32_t> by_candidate_;
};

// A relation that has its rows by classes: truth() is asked once for each class of the other demand. number() is left
// to the relation, which knows the keys.
class ClassRelation : public Relation {
 public:
  explicit ClassRelation(std::size_t demands) : sides_(demands) {}
  std::uint32_t signature(std::uint32_t demand, std::uint32_t candidate) const final {
    return sides_[demand].of(candidate);
  }
  void restrict(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                std::span<sdk::Word> row) const final {
    sides_[other].restrict(row, [&](auto partner) { return truth(demand, candidate, other, partner) == Truth::yes; });
  }

 protected:
  // Once per demand. `key_of`: candidates with equal keys have equal truths beside every partner.
  template <class KeyOf>
  void number_by(std::uint32_t demand, std::span<std::uint32_t const> numbering, KeyOf const& key_of) {
    sides_[demand].number(numbering, key_of);
  }

 private:
  std::vector<ClassRows> sides_;  // by demand
};

}  // namespace conductor::services::placement
