// What constraints find out about candidates and others need: the side table of hardware features (solver specification
// 3, 5.6). Documents are never changed.
#pragma once
#include "services/placement/hpa_tally.hpp"
#include "services/placement/values.hpp"

#include <map>
#include <set>

namespace conductor::services::placement {

// The flavor chosen for one VM of one candidate.
struct ChosenFlavor {
  std::string label;     // name of the flavor directive's first attribute
  std::string name, id;  // empty: the region itself has the features, no flavor was chosen
  json::object entry;    // {"id", "type", "directives"}, completed with name and id
  double score = 0;
};

class Annotations {
 public:
  // By what one constraint found; a second time for the same constraint and candidate changes nothing.
  void record(std::uint32_t demand, std::uint32_t candidate, std::string const& constraint,
              std::vector<ChosenFlavor> flavors) {
    auto& of = table_[{demand, candidate}];
    for (auto const& [known, list] : of)
      if (known == constraint) return;
    of.emplace_back(constraint, std::move(flavors));
  }
  // Of all constraints, in the order of the template; null when none has looked at the candidate.
  std::vector<std::pair<std::string, std::vector<ChosenFlavor>>> const* of(std::uint32_t demand,
                                                                           std::uint32_t candidate) const {
    auto const found = table_.find({demand, candidate});
    return found == table_.end() ? nullptr : &found->second;
  }
  // Sum of the scores; nothing for a candidate that was not scored.
  std::optional<double> hpa_score(std::uint32_t demand, std::uint32_t candidate) const {
    auto const* list = of(demand, candidate);
    if (!list) return std::nullopt;
    double sum = 0;
    for (auto const& [constraint, flavors] : *list)
      for (auto const& flavor : flavors) sum += flavor.score;
    return sum;
  }

  HpaTally tally;  // of every test so far

  // For the log, once for each object that it is about.
  void warn_once(std::string const& about, std::string const& text) {
    if (warned_.insert(about).second) warnings.push_back(about + ": " + text);
  }
  std::vector<std::string> warnings;

 private:
  std::set<std::string> warned_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::pair<std::string, std::vector<ChosenFlavor>>>>
      table_;
};

}  // namespace conductor::services::placement
