// The candidates of one demand, from what providers answered to the documents that go to the controller.
#pragma once
#include "services/data/candidate.hpp"

#include <vector>

namespace conductor::services::data {

class Pool {
 public:
  // Takes over what was found for a requirement of the demand and filters it. `provider` empty: explicit candidates.
  // Errors (`invalid`): a part of the requirement cannot be read.
  sdk::Result<void> take(std::string const& demand, boost::json::object const& requirement, std::string provider,
                         sdk::KeptCandidates found);

  std::size_t kept() const;
  std::size_t dropped() const { return dropped_.size(); }

  // {"candidates": [...], "dropped": [...]} with `storage`. `hardware`: candidates keep flavors and
  // region_capabilities. Errors (`invalid`): those of Decoration::document.
  sdk::Result<boost::json::object> document(Costs const& costs, bool hardware,
                                            boost::json::storage_ptr const& storage) const;

 private:
  struct Chosen {
    sdk::Candidate const* candidate;
    bool existing;  // the demand's present placement
  };
  // What one requirement gave.
  struct Part {
    std::string provider;
    Decoration decoration;
    std::shared_ptr<void const> owner;
    std::vector<Chosen> chosen;
  };
  std::vector<Part> parts_;
  std::vector<sdk::Drop> dropped_;
};

}  // namespace conductor::services::data
