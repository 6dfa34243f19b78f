// The region cache: all cloud regions with their complexes, read as a whole and swapped atomically.
#pragma once
#include "complexes.hpp"
#include "connection.hpp"
#include "documents.hpp"
#include "hardware.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace conductor::plugins::inventory_aai {

struct PlacedRegion {
  Region region;
  ComplexPtr complex;    // complete: coordinates, city, country, name
  HardwarePtr hardware;  // null when hardware is not read
};

// One reading of the inventory; never changed once it is published.
struct RegionMap {
  std::vector<PlacedRegion> regions;  // in A&AI's order
  std::vector<sdk::Drop> dropped;     // regions that cannot be candidates, and why
  bool incomplete = false;            // a request failed for a moment
  PlacedRegion const* find(sdk::RegionKey const& key) const;
};
using RegionMapPtr = std::shared_ptr<RegionMap const>;

// Thread-safe. At most one refresh is under way. While there are regions to serve, a refresh runs on a thread of the
// cache's own and callers get the previous map at once; without any, the caller does the work.
class RegionCache {
 public:
  RegionCache(sdk::Host& host, Connection& connection, Complexes& complexes, Options const& options);
  ~RegionCache();

  // The present map; has it read, or read again, when that is due. Errors only when there is nothing to serve.
  sdk::Result<RegionMapPtr> regions(sdk::Call const& call, std::string const& asker);
  // Sets the gauge of the map's age and warns when two refreshes were missed.
  void observe();
  // Blocks until no refresh is wanted or under way.
  void settle();
  // Ends the thread; a refresh that is under way is cancelled. No refresh follows.
  void stop() noexcept;

 private:
  sdk::Result<RegionMap> build(sdk::Call const& call, std::string const& asker, RegionMapPtr const& previous);
  void place(RegionMap& map, Region region, sdk::Result<ComplexPtr> const& complex, RegionMap const* previous);
  // Gives every region its hardware; a part that cannot be read stays as it was.
  void equip(RegionMap& map, sdk::Call const& call, std::string const& asker, RegionMap const* previous);
  // Takes the outcome of one build; ends it.
  void publish(sdk::Result<RegionMap> built);
  void publish_map(RegionMap map);
  void refresh_in_background(std::stop_token const& stop);
  void observe_locked();

  sdk::Host& host_;
  Connection& connection_;
  Complexes& complexes_;
  Options const& options_;
  sdk::Gauge& age_;
  sdk::Counter& failures_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  RegionMapPtr map_;
  std::optional<sdk::Error> last_error_;  // of the last build, when it failed
  sdk::Time read_at_{}, due_{};
  std::optional<sdk::Time> warned_at_;
  sdk::Duration early_retry_;
  bool building_ = false, wanted_ = false, stopped_ = false;
  std::jthread worker_;  // started by the first background refresh
};

}  // namespace conductor::plugins::inventory_aai
