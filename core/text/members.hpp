// What both readers need while a tree grows: where they are, which keys a mapping has, and what they say of duplicates.
// The costs stay bounded for hostile texts: nothing here grows with the length of a path, or depends on a hash.
#pragma once
#include "core/text/reader.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::text {

// The way from the root to the element that is read. It becomes a text only when somebody asks.
class Path {
 public:
  // `key` outlives the step.
  void enter(std::string const& key) { steps_.push_back({&key, 0}); }
  void enter(std::size_t index) { steps_.push_back({nullptr, index}); }
  void leave() { steps_.pop_back(); }
  std::string pointer_to(std::string_view key) const;

 private:
  struct Step {
    std::string const* key;
    std::size_t index;
  };
  std::vector<Step> steps_;
};

// Finds the members of one mapping by key while they are added; the mapping outlives it and stays where it is.
class MemberIndex {
 public:
  explicit MemberIndex(std::vector<Member>& members) : members_(members), ordered_(Less{&members}) {}

  // The member that has the key of `added` already, or null, after which `added` is the last member.
  Member* add(Member&& added);

 private:
  struct Less {
    using is_transparent = void;
    std::vector<Member> const* members;
    std::string const& key(std::size_t at) const { return (*members)[at].key; }
    bool operator()(std::size_t a, std::size_t b) const { return key(a) < key(b); }
    bool operator()(std::size_t a, std::string_view b) const { return key(a) < b; }
    bool operator()(std::string_view a, std::size_t b) const { return a < key(b); }
  };

  std::vector<Member>& members_;
  std::set<std::size_t, Less> ordered_;  // only of large mappings
};

// Adds to the duplicates of `document`, until there are many of them.
void note_duplicate(Document& document, DuplicateKey duplicate);

}  // namespace conductor::text
