#include "services/placement/site_sieves.hpp"

#include "services/placement/first_seen.hpp"

namespace conductor::services::placement {

NumberedSites::NumberedSites(Plan const& plan, std::uint32_t demand, std::span<std::uint32_t const> numbering) {
  // Under a hard constraint nobody is without a place.
  static constexpr std::array<double, 3> nowhere{};
  auto const& pool = plan.demands[demand];
  FirstSeen seen(pool.sites_differ ? 0 : numbering.size());
  sites.reserve(numbering.size());
  sieve.reserve(numbering.size());
  spots.resize(pool.size());
  if (!pool.sites_differ) slot_of.reserve(numbering.size());
  for (auto const candidate : numbering) {
    auto const site = pool.sites[candidate];
    auto const spot = spots[candidate] = spot_of(site == no_site ? nowhere : plan.sites[site].unit);
    if (!pool.sites_differ) {
      slot_of.push_back(seen.number(site));
      if (slot_of.back() < sites.size()) continue;
    }
    sites.push_back(site);
    sieve.add(spot);
  }
  sieve.finish();
  one_each = sites.size() == numbering.size();
}

std::shared_ptr<NumberedSites const> SiteSieves::of(Plan const& plan, std::uint32_t demand,
                                                    std::span<std::uint32_t const> numbering) {
  auto& latest = latest_[demand];
  if (auto known = latest.sites.lock(); known && latest.numbering == numbering.data()) return known;
  auto made = std::make_shared<NumberedSites const>(plan, demand, numbering);
  latest = {numbering.data(), made};
  return made;
}

}  // namespace conductor::services::placement
