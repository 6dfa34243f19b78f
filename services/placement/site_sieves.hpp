// Where the numbered candidates of a demand are, for relations of distance. Those of one plan share it.
#pragma once
#include "services/placement/model.hpp"
#include "services/placement/near.hpp"

#include <map>

namespace conductor::services::placement {

struct NumberedSites {
  NumberedSites(Plan const& plan, std::uint32_t demand, std::span<std::uint32_t const> numbering);

  std::vector<std::uint32_t> sites, slot_of;  // distinct sites; position -> slot among them
  bool one_each = false;                      // slots are positions, and slot_of is not needed
  Sieve sieve;                                // by slot
  std::vector<Spot> spots;                    // by candidate, of those that are numbered
};

// One thread at a time.
class SiteSieves {
 public:
  // The same for the same numbering, as long as somebody holds it; the numbering outlives them.
  std::shared_ptr<NumberedSites const> of(Plan const& plan, std::uint32_t demand,
                                          std::span<std::uint32_t const> numbering);

 private:
  struct Latest {
    std::uint32_t const* numbering = nullptr;
    std::weak_ptr<NumberedSites const> sites;
  };
  std::map<std::uint32_t, Latest> latest_;  // by demand
};

}  // namespace conductor::services::placement
